"""What may be offered, and of what one is enough."""

import pandas as pd
import pytest

from mining.recommend.assortment import Assortment

PRODUCTS = pd.Index(["fridge 1", "fridge 2", "tea", "urn"])


def test_a_list_of_ids_is_what_is_on_sale() -> None:
    assortment = Assortment.of(["tea", "never bought", "tea"], PRODUCTS)

    assert assortment.is_available.tolist() == [False, False, True, False]
    assert not assortment.is_once_enough.any()
    assert assortment.category.tolist() == [-1] * 4
    assert assortment.of_once_groups().shape == (4, 0)


def test_a_frame_says_more_and_may_tell_of_what_is_no_longer_sold() -> None:
    told = pd.DataFrame(
        {
            "product_id": ["urn", "fridge 2", "fridge 1"],
            "is_available": [True, None, False],
            "category": [None, "fridges", "fridges"],
            "is_once_enough": [True, True, True],
        }
    )

    assortment = Assortment.of(told, PRODUCTS)

    assert assortment.is_available.tolist() == [False, True, False, True]
    assert assortment.is_once_enough.tolist() == [True, True, False, True]
    assert assortment.categories.tolist() == ["fridges"]
    assert assortment.category.tolist() == [0, 0, -1, -1]
    # one fridge of the two is enough, and one urn
    assert assortment.of_once_groups().toarray().tolist() == [
        [1, 0],
        [1, 0],
        [0, 0],
        [0, 1],
    ]
    assert assortment.of_categories().toarray().tolist() == [[1], [1], [0], [0]]


def test_a_product_told_twice_is_refused() -> None:
    told = pd.DataFrame({"product_id": ["tea", "tea"]})

    with pytest.raises(ValueError, match="1 rows repeat a product_id"):
        Assortment.of(told, PRODUCTS)
    with pytest.raises(ValueError, match="products lack the columns product_id"):
        Assortment.of(pd.DataFrame({"id": ["tea"]}), PRODUCTS)
