"""A night's segments by hand count and by what must hold of any customers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.config import SegmentsConfig
from mining.lifecycle import STAGES
from mining.segments import COLUMNS, GRADES, LOST, SEGMENT_CODES, segment_customers

HistoriesOf = Callable[..., pd.DataFrame]

few = settings(max_examples=40, deadline=None)  # frames are slow to make

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


def test_clusters_are_told_of_whom_there_is_one(
    histories_of: HistoriesOf, as_of: date
) -> None:
    clusters = pd.DataFrame(
        {"customer_id": ["lee"], "cluster_code": ["c2"], "cluster_name": ["high tea"]}
    )
    histories = histories_of({"lee": [0], "kim": [3]})

    segments = segment_customers(histories, as_of, SegmentsConfig(), clusters)

    told = segments.set_index("customer_id")[["cluster_code", "cluster_name"]]
    assert told.loc["lee"].tolist() == ["c2", "high tea"]
    assert told.loc["kim"].isna().all()
