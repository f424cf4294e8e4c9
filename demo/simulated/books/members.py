"""Customers as the company knows them: a row each time that something changes.

Some first rows lack the place and are amended the next day. Who has not bought for a
year is dormant from the first of a month on, and active again with the next purchase.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.simulated.books.contacts import Contacts
from demo.simulated.books.households import (
    Accounts,
    Households,
    account_no,
    household_no,
)
from demo.simulated.books.journals import Journals, words
from demo.simulated.books.ledger import Ledger
from demo.simulated.books.orders import Sold, member_no
from demo.simulated.books.staff import Staff
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.world import World
from demo.simulated.moments import (
    DAY,
    HOUR,
    MINUTE,
    NONE,
    Bools,
    Ints,
    place_among,
    within_hours,
)
from demo.simulated.people.persons import Persons, joining_moments
from demo.simulated.plan import YEAR

STATES = ("active", "dormant", "withdrawn", "merged")
ACTIVE, DORMANT, WITHDRAWN, MERGED = range(len(STATES))
DORMANT_DAYS = 365
AMENDED_SHARE = 0.015
MARRIAGE_RATE, LEAVING_HOME_RATE, MOVING_RATE = 0.010 / YEAR, 0.012 / YEAR, 0.04 / YEAR
KEPT = -1  # a value that does not change


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of customers: at a moment, the values that are not `KEPT`."""

    customer: Ints
    moment: Ints
    household: Ints
    home: Ints
    state: Ints


def _change(
    customer: Ints,
    moment: Ints,
    household: Ints | int = KEPT,
    home: Ints | int = KEPT,
    state: int = KEPT,
) -> Changes:
    """Changes of the same kind."""
    shape = customer.shape
    values = [np.broadcast_to(each, shape) for each in (household, home, state)]
    return Changes(customer, moment, *values)


class Members:
    """Writes customers, and counts them at the end of months.

    Parameters
    ----------
    world : World
    journals, ledger, staff, contacts
    """

    def __init__(
        self,
        world: World,
        journals: Journals,
        ledger: Ledger,
        staff: Staff,
        contacts: Contacts,
    ) -> None:
        self._world = world
        self._journals = journals
        self._ledger = ledger
        self._staff = staff
        self._contacts = contacts
        self.persons = Persons(world)
        self._households = Households(world, journals)
        self._accounts = Accounts(world, journals, staff)
        population = world.population
        self._household = population.household.copy()
        self._home = np.arange(len(population))
        self.state = np.zeros(len(population), dtype=np.int64)
        self.joined = joining_moments(world)
        self._by_desk = np.argsort(population.rep, kind="stable")

    def fall_asleep(self, first: int, last_day: Ints) -> Changes:
        """Whoever has not bought for a year as a month begins; to be told to `write`.

        Parameters
        ----------
        last_day : ndarray
            Day of each customer's last purchase, `NONE` before the first.
        """
        since = np.where(
            last_day == NONE, np.maximum(self._world.population.joined, 0), last_day
        )
        asleep = np.flatnonzero((since < first - DORMANT_DAYS) & (self.state == ACTIVE))
        moment = np.full(len(asleep), first * DAY + 4 * HOUR)
        return _change(asleep, moment, state=DORMANT)

    def write(
        self,
        rng: np.random.Generator,
        month: int,
        happened: Happened,
        withdrawn: Ints,
        sold: Sold,
        asleep: Changes,
    ) -> None:
        """Write who joined in a month, and what changed with whom."""
        joined = self._world.population.joined
        begin, end = np.searchsorted(joined, [happened.first, happened.last])
        self.write_new(rng, int(begin), int(end))
        changes = [
            asleep,
            self._woken(sold, asleep),
            self._withdrawing(rng, happened, withdrawn),
            self._merged(happened),
            self._handed_over(rng, happened),
            *self._household_changes(rng, happened),
        ]
        self._write_changes(changes)
        self._close(month, happened.last)

    def write_new(self, rng: np.random.Generator, begin: int, end: int) -> None:
        """Write customers from one number to another, as they join."""
        joined = self._world.population.joined
        new = np.arange(begin, end)
        moment = self.joined[new]
        amended = (joined[new] >= 0) & (joined[new] < self._world.days.count - 1)
        amended &= rng.random(len(new)) < AMENDED_SHARE
        household = self._household[new]
        first, at = np.unique(household, return_index=True)
        is_new = (first >= 0) & ~self._is_founded(first, begin)
        self._households.write(first[is_new], moment[at[is_new]])
        self._accounts.write_new(moment, new)
        self._write_rows(new, moment, amended)
        late = new[amended]
        self._write_rows(late, (joined[late] + 1) * DAY + 10 * HOUR)

    def _is_founded(self, household: Ints, begin: int) -> Bools:
        """Whether somebody of a household was a customer before."""
        before = np.zeros(len(self._households), dtype=np.bool_)
        own = self._world.population.household[:begin]
        before[own[own >= 0]] = True
        return before[household]

    def _woken(self, sold: Sold, asleep: Changes) -> Changes:
        is_asleep = self.state == DORMANT
        is_asleep[asleep.customer] = True
        orders = sold.orders
        buys = ~orders.is_cancelled & (orders.customer >= 0)
        own = np.flatnonzero(buys & is_asleep[orders.customer])
        who, first = np.unique(orders.customer[own], return_index=True)
        return _change(who, orders.moment[own[first]] + 10 * MINUTE, state=ACTIVE)

    def _withdrawing(
        self, rng: np.random.Generator, happened: Happened, withdrawn: Ints
    ) -> Changes:
        who = np.flatnonzero(
            (withdrawn >= happened.first) & (withdrawn < happened.last)
        )
        return _change(who, within_hours(rng, withdrawn[who], 9, 20), state=WITHDRAWN)

    def _merged(self, happened: Happened) -> Changes:
        population = self._world.population
        day = population.merge_day
        who = np.flatnonzero((day >= happened.first) & (day < happened.last))
        moment = day[who] * DAY + 11 * HOUR
        self._journals.add(
            "membership_joins",
            moment,
            {
                "member_no": member_no(who),
                "kept_member_no": member_no(population.merged_into[who]),
                "joined_at": moment,
            },
        )
        return _change(who, moment, state=MERGED)

    def _handed_over(self, rng: np.random.Generator, happened: Happened) -> Changes:
        population = self._world.population
        desk, day = happened.rep_left
        begin, end = np.searchsorted(population.rep[self._by_desk], [desk, desk + 1])
        count = end - begin
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        who = self._by_desk[np.repeat(begin, count) + offset]
        days = np.repeat(day, count)
        there = (population.joined[who] < days) & (self.state[who] < WITHDRAWN)
        who, days = who[there], days[there]
        limit = int(np.searchsorted(population.joined, happened.first))
        self._accounts.hand_over(desk, day * DAY + 9 * HOUR, limit)
        return _change(who, days * DAY + 9 * HOUR + rng.integers(1, HOUR, len(who)))

    def _household_changes(
        self, rng: np.random.Generator, happened: Happened
    ) -> list[Changes]:
        """Marriages, children who leave home, and households that move."""
        couples = self._chosen(rng, happened, MARRIAGE_RATE)
        half = len(couples) // 2
        one, other = couples[:half], couples[half : 2 * half]
        at = self._moments(rng, happened, half)
        new = self._households.found(rng, at, are_married=True)
        leavers = self._chosen(rng, happened, LEAVING_HOME_RATE)
        leaves = self._moments(rng, happened, len(leavers))
        alone = self._households.found(rng, leaves, are_married=False)
        self._households.shrink(self._household[leavers], leaves + 1)
        movers = self._chosen(rng, happened, MOVING_RATE)
        moves = self._moments(rng, happened, len(movers))
        homes = rng.integers(len(self._home), size=len(movers) + len(leavers))
        for who, moment, subject in (
            (one, at, "marriage"),
            (other, at, "marriage"),
            (leavers, leaves, "moving_out"),
            (movers, moves, "moving"),
        ):
            self._contacts.write_life_events(who, moment, subject)
        return [
            _change(one, at, household=new),
            _change(other, at, household=new, home=self._home[one]),
            _change(leavers, leaves, household=alone, home=homes[len(movers) :]),
            self._moving(movers, moves, homes[: len(movers)]),
        ]

    def _moving(self, movers: Ints, moves: Ints, homes: Ints) -> Changes:
        """Everybody of a household moves with the one who tells it."""
        household, first = np.unique(self._household[movers], return_index=True)
        place = place_among(household, self._household)
        goes = (place >= 0) & (self._household >= 0) & (self.state < WITHDRAWN)
        who = np.flatnonzero(goes)
        which = first[place[who]]
        there = self.joined[who] < moves[which]
        return _change(who[there], moves[which][there] + 1, home=homes[which][there])

    def _chosen(
        self, rng: np.random.Generator, happened: Happened, rate: float
    ) -> Ints:
        """Private customers whom something befalls, nobody twice."""
        population = self._world.population
        may = (population.joined < happened.first) & (population.household >= 0)
        able = np.flatnonzero(may & (self.state == ACTIVE))
        days = happened.last - happened.first
        count = min(int(rng.poisson(rate * days * len(able))), len(able))
        return rng.choice(able, count, replace=False)

    def _moments(
        self, rng: np.random.Generator, happened: Happened, count: int
    ) -> Ints:
        day = rng.integers(happened.first, happened.last, count)
        return within_hours(rng, day, 12, 18)

    def _write_changes(self, parts: list[Changes]) -> None:
        """Write a row for each change, with what was changed before, and remember."""
        joined = [
            np.concatenate([getattr(each, name) for each in parts])
            for name in Changes.__dataclass_fields__
        ]
        merged = self._world.population.merge_day * DAY + 11 * HOUR
        order = np.lexsort([joined[1], joined[0]])
        changes = Changes(*(each[order] for each in joined))
        changes = _taken(changes, changes.moment <= merged[changes.customer])
        current = {
            "_household": changes.household,
            "_home": changes.home,
            "state": changes.state,
        }
        begins = np.searchsorted(changes.customer, changes.customer)
        rows = {
            name: _carried(begins, told, getattr(self, name)[changes.customer])
            for name, told in current.items()
        }
        # of two changes in one second the last row tells both
        same = np.zeros(len(begins), dtype=np.bool_)
        same[:-1] = (changes.customer[1:] == changes.customer[:-1]) & (
            changes.moment[1:] == changes.moment[:-1]
        )
        last = ~same
        who = changes.customer
        for name, values in rows.items():
            getattr(self, name)[who] = values  # the last of each customer stays
        self._write_rows(
            who[last],
            changes.moment[last],
            household=rows["_household"][last],
            home=rows["_home"][last],
            state=rows["state"][last],
        )

    def _write_rows(
        self,
        who: Ints,
        moment: Ints,
        lacking: Bools | None = None,
        household: Ints | None = None,
        home: Ints | None = None,
        state: Ints | None = None,
    ) -> None:
        population, persons = self._world.population, self.persons
        household = self._household[who] if household is None else household
        home = self._home[who] if home is None else home
        state = self.state[who] if state is None else state
        place = pl.Series(home)
        if lacking is not None:
            place = place.set(pl.Series(lacking), None)
        self._journals.add(
            "members",
            moment,
            {
                "member_no": member_no(who),
                "household_no": household_no(household),
                "corp_no": account_no(population.account[who]),
                "staff_no": self._staff.rep(population.rep[who], moment // DAY),
                "full_name": persons.names.gather(who),
                "mobile": persons.phones.gather(who),
                "email": persons.emails.gather(who),
                "address": persons.homes["street_address"].gather(place),
                "born_on": persons.born[who],
                "sido": persons.homes["province"].gather(place),
                "sigungu": persons.homes["district"].gather(place),
                "state": words(STATES, state),
                "joined_at": self.joined[who],
            },
        )

    def _close(self, month: int, last: int) -> None:
        """Count people and households; memberships that are ever joined are one."""
        people = self._world.population
        is_known = people.joined < last
        goes_on = is_known & (people.merge_day >= self._world.days.count)
        for code, name in enumerate(STATES):
            counted = is_known if code == MERGED else goes_on
            count = int((self.state[counted] == code).sum())
            self._ledger.close(f"{name}_member_count", month, count)
        lives = goes_on & (self.state < WITHDRAWN) & (self._household >= 0)
        households = len(np.unique(self._household[lives]))
        self._ledger.close("household_count", month, households)


def _carried(begins: Ints, told: Ints, before: Ints) -> Ints:
    """Each value as last told within its group, else as it was before."""
    row = np.arange(len(told))
    last = np.maximum.accumulate(np.where(told != KEPT, row, -1))
    return np.where(last >= begins, told[last], before)


def _taken(changes: Changes, which: Bools) -> Changes:
    return Changes(
        *(getattr(changes, name)[which] for name in Changes.__dataclass_fields__)
    )
