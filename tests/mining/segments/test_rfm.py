"""Scores and segments by hand count and by what must hold of any data."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.config import SegmentsConfig
from mining.histories import checked_histories
from mining.segments import (
    LOST,
    RFM_TABLE,
    SCORES,
    SEGMENT_CODES,
    history_scores,
    quantile_scores,
    rfm_scores,
    segment_codes,
    segment_customers,
)

DIM_SEGMENTS = (
    Path(__file__).parents[3] / "dbt_project/models/marts/core/dim_segments.sql"
)

HistoriesOf = Callable[..., pd.DataFrame]

few = settings(max_examples=40, deadline=None)  # frames are slow to make

whole_numbers = st.lists(st.integers(-1000, 1000), max_size=60)
# few different days and many customers, so that ties are common
purchases = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4),
    st.lists(st.integers(0, 500), min_size=1, max_size=5),
    min_size=1,
    max_size=25,
)


def segmented(histories: pd.DataFrame, as_of: date, **settings: object) -> pd.DataFrame:
    config = SegmentsConfig(**settings)  # type: ignore[arg-type]
    return segment_customers(histories, as_of, config)


# Scores


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([7], [3], id="one customer"),
        pytest.param([7, 7, 7, 7], [3, 3, 3, 3], id="all equal"),
        pytest.param([1, 2], [2, 4], id="two"),
        pytest.param([3, 1, 2], [5, 1, 3], id="three"),
        pytest.param([10, 20, 30, 40], [1, 2, 4, 5], id="four"),
        pytest.param([5, 4, 3, 2, 1], [5, 4, 3, 2, 1], id="five"),
        pytest.param(range(10), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], id="ten"),
        # ridits .3 for the six, then .65, .75, and .9 for both nines
        pytest.param([1] * 6 + [7, 8, 9, 9], [2] * 6 + [4, 4, 5, 5], id="ties"),
    ],
)
def test_a_score_is_the_fifth_in_which_the_middle_of_the_ties_lies(
    values: list[int], expected: list[int]
) -> None:
    scores = quantile_scores(np.array(values, dtype="int64"))

    assert scores.tolist() == expected


@given(whole_numbers)
def test_a_larger_value_never_scores_lower_and_equal_values_score_equal(
    values: list[int],
) -> None:
    scores = quantile_scores(np.array(values, dtype="int64")).tolist()

    assert set(scores) <= set(SCORES)
    for (value, score), (other, other_score) in product(
        zip(values, scores, strict=True), repeat=2
    ):
        if value == other:
            assert score == other_score
        if value > other:
            assert score >= other_score


@given(st.sets(st.integers(-1000, 1000), min_size=1, max_size=60))
def test_distinct_values_fill_the_five_scores_evenly(values: set[int]) -> None:
    scores = quantile_scores(np.array(sorted(values), dtype="int64")).tolist()
    sizes = [Counter(scores)[score] for score in SCORES]

    assert max(sizes) - min(sizes) <= 1


@few
@given(purchases)
def test_a_more_recent_customer_never_gets_a_lower_recency_score(
    histories_of: HistoriesOf, as_of: date, days_ago: dict[str, list[int]]
) -> None:
    segments = segmented(histories_of(days_ago), as_of)
    ordered = segments.sort_values("recency_days")

    assert ordered["recency_score"].is_monotonic_decreasing
    assert ordered.groupby("recency_days")["recency_score"].nunique().eq(1).all()


@few
@given(purchases)
def test_customers_lost_long_ago_do_not_move_the_scores_of_the_others(
    histories_of: HistoriesOf, as_of: date, days_ago: dict[str, list[int]]
) -> None:
    lost = {f"lost {each}": [400 + each] for each in range(10)}
    alone = segmented(histories_of(days_ago), as_of)
    among_lost = segmented(histories_of({**days_ago, **lost}), as_of)

    columns = ["customer_id", "recency_score", "frequency_score", "monetary_score"]
    is_lost = among_lost["customer_id"].isin(lost)
    pd.testing.assert_frame_equal(
        among_lost.loc[~is_lost, columns].reset_index(drop=True), alone[columns]
    )
    assert among_lost.loc[is_lost, columns[1:]].eq(1).all(axis=None)


def test_one_purchase_day_is_no_frequency_however_rare_a_second_is(
    histories_of: HistoriesOf, as_of: date
) -> None:
    once = {f"once {each}": [each] for each in range(9)}
    histories = checked_histories(histories_of({**once, "twice": [0, 9]}), as_of, 365)

    scores = history_scores(histories).set_index(histories["customer_id"])

    assert scores.loc[list(once), "frequency_score"].eq(1).all()
    assert scores.loc["twice", "frequency_score"] == 5


# Segments


def test_every_combination_of_scores_is_in_exactly_one_row_of_the_table() -> None:
    rows = Counter(
        cell
        for cells in RFM_TABLE
        for cell in product(cells.recency, cells.frequency, cells.monetary)
    )

    assert set(rows) == set(product((1, 2, 3, 4, 5), repeat=3))
    assert set(rows.values()) == {1}


def test_every_segment_can_be_reached_by_scores_or_is_lost() -> None:
    cells = pd.DataFrame(
        list(product(SCORES, repeat=3)),
        columns=["recency_score", "frequency_score", "monetary_score"],
    )
    codes = segment_codes(cells, np.ones(125, dtype=bool))

    assert {*codes, LOST} == set(SEGMENT_CODES)
    assert LOST not in codes
    assert len(set(SEGMENT_CODES)) == len(SEGMENT_CODES) == 11


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((5, 5, 5), "champions"),
        ((5, 4, 4), "champions"),
        ((5, 5, 3), "loyal"),
        ((4, 5, 5), "loyal"),
        ((3, 4, 1), "loyal"),
        ((5, 3, 5), "potential_loyalists"),
        ((4, 2, 1), "potential_loyalists"),
        ((5, 1, 5), "new_customers"),
        ((4, 1, 1), "promising"),
        ((3, 3, 3), "needs_attention"),
        ((3, 1, 4), "needs_attention"),
        ((3, 2, 3), "about_to_sleep"),
        ((3, 1, 1), "about_to_sleep"),
        ((2, 3, 3), "at_risk"),
        ((1, 1, 5), "at_risk"),
        ((1, 5, 1), "cannot_lose"),
        ((2, 3, 5), "cannot_lose"),
        ((2, 2, 4), "hibernating"),
        ((1, 1, 1), "hibernating"),
    ],
)
def test_scores_get_the_segment_a_marketer_expects(
    scores: tuple[int, int, int], expected: str
) -> None:
    names = ["recency_score", "frequency_score", "monetary_score"]
    cell = pd.DataFrame([scores], columns=names)

    assert segment_codes(cell, np.array([True])).tolist() == [expected]
    assert segment_codes(cell, np.array([False])).tolist() == ["lost"]


def test_dim_segments_names_the_same_codes_in_the_same_order() -> None:
    sql = DIM_SEGMENTS.read_text("utf-8")
    rows = re.findall(r"^\s+(\d+), '(\w+)'", sql, flags=re.MULTILINE)

    assert [code for _, code in rows] == list(SEGMENT_CODES)
    assert [int(order) for order, _ in rows] == list(range(1, len(SEGMENT_CODES) + 1))


# From orders


def orders_of(*rows: tuple[str, date, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "net_amount"])


def test_orders_are_scored_by_hand_count(as_of: date) -> None:
    def ago(days: int) -> date:
        return as_of - timedelta(days=days)

    orders = orders_of(
        ("lee", ago(3), 20.0),
        ("kim", ago(0), 10.5),
        ("kim", ago(0), 4.0),  # two orders of one day are one purchase day
        ("kim", ago(40), 30.0),
        ("lee", ago(1), -5.0),  # a credit lessens the amount and is no purchase
        ("park", ago(365), 99.0),  # just outside the window
        ("choi", ago(2), -7.0),  # nothing but a credit
        ("kim", ago(-1), 500.0),  # tomorrow
    )

    scores = rfm_scores(orders, as_of).set_index("customer_id")

    assert scores.index.tolist() == ["kim", "lee", "park"]
    assert scores["recency_days"].tolist() == [0, 3, 365]
    assert scores["frequency"].tolist() == [2, 1, 0]
    assert scores["monetary_amount"].tolist() == [44.5, 15.0, 0.0]
    # two in the window: ridits .25 and .75; one purchase day is no frequency
    assert scores["recency_score"].tolist() == [4, 2, 1]
    assert scores["frequency_score"].tolist() == [4, 1, 1]
    assert scores["monetary_score"].tolist() == [4, 2, 1]
    assert scores["rfm_segment_code"].tolist() == [
        "loyal",  # recency 4, frequency 4
        "hibernating",
        "lost",
    ]


@few
@given(purchases, st.integers(1, 400))
def test_orders_and_their_histories_are_scored_alike(
    histories_of: HistoriesOf,
    as_of: date,
    days_ago: dict[str, list[int]],
    window_days: int,
) -> None:
    orders = orders_of(
        *(
            (each, as_of - timedelta(days=day), 10.0)
            for each, days in days_ago.items()
            for day in set(days)
        )
    )
    histories = histories_of(days_ago, window_days=window_days)
    segments = segmented(histories, as_of, window_days=window_days)

    scores = rfm_scores(orders, as_of, window_days)

    pd.testing.assert_frame_equal(scores, segments[list(scores.columns)])


def test_customers_may_be_numbers_and_amounts_decimals(as_of: date) -> None:
    orders = pd.DataFrame(
        {
            "customer_id": [12, 7],
            "order_date": [as_of.isoformat()] * 2,
            "net_amount": [Decimal("0.10"), Decimal("2")],
        }
    )

    scores = rfm_scores(orders, as_of)

    assert scores["customer_id"].tolist() == [7, 12]
    assert scores["monetary_amount"].tolist() == [2.0, 0.1]


def test_no_orders_give_no_scores(as_of: date) -> None:
    scores = rfm_scores(orders_of(), as_of)

    assert scores.empty
    assert "rfm_segment_code" in scores.columns


def test_orders_that_cannot_be_are_refused_without_a_value(as_of: date) -> None:
    orders = orders_of(("kim", as_of, float("nan")), ("secret", as_of, 1.0))

    with pytest.raises(ValueError, match="1 rows without a net_amount") as refusal:
        rfm_scores(orders, as_of)
    assert "secret" not in str(refusal.value)
    with pytest.raises(ValueError, match="orders lack the columns net_amount"):
        rfm_scores(orders.drop(columns="net_amount"), as_of)
