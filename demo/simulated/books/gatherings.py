"""Seminars with their seats, and customers who bring others."""

import numpy as np

from demo.simulated.books.journals import Column, Journals, words
from demo.simulated.books.orders import member_no
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, MINUTE, NONE, Ints, within_hours

EVENTS = ("knife_course", "coffee_course", "business_breakfast")
EVENT_DAY = 20  # of every month
SEATS_SHARE = 0.003  # a month, of the customers
CONFIRMED_SHARE, CANCELLED_SHARE, ATTENDED_SHARE = 0.85, 0.08, 0.7
REFERRED_SHARE = 0.06  # of those who join
IN_VAIN_SHARE = 0.5  # of referrals that bring nobody, to one that does
REWARD = 5_000


class Gatherings:
    """Writes seats and referrals."""

    def __init__(self, world: World, journals: Journals, joined: Ints) -> None:
        self._world = world
        self._journals = journals
        self._joined = joined
        self._next_seat = self._next_referral = 1

    def write(self, rng: np.random.Generator, month: int, happened: Happened) -> None:
        """Write what a month brought."""
        self._seat(rng, month, happened)
        self._refer(rng, happened)

    def _those_there(self, happened: Happened) -> Ints:
        people = self._world.population
        there = (people.joined < happened.first) & (happened.gone >= happened.last)
        return np.flatnonzero(there)

    def _seat(self, rng: np.random.Generator, month: int, happened: Happened) -> None:
        there = self._those_there(happened)
        count = min(int(rng.poisson(SEATS_SHARE * len(there))), len(there))
        who = rng.choice(there, count, replace=False)
        event_day = happened.first + EVENT_DAY - 1
        day = rng.integers(happened.first, event_day - 2, count)
        registered = within_hours(rng, day, 8, 20)
        confirmed = (day + 1) * DAY + rng.integers(9 * HOUR, 12 * HOUR, count)
        cancelled = (event_day - 1) * DAY + rng.integers(9 * HOUR, 18 * HOUR, count)
        starts = np.full(count, event_day * DAY + 14 * HOUR)
        attended = starts - rng.integers(1, 20, count) * MINUTE
        none = np.full(count, NONE)
        columns: dict[str, Column] = {
            "seat_no": self._next_seat + np.arange(count),
            "member_no": member_no(who),
            "lead_no": none,
            "event_code": words(EVENTS, np.full(count, month % len(EVENTS))),
            "channel": words(("web", "phone"), rng.integers(2, size=count)),
            "registered_at": registered,
            "event_starts_at": starts,
        }
        self._next_seat += count
        lot = rng.random(count)
        is_confirmed = lot < CONFIRMED_SHARE
        is_cancelled = lot < CANCELLED_SHARE
        comes = is_confirmed & ~is_cancelled & (rng.random(count) < ATTENDED_SHARE)
        told = {"confirmed_at": none, "cancelled_at": none, "attended_at": none}
        self._journals.add("seats", registered, columns | told)
        for name, which, moment in (
            ("confirmed_at", is_confirmed, confirmed),
            ("cancelled_at", is_cancelled, cancelled),
            ("attended_at", comes, attended),
        ):
            own = np.flatnonzero(which)
            told[name] = np.where(which, moment, NONE)
            row = {key: value[own] for key, value in (columns | told).items()}
            self._journals.add("seats", moment[own], row)

    def _refer(self, rng: np.random.Generator, happened: Happened) -> None:
        joined = self._world.population.joined
        there = self._those_there(happened)
        if not len(there):
            return
        new = np.flatnonzero((joined >= happened.first + 3) & (joined < happened.last))
        new = new[rng.random(len(new)) < REFERRED_SHARE]
        in_vain = rng.poisson(len(new) * IN_VAIN_SHARE)
        back = rng.integers(1, 20, len(new))
        day = np.maximum(joined[new] - back, happened.first)
        other = rng.integers(happened.first, happened.last, in_vain)
        day = np.concatenate([day, other])
        count = len(day)
        referrer = there[rng.integers(len(there), size=count)]
        referred = within_hours(rng, day, 8, 22)
        none = np.full(count, NONE)
        columns: dict[str, Column] = {
            "referral_no": self._next_referral + np.arange(count),
            "member_no": member_no(referrer),
            "channel": words(("kakao", "sms"), rng.integers(2, size=count)),
            "referred_at": referred,
        }
        self._next_referral += count
        untold: dict[str, Column] = {
            "new_member_no": none,
            "reward": none,
            "joined_at": none,
        }
        self._journals.add("recommendations", referred, columns | untold)
        came = {name: column[: len(new)] for name, column in columns.items()}
        moment = self._joined[new]
        told: dict[str, Column] = {
            "new_member_no": member_no(new),
            "reward": np.full(len(new), REWARD),
            "joined_at": moment,
        }
        self._journals.add("recommendations", moment + HOUR, came | told)
