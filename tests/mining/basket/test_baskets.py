"""Encoding: every basket and item once, in their own order, or a clear refusal."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mining.basket import Baskets, frequent_itemsets

LINES = pd.DataFrame(
    {"basket": [7, 3, 7, 3, 7], "item": ["tea", "milk", "bread", "tea", "tea"]}
)


def test_an_item_counts_once_a_basket_and_names_are_sorted() -> None:
    baskets = Baskets.of(LINES)

    assert baskets.ids.tolist() == [3, 7]
    assert baskets.items.tolist() == ["bread", "milk", "tea"]
    assert baskets.matrix.toarray().tolist() == [[0, 1, 1], [1, 0, 1]]
    assert baskets.sizes.tolist() == [2, 2]
    assert baskets.item_counts.tolist() == [1, 1, 2]


def test_a_matrix_with_names_is_the_same_as_its_frame() -> None:
    matrix = sparse.coo_array(np.array([[1, 0, 5], [0, 2, 1]]))

    baskets = Baskets.of_matrix(matrix, ["tea", "milk", "bread"], ids=[9, 3])

    assert baskets.items.tolist() == ["bread", "milk", "tea"]
    assert baskets.matrix.toarray().tolist() == [[1, 0, 1], [1, 1, 0]]
    lines = {"basket": [9, 9, 3, 3], "item": ["tea", "bread", "milk", "bread"]}
    pd.testing.assert_frame_equal(
        frequent_itemsets(baskets, 0.5, 2),
        frequent_itemsets(pd.DataFrame(lines), 0.5, 2),
    )


def test_making_baskets_of_a_matrix_leaves_the_matrix_alone() -> None:
    matrix = sparse.csr_array(np.array([[2, 0], [0, 3]]))

    Baskets.of_matrix(matrix, ["tea", "milk"])

    assert matrix.toarray().tolist() == [[2, 0], [0, 3]]


def test_the_order_of_rows_changes_nothing() -> None:
    one, other = Baskets.of(LINES), Baskets.of(LINES.iloc[::-1])

    assert one.ids.tolist() == other.ids.tolist()
    assert one.items.tolist() == other.items.tolist()
    assert (one.matrix != other.matrix).nnz == 0


def test_what_is_encoded_stays_as_it_is() -> None:
    baskets = Baskets.of(LINES)

    assert Baskets.of(baskets) is baskets


def test_some_baskets_keep_all_columns() -> None:
    baskets = Baskets.of(LINES).rows(np.array([1]))

    assert baskets.ids.tolist() == [7]
    assert baskets.item_counts.tolist() == [1, 0, 1]


def test_rows_without_basket_or_item_are_refused_by_number_and_not_by_value() -> None:
    lines = pd.DataFrame({"basket": [1, 2, 3], "item": ["tea", None, None]})

    with pytest.raises(ValueError, match=r"^2 rows without a item$"):
        Baskets.of(lines)


def test_missing_columns_are_named() -> None:
    with pytest.raises(ValueError, match="baskets lack the columns basket"):
        Baskets.of(LINES[["item"]])


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (["tea"], "2 ids and 1 items do not fit a matrix of 2 rows and 2 columns"),
        (["tea", "tea"], "items must be told once"),
    ],
)
def test_names_that_do_not_fit_a_matrix_are_refused(
    items: list[str], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Baskets.of_matrix(sparse.eye_array(2), items)
