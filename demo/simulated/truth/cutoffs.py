"""What is true of every customer at a cutoff, for any horizon up to a year.

The chance of no purchase is exact on the grid of days; the expected value is a
quadrature on it. A customer is there or not at a cutoff, though nobody can see it: who
has left buys nothing for certain.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from demo.simulated.causes.baskets import Ladders
from demo.simulated.causes.happenings import State
from demo.simulated.causes.world import World
from demo.simulated.moments import Floats, Ints
from demo.simulated.plan import HORIZON_DAYS
from demo.simulated.truth.demand import additional, no_renewal, renewals
from demo.simulated.truth.survival import survival
from demo.simulated.truth.worth import Worth

CHUNK = 1_000  # customers at once: memory stays below some 200 MB


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is true of the days after a cutoff; a row a customer, a column a horizon.

    Attributes
    ----------
    customer : ndarray of shape (n,)
        Everybody who has joined by the cutoff and is not joined into another.
    no_purchase : ndarray of shape (n, horizons)
        Chance that no purchase falls within the horizon.
    purchases : ndarray of shape (n, horizons)
        Expected number of purchases.
    net_amount, margin_amount : ndarray of shape (n, horizons)
        Expected amount paid, and of it what goods do not cost; returns are not taken
        off.
    """

    customer: Ints
    no_purchase: Floats
    purchases: Floats
    net_amount: Floats
    margin_amount: Floats


class Truth:
    """Tells what is true, from the state of the course at a cutoff.

    Parameters
    ----------
    world : World
    """

    def __init__(self, world: World) -> None:
        self._plan = world.plan
        self._days = world.days
        self._rises = world.assortment.rises
        self._population = world.population
        self._worth = Worth(world)

    def ahead(self, state: State, ladders: Ladders, horizons: Sequence[int]) -> Ahead:
        """What is true of everybody at the end of ``state.day``.

        Parameters
        ----------
        state : State
        ladders : Ladders
            At the same time.
        horizons : sequence of int
            Days, at most `HORIZON_DAYS`.

        Raises
        ------
        ValueError
            If a horizon is not between 1 and `HORIZON_DAYS`.
        """
        if not all(0 < each <= HORIZON_DAYS for each in horizons):
            raise ValueError(
                f"horizons are 1 to {HORIZON_DAYS} days; seen {list(horizons)}"
            )
        people = self._population
        has_joined = (people.joined <= state.day) & (people.merge_day > state.day)
        customer = np.flatnonzero(has_joined)
        chosen = np.array(horizons) - 1
        out = np.zeros((4, len(customer), len(chosen)))
        out[0] = 1
        there = np.flatnonzero(state.gone()[customer] > state.day)
        for begin in range(0, len(there), CHUNK):
            part = there[begin : begin + CHUNK]
            days = self._by_day(state, ladders, customer[part], int(chosen.max()) + 1)
            out[:, part] = days[:, :, chosen]
        return Ahead(customer, *out)

    def _by_day(self, state: State, ladders: Ladders, who: Ints, ahead: int) -> Floats:
        """The four measures up to each day, shape (4, n, ahead)."""
        people = self._population.taken(who)
        there = survival(self._plan, self._rises, people, state, who, ahead)
        none, offers, quotes = additional(self._plan, people, state, who, ahead)
        context = (self._days, people, state.renewed[who], state.day, ahead)
        no_attempt = no_renewal(*context) * np.exp(none)
        first = -np.diff(no_attempt, axis=1, prepend=1)
        baskets = (renewals(*context) + offers) * there
        quotes *= there
        steps = ladders.step[who].astype(np.int64), ladders.since[who].astype(np.int64)
        net, margin = self._worth.of_baskets(people, steps, state.day, ahead)
        quoted, quoted_margin = self._worth.of_quotes(people, state.day, ahead)
        by_day = np.stack(
            [
                first * there,
                baskets + quotes,
                baskets * net + quotes * quoted,
                baskets * margin + quotes * quoted_margin,
            ]
        )
        total: Floats = np.cumsum(by_day, axis=2)
        total[0] = 1 - total[0]
        return total
