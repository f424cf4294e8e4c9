"""How the simulation counts time, takes chance and finds one number among others.

A day is a number from 0, the first of the history. A moment is a number of seconds
from the beginning of day 0 in the company's time zone, which knows no summer time.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NONE = -(1 << 62)
"""An integer that is not known: null in the database."""
DAY = 86_400
HOUR = 3_600
MINUTE = 60


def chance(seed: int, concern: str, month: int = 0) -> np.random.Generator:
    """Random numbers of one concern in one month, whatever else is drawn."""
    entropy = [seed, crc32(concern.encode()), month]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


def day_of(moment: Ints) -> Ints:
    """Day in which each moment lies; `NONE` stays."""
    return np.where(moment == NONE, NONE, moment // DAY)


def within_hours(
    rng: np.random.Generator, day: Ints, opens: float, closes: float
) -> Ints:
    """A moment of each day between two hours."""
    second = rng.integers(int(opens * HOUR), int(closes * HOUR), len(day))
    return day * DAY + second


def where(condition: Bools, moment: Ints) -> Ints:
    """The moments for which `condition` holds, `NONE` for the others."""
    return np.where(condition, moment, NONE)


def place_among(numbers: Ints, wanted: Ints) -> Ints:
    """Where each of `wanted` stands among `numbers`, all different; -1 for nowhere."""
    order = np.argsort(numbers, kind="stable")
    if not len(order):
        return np.full(len(wanted), -1)
    rank = np.searchsorted(numbers[order], wanted)
    place = order[np.minimum(rank, len(order) - 1)]
    return np.where(numbers[place] == wanted, place, -1)
