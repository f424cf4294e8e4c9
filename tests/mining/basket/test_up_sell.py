"""Trading up by hand: who went which way, and who does not count."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from mining.basket import up_sell_rules

START = date(2026, 1, 1)
LATER = START + timedelta(days=100)  # kept out from here on
LADDERS = pd.DataFrame(
    [
        ("pan 1", "pans", 1, None, None),
        ("pan 2", "pans", 2, None, None),
        ("pan 3", "pans", 4, START + timedelta(days=50), None),  # steps may have gaps
        ("fan 1", "fans", 1, None, None),
    ],
    columns=["item", "ladder", "step", "launched", "discontinued"],
)


def purchases(*told: tuple[str, str, int]) -> pd.DataFrame:
    rows = [(who, what, START + timedelta(days=day)) for who, what, day in told]
    return pd.DataFrame(rows, columns=["customer", "item", "day"])


def rule(rules: pd.DataFrame, consequent: str) -> dict[str, object]:
    (found,) = rules[rules["consequent"] == consequent].to_dict("records")
    return found


def test_first_purchases_tell_who_goes_up_and_who_goes_down() -> None:
    told = purchases(
        ("up", "pan 1", 1),
        ("up", "pan 2", 10),
        ("up", "pan 1", 20),  # went back: the first purchases count
        ("up too", "pan 1", 3),
        ("up too", "pan 2", 4),
        ("down", "pan 2", 5),
        ("down", "pan 1", 6),
        ("at once", "pan 1", 7),
        ("at once", "pan 2", 7),
        ("stays", "pan 1", 8),
        ("stranger", "tea", 8),
    )

    found = rule(up_sell_rules(told, LADDERS, LATER), "pans:2")

    assert found["antecedent"] == ("pans:1",)
    assert found["count"] == 2
    assert found["expected_count"] == 1.5  # three changed
    assert found["adjusted_lift"] == pytest.approx(2 / 1.5)
    assert found["support"] == pytest.approx(2 / 6)
    assert found["confidence"] == pytest.approx(2 / 3)  # up, up too, stays
    assert found["lift"] == pytest.approx(2 / 3 / (4 / 6))
    assert found["conviction"] == pytest.approx((1 - 4 / 6) / (1 - 2 / 3))


def test_a_change_counts_only_if_both_steps_were_on_sale_at_the_first() -> None:
    told = purchases(
        ("before", "pan 2", 49),  # pan 3 comes on day 50
        ("before", "pan 3", 60),
        ("on the day", "pan 2", 50),
        ("on the day", "pan 3", 60),
    )

    found = rule(up_sell_rules(told, LADDERS, LATER), "pans:4")

    assert found["count"] == 1
    assert found["confidence"] == 1


def test_the_day_after_the_last_is_no_day_of_sale() -> None:
    ladders = LADDERS.assign(
        discontinued=[None, START + timedelta(days=30), None, None]
    )
    told = purchases(
        ("last day", "pan 1", 29),
        ("last day", "pan 2", 29),
        ("last day", "pan 3", 60),
        ("too late", "pan 1", 30),
        ("too late", "pan 2", 31),  # from a shelf that should be empty
        ("in time", "pan 1", 28),
        ("in time", "pan 2", 29),
    )

    found = rule(up_sell_rules(told, ladders, LATER), "pans:2")

    assert found["count"] == 1


def test_a_step_of_several_products_is_one_step() -> None:
    ladders = pd.concat(
        [
            LADDERS,
            pd.DataFrame([("pan 1b", "pans", 1, None, None)], columns=list(LADDERS)),
        ]
    )
    told = purchases(("kim", "pan 1b", 1), ("kim", "pan 1", 2), ("kim", "pan 2", 3))

    assert rule(up_sell_rules(told, ladders, LATER), "pans:2")["count"] == 1


def test_changes_of_the_later_days_are_kept_out_and_told_apart() -> None:
    told = purchases(
        *(
            (f"early {each}", item, day)
            for each in range(3)
            for item, day in (("pan 1", 1), ("pan 2", 99))
        ),
        *(
            (f"late {each}", item, day)
            for each in range(6)
            for item, day in (("pan 1", 1), ("pan 2", 100))
        ),
        *(
            (f"back {each}", item, day)
            for each in range(2)
            for item, day in (("pan 2", 1), ("pan 1", 101))
        ),
    )

    found = rule(up_sell_rules(told, LADDERS, LATER), "pans:2")

    assert found["count"] == 3
    assert found["expected_count"] == 1.5
    assert found["out_of_time_expected_count"] == 4
    assert found["out_of_time_lift"] == pytest.approx(6 / 4)


def test_the_sign_test_is_that_of_a_fair_coin() -> None:
    ups = [(f"up {each}", "pan 1", "pan 2") for each in range(9)]
    downs = [("down", "pan 2", "pan 1")]
    told = purchases(
        *((who, first, 1) for who, first, _ in ups + downs),
        *((who, second, 2) for who, _, second in ups + downs),
    )

    found = rule(up_sell_rules(told, LADDERS, LATER), "pans:2")

    # 9 or 10 heads of 10: 11 of 1024 ways; a family of one
    assert found["q_value"] == pytest.approx(11 / 1024)
    too_few = up_sell_rules(told, LADDERS, LATER, min_expected_count=6)
    assert np.isnan(rule(too_few, "pans:2")["q_value"])


def test_who_has_no_preference_is_not_found_and_who_trades_up_is() -> None:
    rng = np.random.default_rng(1)
    told, ladders = [], []
    for ladder in range(40):
        ladders += [
            (f"{ladder} {step}", f"l{ladder:02d}", step, None, None) for step in (1, 2)
        ]
        goes_up = 0.75 if ladder < 10 else 0.5
        for each in range(120):
            order = (1, 2) if rng.random() < goes_up else (2, 1)
            told += [
                (f"{ladder} {each}", f"{ladder} {step}", day)
                for day, step in enumerate(order)
            ]

    rules = up_sell_rules(
        purchases(*told), pd.DataFrame(ladders, columns=list(LADDERS)), LATER
    )

    found = (
        rules.loc[rules["q_value"] <= 0.05, "antecedent"].str[0].str[1:3].astype(int)
    )
    assert set(range(10)) <= set(found)
    assert len(found) <= 12


@pytest.mark.parametrize(
    ("told", "ladders"),
    [
        pytest.param(purchases(), LADDERS, id="nothing bought"),
        pytest.param(purchases(("kim", "pan 1", 1)), LADDERS.iloc[:0], id="no ladder"),
        pytest.param(purchases(("kim", "fan 1", 1)), LADDERS, id="the only step"),
        pytest.param(purchases((None, "pan 1", 1)), LADDERS, id="nobody known"),
    ],
)
def test_where_there_is_no_rule_the_table_is_empty_and_typed(
    told: pd.DataFrame, ladders: pd.DataFrame
) -> None:
    rules = up_sell_rules(told, ladders, LATER)
    usual = up_sell_rules(purchases(("kim", "pan 1", 1)), LADDERS, LATER)

    assert rules.empty
    assert not usual.empty
    assert list(rules) == list(usual)


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(2)
    told = purchases(
        *(
            (
                f"c{rng.integers(30)}",
                f"pan {rng.integers(1, 4)}",
                int(rng.integers(150)),
            )
            for _ in range(200)
        )
    )

    pd.testing.assert_frame_equal(
        up_sell_rules(told, LADDERS, LATER),
        up_sell_rules(told.sample(frac=1, random_state=1), LADDERS.iloc[::-1], LATER),
    )
