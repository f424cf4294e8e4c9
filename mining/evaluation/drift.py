"""How far a distribution has moved from the one a model was trained on."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

BINS = 10
FEWEST_SHARE = 1e-4  # of an empty bin, so that one alone cannot make it infinite


def population_stability_index(expected: ArrayLike, actual: ArrayLike) -> float:
    """Sum of (a - e) ln(a / e) over bins that were equally full when it was trained.

    Parameters
    ----------
    expected : array-like of shape (n,)
        Values at training; missing ones are a bin of their own.
    actual : array-like of shape (m,)
        Values now.

    Returns
    -------
    float
        0 where nothing moved; by custom, under 0.1 is little and above 0.25 much. NaN
        when one of them is empty.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, chapter 8. It is the divergence of Jeffreys
    (1946) between the two binned distributions.
    """
    before = np.asarray(expected, dtype=np.float64)
    after = np.asarray(actual, dtype=np.float64)
    if not len(before) or not len(after):
        return float("nan")
    known = before[~np.isnan(before)]
    edges = (
        np.unique(np.quantile(known, np.arange(1, BINS) / BINS, method="lower"))
        if len(known)
        else np.empty(0)
    )
    return stability_of_shares(_shares(before, edges), _shares(after, edges))


def stability_of_shares(expected: ArrayLike, actual: ArrayLike) -> float:
    """The same index of groups that are told already.

    Parameters
    ----------
    expected, actual : array-like of shape (n_groups,)
        Share of each group then and now; each sums to 1.
    """
    told = (np.asarray(each, dtype=np.float64) for each in (expected, actual))
    first, second = (np.maximum(each, FEWEST_SHARE) for each in told)
    return float(((second - first) * np.log(second / first)).sum())


def stability_of_kinds(expected: ArrayLike, actual: ArrayLike, most: int = 20) -> float:
    """The same index of what has a name and no order, such as products.

    Parameters
    ----------
    expected, actual : array-like of shape (n,) and (m,)
        Names then and now; missing ones are left out.
    most : int
        Kinds with a share of their own, the most frequent then; all others are one.

    Returns
    -------
    float
        NaN when one of them is empty.
    """
    first, second = (pd.Series(each).value_counts() for each in (expected, actual))
    if first.empty or second.empty:
        return float("nan")
    by_name = first.sort_index()
    names = by_name.sort_values(ascending=False, kind="stable").index[:most]
    then, now = (
        each.reindex(names, fill_value=0) / each.sum() for each in (first, second)
    )
    return stability_of_shares([*then, 1 - then.sum()], [*now, 1 - now.sum()])


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Share of the values in each bin, the missing ones last."""
    place = np.searchsorted(edges, values, side="left")
    place[np.isnan(values)] = len(edges) + 1
    counts: np.ndarray = np.bincount(place, minlength=len(edges) + 2)
    return counts / len(values)
