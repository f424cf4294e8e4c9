"""How long until something happens that has not happened to everybody yet.

Of those to whom it has not, the time is only known to be longer. The **Kaplan-Meier**
curve counts both.

References
----------
Kaplan & Meier (1958), Nonparametric Estimation from Incomplete Observations, Journal of
the American Statistical Association 53, 457-481.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Ints = NDArray[np.int64]

DIGITS = 9  # the product of the shares that stay away is rounded


class Curves(NamedTuple):
    """Kaplan-Meier curves of groups, one step a day on which it happened to somebody.

    All arrays of shape (n_steps,), by group and days.
    """

    group: Ints
    days: Ints
    survival: Vector  # share to whom it has not happened after so many days


def curves(
    group: NDArray[np.integer],
    days: Ints,
    has_happened: NDArray[np.bool_],
    group_count: int,
) -> Curves:
    """Kaplan-Meier: of those at risk on a day, the share to whom it did not happen.

    Parameters
    ----------
    group, days, has_happened : ndarray of shape (n,)
        Group of each case, 0 to group_count - 1; days until it happened or the case
        was last seen.
    group_count : int
        Groups there are, some perhaps without a case.
    """
    length = int(days.max(initial=0)) + 1
    keys = group.astype("int64") * length + days
    step, at = np.unique(keys, return_inverse=True)
    of_step, day = np.divmod(step, length)
    events = np.bincount(at, has_happened, minlength=len(step))
    ended = np.bincount(at, minlength=len(step))
    size = np.bincount(group, minlength=group_count)
    first = np.searchsorted(of_step, np.arange(group_count))
    gone = np.cumsum(ended) - ended  # before this step, of all groups before too
    at_risk = size[of_step] - (gone - gone[first[of_step]])
    kept = pd.Series(1 - events / at_risk).groupby(of_step).cumprod()
    survival: Vector = np.round(np.asarray(kept, dtype="float64"), DIGITS)
    is_event = events > 0
    return Curves(of_step[is_event], day[is_event], survival[is_event])


def medians(curves: Curves, group_count: int) -> Vector:
    """First day by which it has happened to half or more, NaN if there is none."""
    half = curves.survival <= 0.5
    group, first = np.unique(curves.group[half], return_index=True)
    found = np.full(group_count, np.nan)
    found[group] = curves.days[half][first]
    return found
