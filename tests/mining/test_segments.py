"""Scores, segments and grades by hand count and by what must hold of any data."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.config import SegmentsConfig
from mining.histories import checked_histories
from mining.lifecycle import STAGES
from mining.segments import (
    COLUMNS,
    GRADES,
    LOST,
    RFM_TABLE,
    SCORES,
    SEGMENT_CODES,
    contribution_cents,
    quantile_scores,
    rfm_scores,
    segment_codes,
    segment_customers,
    value_grades,
)

DIM_SEGMENTS = (
    Path(__file__).parents[2] / "dbt_project/models/marts/core/dim_segments.sql"
)
PERCENTS = (50, 30, 15)

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

    scores = rfm_scores(histories).set_index(histories["customer_id"])

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


# Grades


@pytest.mark.parametrize(
    ("contribution", "expected"),
    [
        pytest.param([500, 300, 150, 50], "ABCD", id="each limit met exactly"),
        pytest.param([50, 150, 300, 500], "DCBA", id="in any order"),
        pytest.param([95, 5], "AD", id="95 % are exactly C's limit"),
        # 0 and 40 lie before 50, 70 before 80, 90 before 95
        pytest.param([40, 30, 20, 10], "AABC", id="who reaches a limit is in"),
        pytest.param([30, 30, 20, 20], "AABB", id="ties"),
        pytest.param([10, 10, 10, 10], "AAAA", id="all equal"),
        pytest.param([50, 0, -20], "ADD", id="nothing or less is D and does not count"),
        pytest.param([0, -1], "DD", id="nobody contributes"),
        pytest.param([1], "A", id="one customer"),
        pytest.param([], "", id="nobody"),
    ],
)
def test_grades_follow_the_cumulative_contribution(
    contribution: list[int], expected: str
) -> None:
    grades = value_grades(np.array(contribution, dtype="int64"), PERCENTS)

    assert "".join(grades) == expected


@given(whole_numbers)
def test_each_grade_is_the_smallest_group_that_reaches_its_share(
    contribution: list[int],
) -> None:
    grades = value_grades(np.array(contribution, dtype="int64"), PERCENTS)
    ranked = sorted(zip(contribution, grades, strict=True), reverse=True)
    total = sum(value for value in contribution if value > 0)

    assert [grade for _, grade in ranked] == sorted(grades)
    assert all(grade == "D" for value, grade in ranked if value <= 0)
    for last, percent in (("A", 50), ("B", 80), ("C", 95)):
        group = [value for value, grade in ranked if grade <= last]
        short = [value for value in group if value > min(group)]
        assert 100 * sum(group) >= percent * total
        if any(grade == last for grade in grades):
            assert 100 * sum(short) < percent * total


def test_equal_contributions_share_a_grade_and_order_does_not_matter() -> None:
    random = np.random.default_rng(0)
    contribution = random.integers(-5, 40, size=300)
    shuffled = random.permutation(300)

    grades = value_grades(contribution, PERCENTS)

    assert len(set(zip(contribution, grades, strict=True))) == len(set(contribution))
    assert (value_grades(contribution[shuffled], PERCENTS) == grades[shuffled]).all()


def test_margin_grades_when_every_customer_of_the_window_has_one(
    histories_of: HistoriesOf, as_of: date
) -> None:
    days_ago = {"kim": [1], "lee": [2], "lost": [400]}
    amounts = {"kim": 10.0, "lee": 20.0}
    known = histories_of(days_ago, amounts, margins={"kim": 5.01, "lee": -1.0})
    partly = histories_of(days_ago, amounts, margins={"kim": 5.01})

    def cents(histories: pd.DataFrame, **settings: object) -> list[int]:
        config = SegmentsConfig(**settings)  # type: ignore[arg-type]
        checked = checked_histories(histories, as_of, 365)
        return list(contribution_cents(checked, config))

    assert cents(known) == [501, -100, 0]
    assert cents(partly) == [1000, 2000, 0]
    assert cents(known, grade_measure="amount") == [1000, 2000, 0]


# The whole table


def test_five_customers_by_hand(histories_of: HistoriesOf, as_of: date) -> None:
    histories = histories_of(
        {
            "c1": list(range(0, 200, 2)),  # every other day for 198 days
            "c2": list(range(1, 60, 7)),  # weekly, nine times
            "c3": [3],  # once
            "c4": list(range(90, 300, 10)),  # every ten days, then silent
            "c5": [364],  # once, on the first day of the window
            "c6": [365, 700],  # just outside
        },
        amounts={"c1": 600.0, "c2": 200.0, "c3": 50.0, "c4": 140.5, "c5": 9.5},
    )

    segments = segmented(histories, as_of).set_index("customer_id")

    assert segments["recency_days"].tolist() == [0, 1, 3, 90, 364, 365]
    assert segments["frequency"].tolist() == [100, 9, 1, 21, 1, 0]
    assert segments["monetary_amount"].tolist() == [600.0, 200.0, 50.0, 140.5, 9.5, 0.0]
    # five in the window: one a fifth, c3 and c5 tie in frequency
    assert segments["recency_score"].tolist() == [5, 4, 3, 2, 1, 1]
    assert segments["frequency_score"].tolist() == [5, 3, 1, 4, 1, 1]
    assert segments["monetary_score"].tolist() == [5, 4, 2, 3, 1, 1]
    assert segments["rfm_segment_code"].tolist() == [
        "champions",
        "potential_loyalists",
        "about_to_sleep",
        "at_risk",
        "hibernating",
        "lost",
    ]
    # of 1,000: 600 | 800 | 940.5 | 990.5 | 1000; before c3 lie 940.5 of 950
    assert segments["value_grade"].tolist() == ["A", "B", "C", "C", "D", "D"]
    # mean gaps 2, 7, 10 and 335: the typical one is 8.5 days
    assert segments["lifecycle_stage_code"].tolist() == [
        "loyal",
        "active",
        "new",
        "dormant",
        "dormant",
        "at_risk",  # (335 + 8.5) / 2 = 172 days, silent for 365
    ]


@few
@given(purchases, st.randoms(use_true_random=False))
def test_every_customer_is_in_exactly_one_segment_in_whatever_order_they_come(
    histories_of: HistoriesOf,
    as_of: date,
    days_ago: dict[str, list[int]],
    random: Random,
) -> None:
    histories = histories_of(days_ago)
    segments = segmented(histories, as_of)
    order = list(range(len(histories)))
    random.shuffle(order)

    assert segments["customer_id"].tolist() == sorted(days_ago)
    assert set(segments["rfm_segment_code"]) <= set(SEGMENT_CODES)
    assert set(segments["value_grade"]) <= set(GRADES)
    assert set(segments["lifecycle_stage_code"]) <= set(STAGES)
    pd.testing.assert_frame_equal(
        segmented(histories.iloc[order], as_of), segments, check_exact=True
    )


@few
@given(purchases)
def test_lost_is_who_bought_nothing_in_the_window(
    histories_of: HistoriesOf, as_of: date, days_ago: dict[str, list[int]]
) -> None:
    segments = segmented(histories_of(days_ago), as_of)
    lost = {each for each, days in days_ago.items() if min(days) >= 365}

    is_lost = segments["rfm_segment_code"].eq(LOST)
    assert set(segments.loc[is_lost, "customer_id"]) == lost
    assert segments["frequency"].eq(0).equals(is_lost)


@pytest.mark.parametrize(("days_ago", "lost"), [(29, False), (30, True)])
def test_a_window_of_thirty_days_ends_with_the_business_date_and_includes_it(
    histories_of: HistoriesOf, as_of: date, days_ago: int, lost: bool
) -> None:
    histories = histories_of({"kim": [days_ago]}, window_days=30)

    segments = segmented(histories, as_of, window_days=30)

    assert segments["rfm_segment_code"].eq(LOST).tolist() == [lost]


def test_a_single_customer_is_average_and_brings_all_the_money(
    histories_of: HistoriesOf, as_of: date
) -> None:
    segments = segmented(histories_of({"kim": [0, 7]}), as_of)

    assert segments.drop(columns=["cluster_code", "cluster_name"]).values.tolist() == [
        [as_of, "kim", 0, 2, 20.0, 3, 3, 3, "needs_attention", "A", "new"]
    ]


def test_no_customers_give_the_same_columns_and_types_and_no_rows(
    histories_of: HistoriesOf, as_of: date
) -> None:
    histories = histories_of({"kim": [0, 7]})

    nobody = segmented(histories.iloc[:0], as_of)

    assert nobody.empty
    assert tuple(nobody.columns) == COLUMNS
    assert nobody.dtypes.equals(segmented(histories, as_of).dtypes)


def test_clusters_are_null_until_they_exist(
    histories_of: HistoriesOf, as_of: date
) -> None:
    segments = segmented(histories_of({"kim": [0]}), as_of)

    assert segments[["cluster_code", "cluster_name"]].isna().all(axis=None)


@few
@given(st.integers(-(10**15), 10**15))
def test_money_keeps_its_cents(
    histories_of: HistoriesOf, as_of: date, cents: int
) -> None:
    amount = Decimal(cents) / 100
    histories = histories_of({"kim": [0]}).assign(
        window_amount=pd.Series([amount], dtype=object)
    )

    told = segmented(histories, as_of)["monetary_amount"].item()

    assert Decimal(repr(told)) == amount


def test_a_sum_of_doubles_comes_out_in_whole_cents(
    histories_of: HistoriesOf, as_of: date
) -> None:
    histories = histories_of({"kim": [0]}, amounts={"kim": 0.1 + 0.2})

    assert segmented(histories, as_of)["monetary_amount"].tolist() == [0.3]
