"""What is found: what was tied, and nothing in shuffled baskets."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from mining.basket import (
    Baskets,
    association_rules,
    out_of_time_lifts,
    size_adjusted_tests,
)
from mining.basket.counted import CountedRules
from mining.basket.significance import customer_codes, q_values
from tests.mining.basket.shuffled import fisher_q_values, swapped

LINES = pd.DataFrame(
    [
        *((1, item) for item in ("apples", "bread", "milk")),
        *((2, item) for item in ("bread", "milk")),
        *((3, item) for item in ("apples", "bread")),
        *((4, item) for item in ("bread", "milk", "tea")),
        (5, "tea"),
    ],
    columns=["basket", "item"],
)
ADDED = ["expected_count", "adjusted_lift", "q_value"]


def published(tested: pd.DataFrame) -> pd.Series:
    return (tested["q_value"] <= 0.05) & (tested["adjusted_lift"] >= 1.2)


def test_columns_are_added_and_rows_stay() -> None:
    rules = association_rules(LINES, 0.2, 0.0).sample(frac=1, random_state=1)

    tested = size_adjusted_tests(rules, LINES)

    assert list(tested) == [*rules, *ADDED]
    pd.testing.assert_frame_equal(tested[list(rules)], rules)


def test_the_expected_count_of_equally_frequent_items_is_told_by_sizes() -> None:
    # 12 baskets of 4 items, each in 6 (see the size model's tests): 8 / 3 for a pair
    table = [
        *np.eye(4, dtype=int).tolist(),
        *([1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]),
        *(1 - np.eye(4, dtype=int)).tolist(),
    ]
    baskets = Baskets.of_matrix(np.array(table), list("abcd"))
    rules = association_rules(baskets, 0.05, 0.0)

    tested = size_adjusted_tests(rules, baskets).set_index(["antecedent", "consequent"])

    # a and b: in one basket of size 2, in two of size 3
    pair = tested.loc[[(("a",), "b")]].iloc[0]
    assert pair["expected_count"] == pytest.approx(8 / 3)
    assert pair["adjusted_lift"] == pytest.approx(3 / (8 / 3))
    # two baskets of 3 items hold a and b, and each of c and d is the third with 1 / 2
    triple = tested.loc[[(("a", "b"), "c")]].iloc[0]
    assert triple["expected_count"] == pytest.approx(2 * 1 / 2)
    assert triple["adjusted_lift"] == pytest.approx(1.0)


def test_what_lies_alone_in_its_basket_changes_nothing(shop_of) -> None:
    shop = shop_of(seed=10, n_baskets=2000, n_items=12, odds_ratios=(3,))
    rules = association_rules(shop.baskets, 0.005, 0.0)
    alone = pd.DataFrame({"basket": np.arange(2000, 5000), "item": "item 003"})

    tested = size_adjusted_tests(rules, pd.concat([shop.baskets, alone]))

    without = size_adjusted_tests(rules, shop.baskets)
    pd.testing.assert_frame_equal(tested, without)


def test_both_directions_of_a_pair_are_one_test(shop_of) -> None:
    shop = shop_of(seed=1, n_baskets=1000, n_items=12)
    rules = association_rules(shop.baskets, 0.01, 0.0, max_length=2)

    tested = size_adjusted_tests(rules, shop.baskets, shop.customers)

    one = tested.set_index([tested["antecedent"].str[0], "consequent"])[ADDED]
    other = one.swaplevel().reindex(one.index)
    np.testing.assert_allclose(one.to_numpy(), other.to_numpy())


def test_tied_pairs_are_found_and_little_else(shop_of) -> None:
    recalls, false_shares, longer = [], [], 0
    odds_ratios = (2, 2, 3, 4, 2, 2.5, 2, 3)
    for seed in range(4):
        shop = shop_of(seed, n_baskets=8000, n_items=30, odds_ratios=odds_ratios)
        rules = association_rules(shop.baskets, 0.009, 0.0)
        tested = size_adjusted_tests(rules, shop.baskets, shop.customers)
        is_pair = tested["antecedent"].map(len) == 1
        pairs = tested[is_pair & (tested["antecedent"].str[0] < tested["consequent"])]
        tied = pd.Series(
            [
                pair in shop.tied
                for pair in zip(
                    pairs["antecedent"].str[0], pairs["consequent"], strict=True
                )
            ],
            index=pairs.index,
        )
        found = published(pairs)
        strong = tied & (pairs["expected_count"] >= 50)
        recalls.append(found[strong].mean())
        false_shares.append((found & ~tied).sum() / found.sum())
        longer += published(tested[~is_pair]).sum()

    assert np.mean(recalls) >= 0.9
    assert np.mean(false_shares) <= 0.05
    assert longer <= 0.05 * 4 * 8  # pairs are all there is


def test_shuffled_baskets_publish_next_to_nothing_and_fisher_would(shop_of) -> None:
    shop = shop_of(seed=11, n_baskets=1500, n_items=30, odds_ratios=(4, 4))
    lines = swapped(shop.baskets, seed=100)
    candidates = adjusted = plain = 0
    for copy in range(20):
        lines = swapped(lines, seed=copy, trades_each=2)
        rules = association_rules(lines, 0.02, 0.0)
        tested = size_adjusted_tests(rules, lines, shop.customers)
        is_candidate = tested["expected_count"] >= 5
        candidates += is_candidate.sum()
        adjusted += published(tested[is_candidate]).sum()
        plain += (fisher_q_values(rules[is_candidate], lines) <= 0.05).sum()

    assert adjusted <= 0.01 * candidates
    assert plain > 0.5 * candidates


def test_the_deviation_is_honest_where_households_have_tastes(shop_of) -> None:
    clustered, alone = [], []
    for seed in range(3):
        shop = shop_of(seed, n_baskets=12000, n_items=20, baskets_each=120, taste=1)
        rules = association_rules(shop.baskets, 0.002, 0.0, max_length=2)
        baskets = Baskets.of(shop.baskets)
        for customers, z in ((shop.customers, clustered), (None, alone)):
            counted = CountedRules.of(
                rules, baskets, customer_codes(baskets, customers)
            )
            z.append(norm.isf(counted.p_values(*counted.counts())))

    assert np.std(np.concatenate(clustered)) == pytest.approx(1, abs=0.15)
    assert np.std(np.concatenate(alone)) > 1.35


def test_a_longer_rule_that_adds_nothing_to_a_shorter_one_is_not_published(
    shop_of,
) -> None:
    shop = shop_of(seed=2, n_baskets=8000, n_items=20, odds_ratios=(8,))
    rules = association_rules(shop.baskets, 0.001, 0.0)

    tested = size_adjusted_tests(rules, shop.baskets)

    first, second = next(iter(shop.tied))
    with_first = tested["antecedent"].map(lambda each: len(each) == 2 and first in each)
    longer = tested[with_first & (tested["consequent"] == second)]
    assert len(longer) > 5
    # the consequent is likelier by far, but so it is with the shorter one
    assert (longer["adjusted_lift"] > 1.3).all()
    assert published(longer).sum() <= 1


def test_a_longer_rule_that_beats_its_shorter_ones_is_published() -> None:
    # c goes with a and b together: with one of them as with none
    rng = np.random.default_rng(8)
    held = rng.random((6000, 12)) < rng.choice([0.1, 0.3], (6000, 1))
    with_both = held[:, 0] & held[:, 1]
    held[:, 2] = rng.random(6000) < np.where(with_both, 0.7, 0.2)
    baskets = Baskets.of_matrix(
        held.astype(int), [f"i{each:02d}" for each in range(12)]
    )
    rules = association_rules(baskets, 0.005, 0.0)

    tested = size_adjusted_tests(rules, baskets)

    longer = tested[tested["antecedent"].map(len) == 2]
    found = longer[published(longer)]
    told = set(zip(found["antecedent"], found["consequent"], strict=True))
    assert (("i00", "i01"), "i02") in told


def test_an_item_in_all_baskets_has_adjusted_lift_one_and_is_never_significant(
    shop_of,
) -> None:
    shop = shop_of(seed=4, n_baskets=600, n_items=10)
    ids = shop.baskets["basket"].unique()
    bags = pd.DataFrame({"basket": ids, "item": "bag"})
    lines = pd.concat([shop.baskets, bags])
    rules = association_rules(lines, 0.02, 0.0)

    tested = size_adjusted_tests(rules, lines, shop.customers)

    to_bag = tested["consequent"] == "bag"
    assert to_bag.any()
    np.testing.assert_allclose(tested.loc[to_bag, "adjusted_lift"], 1.0)
    assert (tested.loc[to_bag, "q_value"].dropna() > 0.05).all()


def test_rules_that_expect_too_little_are_not_tested(shop_of) -> None:
    shop = shop_of(seed=5, n_baskets=500, n_items=20)
    rules = association_rules(shop.baskets, 0.004, 0.0)

    tested = size_adjusted_tests(rules, shop.baskets, min_expected_count=10)

    is_tested = tested["q_value"].notna()
    assert 0 < is_tested.sum() < len(tested)
    assert ((tested["expected_count"] >= 10) == is_tested).all()


def test_the_family_is_all_that_could_be_mined_and_not_what_was(shop_of) -> None:
    shop = shop_of(seed=6, n_baskets=2000, n_items=15, odds_ratios=(4,))
    rules = association_rules(shop.baskets, 0.005, 0.0, max_length=2)
    first, second = next(iter(shop.tied))
    only = rules[(rules["antecedent"] == (first,)) & (rules["consequent"] == second)]

    q_among_all = size_adjusted_tests(rules, shop.baskets).loc[only.index, "q_value"]
    alone = size_adjusted_tests(only, shop.baskets)

    # alone it would be tested once; with it go all that are as frequent as it is
    baskets = Baskets.of(shop.baskets)
    counted = CountedRules.of(only, baskets, None)
    p = counted.p_values(*counted.counts()).item()
    assert alone["q_value"].item() > 20 * p
    assert q_among_all.item() > 20 * p


def test_q_values_are_those_of_benjamini_and_hochberg() -> None:
    # their section 3.1 rule by hand: p m / rank, made monotone from the largest down
    p = np.array([0.04, 0.001, np.nan, 0.03, 0.5])

    np.testing.assert_allclose(
        q_values(p, 4), [0.04 * 4 / 3, 0.004, np.nan, 0.04 * 4 / 3, 0.5]
    )
    # six that are not told are taken for larger
    np.testing.assert_allclose(q_values(p, 10), [0.4 / 3, 0.01, np.nan, 0.4 / 3, 1.0])


def test_customers_may_be_told_in_three_ways(shop_of) -> None:
    shop = shop_of(seed=7, n_baskets=800, n_items=10, taste=0.5)
    rules = association_rules(shop.baskets, 0.02, 0.0)
    frame = shop.customers.rename_axis("basket").reset_index(name="customer")

    by_series, by_mapping, by_frame = (
        size_adjusted_tests(rules, shop.baskets, customers)
        for customers in (shop.customers, shop.customers.to_dict(), frame)
    )

    pd.testing.assert_frame_equal(by_series, by_mapping)
    pd.testing.assert_frame_equal(by_series, by_frame)


def test_a_basket_whose_customer_is_missing_stands_for_itself() -> None:
    baskets = Baskets.of(LINES)

    codes = customer_codes(baskets, {1: "kim", 3: "kim", 4: None})

    assert codes is not None
    assert codes[0] == codes[2]
    assert len(set(codes.tolist())) == 4
    assert customer_codes(baskets, None) is None


def test_customers_of_other_baskets_are_refused() -> None:
    rules = association_rules(LINES, 0.2, 0.0)

    with pytest.raises(ValueError, match="customers tell of none of the baskets"):
        size_adjusted_tests(rules, LINES, {"1": "kim"})


def test_every_basket_a_customer_of_its_own_is_the_same_as_no_customers(
    shop_of,
) -> None:
    shop = shop_of(seed=8, n_baskets=900, n_items=12, odds_ratios=(3,))
    rules = association_rules(shop.baskets, 0.01, 0.0)
    own = pd.Series(shop.customers.index, index=shop.customers.index)

    pd.testing.assert_frame_equal(
        size_adjusted_tests(rules, shop.baskets),
        size_adjusted_tests(rules, shop.baskets, own),
    )


def test_the_order_of_rows_changes_nothing(shop_of) -> None:
    shop = shop_of(seed=9, n_baskets=900, n_items=12, odds_ratios=(3,))
    rules = association_rules(shop.baskets, 0.01, 0.0)
    shuffled = shop.baskets.sample(frac=1, random_state=3)

    pd.testing.assert_frame_equal(association_rules(shuffled, 0.01, 0.0), rules)
    pd.testing.assert_frame_equal(
        size_adjusted_tests(rules, shop.baskets, shop.customers),
        size_adjusted_tests(
            rules, shuffled, shop.customers.sample(frac=1, random_state=4)
        ),
        check_exact=True,
    )


def test_out_of_time_lifts_are_those_of_the_later_baskets(shop_of) -> None:
    earlier = shop_of(seed=1, n_baskets=2000, n_items=12, odds_ratios=(5,))
    later = shop_of(seed=2, n_baskets=1000, n_items=12, odds_ratios=(5,)).baskets
    later = later[later.groupby("basket")["item"].transform("size") > 1]
    rules = association_rules(earlier.baskets, 0.01, 0.0)

    tried = out_of_time_lifts(rules, later)

    there = size_adjusted_tests(rules, later)
    np.testing.assert_array_equal(tried["out_of_time_lift"], there["adjusted_lift"])
    np.testing.assert_array_equal(
        tried["out_of_time_expected_count"], there["expected_count"]
    )


def test_a_rule_whose_items_are_gone_has_no_lift_later() -> None:
    rules = association_rules(LINES, 0.2, 0.0)

    tried = out_of_time_lifts(rules, LINES[LINES["basket"] == 5])

    assert tried["out_of_time_lift"].isna().all()
    assert tried["out_of_time_expected_count"].eq(0).all()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(LINES.iloc[:0], id="no basket"),
        pytest.param(LINES[LINES["basket"] == 5], id="one basket, one item"),
        pytest.param(LINES[LINES["basket"] == 1], id="one basket, three items"),
        pytest.param(LINES[LINES["item"] == "bread"], id="one item in all baskets"),
    ],
)
@pytest.mark.parametrize("rules_of", [LINES, LINES.iloc[:0]], ids=["rules", "none"])
@pytest.mark.parametrize("customers", [None, pd.Series({1: 1, 3: 1, 5: 2})])
def test_degenerate_baskets_are_no_trouble(
    lines: pd.DataFrame, rules_of: pd.DataFrame, customers: pd.Series | None
) -> None:
    rules = association_rules(rules_of, 0.1, 0.0)

    tested = size_adjusted_tests(rules, lines, customers)
    tried = out_of_time_lifts(rules, lines)

    assert len(tested) == len(tried) == len(rules)
    assert tested[ADDED].dtypes.eq("float64").all()
    assert not (tested["q_value"] <= 0.05).any()


def test_rules_without_their_columns_are_refused() -> None:
    rules = association_rules(LINES, 0.2, 0.0).drop(columns="antecedent")

    with pytest.raises(ValueError, match="rules lack the columns antecedent"):
        size_adjusted_tests(rules, LINES)
