"""Sums of terms of one feature each: what every candidate becomes once it is fitted.

A boosted model whose trees may not mix features is such a sum, and so are a logistic
regression and a table of RFM scores. Written as sums they are predicted, explained and
stored in one way, and what is said of a customer in reasons adds up to the score,
exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Steps:
    """A function that is constant between its edges.

    Attributes
    ----------
    edges : ndarray of shape (k,)
        Rising; a value on an edge belongs to what is below it.
    values : ndarray of shape (k + 1,)
    missing : float
        Value where the feature is missing.
    """

    edges: Vector
    values: Vector
    missing: float

    def of(self, column: NDArray[np.float32]) -> Vector:
        """Value at each entry of a column."""
        place = np.searchsorted(self.edges, column, side="left")  # NaN goes last
        out: Vector = self.values[place]
        out[np.isnan(column)] = self.missing
        return out

    def scaled(self, factor: float) -> "Steps":
        """The function times a factor."""
        return Steps(self.edges, factor * self.values, factor * self.missing)


@dataclass(frozen=True)
class LogLine:
    """A line in the logarithm of 1 + the feature; below 0 counts as 0.

    Attributes
    ----------
    slope, shift : float
        Its value is ``slope * (log1p(x) - shift)``: 0 where the training rows had
        their mean, and 0 where the feature is missing.
    """

    slope: float
    shift: float

    def of(self, column: NDArray[np.float32]) -> Vector:
        """Value at each entry of a column."""
        known = np.log1p(np.maximum(column, 0, dtype=np.float64)) - self.shift
        return self.slope * np.nan_to_num(known, copy=False)

    def scaled(self, factor: float) -> "LogLine":
        """The function times a factor."""
        return LogLine(factor * self.slope, self.shift)


Term = Steps | LogLine


@dataclass(frozen=True)
class Additive:
    """An intercept and a term for each feature that has one.

    Attributes
    ----------
    intercept : float
    terms : dict of str to Term
        By the feature's name.
    """

    intercept: float
    terms: Mapping[str, Term]

    def score(self, features: pd.DataFrame) -> Vector:
        """The sum, in log-odds, of each row.

        Parameters
        ----------
        features : DataFrame of shape (n, any)
            With a column for each of the terms; others are not looked at.

        Returns
        -------
        ndarray of shape (n,)

        Raises
        ------
        ValueError
            If a feature that has a term is not there.
        """
        total = np.full(len(features), self.intercept)
        for name, column in self._columns(features):
            total += self.terms[name].of(column)
        return total

    def by_group(
        self, features: pd.DataFrame, groups: Mapping[str, str], order: Sequence[str]
    ) -> Vector:
        """Sum of the terms of each group of features.

        Parameters
        ----------
        features : DataFrame of shape (n, any)
        groups : mapping of str to str
            Group of each feature.
        order : sequence of str
            The groups; a column each.

        Returns
        -------
        ndarray of shape (n, groups)
            With the intercept they sum to `score`.
        """
        sums = np.zeros((len(features), len(order)), order="F")
        for name, column in self._columns(features):
            sums[:, order.index(groups[name])] += self.terms[name].of(column)
        return sums

    def calibrated(self, intercept: float, slope: float) -> "Additive":
        """The sum whose score is ``intercept + slope * score``."""
        terms = {name: each.scaled(slope) for name, each in self.terms.items()}
        return Additive(intercept + slope * self.intercept, terms)

    def _columns(self, features: pd.DataFrame) -> list[tuple[str, NDArray[np.float32]]]:
        missing = [name for name in self.terms if name not in features.columns]
        if missing:
            raise ValueError(
                f"the features lack the columns {', '.join(missing)}, of which the "
                "model was made; see mining.churn.churn_features"
            )
        return [(name, features[name].to_numpy()) for name in self.terms]
