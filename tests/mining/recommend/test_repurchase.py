"""When something is due, by hand; what is bought once."""

from datetime import date, timedelta
from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.recommend import RepurchaseConfig, bought_once, repurchase_dues

FIRST = date(2026, 1, 1)
FEW = RepurchaseConfig(fewest_repeaters=2)

few = settings(max_examples=40, deadline=None)


def bought(**days: list[int]) -> pd.DataFrame:
    """Purchases of tea: each customer's days since the first."""
    rows = [
        (customer, "tea", FIRST + timedelta(days=day))
        for customer, own in days.items()
        for day in own
    ]
    return pd.DataFrame(rows, columns=["customer_id", "product_id", "order_date"])


def test_dues_are_the_own_gaps_shrunk_to_the_median_of_the_product() -> None:
    purchases = bought(kim=[0, 10, 50], lee=[0, 20], han=[45], cho=[46])

    dues = repurchase_dues(purchases, FIRST + timedelta(days=50), FEW)

    # gaps 10, 20, 40; open: kim 0 days, lee 30, han 5, cho 4. At risk on day 10 are
    # 10, 20, 40 and 30: 3/4 are left; on day 20, of 20, 40 and 30: 3/4 * 2/3 = 1/2
    dues = dues.set_index("customer_id")
    assert dues["median_gap_days"].tolist() == [20.0] * 4
    expected = {
        "cho": 20.0,
        "han": 20.0,
        "kim": (10 * 40 * 20) ** (1 / 3),
        "lee": (20 * 20) ** 0.5,
    }
    assert dues["expected_gap_days"].to_dict() == pytest.approx(expected)
    assert dues["purchase_day_count"].tolist() == [1, 1, 3, 2]
    due = {each: day.date() for each, day in dues["due_date"].items()}
    assert due == {
        "cho": FIRST + timedelta(days=66),
        "han": FIRST + timedelta(days=65),
        "kim": FIRST + timedelta(days=70),
        "lee": FIRST + timedelta(days=40),  # overdue
    }


def test_who_has_been_silent_for_long_has_dropped_the_product() -> None:
    purchases = bought(kim=[0, 10], lee=[0, 10], han=[40, 50])

    at_30_days = repurchase_dues(purchases, FIRST + timedelta(days=40), FEW)
    at_31_days = repurchase_dues(purchases, FIRST + timedelta(days=41), FEW)

    assert at_30_days["customer_id"].tolist() == ["han", "kim", "lee"]
    assert at_31_days["customer_id"].tolist() == ["han"]


def test_nothing_is_due_of_what_too_few_buy_twice_or_most_buy_once() -> None:
    one_repeater = bought(kim=[0, 10], lee=[0], han=[0, 30])
    assert repurchase_dues(one_repeater, config=RepurchaseConfig()).empty

    # two of nine come back, so the curve never reaches a half
    rare = bought(kim=[0, 10], lee=[0, 30], **{f"k{n}": [0] for n in range(7)})
    assert repurchase_dues(rare, FIRST + timedelta(days=40), FEW).empty


def survival(gaps: list[tuple[int, bool]], day: int) -> float:
    """Kaplan-Meier, one day after the other."""
    left = 1.0
    for each in range(1, day + 1):
        at_risk = sum(days >= each for days, _ in gaps)
        again = sum(days == each and closed for days, closed in gaps)
        left *= 1 - again / at_risk if at_risk else 1
    return left


@few
@given(
    st.lists(
        st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True),
        min_size=1,
        max_size=8,
    )
)
def test_the_median_is_where_the_kaplan_meier_curve_falls_to_a_half(
    lives: list[list[int]],
) -> None:
    purchases = bought(**{f"k{n}": days for n, days in enumerate(lives)})
    config = RepurchaseConfig(fewest_repeaters=1, most_gaps_silent=1e9)

    dues = repurchase_dues(purchases, FIRST + timedelta(days=31), config)

    gaps = []
    for days in map(sorted, lives):
        gaps += [(b - a, True) for a, b in pairwise(days)]
        gaps.append((31 - days[-1], False))
    medians = [day for day in range(1, 32) if survival(gaps, day) <= 0.5 + 1e-9]
    if medians:
        assert dues["median_gap_days"].tolist() == [medians[0]] * len(lives)
    else:
        assert dues.empty


def test_products_do_not_know_of_one_another_and_rows_may_come_in_any_order() -> None:
    tea = bought(kim=[0, 10, 50], lee=[0, 20], han=[45])
    cups = bought(kim=[3, 9], lee=[1, 4, 40]).assign(product_id="cups")
    both = pd.concat([tea, cups]).sample(frac=1.0, random_state=0)
    as_of = FIRST + timedelta(days=50)

    told = repurchase_dues(both, as_of, FEW)

    alone = pd.concat([repurchase_dues(each, as_of, FEW) for each in (tea, cups)])
    alone = alone.sort_values(["customer_id", "product_id"], ignore_index=True)
    pd.testing.assert_frame_equal(told, alone, check_exact=True)


def test_no_purchases_give_no_dues() -> None:
    assert repurchase_dues(bought()).empty
    assert bought_once(bought()).empty


def test_one_is_enough_of_what_hardly_anybody_buys_again() -> None:
    config = RepurchaseConfig(fewest_buyers=50, once_days=100, once_share=0.02)
    once = {f"k{n}": [n % 10] for n in range(99)}

    def products(**more: list[int]) -> list[str]:
        as_of = FIRST + timedelta(days=150)
        return bought_once(bought(**once, **more), as_of, config).tolist()

    assert products(kim=[0, 90]) == ["tea"]  # 1 of 100 within 100 days
    assert products(kim=[0, 140], lee=[0, 120], han=[0, 130]) == ["tea"]  # later
    assert products(kim=[0, 90], lee=[0, 9], han=[0, 9]) == []  # 3 of 102
    # hardly anybody was followed for so long
    late = bought(**{f"k{n}": [60 + n % 10] for n in range(99)})
    assert bought_once(late, FIRST + timedelta(days=150), config).empty


def test_a_gap_counts_from_the_day_of_the_purchase_whatever_the_history() -> None:
    config = RepurchaseConfig(fewest_repeaters=1)
    purchases = bought(kim=[0, 7, 14, 21])

    dues = repurchase_dues(purchases, FIRST + timedelta(days=21), config)

    assert dues["expected_gap_days"].tolist() == [7.0]
    assert dues["due_date"].tolist() == [pd.Timestamp(FIRST + timedelta(days=28))]
    assert np.issubdtype(dues["due_date"].dtype, np.datetime64)
