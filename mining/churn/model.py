"""A churn model: calibrated probabilities, and reasons that add up to them."""

from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from mining.churn.candidates import ADDITIVE, CANDIDATES, fit_left_out
from mining.churn.config import ChurnConfig
from mining.churn.features import FEATURES, GROUPS
from mining.evaluation import recalibration

Vector = NDArray[np.float64]

DIGITS = 6  # of scores, before anything is ranked
DEFAULTS = ChurnConfig()


class CannotLearn(ValueError):
    """There is too little to learn from; `reason_code` says what is missing."""

    def __init__(self, reason_code: str, told: str) -> None:
        super().__init__(told)
        self.reason_code = reason_code


class ChurnModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """One candidate, calibrated on customers that it was not fitted to.

    Parameters
    ----------
    candidate : {"rfm_rule", "logistic", "additive"}
        What is fitted.
    config : ChurnConfig

    Attributes
    ----------
    sum_ : Additive
        Intercept and terms in calibrated log-odds: their sum is the logit of the
        probability.
    means_ : dict of str to float
        Mean of each term over the training rows, to which reasons are relative.
    fitted_config_ : ChurnConfig
        `config`, with as many trees as were wanted.
    base_rate_ : float
        Share of the training rows that churned.
    classes_ : ndarray of shape (2,)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> counts = pd.DataFrame({
    ...     "recency_days": rng.integers(0, 90, 500),
    ...     "tenure_days": np.full(500, 400),
    ...     "visit_count_364d": rng.integers(1, 40, 500),
    ... })
    >>> X = churn_features(counts)
    >>> y = counts["recency_days"] + rng.normal(0, 20, 500) > 60
    >>> ChurnModel().fit(X, y).explain(X)["reason_1_code"].iloc[0]
    'rhythm'
    """

    def __init__(
        self, candidate: str = ADDITIVE, config: ChurnConfig = DEFAULTS
    ) -> None:
        self.candidate = candidate
        self.config = config

    def fit(
        self,
        X: pd.DataFrame,
        y: ArrayLike,
        customers: ArrayLike | None = None,
        cutoffs: ArrayLike | None = None,
    ) -> Self:
        """Learn from rows whose label window is over.

        Parameters
        ----------
        X : DataFrame of shape (n, n_features)
            From `churn_features`; rows of several cutoffs one below the other. Their
            order does not matter.
        y : array-like of shape (n,)
            Whether each churned.
        customers : array-like of shape (n,), optional
            Whose rows they are, so that all rows of one are kept apart from those
            that calibrate them. Each row a customer's only one unless told.
        cutoffs : array-like of shape (n,), optional
            Day of each row, for the mean to be that of the latest horizon. All of one
            day unless told.

        Returns
        -------
        self

        Raises
        ------
        CannotLearn
            If there are too few rows, or of one outcome, or nothing tells them apart.
        ValueError
            If the candidate is not known, a feature is not, or lengths differ.
        """
        outcomes = self._checked(X, y)
        whose = np.arange(len(X)) if customers is None else np.asarray(customers)
        days = np.zeros(len(X)) if cutoffs is None else np.asarray(cutoffs)
        if whose.shape != (len(X),) or days.shape != (len(X),):
            raise ValueError(
                f"customers and cutoffs must name one for each of the {len(X)} rows"
            )
        order = _order_by_content(X, outcomes)
        rows, outcomes = X.iloc[order], outcomes[order]
        fold = self._folds(whose if customers is None else whose[order])
        config = self.config
        fit = CANDIDATES[self.candidate]
        if self.candidate == ADDITIVE:
            trees, scores = fit_left_out(rows, outcomes, fold, config)
            config = replace(config, trees=trees)
        else:
            scores = np.empty(len(rows))
            for each in np.unique(fold):
                own = fold == each
                other = fit(rows[~own], outcomes[~own], config)
                scores[own] = other.score(rows[own])
        fitted = fit(rows, outcomes, config)
        if not fitted.terms:
            raise CannotLearn(
                "constant_features",
                f"every feature is the same in all {len(X)} rows: there is nothing to "
                "learn from; check that the sources are loaded",
            )
        latest = np.unique(days)[-self.config.cutoffs_a_horizon :]
        told = self._calibration(scores, outcomes, np.isin(days[order], latest))
        self.sum_ = fitted.calibrated(*told)
        self.means_ = {
            name: float(term.of(rows[name].to_numpy()).mean())
            for name, term in self.sum_.terms.items()
        }
        self.fitted_config_ = config
        self.base_rate_ = float(outcomes.mean())
        self.classes_ = np.array([0, 1])
        self.n_features_in_ = X.shape[1]
        self.feature_names_in_ = np.array(X.columns, dtype=object)
        return self

    def decision_function(self, X: pd.DataFrame) -> Vector:
        """Calibrated log-odds of churning, of each row."""
        check_is_fitted(self)
        return self.sum_.score(X)

    def predict_proba(self, X: pd.DataFrame) -> Vector:
        """Probability of staying and of churning, of each row.

        Parameters
        ----------
        X : DataFrame of shape (n, n_features)
            From `churn_features`.

        Returns
        -------
        ndarray of shape (n, 2)
            Cut to 6 digits.
        """
        churns = np.round(expit(self.decision_function(X)), DIGITS)
        return np.column_stack([1 - churns, churns])

    def predict(self, X: pd.DataFrame) -> NDArray[np.int64]:
        """Whether each row is likelier to churn than to stay."""
        return (self.predict_proba(X)[:, 1] > 0.5).astype(np.int64)

    def explain(self, X: pd.DataFrame, n_reasons: int = 3) -> pd.DataFrame:
        """Why each row is at a higher or lower risk than the others.

        Parameters
        ----------
        X : DataFrame of shape (n, n_features)
            From `churn_features`.
        n_reasons : int
            How many reasons, each of another group of features.

        Returns
        -------
        DataFrame of shape (n, 2 * n_reasons)
            reason_1_code, reason_1_contribution and so on, the largest first: by how
            much, in log-odds, the terms of a group exceed their mean over the
            training rows. A negative one speaks for staying. Groups of which the
            model has no feature are never a reason; there may be fewer than asked.
            Ties go to the first in `GROUPS`.
        """
        check_is_fitted(self)
        if n_reasons < 1:
            raise ValueError(f"n_reasons must be at least 1, got {n_reasons}")
        groups, contributions = self.contributions(X)
        # stable, so that of equal ones the first group leads
        best = np.argsort(-contributions, axis=1, kind="stable")[:, :n_reasons]
        found = np.take_along_axis(contributions, best, axis=1)
        names = np.array(groups, dtype=object)
        columns: dict[str, pd.Series | Vector] = {}
        for place in range(n_reasons):
            code, value = f"reason_{place + 1}_code", f"reason_{place + 1}_contribution"
            if place < len(groups):
                columns[code] = pd.Series(
                    names[best[:, place]], index=X.index, dtype="str"
                )
                columns[value] = found[:, place]
            else:
                columns[code] = pd.Series(None, index=X.index, dtype="str")
                columns[value] = np.full(len(X), np.nan)
        return pd.DataFrame(columns, index=X.index)

    def contributions(self, X: pd.DataFrame) -> tuple[list[str], Vector]:
        """What each group of features adds to the log-odds of each row.

        Returns
        -------
        list of str
            The groups that have a feature in the model, in the order of `GROUPS`.
        ndarray of shape (n, groups)
            Relative to the mean over the training rows, cut to 6 digits.
        """
        check_is_fitted(self)
        known = {name: FEATURES[name].group for name in self.sum_.terms}
        groups = [each for each in GROUPS if each in known.values()]
        sums = self.sum_.by_group(X, known, groups)
        for name, mean in self.means_.items():
            sums[:, groups.index(known[name])] -= mean
        return groups, np.round(sums, DIGITS) + 0.0  # no negative zero

    @property
    def base_score_(self) -> float:
        """Log-odds of the base rate."""
        return float(logit(self.base_rate_))

    def _checked(self, X: pd.DataFrame, y: ArrayLike) -> NDArray[np.int8]:
        if self.candidate not in CANDIDATES:
            raise ValueError(
                f"candidate must be one of {', '.join(CANDIDATES)}, "
                f"got {self.candidate!r}"
            )
        unknown = [str(each) for each in X.columns if each not in FEATURES]
        if unknown:
            raise ValueError(
                f"X has columns that are no features: {', '.join(unknown)}; make it by "
                "churn_features"
            )
        outcomes = np.asarray(y)
        if outcomes.shape != (len(X),) or not np.isin(outcomes, (0, 1)).all():
            raise ValueError(
                f"y must hold 0 or 1 for each of the {len(X)} rows, got shape "
                f"{outcomes.shape}"
            )
        return self._enough(outcomes.astype(np.int8))

    def _enough(self, outcomes: NDArray[np.int8]) -> NDArray[np.int8]:
        churned = int(outcomes.sum())
        stayed = len(outcomes) - churned
        if len(outcomes) and min(churned, stayed) == 0:
            raise CannotLearn(
                "one_class",
                f"all {len(outcomes)} rows {'churned' if churned else 'stayed'}: there "
                "is nothing to tell apart; choose another horizon, or more history",
            )
        if len(outcomes) < self.config.fewest_customers:
            raise CannotLearn(
                "too_few_customers",
                f"{len(outcomes)} rows to learn from, wanted "
                f"{self.config.fewest_customers}; bring more history",
            )
        if min(churned, stayed) < self.config.fewest_of_each:
            raise CannotLearn(
                "too_few_outcomes",
                f"{churned} rows churned and {stayed} stayed, wanted "
                f"{self.config.fewest_of_each} of each; bring more history",
            )
        return outcomes

    def _calibration(
        self, scores: Vector, outcomes: NDArray[np.int8], is_latest: NDArray[np.bool_]
    ) -> tuple[float, float]:
        """Slope of all rows; intercept of the latest ones, if they are enough.

        Customers change, and what is counted of them grows with the history: what all
        training rows say on average is too old by half their span.
        """
        happened, weights = outcomes.astype(float), np.ones(len(outcomes))
        intercept, slope = recalibration(scores, happened, weights)
        found = happened[is_latest]
        if min(found.sum(), (1 - found).sum()) >= self.config.fewest_of_each:
            intercept, _ = recalibration(
                scores[is_latest], found, weights[is_latest], slope
            )
        return intercept, slope

    def _folds(self, customers: NDArray[Any]) -> NDArray[np.int64]:
        """Part of each row, all rows of a customer in one."""
        place, names = pd.factorize(customers, sort=True)
        seed = np.random.SeedSequence([self.config.seed])
        rng = np.random.Generator(np.random.PCG64(seed))
        parts: NDArray[np.int64] = rng.permutation(len(names))[place]
        return parts % self.config.calibration_folds


def _order_by_content(X: pd.DataFrame, outcomes: NDArray[np.int8]) -> NDArray[np.int64]:
    """An order of the rows that does not depend on the order in which they came.

    Sums of floating-point numbers do, and so would what is learnt.
    """
    content = pd.util.hash_pandas_object(X, index=False).to_numpy()
    return np.lexsort((outcomes, content))
