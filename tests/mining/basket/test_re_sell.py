"""Buying again by hand, and where it is planted."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from mining.basket import re_sell_rules

START = date(2026, 1, 1)
UNTIL = START + timedelta(days=199)
LATER = START + timedelta(days=100)  # kept out from here on


def purchases(*told: tuple[str, str, int]) -> pd.DataFrame:
    rows = [(who, what, START + timedelta(days=day)) for who, what, day in told]
    return pd.DataFrame(rows, columns=["customer", "item", "day"])


# All come three times, so all are equally frequent.
THREE_VISITS = (
    ("kim", "tea", 4),
    ("kim", "soap", 8),
    ("kim", "soap", 18),
    ("lee", "tea", 0),
    ("lee", "soap", 49),
    ("lee", "soap", 57),
    ("ahn", "tea", 0),
    ("ahn", "tea", 19),
    ("ahn", "tea", 39),
)


def rule(rules: pd.DataFrame, item: str) -> dict[str, object]:
    (found,) = rules[rules["consequent"] == item].to_dict("records")
    return found


def test_the_share_buying_again_is_compared_as_by_hand() -> None:
    found = rule(re_sell_rules(purchases(*THREE_VISITS), UNTIL, LATER), "soap")

    # gaps of 10 and 8 days: half are back after 8
    assert found["antecedent"] == ("soap",)
    assert found["due_days"] == 8
    # lee alone is back within 8 days
    assert found["count"] == 1
    assert found["confidence"] == pytest.approx(1 / 2)
    assert found["support"] == pytest.approx(1 / 3)
    # visits without soap: kim's one, which soap followed within 8 days; lee's one and
    # ahn's three, which it did not: a fifth of them
    assert found["expected_count"] == pytest.approx(2 / 5)
    assert found["adjusted_lift"] == pytest.approx(5 / 2)
    assert found["lift"] == pytest.approx(5 / 2)


def test_a_visit_counts_only_if_its_days_are_over() -> None:
    # ahn's last visit is too late to be followed by anything within 8 days
    late = ("ahn", "soap", 95), ("ahn", "soap", 99)

    found = rule(re_sell_rules(purchases(*THREE_VISITS, *late), UNTIL, LATER), "soap")

    # ahn now comes 5 times and is compared with nobody: the third frequency
    assert found["due_days"] == 8
    assert found["expected_count"] == pytest.approx(2 * 1 / 2)


def test_a_buyer_who_came_too_late_to_come_back_is_no_buyer_yet() -> None:
    late = ("soo", "tea", 3), ("soo", "tea", 30), ("soo", "soap", 95)

    found = rule(re_sell_rules(purchases(*THREE_VISITS, *late), UNTIL, LATER), "soap")

    # the days end with 99, and soap is due after 8
    assert found["due_days"] == 8
    assert found["confidence"] == pytest.approx(1 / 2)
    # but a customer without it on two visits
    assert found["expected_count"] == pytest.approx(2 * 1 / 7)


def test_visits_before_the_first_purchase_count_and_no_later_ones() -> None:
    # four of a frequency: park comes for tea on days 10 and 14, then for soap on 15
    told = [("soo", "soap", 10), ("soo", "soap", 12), ("soo", "tea", 50)]
    park = [("park", "tea", 10), ("park", "tea", 14), ("park", "soap", 15)]
    none = [(who, "tea", day) for who in ("ahn", "lee") for day in (1, 40, 80)]

    found = rule(re_sell_rules(purchases(*told, *park, *none), UNTIL, LATER), "soap")

    # due after 2 days; soap followed one of park's two visits within them, and none of
    # the six of ahn and lee
    assert found["due_days"] == 2
    assert found["expected_count"] == pytest.approx(2 * 1 / 8)
    assert found["count"] == 1


def test_the_later_days_are_compared_by_themselves() -> None:
    later = [(who, what, day + 100) for who, what, day in THREE_VISITS]
    told = purchases(*THREE_VISITS, *later)

    found = rule(re_sell_rules(told, UNTIL, LATER), "soap")

    # kim and lee had soap before: only ahn is without
    assert found["out_of_time_expected_count"] == 0
    assert np.isnan(found["out_of_time_lift"])
    others = [(who + " later", what, day + 100) for who, what, day in THREE_VISITS]
    found = rule(re_sell_rules(purchases(*THREE_VISITS, *others), UNTIL, LATER), "soap")
    assert found["out_of_time_expected_count"] == pytest.approx(2 / 5)
    assert found["out_of_time_lift"] == pytest.approx(5 / 2)
    assert found["count"] == 1  # as before


def test_who_had_it_and_did_not_buy_it_again_is_nobody_to_compare_with() -> None:
    others = [(who + " later", what, day + 100) for who, what, day in THREE_VISITS]
    had = [("soo", "soap", 1), *(("soo", "tea", day) for day in (100, 120, 140))]

    found = rule(
        re_sell_rules(purchases(*THREE_VISITS, *others, *had), UNTIL, LATER), "soap"
    )

    assert found["out_of_time_expected_count"] == pytest.approx(2 / 5)


def test_an_item_whose_buyers_stay_away_makes_no_rule() -> None:
    told = purchases(*((f"c{each}", "sofa", each) for each in range(20)))

    assert re_sell_rules(told, UNTIL, LATER).empty


def test_what_is_bought_again_is_found_and_what_frequent_visits_bring_is_not() -> None:
    rng = np.random.default_rng(4)
    rows = []
    for customer in range(600):
        # some come often, some seldom; all take staples by chance, as often as ever
        days = np.flatnonzero(rng.random(100) < rng.choice([0.08, 0.16, 0.3]))
        for staple in range(10):
            taken = days[rng.random(len(days)) < 0.35]
            rows += [(f"{customer}", f"staple {staple}", int(day)) for day in taken]
        if customer % 3 == 0 and len(days):  # loyal to a brand
            start = int(rng.integers(0, 40))
            rows += [(f"{customer}", "refill", day) for day in range(start, 100, 20)]
        rows += [(f"{customer}", "something", int(day)) for day in days]
    told = purchases(*rows)

    rules = re_sell_rules(told, UNTIL, LATER).set_index("consequent")

    found = rules.index[(rules["q_value"] <= 0.05) & (rules["adjusted_lift"] >= 1.2)]
    assert found.tolist() == ["refill"]
    assert rules.loc["refill", "due_days"] == 20
    staples = rules[rules.index.str.startswith("staple")]
    assert len(staples) == 10
    assert staples["adjusted_lift"].mean() == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(purchases(), id="nothing bought"),
        pytest.param(purchases(("kim", "tea", 1)), id="once"),
        pytest.param(purchases((None, "tea", 1), (None, "tea", 9)), id="nobody known"),
        pytest.param(purchases(("kim", "tea", 1), ("kim", "tea", 9)), id="alone"),
        pytest.param(purchases(("kim", "tea", 150)), id="all of it later"),
    ],
)
def test_where_there_is_no_rule_the_table_is_empty_and_typed(
    told: pd.DataFrame,
) -> None:
    rules = re_sell_rules(told, UNTIL, LATER)
    usual = re_sell_rules(purchases(*THREE_VISITS), UNTIL, LATER)

    assert rules.empty
    assert list(rules) == list(usual)


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    told = purchases(
        *(
            (f"c{rng.integers(20)}", f"i{rng.integers(4)}", int(rng.integers(200)))
            for _ in range(500)
        )
    )

    rules = re_sell_rules(told, UNTIL, LATER)

    assert len(rules) > 1
    pd.testing.assert_frame_equal(
        rules, re_sell_rules(told.sample(frac=1, random_state=1), UNTIL, LATER)
    )
