"""Itemsets by hand, and against counting every combination of every basket."""

from collections import Counter
from itertools import combinations

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.basket import Baskets, frequent_itemsets
from mining.basket.itemsets import least_count

few = settings(max_examples=60, deadline=None)

HELD = {
    1: ("apples", "bread", "milk"),
    2: ("bread", "milk"),
    3: ("apples", "bread"),
    4: ("bread", "milk", "tea"),
    5: ("tea",),
}
baskets_of_items = st.lists(
    st.frozensets(st.integers(0, 7), min_size=1, max_size=6), min_size=1, max_size=25
)


def lines(held: dict[int, tuple[str, ...]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(basket, item) for basket, items in held.items() for item in items],
        columns=["basket", "item"],
    )


def test_itemsets_are_counted_as_by_hand() -> None:
    found = frequent_itemsets(lines(HELD), min_support=0.4, max_length=3)

    assert list(found.itertuples(index=False, name=None)) == [
        (("apples",), 0.4, 2),
        (("bread",), 0.8, 4),
        (("milk",), 0.6, 3),
        (("tea",), 0.4, 2),
        (("apples", "bread"), 0.4, 2),
        (("bread", "milk"), 0.6, 3),
    ]


@few
@given(
    held=baskets_of_items,
    percent=st.integers(1, 100),
    max_length=st.integers(1, 5),
)
def test_itemsets_are_those_of_counting_every_combination(
    held: list[frozenset[int]], percent: int, max_length: int
) -> None:
    counted: Counter[tuple[int, ...]] = Counter(
        chosen
        for items in held
        for length in range(1, max_length + 1)
        for chosen in combinations(sorted(items), length)
    )
    frequent = {
        itemset: count
        for itemset, count in counted.items()
        if 100 * count >= percent * len(held)
    }
    told = pd.DataFrame(
        [(basket, item) for basket, items in enumerate(held) for item in items],
        columns=["basket", "item"],
    )

    found = frequent_itemsets(told, percent / 100, max_length)

    assert dict(zip(found["itemset"], found["count"], strict=True)) == frequent
    assert found["itemset"].tolist() == sorted(frequent, key=lambda s: (len(s), s))
    assert found["support"].tolist() == [each / len(held) for each in found["count"]]


def test_more_items_than_one_block_are_counted_together() -> None:
    wide = [(basket, f"{item:04d}") for basket in range(2) for item in range(700)]

    found = frequent_itemsets(pd.DataFrame(wide, columns=["basket", "item"]), 1.0, 2)

    assert len(found) == 700 + 700 * 699 // 2


@pytest.mark.parametrize(
    ("min_support", "n_baskets", "least"),
    [
        pytest.param(0.07, 100, 7, id="0.07 * 100 is above 7 in binary"),
        pytest.param(0.005, 155_659, 779, id="rounded up"),
        pytest.param(1.0, 3, 3, id="all"),
        pytest.param(1e-9, 3, 1, id="at least one"),
    ],
)
def test_support_is_taken_as_it_is_written(
    min_support: float, n_baskets: int, least: int
) -> None:
    assert least_count(min_support, n_baskets) == least


@pytest.mark.parametrize("min_support", [0.0, -0.1, 1.1, float("nan")])
def test_a_support_that_makes_no_sense_is_refused(min_support: float) -> None:
    with pytest.raises(ValueError, match="min_support must be above 0"):
        frequent_itemsets(lines(HELD), min_support, 2)


def test_a_length_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="max_length must be at least 1, got 0"):
        frequent_itemsets(lines(HELD), 0.5, 0)


def test_no_baskets_give_an_empty_table_of_the_same_types() -> None:
    full, none = lines(HELD), lines(HELD).iloc[:0]

    empty = frequent_itemsets(none, 0.5, 3)

    assert empty.empty
    assert empty.dtypes.equals(frequent_itemsets(full, 0.5, 3).dtypes)


def test_a_basket_without_items_still_counts_as_one() -> None:
    baskets = Baskets.of_matrix(pd.DataFrame({"tea": [1, 0]}).to_numpy(), ["tea"])

    assert frequent_itemsets(baskets, 0.5, 2)["support"].tolist() == [0.5]
