"""Lists by hand, by what must hold of any purchases, and by what was planted."""

from datetime import date, timedelta
from random import Random
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
import skops.io
from hypothesis import given, settings
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from mining.recommend import NextBestConfig, NextBestProducts, Purchases

NIGHT = date(2026, 3, 1)
COSINE = NextBestConfig(method="cosine")

few = settings(max_examples=30, deadline=None)
products = st.sampled_from(["tea", "cups", "salt", "milk", "rice"])
histories = st.dictionaries(
    st.sampled_from(["kim", "lee", "han", "cho"]),
    st.lists(st.tuples(products, st.integers(0, 120)), min_size=1, max_size=6),
    min_size=1,
)


def bought(lives: dict[str, list[tuple[str, int]]]) -> pd.DataFrame:
    """Purchases by customer: product, and days before the night."""
    rows = [
        (customer, product, NIGHT - timedelta(days=days))
        for customer, own in lives.items()
        for product, days in own
    ]
    return pd.DataFrame(rows, columns=["customer_id", "product_id", "order_date"])


def listed(told: pd.DataFrame, customer: str, which: str) -> list[str]:
    mine = told[(told["customer_id"] == customer) & (told["list"] == which)]
    assert mine["rank"].tolist() == list(range(1, len(mine) + 1))
    return mine["product_id"].tolist()


# tea goes with cups; salt sells most, and goes with nothing
LIVES = {
    **{f"pair{n}": [("tea", 5), ("cups", 5)] for n in range(3)},
    **{f"salt{n}": [("salt", 5)] for n in range(6)},
    "kim": [("tea", 3)],
    "lee": [("salt", 3), ("tea", 80), ("tea", 90)],
}
ON_SALE = ["tea", "cups", "salt"]


def recommended(
    lives: dict[str, list[tuple[str, int]]] = LIVES,
    customers: list[str] | None = None,
    available: Any = ON_SALE,
    config: NextBestConfig = COSINE,
    n: int = 10,
    **more: Any,
) -> pd.DataFrame:
    model = NextBestProducts(config).fit(bought(lives), as_of=NIGHT)
    return model.recommend(customers or list(lives), n, available, **more)


def test_what_goes_with_the_own_products_comes_before_what_sells_most() -> None:
    told = recommended()

    assert listed(told, "kim", "new") == ["cups", "salt"]
    assert listed(told, "salt0", "new") == ["tea", "cups"]
    mine = told[(told["customer_id"] == "kim") & (told["list"] == "new")]
    assert mine["reason_code"].tolist() == ["near_item", "near_item"]
    assert mine["reason_product_id"].tolist() == ["tea", "tea"]  # lee has both


def test_a_stranger_is_shown_what_many_buy_now() -> None:
    told = recommended(customers=["nobody", "kim"])

    assert listed(told, "nobody", "new") == ["salt", "tea", "cups"]
    assert listed(told, "nobody", "again") == []
    mine = told[told["customer_id"] == "nobody"]
    assert set(mine["reason_code"]) == {"bestseller"}
    assert mine["reason_product_id"].isna().all()


def test_again_is_the_own_frequency_in_which_what_is_long_ago_counts_less() -> None:
    told = recommended(customers=["lee"])

    # salt 1 / (1 + 3 / 60); tea 1 / (1 + 80 / 60) + 1 / (1 + 90 / 60)
    assert listed(told, "lee", "again") == ["salt", "tea"]
    mine = told[told["list"] == "again"]
    assert mine["score"].tolist() == pytest.approx([0.952381, 0.828571], abs=1e-6)
    assert mine["reason_code"].tolist() == ["own_habit"] * 2
    often = recommended({"kim": [("tea", 60), ("tea", 61), ("salt", 30)]})
    assert listed(often, "kim", "again") == ["tea", "salt"]


def test_only_what_is_on_sale_and_bought_of_late_is_offered() -> None:
    old = {"han": [("urn", 100)], "cho": [("milk", 1)]}

    told = recommended({**LIVES, **old}, available=["salt", "urn", "tea"])

    assert listed(told, "kim", "new") == ["salt"]  # no cups, and nobody buys urns now
    assert listed(told, "han", "again") == ["urn"]
    assert listed(told, "cho", "again") == []


def test_of_what_one_is_enough_an_owner_is_offered_no_other() -> None:
    lives = {
        "kim": [("fridge 1", 9), ("tea", 9)],
        "lee": [("tea", 3), ("fridge 2", 5)],
        "han": [("tea", 2)],
    }
    told = pd.DataFrame(
        {
            "product_id": ["fridge 1", "fridge 2", "tea"],
            "is_available": [False, True, True],
            "category": ["fridges", "fridges", "teas"],
            "is_once_enough": [True, True, False],
        }
    )

    lists = recommended(lives, available=told)

    assert listed(lists, "kim", "new") == []
    assert listed(lists, "kim", "again") == ["tea"]
    assert listed(lists, "lee", "again") == ["tea"]
    assert listed(lists, "han", "new") == ["fridge 2"]


def test_a_published_rule_is_the_reason_where_there_is_one() -> None:
    catalogue = pd.DataFrame(
        {"product_id": ON_SALE, "category": ["drinks", "dishes", "spices"]}
    )
    rules = pd.DataFrame(
        {
            "rule_id": ["r1", "r2", "r3", "r4"],
            "item_level": ["product", "category", "product", "category"],
            "antecedent": [("tea",), ("drinks",), ("tea",), ("spices",)],
            "consequent": ["cups", "spices", "tea", "spices"],
            "adjusted_lift": [2.0, 1.5, 3.0, 2.0],
        }
    )

    told = recommended(available=catalogue, rules=rules)

    by_rule = told[told["reason_code"] == "published_rule"].set_index("customer_id")
    assert by_rule.loc[["kim"], ["list", "product_id", "rule_id"]].values.tolist() == [
        ["again", "tea", "r3"],
        ["new", "cups", "r1"],
        ["new", "salt", "r2"],
    ]
    assert by_rule.loc["salt0", ["list", "product_id", "rule_id"]].tolist() == [
        "again",
        "salt",
        "r4",
    ]
    assert told["rule_id"].notna().eq(told["reason_code"] == "published_rule").all()
    assert by_rule["reason_product_id"].isna().all()
    # whoever else is asked for
    some = recommended(customers=["lee", "kim"], available=catalogue, rules=rules)
    same = told[told["customer_id"].isin(["lee", "kim"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, same)


@few
@given(histories, st.integers(1, 6), st.sampled_from(["cosine", "ease"]))
def test_lists_hold_what_they_promise(
    lives: dict[str, list[tuple[str, int]]], n: int, method: Any
) -> None:
    on_sale = ["tea", "cups", "milk"]
    config = NextBestConfig(method=method, ease_penalties=(0.4,))

    told = recommended(lives, available=on_sale, config=config, n=n)

    assert set(told["product_id"]) <= set(on_sale)
    lately = {p for own in lives.values() for p, days in own if days < 91}
    for customer, own in lives.items():
        mine = {product for product, _ in own}
        new, again = (listed(told, customer, which) for which in ("new", "again"))
        assert len(new) == min(n, len((lately - mine) & set(on_sale)))
        assert len(again) == min(n, len(mine & set(on_sale)))
        assert not set(new) & mine
        assert set(again) <= mine
    for _, scores in told.groupby(["customer_id", "list"])["score"]:
        assert scores.is_monotonic_decreasing


@few
@given(histories, st.randoms(use_true_random=False), st.integers(1, 40))
def test_rows_may_come_in_any_order_and_customers_in_any_chunks(
    lives: dict[str, list[tuple[str, int]]], random: Random, cells: int
) -> None:
    purchases = bought(lives)
    shuffled = purchases.sample(frac=1.0, random_state=random.randint(0, 99))
    customers = random.sample(sorted(lives), len(lives))
    config = NextBestConfig(method="cosine", cells_at_once=cells)

    told = NextBestProducts(COSINE).fit(purchases).recommend(lives, 5, ON_SALE)
    again = NextBestProducts(config).fit(shuffled)
    other = again.recommend(customers, 5, ON_SALE[::-1])

    pd.testing.assert_frame_equal(told, other, check_exact=True)


def test_equal_scores_stand_by_product() -> None:
    lives = {f"k{n}": [(each, 5)] for n, each in enumerate("dacb")}

    told = recommended(lives, customers=["stranger"], available=list("abcd"))

    assert listed(told, "stranger", "new") == ["a", "b", "c", "d"]


# Which method ranks


def planted(seed: int) -> pd.DataFrame:
    """Forty products in pairs; eight weeks after the one comes the other."""
    random = np.random.default_rng(seed)
    rows = []
    for customer in range(400):
        for first in random.choice(20, size=3, replace=False):
            days_ago = int(random.integers(0, 180))
            rows.append((f"k{customer:03d}", f"p{first:02d}", days_ago))
            rows.append((f"k{customer:03d}", f"p{20 + first:02d}", days_ago - 56))
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id", "days"])
    days = pd.to_timedelta(frame.pop("days"), unit="D")
    return frame.assign(order_date=pd.Timestamp(NIGHT) - days)


def test_neighbours_rank_where_one_product_leads_to_another() -> None:
    purchases = planted(0)
    known = purchases["order_date"] <= pd.Timestamp(NIGHT)

    model = NextBestProducts().fit(purchases, as_of=NIGHT)

    measured = model.measured_
    assert set(measured) == {
        "bestsellers",
        "cosine",
        "ease 0.1",
        "ease 0.4",
        "ease 1.6",
    }
    assert measured[model.method_] == max(measured.values())
    assert measured[model.method_] > 2 * measured["bestsellers"]
    # who has the first of one pair only is shown the second of it
    owned = purchases[known].groupby("customer_id")["product_id"].agg(set)
    on_sale = purchases["product_id"].drop_duplicates()
    told = model.recommend(owned.index, 1, on_sale)
    shown = told[told["list"] == "new"].set_index("customer_id")["product_id"]
    due = purchases[~known].groupby("customer_id")["product_id"].agg(list)
    due = due[due.str.len() == 1].str[0]
    assert len(due) > 100
    assert (shown[due.index] == due).mean() > 0.95


def test_with_too_few_to_judge_by_bestsellers_rank() -> None:
    model = NextBestProducts().fit(bought(LIVES), as_of=NIGHT)

    assert model.method_ == "bestsellers"
    assert model.measured_ == {}


# Other nights


def test_a_model_that_forgot_its_customers_ranks_for_those_of_tonight() -> None:
    model = NextBestProducts(COSINE).fit(bought(LIVES), as_of=NIGHT)
    whole = model.recommend(["kim"], 5, ON_SALE)

    model.without_customers()

    with pytest.raises(ValueError, match="forgot its customers"):
        model.recommend(["kim"], 5, ON_SALE)
    tonight = Purchases.of(bought(LIVES), as_of=NIGHT)
    told = model.recommend(["kim"], 5, ON_SALE, purchases=tonight)
    pd.testing.assert_frame_equal(told, whole)
    other = bought({"new one": [("tea", 0), ("milk", 0)]})
    told = model.recommend(["new one"], 5, ["cups", "tea", "milk"], purchases=other)
    # nobody buys cups tonight, and milk is new to the model
    assert listed(told, "new one", "again") == ["milk", "tea"]
    assert listed(told, "new one", "new") == []


def test_nothing_bought_and_nobody_asked_give_the_same_columns() -> None:
    columns = recommended().columns

    nothing = NextBestProducts().fit(bought({}), as_of=NIGHT)
    assert nothing.recommend(["kim"], 5, ON_SALE).columns.equals(columns)
    nobody = NextBestProducts(COSINE).fit(bought(LIVES)).recommend([], 5, ON_SALE)
    assert nobody.empty
    assert nobody.columns.equals(columns)
    alone = recommended({"kim": [("tea", 1)]})
    assert listed(alone, "kim", "again") == ["tea"]


def test_it_is_a_scikit_learn_estimator() -> None:
    model = NextBestProducts(COSINE)

    assert clone(model).get_params() == {"config": COSINE}
    with pytest.raises(NotFittedError):
        model.recommend(["kim"], 5, ON_SALE)
    with pytest.raises(ValueError, match="n must be positive, got 0"):
        model.fit(bought(LIVES)).recommend(["kim"], 0, ON_SALE)


def test_a_model_that_was_kept_recommends_like_the_one_that_was_fitted() -> None:
    model = NextBestProducts(COSINE).fit(bought(LIVES)).without_customers()

    file = skops.io.dumps(model)
    trusted = skops.io.get_untrusted_types(data=file)
    kept = skops.io.loads(file, trusted=trusted)

    assert not any(name.startswith("pandas") for name in trusted)  # nobody's purchases
    lists = [
        each.recommend(["kim", "lee"], 5, ON_SALE, purchases=bought(LIVES))
        for each in (model, kept)
    ]
    pd.testing.assert_frame_equal(*lists)


def test_products_may_have_numbers() -> None:
    purchases = bought(LIVES)
    numbers = {"tea": 30, "cups": 4, "salt": 100}
    purchases["product_id"] = purchases["product_id"].map(numbers)

    model = NextBestProducts(COSINE).fit(purchases)

    told = model.recommend(["kim"], 5, [4, 30, 100])
    assert told["product_id"].tolist() == [30, 4, 100]
    assert told["reason_product_id"].tolist()[1:] == [30, 30]
