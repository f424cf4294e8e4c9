"""How far a distribution has moved from the one a model was trained on."""

import numpy as np
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
    first, second = (_shares(each, edges) for each in (before, after))
    return float(((second - first) * np.log(second / first)).sum())


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Share of the values in each bin, the missing ones last."""
    place = np.searchsorted(edges, values, side="left")
    place[np.isnan(values)] = len(edges) + 1
    counts = np.bincount(place, minlength=len(edges) + 2)
    return np.maximum(counts / len(values), FEWEST_SHARE)
