"""Households of private customers, and firms that business customers buy for."""

import numpy as np

from demo.simulated.books.journals import Journals, words
from demo.simulated.books.staff import Staff
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, NONE, Ints, chance
from demo.simulated.people.places import districts

AGES = ("20s", "30s", "40s", "50s", "60s", "70+")
INCOMES = ("under_30m", "30m_50m", "50m_80m", "80m_120m", "over_120m")
HOUSING = ("owner", "jeonse", "rent")
MARITAL = ("single", "married", "divorced")
SIZES = ("1", "2", "3", "4", "5+")
COMPOSITIONS = ("alone", "couple", "parents_kids", "others")
CHILDREN = ("0", "1", "2", "3+")
INDUSTRIES = ("hotel", "restaurant", "school", "clinic", "office", "retail")
KINDS = ("corporate", "partner")
FIRM_WORDS = (
    ("가람", "누리", "다온", "라온", "마루", "바른", "솔빛", "아람", "초록", "한솔터"),
    ("상사", "물산", "호텔", "의원", "학원", "식품", "기획", "유통"),
)


class Households:
    """Knows what households are like, and writes them when they change."""

    def __init__(self, world: World, journals: Journals) -> None:
        self._journals = journals
        rng = chance(world.plan.seed, "households")
        count = int(world.population.household.max(initial=-1)) + 1
        self._traits = self._drawn(rng, count)

    def __len__(self) -> int:
        """How many households there have been."""
        return len(self._traits[0])

    def write(self, household: Ints, moment: Ints) -> None:
        """Write down households as they are now."""
        age, income, housing, marital, size, kids = self._traits[:, household]
        composition = np.select(
            [size == 0, (size == 1) & (marital == 1), kids > 0], [0, 1, 2], 3
        )
        self._journals.add(
            "households",
            moment,
            {
                "household_no": household_no(household),
                "head_age": words(AGES, age),
                "income": words(INCOMES, income),
                "housing": words(HOUSING, housing),
                "marital": words(MARITAL, marital),
                "members": words(SIZES, size),
                "composition": words(COMPOSITIONS, composition),
                "children": words(CHILDREN, kids),
            },
        )

    def found(
        self, rng: np.random.Generator, moment: Ints, *, are_married: bool
    ) -> Ints:
        """Found new households of one or of a couple, and return their numbers."""
        count = len(moment)
        traits = self._drawn(rng, count)
        traits[0] = rng.integers(0, 3, count)
        traits[3] = int(are_married)
        traits[4] = int(are_married)
        traits[5] = 0
        first = len(self)
        self._traits = np.concatenate([self._traits, traits], axis=1)
        number = first + np.arange(count)
        self.write(number, moment)
        return number

    def shrink(self, household: Ints, moment: Ints) -> None:
        """Write that somebody has left the households."""
        household, first = np.unique(household, return_index=True)
        self._traits[4, household] = np.maximum(self._traits[4, household] - 1, 0)
        self.write(household, moment[first])

    @staticmethod
    def _drawn(rng: np.random.Generator, count: int) -> Ints:
        size = rng.choice(len(SIZES), count, p=(0.33, 0.28, 0.19, 0.15, 0.05))
        kids = np.minimum(np.maximum(size - 1, 0), rng.integers(0, 4, count))
        marital = np.where(size == 0, rng.choice([0, 2], count), 1)
        return np.stack(
            [
                rng.integers(len(AGES), size=count),
                rng.integers(len(INCOMES), size=count),
                rng.integers(len(HOUSING), size=count),
                marital,
                size,
                kids,
            ]
        )


class Accounts:
    """Writes firms, when their first contact comes and when their looker-after goes."""

    def __init__(self, world: World, journals: Journals, staff: Staff) -> None:
        people = world.population
        self._journals = journals
        self._staff = staff
        rng = chance(world.plan.seed, "accounts")
        count = int(people.account.max(initial=-1)) + 1
        first = np.full(count, -1)
        contacts = np.flatnonzero(people.account >= 0)[::-1]
        first[people.account[contacts]] = contacts  # the earliest stays
        self._first = first
        self.desk = np.where(first >= 0, people.rep[first], 0)
        family, trade = (
            words(each, rng.integers(len(each), size=count)) for each in FIRM_WORDS
        )
        self._names = family + trade
        self._industry = rng.integers(len(INDUSTRIES), size=count)
        self._kind = (rng.random(count) < 0.15).astype(np.int64)
        self._place = rng.integers(len(districts()), size=count)

    def write_new(self, joined: Ints, customer: Ints) -> None:
        """Write the firms whose first contacts join at the moments `joined`."""
        first = np.flatnonzero(np.isin(self._first, customer))
        place = np.searchsorted(customer, self._first[first])
        self.write(first, joined[place])

    def hand_over(self, desk: Ints, moment: Ints, limit: int) -> None:
        """Write the firms whose desks are taken by somebody new.

        Parameters
        ----------
        desk, moment : ndarray
        limit : int
            Number of the first customer who has not joined yet.
        """
        for one, at in zip(desk, moment, strict=True):
            own = np.flatnonzero((self.desk == one) & (self._first >= 0))
            own = own[self._first[own] < limit]
            self.write(own, np.full(len(own), at))

    def write(self, account: Ints, moment: Ints) -> None:
        """Write down firms as they are at some moments."""
        known = districts()
        self._journals.add(
            "corporations",
            moment,
            {
                "corp_no": account_no(account),
                "corp_name": self._names.gather(account),
                "corp_kind": words(KINDS, self._kind[account]),
                "industry": words(INDUSTRIES, self._industry[account]),
                "sido": known["province"].gather(self._place[account]),
                "sigungu": known["district"].gather(self._place[account]),
                "staff_no": self._staff.rep(self.desk[account], moment // DAY),
            },
        )


def household_no(household: Ints) -> Ints:
    """Number of a household, `NONE` of none."""
    return np.where(household >= 0, 5_000_001 + household, NONE)


def account_no(account: Ints) -> Ints:
    """Number of a firm, `NONE` of none."""
    return np.where(account >= 0, 300_001 + account, NONE)
