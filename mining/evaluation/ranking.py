"""How well a score ranks: area under the ROC curve, average precision, lift.

Rows may carry weights: whole numbers for how often a bootstrap drew them, inverse
probabilities for a share that was kept at random. Equal scores count as one step, so
the order of the rows does not matter.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]

DECILES = 10


class Ranked(NamedTuple):
    """Rows in the order of their scores, highest first.

    Attributes
    ----------
    order : ndarray of shape (n,)
        Positions of the rows.
    starts : ndarray of shape (n_distinct,)
        Where in `order` each distinct score begins.
    outcomes : ndarray of shape (n,)
        0 or 1, in this order.
    """

    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    outcomes: Vector

    @classmethod
    def of(cls, outcomes: ArrayLike, scores: ArrayLike) -> "Ranked":
        """Sort once what is measured many times.

        Parameters
        ----------
        outcomes : array-like of shape (n,)
            0 or 1.
        scores : array-like of shape (n,)
            Higher means that 1 is likelier.

        Raises
        ------
        ValueError
            If the lengths differ, an outcome is neither, or a score is not a number.
        """
        happened = np.asarray(outcomes, dtype=np.float64)
        values = np.asarray(scores, dtype=np.float64)
        if happened.shape != values.shape or happened.ndim != 1:
            raise ValueError(
                "outcomes and scores must be vectors of one length, got shapes "
                f"{happened.shape} and {values.shape}"
            )
        if not np.isin(happened, (0.0, 1.0)).all():
            raise ValueError("outcomes must be 0 or 1")
        if np.isnan(values).any():
            raise ValueError(f"{np.isnan(values).sum()} scores are not a number")
        order = np.argsort(-values, kind="stable")
        ordered = values[order]
        is_new = np.ones(len(ordered), dtype=np.bool_)
        is_new[1:] = ordered[1:] != ordered[:-1]
        return cls(order, np.flatnonzero(is_new), happened[order])

    def counts(self, weights: Vector | None) -> tuple[Vector, Vector]:
        """Weight of the ones and of the zeros at each distinct score."""
        own = np.ones(len(self.order)) if weights is None else weights[self.order]
        ones = own * self.outcomes
        zeros = own - ones
        if not len(self.starts):
            return ones, zeros
        return np.add.reduceat(ones, self.starts), np.add.reduceat(zeros, self.starts)


def auc(ranked: Ranked, weights: Vector | None = None) -> float:
    """Chance that a row with 1 scores above a row with 0, ties counting half.

    Parameters
    ----------
    ranked : Ranked
    weights : ndarray of shape (n,), optional
        Of the rows as they were given; not negative.

    Returns
    -------
    float
        0 to 1; NaN when only one outcome has weight.

    References
    ----------
    Hanley & McNeil (1982), The Meaning and Use of the Area under a Receiver
    Operating Characteristic (ROC) Curve, Radiology 143(1), 29-36.
    """
    ones, zeros = ranked.counts(weights)
    below = zeros.sum() - np.cumsum(zeros)
    pairs = ones.sum() * zeros.sum()
    return float((ones * (below + zeros / 2)).sum() / pairs) if pairs else float("nan")


def average_precision(ranked: Ranked, weights: Vector | None = None) -> float:
    """Precision at each distinct score, averaged over the rows with 1 that it adds.

    Parameters
    ----------
    ranked : Ranked
    weights : ndarray of shape (n,), optional
        Of the rows as they were given; not negative.

    Returns
    -------
    float
        0 to 1, the base rate for a score that knows nothing; NaN without a 1.
    """
    ones, zeros = ranked.counts(weights)
    total = ones.sum()
    if not total:
        return float("nan")
    found = np.cumsum(ones)
    taken = found + np.cumsum(zeros)
    precision = np.divide(found, taken, out=np.zeros_like(found), where=taken > 0)
    return float((precision * ones).sum() / total)


def lift_table(
    outcomes: ArrayLike, probabilities: ArrayLike, weights: Vector | None = None
) -> pd.DataFrame:
    """What each tenth of the customers brings, those at the highest risk first.

    Parameters
    ----------
    outcomes : array-like of shape (n,)
        0 or 1.
    probabilities : array-like of shape (n,)
        Equal ones stay in one tenth, so tenths need not be equally large.
    weights : ndarray of shape (n,), optional

    Returns
    -------
    DataFrame of shape (at most 10, 7)
        decile (1 the highest risk), row_count, mean_probability, outcome_rate, lift
        (over the rate of all), captured_share (of all ones, in this tenth and those
        before), weight_share.
    """
    rows = pd.DataFrame(
        {
            "chance": np.asarray(probabilities, dtype=np.float64),
            "weight": 1.0 if weights is None else weights,
            "happened": np.asarray(outcomes, dtype=np.float64),
        }
    )
    rows = rows[rows["weight"] > 0]
    rows["said"] = rows["weight"] * rows["chance"]
    rows["ones"] = rows["weight"] * rows["happened"]
    steps = rows.groupby("chance", sort=True).agg(
        rows=("weight", "size"),
        weight=("weight", "sum"),
        said=("said", "sum"),
        ones=("ones", "sum"),
    )[::-1]
    total = steps["weight"].sum()
    middle = (steps["weight"].cumsum() - steps["weight"] / 2) / total
    decile = (DECILES * middle).astype(np.int64).clip(upper=DECILES - 1)
    tenths = steps.groupby(decile.to_numpy()).sum()
    ones, rate = tenths["ones"].sum(), tenths["ones"] / tenths["weight"]
    return pd.DataFrame(
        {
            "decile": tenths.index + 1,
            "row_count": tenths["rows"],
            "mean_probability": tenths["said"] / tenths["weight"],
            "outcome_rate": rate,
            "lift": rate / (ones / total) if ones else float("nan"),
            "captured_share": tenths["ones"].cumsum() / ones if ones else float("nan"),
            "weight_share": tenths["weight"] / total,
        }
    ).reset_index(drop=True)
