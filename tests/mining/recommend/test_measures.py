"""Hit rate and NDCG by hand, and against a count without any arrays."""

from math import log2

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.recommend import hit_rate_at, ndcg_at, ndcg_by_customer, new_to_customer

Pairs = list[tuple[str, str]]

few = settings(max_examples=60, deadline=None)
products = st.lists(st.sampled_from("abcdefg"), max_size=7, unique=True)
lists = st.dictionaries(st.sampled_from(["kim", "lee", "han"]), products)


def recommended_of(lists: dict[str, list[str]]) -> pd.DataFrame:
    rows = [
        (customer, product, rank)
        for customer, products in lists.items()
        for rank, product in enumerate(products, start=1)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "product_id", "rank"])


def bought_of(lists: dict[str, list[str]]) -> pd.DataFrame:
    return recommended_of(lists).drop(columns="rank")


def test_ndcg_of_one_customer_by_hand() -> None:
    recommended = recommended_of({"kim": ["x", "a", "y", "b", "z"]})
    bought = bought_of({"kim": ["a", "b", "c"]})

    found = ndcg_at(recommended, bought, n=4)

    # hits at ranks 2 and 4; three bought, so the best list has hits at 1, 2 and 3
    wanted = (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3) + 1 / log2(4))
    assert found == pytest.approx(wanted)


def test_the_best_list_is_no_longer_than_what_is_asked_for() -> None:
    recommended = recommended_of({"kim": ["a", "b"]})
    bought = bought_of({"kim": ["a", "b", "c", "d"]})

    assert ndcg_at(recommended, bought, n=2) == 1.0


def test_who_bought_counts_though_nothing_was_recommended_and_the_others_do_not() -> (
    None
):
    recommended = recommended_of({"kim": ["a"], "han": ["a"]})
    bought = bought_of({"kim": ["a"], "lee": ["a"]})

    assert ndcg_by_customer(recommended, bought).to_dict() == {"kim": 1.0, "lee": 0.0}
    assert hit_rate_at(recommended, bought) == 0.5


def test_a_hit_beyond_the_list_is_none() -> None:
    recommended = recommended_of({"kim": ["x", "a"]})
    bought = bought_of({"kim": ["a", "a"]})

    assert hit_rate_at(recommended, bought, n=1) == 0.0
    assert hit_rate_at(recommended, bought, n=2) == 1.0


def test_nobody_bought_anything() -> None:
    nothing = bought_of({})

    assert pd.isna(ndcg_at(recommended_of({"kim": ["a"]}), nothing))
    assert pd.isna(hit_rate_at(recommended_of({}), nothing))


def test_a_list_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="n must be positive, got 0"):
        ndcg_at(recommended_of({}), bought_of({}), n=0)


def counted(recommended: list[str], bought: list[str], n: int) -> float:
    gain = sum(
        1 / log2(rank + 1)
        for rank, product in enumerate(recommended[:n], start=1)
        if product in bought
    )
    best = sum(1 / log2(rank + 1) for rank in range(1, min(n, len(bought)) + 1))
    return gain / best


@few
@given(lists, lists, st.integers(1, 8))
def test_measures_agree_with_counting_one_customer_after_the_other(
    recommended: dict[str, list[str]], bought: dict[str, list[str]], n: int
) -> None:
    buyers = {customer: each for customer, each in bought.items() if each}
    shown = {customer: recommended.get(customer, []) for customer in buyers}
    ndcg = [counted(shown[each], buyers[each], n) for each in sorted(buyers)]
    hits = [bool(set(shown[each][:n]) & set(buyers[each])) for each in buyers]

    told = ndcg_by_customer(recommended_of(recommended), bought_of(bought), n)

    assert told.tolist() == pytest.approx(ndcg)
    if buyers:
        rate = hit_rate_at(recommended_of(recommended), bought_of(bought), n)
        assert rate == pytest.approx(sum(hits) / len(hits))


def test_new_is_what_the_customer_never_bought() -> None:
    bought = bought_of({"kim": ["a", "b", "b"], "lee": ["a"]})
    before = bought_of({"kim": ["a", "c"], "han": ["b"]})

    new = new_to_customer(bought, before)

    assert new.to_numpy().tolist() == [["kim", "b"], ["lee", "a"]]
