"""Whether probabilities mean what they say.

A bare limit on the expected calibration error is passed by the base rate and failed by
luck, so the error is compared with what a perfectly calibrated model of the same size
would show.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

Vector = NDArray[np.float64]
Places = NDArray[np.int64]

BINS = 10
SMALLEST = 1e-6  # probabilities are cut there before logits are taken
LEVEL = 95
LIMIT = 1.96  # standard errors that hold 95 %


@dataclass(frozen=True, slots=True)
class Calibration:
    """Measures of calibration.

    Attributes
    ----------
    slope, intercept : float
        Of the logistic regression of what happened on the logit of what was said;
        1 and 0 at best. A slope below 1: the model says too much.
    slope_low, slope_high : float
        Limits of 95 % of the slope: wide where all chances are nearly the same.
    in_the_large : float
        Intercept where the slope is held at 1; 0 at best, above it too low on average.
    error : float
        Expected calibration error: mean distance between what was said and what
        happened, in bins of equal mass.
    error_limit : float
        Of a perfectly calibrated model with the same rows, the 95th percentile of
        this error.
    brier_skill : float
        Share of the base rate's squared error that the model takes away.
    """

    slope: float
    slope_low: float
    slope_high: float
    intercept: float
    in_the_large: float
    error: float
    error_limit: float
    brier_skill: float

    @property
    def error_ratio(self) -> float:
        """The error, in limits: up to 1 is luck."""
        return self.error / self.error_limit if self.error_limit else float("nan")


def calibration(
    outcomes: ArrayLike,
    probabilities: ArrayLike,
    *,
    draws: int,
    seed: int,
    weights: Vector | None = None,
) -> Calibration:
    """Measure how far probabilities can be taken at their word.

    Parameters
    ----------
    outcomes : array-like of shape (n,)
        0 or 1.
    probabilities : array-like of shape (n,)
        0 to 1.
    draws : int
        How many perfectly calibrated models the limit is taken from.
    seed : int
    weights : ndarray of shape (n,), optional

    Returns
    -------
    Calibration
        NaN where only one outcome is there.

    References
    ----------
    Cox (1958), Two Further Applications of a Model for Binary Regression, Biometrika
    45, 562-565; Van Calster et al. (2016), A calibration hierarchy for risk models,
    Journal of Clinical Epidemiology 74, 167-176.
    """
    happened, chance, weight = _checked(outcomes, probabilities, weights)
    if len(np.unique(happened)) < 2:
        nan = float("nan")
        return Calibration(nan, nan, nan, nan, nan, nan, nan, nan)
    score = logit(np.clip(chance, SMALLEST, 1 - SMALLEST))
    intercept, slope = recalibration(score, happened, weight)
    in_the_large, _ = recalibration(score, happened, weight, slope=1.0)
    error, limit = _errors(happened, chance, weight, draws, seed)
    base = np.average(happened, weights=weight)
    skill = 1 - np.average((chance - happened) ** 2, weights=weight) / np.average(
        (base - happened) ** 2, weights=weight
    )
    off = LIMIT * _slope_error(score, intercept + slope * score, happened, weight)
    limits = (slope - off, slope + off)
    return Calibration(
        slope, *limits, intercept, in_the_large, error, limit, float(skill)
    )


def recalibration(
    scores: Vector, outcomes: Vector, weights: Vector, slope: float | None = None
) -> tuple[float, float]:
    """Intercept and slope of the logistic regression of outcomes on one score.

    Parameters
    ----------
    scores, outcomes, weights : ndarray of shape (n,)
        Both outcomes must be there.
    slope : float, optional
        Holds the slope, and fits the intercept alone.

    Returns
    -------
    tuple of float
        Intercept and slope.

    Notes
    -----
    A one and a zero, each of weight 1/4, are added a standard deviation above the mean
    score and below it: without them a score that tells the outcomes apart completely
    would have no finite slope.
    """
    middle = float(np.average(scores, weights=weights))
    spread = float(np.sqrt(np.average((scores - middle) ** 2, weights=weights))) or 1.0
    centred = np.append((scores - middle) / spread, [1.0, 1.0, -1.0, -1.0])
    happened = np.append(outcomes, [1.0, 0.0, 1.0, 0.0])
    weight = np.append(weights, np.full(4, 0.25))
    total = weight.sum()

    def loss(told: Vector) -> tuple[float, Vector]:
        linear = told[0] + (told[1] if slope is None else slope * spread) * centred
        gap = weight * (expit(linear) - happened)
        value = weight @ (np.logaddexp(0.0, linear) - happened * linear)
        gradient = np.array([gap.sum(), gap @ centred if slope is None else 0.0])
        return float(value / total), gradient / total

    base = logit(np.average(happened, weights=weight))
    found = minimize(
        loss,
        np.array([base, 0.0]),
        jac=True,
        method="L-BFGS-B",
        options={"ftol": 1e-15, "gtol": 1e-9},
    )
    fitted = float(found.x[1]) / spread if slope is None else slope
    return float(found.x[0]) - fitted * middle, fitted


def _slope_error(
    score: Vector, linear: Vector, happened: Vector, weight: Vector
) -> float:
    """Standard error of the slope, right with weights too (a sandwich)."""
    rows = np.column_stack([np.ones(len(score)), score])
    chance = expit(linear)
    bread = np.linalg.pinv((rows.T * (weight * chance * (1 - chance))) @ rows)
    filling = (rows.T * (weight * (happened - chance)) ** 2) @ rows
    return float(np.sqrt((bread @ filling @ bread)[1, 1]))


def calibration_table(
    outcomes: ArrayLike, probabilities: ArrayLike, weights: Vector | None = None
) -> pd.DataFrame:
    """What was said and what happened, in ten bins of equal mass.

    Parameters
    ----------
    outcomes, probabilities : array-like of shape (n,)
    weights : ndarray of shape (n,), optional

    Returns
    -------
    DataFrame of shape (at most 10, 5)
        bin (1 the lowest), row_count, mean_probability, outcome_rate, weight_share.
    """
    happened, chance, weight = _checked(outcomes, probabilities, weights)
    order, starts = _bins(chance, weight)
    mass, said, was = (
        np.add.reduceat(each[order], starts)
        for each in (weight, weight * chance, weight * happened)
    )
    return pd.DataFrame(
        {
            "bin": np.arange(1, len(starts) + 1),
            "row_count": np.diff(np.append(starts, len(order))),
            "mean_probability": said / mass,
            "outcome_rate": was / mass,
            "weight_share": mass / mass.sum(),
        }
    )


def _checked(
    outcomes: ArrayLike, probabilities: ArrayLike, weights: Vector | None
) -> tuple[Vector, Vector, Vector]:
    happened = np.asarray(outcomes, dtype=np.float64)
    chance = np.asarray(probabilities, dtype=np.float64)
    if happened.shape != chance.shape or happened.ndim != 1 or not len(chance):
        raise ValueError(
            "outcomes and probabilities must be vectors of one length, at least 1, got "
            f"shapes {happened.shape} and {chance.shape}"
        )
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("probabilities must lie between 0 and 1")
    if weights is None:
        return happened, chance, np.ones(len(chance))
    counts = weights > 0
    return happened[counts], chance[counts], weights[counts]


def _bins(chance: Vector, weight: Vector) -> tuple[Places, Places]:
    """Order of the rows by what was said, and where in it each bin begins.

    Equal probabilities share a bin, that of the middle of their mass, so that the
    order of the rows does not matter.
    """
    order = np.argsort(chance, kind="stable")
    ordered = chance[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    mass = np.add.reduceat(weight[order], first)
    middle = (np.cumsum(mass) - mass / 2) / max(float(mass.sum()), 1e-300)
    place = np.minimum((BINS * middle).astype(np.int64), BINS - 1)
    is_new = np.append(True, place[1:] != place[:-1])
    return order, first[is_new]


def _errors(
    happened: Vector, chance: Vector, weight: Vector, draws: int, seed: int
) -> tuple[float, float]:
    """The expected calibration error, and its limit under perfect calibration."""
    order, starts = _bins(chance, weight)
    said, own = chance[order], weight[order]
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed])))

    def error(was: Vector) -> float:
        gaps = np.add.reduceat(own * (said - was), starts)
        return float(np.abs(gaps).sum() / own.sum())

    perfect = [
        error((rng.random(len(said)) < said).astype(np.float64)) for _ in range(draws)
    ]
    return error(happened[order]), float(np.percentile(perfect, LEVEL))
