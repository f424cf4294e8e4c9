"""The company's tables as journals: a row a version, written in the order of time.

What is known of a table's rows may lie ahead: an order of today and its return next
month are drawn together. A row waits here until its day has come.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from demo.simulated.moments import DAY, NONE, Bools, Floats, Ints
from demo.simulated.plan import FIRST_DATE

Column = Ints | Floats | Bools | pl.Series
Write = Callable[[str, pl.DataFrame], object]
"""Takes rows of a table, in the order in which they are written down."""

STAMP = "changed_at"
_EPOCH_DAY = (FIRST_DATE - date(1970, 1, 1)).days
_EPOCH_SECOND = _EPOCH_DAY * DAY - 9 * 3_600  # Korea is nine hours ahead


class Journals:
    """Keeps rows until their moment, and writes them.

    Parameters
    ----------
    write : callable
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._new: dict[str, list[Mapping[str, Column]]] = {}
        self._waiting: dict[str, pl.DataFrame] = {}
        self.counts: dict[str, int] = {}

    def add(self, table: str, stamp: Ints, columns: Mapping[str, Column]) -> None:
        """Take in rows that are written down at the moments `stamp`.

        Integers of columns that end in ``_at`` are moments, in ``_on`` days; an
        integer that is `NONE` is null. A table's rows always have the same columns.
        """
        if len(stamp):  # an empty list of words has no type to be joined by
            self._new.setdefault(table, []).append({**columns, STAMP: stamp})

    def release(self, day: int) -> None:
        """Write what is written down before a day."""
        limit = _series(STAMP, np.array([day * DAY]))[0]
        for table in sorted(self._new.keys() | self._waiting.keys()):
            rows = self._all(table).sort(STAMP, maintain_order=True)
            ready = rows[STAMP].search_sorted(limit)
            if ready:
                self._write(table, rows[:ready])
                self.counts[table] = self.counts.get(table, 0) + ready
            self._waiting[table] = rows[ready:]

    def _all(self, table: str) -> pl.DataFrame:
        """The rows that wait and those that are new, which wait no longer."""
        frames = [self._waiting.pop(table)] if table in self._waiting else []
        new = self._new.pop(table, [])
        if new:
            columns = {name: _joined([each[name] for each in new]) for name in new[0]}
            frames.append(pl.DataFrame([_series(*each) for each in columns.items()]))
        return pl.concat(
            [each.select(frames[0].columns) for each in frames], how="vertical_relaxed"
        )


def _joined(parts: Sequence[Column]) -> Column:
    if all(isinstance(each, np.ndarray) for each in parts):
        return np.concatenate(parts)
    return pl.concat([pl.Series(each) for each in parts])


def _series(name: str, column: Column) -> pl.Series:
    if isinstance(column, pl.Series):
        return column.rename(name)
    values = pl.Series(name, column)
    if values.dtype.is_integer():
        is_known = pl.Series(column != NONE)
        if not is_known.all():
            values = values.zip_with(is_known, values.clear(len(values)))
        if name.endswith("_at"):
            values = (values + _EPOCH_SECOND) * 1_000_000
            values = values.cast(pl.Datetime("us", "UTC"))
        elif name.endswith("_on"):
            values = (values + _EPOCH_DAY).cast(pl.Int32).cast(pl.Date)
    return values


def words(vocabulary: tuple[str, ...], codes: Ints) -> pl.Series:
    """Word of each code; null where the code is negative."""
    known = pl.Series(codes).set(pl.Series(codes < 0), None)
    return pl.Series(vocabulary, dtype=pl.String).gather(known)


def always(word: str | None, count: int) -> pl.Series:
    """The same word in every row."""
    return pl.Series([word], dtype=pl.String).new_from_index(0, count)


def moments_of(times: pl.Series) -> Ints:
    """The moments of times with a zone, which are written as moments again."""
    return times.dt.epoch("s").to_numpy() - _EPOCH_SECOND
