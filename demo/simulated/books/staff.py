"""Who works for the company: representatives who come and go, and the others, who stay.

A representative's desk is always taken: whoever resigns is followed on the same day by
somebody new, who takes over the customers.
"""

import numpy as np

from demo.simulated.books.journals import Journals, always, words
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, NONE, Ints, chance

JOBS = ("sales", "store", "call_centre", "engineer", "manager")
STATES = ("active", "resigned")
BEFORE = -DAY + 6 * HOUR  # what was entered before the first day
FIRST_REP, FIRST_CLERK, FIRST_AGENT, FIRST_ENGINEER, FIRST_MANAGER = (
    *(101, 40_001, 60_001, 70_001, 80_001),
)
CLERKS = 4  # of a branch
_APART = 100_000  # days between two desks, to look both up at once


class Staff:
    """Knows who is where on which day, and writes it down.

    Parameters
    ----------
    world : World
    journals : Journals
    """

    def __init__(self, world: World, journals: Journals) -> None:
        plan = world.plan
        self._journals = journals
        self._branches = plan.stores
        self._agents = max(4, plan.customers // 8_000)
        rng = chance(plan.seed, "staff")
        desks = np.arange(plan.reps)
        self._branch = rng.integers(plan.stores, size=plan.reps)
        self._hired = rng.integers(-3_000, -200, plan.reps)
        self._key = desks * _APART
        self._number = FIRST_REP + desks
        self._next = FIRST_REP + plan.reps
        self._write_all(rng)

    def rep(self, desk: Ints, day: Ints) -> Ints:
        """Number of the representative at each desk on a day; `NONE` at no desk."""
        place = np.searchsorted(self._key, desk * _APART + np.maximum(day, 0), "right")
        return np.where(desk >= 0, self._number[place - 1], NONE)

    def clerk(self, rng: np.random.Generator, branch: Ints) -> Ints:
        """Number of somebody in each branch."""
        return FIRST_CLERK + branch * CLERKS + rng.integers(CLERKS, size=len(branch))

    def agent(self, rng: np.random.Generator, count: int) -> Ints:
        """Numbers of people in the call centre."""
        return FIRST_AGENT + rng.integers(self._agents, size=count)

    def engineer(self, branch: Ints) -> Ints:
        """Number of the engineer of each branch."""
        return FIRST_ENGINEER + branch

    def write(self, happened: Happened, rng: np.random.Generator) -> None:
        """Write down who resigned, who came and who changed branch."""
        for day in range(happened.first, happened.last):
            moved = np.unique(happened.rep_moved[0][happened.rep_moved[1] == day])
            left = np.unique(happened.rep_left[0][happened.rep_left[1] == day])
            self._move(rng, np.setdiff1d(moved, left), day)
            self._replace(left, day)

    def _move(self, rng: np.random.Generator, desk: Ints, day: int) -> None:
        if not desk.size:
            return
        step = 1 + rng.integers(self._branches - 1, size=len(desk))
        self._branch[desk] = (self._branch[desk] + step) % self._branches
        self._write_reps(desk, np.full(len(desk), day), 8 * HOUR, None)

    def _replace(self, desk: Ints, day: int) -> None:
        if not desk.size:
            return
        days = np.full(len(desk), day)
        self._write_reps(desk, days - 1, 18 * HOUR, days)
        number = self._next + np.arange(len(desk))
        self._next += len(desk)
        key = np.concatenate([self._key, desk * _APART + day])
        order = np.argsort(key, kind="stable")
        self._key = key[order]
        self._number = np.concatenate([self._number, number])[order]
        self._hired[desk] = day
        self._write_reps(desk, days, 8 * HOUR, None)

    def _write_reps(
        self, desk: Ints, day: Ints, second: int, left: Ints | None
    ) -> None:
        branch = self._branch[desk]
        self._write_rows(
            day * DAY + second,
            self.rep(desk, day),
            np.zeros(len(desk), dtype=np.int64),
            branch,
            self._hired[desk],
            np.full(len(desk), NONE) if left is None else day,
        )

    def _write_all(self, rng: np.random.Generator) -> None:
        branch = np.arange(self._branches)
        clerk_branch = np.repeat(branch, CLERKS)
        desks = np.arange(len(self._branch))
        agents = np.arange(self._agents)
        for job, first, of_branch in (
            (0, FIRST_REP, self._branch),
            (1, FIRST_CLERK, clerk_branch),
            (2, FIRST_AGENT, np.full(len(agents), -1)),
            (3, FIRST_ENGINEER, branch),
            (4, FIRST_MANAGER, branch),
        ):
            count = len(of_branch)
            hired = rng.integers(-3_000, -200, count)
            self._write_rows(
                np.full(count, BEFORE),
                first + np.arange(count),
                np.full(count, job),
                of_branch,
                self._hired[desks] if job == 0 else hired,
                np.full(count, NONE),
            )

    def _write_rows(
        self,
        stamp: Ints,
        number: Ints,
        job: Ints,
        branch: Ints,
        hired: Ints,
        left: Ints,
    ) -> None:
        has_branch = branch >= 0
        is_led = has_branch & (job != len(JOBS) - 1)
        self._journals.add(
            "staff",
            stamp,
            {
                "staff_no": number,
                "job": words(JOBS, job),
                "team": always("T", len(job)) + words(JOBS, job).str.head(1),
                "branch_no": np.where(has_branch, branch + 1, NONE),
                "leader_no": np.where(is_led, FIRST_MANAGER + branch, NONE),
                "state": words(STATES, (left != NONE).astype(np.int64)),
                "hired_on": hired,
                "left_on": left,
            },
        )
