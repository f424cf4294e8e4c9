"""Stages by hand: silence counted in the customer's own rhythm."""

from collections.abc import Callable
from datetime import date

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.config import SegmentsConfig
from mining.histories import checked_histories
from mining.lifecycle import (
    PROSPECT,
    STAGES,
    lifecycle_stages,
    prospects,
    rhythm_days,
    typical_gap_days,
)

HistoriesOf = Callable[..., pd.DataFrame]

few = settings(max_examples=40, deadline=None)  # frames are slow to make

# Half of the customers come every 10 days, so that is the company's typical gap.
TEN_DAYS = {f"typical {each}": [5, 15] for each in range(3)}


def stage(histories: pd.DataFrame, as_of: date, customer_id: str = "kim") -> str:
    checked = checked_histories(histories, as_of, window_days=365)
    silence = (pd.Timestamp(as_of) - checked["last_purchase_date"]).dt.days
    stages = lifecycle_stages(checked, silence.to_numpy(), SegmentsConfig())
    return str(stages[checked["customer_id"].eq(customer_id).to_numpy()].item())


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        # bought once: the rhythm is the typical one, 10 days
        pytest.param([0], "new", id="first purchase today"),
        pytest.param([20], "new", id="two rhythms silent"),
        pytest.param([21], "at_risk", id="more than two rhythms silent"),
        pytest.param([40], "at_risk", id="four rhythms silent"),
        pytest.param([41], "dormant", id="more than four rhythms silent"),
        # two purchase days, 50 apart: (50 + 10) / 2 = 30; before, a gap of 49 days
        # of silence on the eve was more than 4 * 10
        pytest.param([0, 50], "won_back", id="silent for 49 days, then back"),
        pytest.param([0, 41], "new", id="40 days of silence are no dormancy"),
        pytest.param([0, 42], "won_back", id="41 days are"),
        pytest.param([61, 111], "at_risk", id="won back, and silent again"),
        pytest.param([121, 171], "dormant", id="won back, and dormant again"),
        # three purchase days are no longer new: (80 + 10) / 3 = 30
        pytest.param([0, 40, 80], "active", id="third purchase"),
        pytest.param([9, 49, 89], "active", id="third purchase, first 89 days ago"),
        # few purchases, but not new any more: (60 + 10) / 2 = 35 days
        pytest.param([10, 40, 99], "active", id="three in a hundred days"),
        # weekly for half a year: 27 purchase days, (182 + 10) / 27 = 7.1 days
        pytest.param(list(range(0, 183, 7)), "loyal", id="weekly for 182 days"),
        pytest.param(list(range(0, 176, 7)), "active", id="weekly for 175 days"),
        pytest.param(list(range(14, 197, 7)), "loyal", id="silent for 14 days"),
        pytest.param(list(range(15, 198, 7)), "at_risk", id="silent for 15 days"),
        # five in 200 days: loyal takes six
        pytest.param([0, 50, 100, 150, 200], "active", id="five purchase days"),
        pytest.param([0, 40, 80, 120, 160, 200], "loyal", id="six purchase days"),
        # daily for 200 days: nobody is expected more often than weekly
        pytest.param(list(range(14, 214)), "loyal", id="daily, silent for 14 days"),
        pytest.param(list(range(28, 228)), "at_risk", id="daily, silent for 28"),
        pytest.param(list(range(29, 229)), "dormant", id="daily, silent for 29"),
        # twice a year for three years: (900 + 10) / 6 = 152 days; 300 are fine
        pytest.param(list(range(300, 1201, 180)), "loyal", id="twice a year"),
        pytest.param(list(range(310, 1211, 180)), "at_risk", id="twice a year, late"),
    ],
)
def test_a_customer_is_judged_by_the_own_rhythm(
    histories_of: HistoriesOf, as_of: date, days_ago: list[int], expected: str
) -> None:
    assert stage(histories_of({"kim": days_ago, **TEN_DAYS}), as_of) == expected


@pytest.mark.parametrize(
    ("days_ago", "expected"), [(60, "new"), (61, "at_risk"), (121, "dormant")]
)
def test_where_nobody_bought_twice_the_default_rhythm_holds(
    histories_of: HistoriesOf, as_of: date, days_ago: int, expected: str
) -> None:
    assert stage(histories_of({"kim": [days_ago]}), as_of) == expected


@pytest.mark.parametrize(("days_ago", "expected"), [(89, "new"), (90, "active")])
def test_a_customer_is_new_for_ninety_days(
    histories_of: HistoriesOf, as_of: date, days_ago: int, expected: str
) -> None:
    slow = {f"slow {each}": [0, 100] for each in range(3)}

    assert stage(histories_of({"kim": [days_ago], **slow}), as_of) == expected


def test_the_typical_gap_is_the_median_of_the_mean_gaps_of_repeat_customers() -> None:
    tenures = np.array([0.0, 10.0, 60.0, 400.0])  # gaps: none, 10, 20, 200
    counts = np.array([1, 2, 4, 3])

    assert typical_gap_days(tenures, counts, SegmentsConfig()) == 20.0


@few
@given(
    days=st.lists(st.integers(0, 1000), min_size=1, max_size=8, unique=True),
    longer=st.integers(0, 500),
)
def test_longer_silence_never_brings_a_customer_back(
    histories_of: HistoriesOf, as_of: date, days: list[int], longer: int
) -> None:
    later = [each + longer for each in days]
    severity = ["dormant", "at_risk"]  # anything else is better than both

    def rank(purchases: list[int]) -> int:
        told = stage(histories_of({"kim": purchases, **TEN_DAYS}), as_of)
        return severity.index(told) if told in severity else len(severity)

    assert rank(later) <= rank(days)


@few
@given(days=st.lists(st.integers(1, 1000), min_size=1, max_size=8, unique=True))
def test_buying_wakes_a_dormant_customer_as_won_back_and_nobody_else(
    histories_of: HistoriesOf, as_of: date, days: list[int]
) -> None:
    # the same other customers on both days keep the typical gap at 10 days
    today = stage(histories_of({"kim": [0, *days], **TEN_DAYS}), as_of)
    eve = [each - 1 for each in days]
    before = stage(histories_of({"kim": eve, **TEN_DAYS}), as_of)

    assert (today == "won_back") == (before == "dormant")


def test_a_purchase_today_is_never_at_risk(
    histories_of: HistoriesOf, as_of: date
) -> None:
    told = stage(histories_of({"kim": [0, 300], **TEN_DAYS}), as_of)

    assert told in STAGES
    assert told == "won_back"


def test_a_prospect_is_known_and_has_not_bought(histories_of: HistoriesOf) -> None:
    known = pd.Series(["park", "lee", "choi", None, "park", "kim"])

    told = prospects(known, histories_of({"kim": [0], "han": [3]}))

    assert told.tolist() == ["choi", "lee", "park"]
    assert PROSPECT in STAGES


def test_the_rhythm_is_the_mean_gap_shrunk_to_the_typical_one(
    histories_of: HistoriesOf, as_of: date
) -> None:
    histories = histories_of({"kim": [0, 50], "once": [3], **TEN_DAYS})
    checked = checked_histories(histories, as_of, window_days=365)

    rhythm = rhythm_days(checked, SegmentsConfig())

    # own gap 50 and the typical 10; once: the typical; all others have 10
    assert rhythm.tolist() == [30.0, 10.0, 10.0, 10.0, 10.0]
