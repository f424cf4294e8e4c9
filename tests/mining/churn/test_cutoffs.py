"""Which cutoffs are learnt from and judged on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mining.churn import ChurnConfig, Plan, plan_cutoffs

ANCHOR = date(2018, 1, 1)
CONFIG = ChurnConfig(test_cutoffs=4, training_cutoffs=3, cutoffs_a_horizon=2)


def test_the_complete_journey_s_year_has_four_tests() -> None:
    plan = plan_cutoffs(ANCHOR, date(2017, 1, 1), 28, CONFIG)

    assert plan.tests == (
        *(date(2017, 9, 10), date(2017, 10, 8), date(2017, 11, 5), date(2017, 12, 3)),
    )
    # two weeks apart, and the label window of the last one ends at the test
    assert plan.closed_at(plan.tests[0]) == (
        *(date(2017, 7, 16), date(2017, 7, 30), date(2017, 8, 13)),
    )


def test_the_anchor_s_own_model_learns_from_the_latest() -> None:
    plan = plan_cutoffs(ANCHOR, date(2017, 1, 1), 28, CONFIG)

    assert plan.closed_at(plan.known_until) == (
        *(date(2017, 11, 5), date(2017, 11, 19), date(2017, 12, 3)),
    )


@given(
    days=st.integers(0, 1_500),
    horizon=st.integers(1, 200),
    config=st.builds(
        ChurnConfig,
        test_cutoffs=st.integers(1, 6),
        training_cutoffs=st.integers(1, 9),
        cutoffs_a_horizon=st.integers(1, 5),
    ),
    judged=st.none() | st.integers(0, 1_500),
)
def test_no_test_is_learnt_from_and_none_overlaps_another(
    days: int, horizon: int, config: ChurnConfig, judged: int | None
) -> None:
    first = ANCHOR - timedelta(days=days)
    until = None if judged is None else first + timedelta(days=judged)
    plan = plan_cutoffs(ANCHOR, first, horizon, config, until)
    length = timedelta(days=horizon)

    assert list(plan.cutoffs) == sorted(set(plan.cutoffs))
    assert all(each + length < ANCHOR for each in plan.cutoffs)
    assert all(each >= first + length - timedelta(days=1) for each in plan.cutoffs)
    for test, after in zip(plan.tests, plan.tests[1:], strict=False):
        assert test + length <= after
    for test in plan.tests:
        assert plan.closed_at(test)
        assert all(each + length <= test for each in plan.closed_at(test))
        assert until is None or test + length <= until
    assert_needed(plan, config)


def assert_needed(plan: Plan, config: ChurnConfig) -> None:
    """No cutoff is asked of the warehouse for nothing."""
    needed = {*plan.tests, *plan.closed_at(plan.known_until)}
    for test in plan.tests:
        needed.update(plan.closed_at(test))

    assert needed == set(plan.cutoffs)


@pytest.mark.parametrize("days", [0, 1, 27, 28, 55])
def test_a_history_of_less_than_two_horizons_has_no_cutoff(days: int) -> None:
    plan = plan_cutoffs(ANCHOR, ANCHOR - timedelta(days=days), 28, CONFIG)

    assert plan.cutoffs == plan.tests == ()
