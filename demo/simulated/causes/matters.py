"""What is open between a customer and the company, and how it ends.

An inquiry is answered or not, a repair is done in time or late, an offer or a quote
becomes an order or does not. Each end is drawn for what is not over after a given time,
a fresh matter being one after no time at all: so another future can be drawn from any
state, and the truth has a closed form.
"""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from demo.simulated.moments import DAY, HOUR, MINUTE, NONE, Bools, Floats, Ints
from demo.simulated.plan import (
    CAMPAIGN_DAYS,
    INQUIRY_DAYS,
    LEAVING,
    QUOTE_DAYS,
    REPAIR_DAYS,
    Plan,
    Trigger,
)


class Matter(IntEnum):
    """What may be open."""

    INQUIRY = 0
    REPAIR = 1
    OFFER = 2
    QUOTE = 3


TRIGGER_DAYS = {Matter.INQUIRY: INQUIRY_DAYS + 1, Matter.REPAIR: REPAIR_DAYS + 1}
"""Days from the opening to the day that begins with the customer having waited."""
KEPT_DAYS = 30  # by then everything is decided
ANSWER_LIMIT = INQUIRY_DAYS * DAY
LATE_ANSWERS = 0.5  # of inquiries that were neglected


@dataclass(frozen=True, slots=True)
class Matters:
    """Arrays of equal length, an entry a matter.

    Attributes
    ----------
    kind, customer : ndarray
    opened : ndarray
        Moment of opening.
    ends : ndarray
        Moment of answer, solution, order or decision, or `NONE`; hidden until then.
    fate : ndarray of bool
        Whether the customer leaves over it, or orders; hidden until then.
    number : ndarray
        Campaign of an offer, running number of anything else.
    """

    kind: Ints
    customer: Ints
    opened: Ints
    ends: Ints
    fate: Bools
    number: Ints

    @classmethod
    def none(cls) -> "Matters":
        """No matters."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty, empty, empty.astype(np.bool_), empty)

    def __len__(self) -> int:
        """How many."""
        return len(self.kind)

    def __add__(self, other: "Matters") -> "Matters":
        """Those of both."""
        return Matters(
            *(
                np.concatenate([getattr(self, each.name), getattr(other, each.name)])
                for each in fields(self)
            )
        )

    def taken(self, which: Bools | Ints) -> "Matters":
        """Those where `which` is true, or those numbers."""
        return Matters(*(getattr(self, each.name)[which] for each in fields(self)))

    def of(self, kind: Matter) -> "Matters":
        """Those of a kind."""
        return self.taken(self.kind == kind)

    @property
    def trigger_day(self) -> Ints:
        """Day on which an inquiry or repair begins to be too late."""
        wait = np.where(
            self.kind == Matter.INQUIRY,
            TRIGGER_DAYS[Matter.INQUIRY],
            TRIGGER_DAYS[Matter.REPAIR],
        )
        return self.opened // DAY + wait

    @property
    def is_too_late(self) -> Bools:
        """Whether an inquiry or repair is not over when it begins to be too late."""
        late: Bools = (self.ends == NONE) | (self.ends >= self.trigger_day * DAY)
        return late

    def open_after(self, day: int) -> "Matters":
        """Those opened by the end of `day`, not over by then and still to decide."""
        end = (day + 1) * DAY
        waits = self.kind < Matter.OFFER
        running = np.where(
            waits, self.trigger_day > day, self.opened // DAY + KEPT_DAYS > day
        )
        is_over = (self.ends != NONE) & (self.ends < end)
        return self.taken((self.opened < end) & running & ~is_over)


def answer_share(age: Floats) -> Floats:
    """Share answered within `age` seconds, of the inquiries that are not neglected."""
    share: Floats = np.cbrt(np.clip(age / ANSWER_LIMIT, 0, 1))
    return share


def end_inquiries(
    rng: np.random.Generator, plan: Plan, opened: Ints, age: Ints
) -> tuple[Ints, Bools]:
    """Moment of the answer, and whether the customer leaves for want of it."""
    known = answer_share(age.astype(np.float64))
    neglected = plan.inquiry_unanswered
    chance = neglected / (neglected + (1 - neglected) * (1 - known))
    is_neglected = rng.random(len(opened)) < chance
    delay = ANSWER_LIMIT * (known + (1 - known) * rng.random(len(opened))) ** 3
    delay = np.maximum(delay, MINUTE)  # nobody answers in the second of asking
    late = ANSWER_LIMIT + DAY + rng.random(len(opened)) * 5 * DAY
    never = rng.random(len(opened)) > LATE_ANSWERS
    answered = opened + np.where(is_neglected, late, delay).astype(np.int64)
    leaves = rng.random(len(opened)) < LEAVING[Trigger.INQUIRY_UNANSWERED]
    return np.where(is_neglected & never, NONE, answered), is_neglected & leaves


def end_repairs(
    rng: np.random.Generator, plan: Plan, opened: Ints, age: Ints
) -> tuple[Ints, Bools]:
    """Moment of the repair, and whether the customer leaves over its being late."""
    chance = late_share(plan, age)
    is_late = rng.random(len(opened)) < chance
    in_time = _later_day(rng, age, REPAIR_DAYS)
    late = REPAIR_DAYS + 1 + rng.integers(0, 7, len(opened))
    day = opened // DAY + np.where(is_late, late, in_time)
    done = day * DAY + rng.integers(9 * HOUR, 18 * HOUR, len(opened))
    leaves = rng.random(len(opened)) < LEAVING[Trigger.LATE_REPAIR]
    return done, is_late & leaves


def late_share(plan: Plan, age: Ints) -> Floats:
    """Share of the repairs not done after `age` days that come late."""
    late = plan.repair_late
    in_time = (1 - late) * np.clip(REPAIR_DAYS - age, 0, None) / REPAIR_DAYS
    out: Floats = late / (late + in_time)
    return out


def end_offers(
    rng: np.random.Generator, effect: Floats, opened: Ints, age: Ints
) -> tuple[Ints, Bools]:
    """Day of the additional order as a moment, and whether there is one."""
    orders = rng.random(len(opened)) < order_share(effect, age)
    day = opened // DAY + _later_day(rng, age, CAMPAIGN_DAYS)
    return np.where(orders, day * DAY, NONE), orders


def order_share(effect: Floats, age: Ints) -> Floats:
    """Chance that an offer without an order after `age` days still brings one."""
    left = np.clip(CAMPAIGN_DAYS - age, 0, None) / CAMPAIGN_DAYS
    out: Floats = effect * left / (1 - effect * (1 - left))
    return out


def end_quotes(
    rng: np.random.Generator, plan: Plan, opened: Ints, age: Ints
) -> tuple[Ints, Bools]:
    """Moment of the decision, `NONE` for one that expires, and whether it is won."""
    won, decided = decision_shares(plan, age)
    lot = rng.random(len(opened))
    day = opened // DAY + _later_day(rng, age, QUOTE_DAYS)
    at = day * DAY + rng.integers(9 * HOUR, 18 * HOUR, len(opened))
    return np.where(lot < decided, at, NONE), lot < won


def decision_shares(plan: Plan, age: Ints) -> tuple[Floats, Floats]:
    """Chance that a quote undecided after `age` days is still won, and decided."""
    left = np.clip(QUOTE_DAYS - age, 0, None) / QUOTE_DAYS
    undecided = plan.quote_expired + (1 - plan.quote_expired) * left
    return plan.quote_won * left / undecided, (
        1 - plan.quote_expired
    ) * left / undecided


def _later_day(rng: np.random.Generator, age: Ints, days: int) -> Ints:
    """One of the days after `age`, all alike."""
    left = np.maximum(days - age, 1)
    return (
        np.minimum(age, days - 1) + 1 + (rng.random(len(age)) * left).astype(np.int64)
    )
