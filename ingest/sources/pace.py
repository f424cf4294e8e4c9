"""How fast a source is read, so that the shop beside it does not feel the night."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Row = TypeVar("Row")
_SHORTEST_PAUSE = 0.02  # seconds; what is less waits together


class Pace:
    """Lets rows through at most so fast, counted from the first one.

    Parameters
    ----------
    rows_per_second : int or None
        None lets everything through.
    clock, wait : callable
        Seconds that pass, and passing some.
    """

    def __init__(
        self,
        rows_per_second: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._rows_per_second = rows_per_second
        self._clock, self._wait = clock, wait
        self._rows = 0
        self._begun: float | None = None

    def let_through(self, rows: int = 1) -> None:
        """Count rows that came, and wait until they may have come."""
        if self._rows_per_second is None:
            return
        now = self._clock()
        if self._begun is None:
            self._begun = now
        self._rows += rows
        early = self._begun + self._rows / self._rows_per_second - now
        if early >= _SHORTEST_PAUSE:
            self._wait(early)

    def paced(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Rows one by one, as fast as they may come."""
        return rows if self._rows_per_second is None else self._one_by_one(rows)

    def _one_by_one(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.let_through()
            yield row
