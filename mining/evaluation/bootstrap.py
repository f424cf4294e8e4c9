"""Differences between two scores on the same customers, with their uncertainty."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from mining.evaluation.ranking import Ranked, auc, average_precision

Vector = NDArray[np.float64]
Measure = Callable[[Ranked, Vector | None], float]

MEASURES: Mapping[str, Measure] = {"auc": auc, "average_precision": average_precision}


class Interval(NamedTuple):
    """A figure of the data at hand and the limits within which it varies."""

    value: float
    low: float
    high: float


def ranking_intervals(
    outcomes: ArrayLike,
    scores: Mapping[str, ArrayLike],
    customers: ArrayLike,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    draws: int,
    seed: int,
    weights: Vector | None = None,
    level: float = 0.95,
) -> dict[tuple[str, str, str | None], Interval]:
    """Ranking measures of several scores, and how far one is above another.

    Customers are drawn with all their rows, the same customers for every score: a
    household that is met at four cutoffs is one piece of evidence, and what is hard
    for one score is hard for all.

    Parameters
    ----------
    outcomes : array-like of shape (n,)
        0 or 1.
    scores : mapping of str to array-like of shape (n,)
        Higher means that 1 is likelier.
    customers : array-like of shape (n,)
        Who each row is about.
    pairs : sequence of (str, str)
        Scores to be compared, the first minus the second.
    draws : int
        How often the customers are drawn.
    seed : int
    weights : ndarray of shape (n,), optional
        Inverse probabilities of the rows, kept by a customer who is drawn.
    level : float
        What lies within the limits.

    Returns
    -------
    dict
        By (measure, score, None) a score's own figure, and by (measure, score, other
        score) its difference to the other. The limits are NaN when a draw held one
        outcome only.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapters 8 and 13.
    """
    ranked = {name: Ranked.of(outcomes, each) for name, each in scores.items()}
    # sorted, so that the order of the rows does not decide who is drawn
    place, names = pd.factorize(np.asarray(customers), sort=True)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed])))
    base = np.ones(len(place)) if weights is None else weights
    measured = np.empty((draws + 1, len(MEASURES), len(scores)))
    for draw in range(draws + 1):
        own = base
        if draw:  # the first is the data as they are
            drawn = rng.integers(len(names), size=len(names))
            own = base * np.bincount(drawn, minlength=len(names))[place]
        for column, each in enumerate(ranked.values()):
            measured[draw, :, column] = [f(each, own) for f in MEASURES.values()]
    tail = 100 * (1 - level) / 2
    told: dict[tuple[str, str, str | None], Interval] = {}
    for row, measure in enumerate(MEASURES):
        by_name = dict(zip(scores, measured[:, row].T, strict=True))
        for name, own in by_name.items():
            told[measure, name, None] = _interval(own, tail)
        for name, other in pairs:
            gained = by_name[name] - by_name[other]
            told[measure, name, other] = _interval(gained, tail)
    return told


def mean_interval(differences: ArrayLike, level: float = 0.95) -> Interval:
    """Mean of one difference a customer, with the limits of a large sample.

    Parameters
    ----------
    differences : array-like of shape (n,)
        Finite; at least two.
    level : float
        What lies within the limits, by the central limit theorem.
    """
    told = np.asarray(differences, dtype=np.float64)
    mean = float(told.mean())
    spread = float(norm.ppf((1 + level) / 2) * told.std(ddof=1) / np.sqrt(len(told)))
    return Interval(mean, mean - spread, mean + spread)


def _interval(measured: Vector, tail: float) -> Interval:
    low, high = np.percentile(measured[1:], [tail, 100 - tail])
    return Interval(float(measured[0]), float(low), float(high))
