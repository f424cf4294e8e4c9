"""What is open ends as it would have ended, had one not looked in between."""

from collections.abc import Callable

import numpy as np
import pytest

from demo.simulated.causes.matters import (
    Matter,
    Matters,
    end_inquiries,
    end_offers,
    end_quotes,
    end_repairs,
)
from demo.simulated.moments import DAY, NONE, Bools, Ints
from demo.simulated.plan import Plan

COUNT = 200_000
PLAN = Plan()
OPENED = np.full(COUNT, 10 * DAY + 12 * 3600)
End = Callable[[np.random.Generator, Ints], tuple[Ints, Bools]]
ENDS: dict[Matter, tuple[End, int]] = {
    Matter.INQUIRY: (
        lambda rng, age: end_inquiries(rng, PLAN, OPENED[: len(age)], age * DAY),
        1,
    ),
    Matter.REPAIR: (
        lambda rng, age: end_repairs(rng, PLAN, OPENED[: len(age)], age),
        4,
    ),
    Matter.OFFER: (
        lambda rng, age: end_offers(
            rng, np.full(len(age), 0.2), OPENED[: len(age)] // DAY * DAY, age
        ),
        3,
    ),
    Matter.QUOTE: (
        lambda rng, age: end_quotes(rng, PLAN, OPENED[: len(age)], age),
        6,
    ),
}


@pytest.mark.parametrize("kind", Matter)
def test_an_end_drawn_later_is_like_one_drawn_at_once_that_was_not_over(
    kind: Matter, rng: np.random.Generator
) -> None:
    end, age = ENDS[kind]
    at_once, fate = end(rng, np.zeros(COUNT, dtype=np.int64))
    looked = OPENED + age * DAY
    if kind != Matter.INQUIRY:  # which alone has a time of day
        looked = (looked // DAY + 1) * DAY
    is_open = (at_once == NONE) | (at_once >= looked)
    later, later_fate = end(rng, np.full(int(is_open.sum()), age))

    for first, second in (
        (fate[is_open], later_fate),
        (at_once[is_open] == NONE, later == NONE),
        (at_once[is_open] // DAY == 14, later // DAY == 14),
        (at_once[is_open] // DAY == 17, later // DAY == 17),
    ):
        share = first.mean()
        error = np.sqrt(2 * share * (1 - share) / len(first))
        assert abs(second.mean() - share) <= 4.5 * error


def test_a_matter_is_open_until_it_ends_or_nothing_more_can_come_of_it() -> None:
    day = 20
    matters = Matters(
        kind=np.array([Matter.INQUIRY] * 4),
        customer=np.arange(4),
        opened=np.array([19, 19, 16, 21]) * DAY,
        ends=np.array([20 * DAY + 5, 21 * DAY, NONE, NONE]),
        fate=np.zeros(4, dtype=np.bool_),
        number=np.arange(4),
    )

    # answered today; answered tomorrow; given up by today; asked tomorrow
    assert matters.open_after(day).customer.tolist() == [1]


def test_an_inquiry_is_too_late_when_the_fourth_day_begins() -> None:
    limit = 14 * DAY
    matters = Matters(
        kind=np.array([Matter.INQUIRY] * 3),
        customer=np.arange(3),
        opened=OPENED[:3],
        ends=np.array([limit - 1, limit, NONE]),
        fate=np.zeros(3, dtype=np.bool_),
        number=np.arange(3),
    )

    assert matters.trigger_day.tolist() == [14] * 3
    assert matters.is_too_late.tolist() == [False, True, True]
