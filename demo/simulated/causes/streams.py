"""What befalls many at steady rates."""

import numpy as np

from demo.simulated.moments import Floats, Ints


class Stream:
    """A Poisson process of every member, each with a rate a day of its own."""

    def __init__(self, rates: Floats) -> None:
        self._edges = np.cumsum(rates)

    def draw(
        self, rng: np.random.Generator, first: int, last: int
    ) -> tuple[Ints, Ints]:
        """Member and day of each event, in the order of days."""
        total = self._edges[-1]
        count = rng.poisson(total * (last - first))
        lot = rng.random(count) * total
        member = np.searchsorted(self._edges, lot, side="right")
        day = rng.integers(first, last, count)
        order = np.argsort(day, kind="stable")
        return member[order], day[order]
