"""Grades by hand count and by what must hold of any contributions."""

from collections.abc import Callable
from datetime import date

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from mining.config import SegmentsConfig
from mining.histories import checked_histories
from mining.segments import contribution_cents, value_grades

PERCENTS = (50, 30, 15)

HistoriesOf = Callable[..., pd.DataFrame]

whole_numbers = st.lists(st.integers(-1000, 1000), max_size=60)


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
