"""Medians of waiting times by hand."""

import numpy as np
import pandas as pd
import pytest

from mining.basket.due_days import NEVER, due_days, median_days
from mining.basket.purchases import Purchases


@pytest.mark.parametrize(
    ("days", "has_happened", "expected"),
    [
        # 5 at risk, two of them at 5: 3/5 stay; 2 at risk at 8, one of them: 3/10
        pytest.param([5, 5, 6, 8, 10], [1, 1, 0, 1, 0], 8, id="with some not seen"),
        pytest.param([3, 9], [1, 0], 3, id="half is enough"),
        # 3/4 * 2/3 is a half, whatever binary makes of it
        pytest.param([1, 2, 7, 9], [1, 1, 0, 0], 2, id="half by two steps"),
        pytest.param([4, 5, 6], [1, 0, 0], NEVER, id="a third is not"),
        pytest.param([4, 5], [0, 0], NEVER, id="nobody"),
        # who was last seen on the day of an event was at risk on it: 2/3, then 1/2
        pytest.param([4, 4, 9], [1, 0, 1], 9, id="seen and bought on one day"),
        pytest.param([7], [1], 7, id="one"),
    ],
)
def test_the_median_is_the_first_day_by_which_half_have_come_back(
    days: list[int], has_happened: list[int], expected: int
) -> None:
    median = median_days(
        np.zeros(len(days), dtype=np.int64),
        np.array(days),
        np.array(has_happened, dtype=np.bool_),
        1,
    )

    assert median.tolist() == [expected]


def test_groups_do_not_touch_each_other() -> None:
    group = np.array([2, 0, 2, 0, 2])
    days = np.array([4, 3, 5, 9, 6])
    happened = np.array([True, True, True, False, True])

    assert median_days(group, days, happened, 4).tolist() == [3, NEVER, 5, NEVER]


def test_many_groups_of_all_kinds_agree_with_each_alone() -> None:
    rng = np.random.default_rng(1)
    group = rng.integers(0, 300, 5000)
    days, happened = rng.integers(1, 60, 5000), rng.random(5000) < 0.6

    together = median_days(group, days, happened, 300)

    for each in range(300):
        own = group == each
        assert together[each] == _median(days[own], happened[own])


def _median(days: np.ndarray, happened: np.ndarray) -> int:
    """The textbook's loop."""
    stays = 1.0
    for day in np.unique(days):
        stays *= 1 - happened[days == day].sum() / (days >= day).sum()
        if stays <= 0.5 + 1e-9:
            return int(day)
    return NEVER


def test_days_are_from_the_first_to_the_second_purchase_of_each_customer() -> None:
    told = pd.DataFrame(
        [
            ("kim", "tea", "2026-01-01"),
            ("kim", "tea", "2026-01-11"),
            ("kim", "tea", "2026-01-12"),  # a third does not count
            ("lee", "tea", "2026-01-05"),
            ("lee", "tea", "2026-01-05"),  # nor the same day again
            ("lee", "tea", "2026-01-25"),
            ("ahn", "tea", "2026-01-26"),  # not yet: 5 days, no longer at risk then
            ("ahn", "pot", "2026-01-01"),
        ],
        columns=["customer", "item", "day"],
    )
    purchases = Purchases.of(told.sample(frac=1, random_state=1))
    last = int(np.datetime64("2026-01-31").astype(np.int64))

    due = dict(zip(purchases.items, due_days(purchases, last), strict=True))

    assert due == {"tea": 10, "pot": NEVER}


def test_nothing_bought_is_never_due() -> None:
    none = pd.DataFrame({"customer": [], "item": [], "day": pd.to_datetime([])})

    assert due_days(Purchases.of(none), 0).tolist() == []
