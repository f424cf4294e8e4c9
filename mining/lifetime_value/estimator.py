"""What the three models have in common: how a fit is remembered and judged."""

import warnings
from collections.abc import Sequence
from copy import copy
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning

from mining.lifetime_value.fitting import (
    Objective,
    maximum_likelihood,
    nothing_known,
)

Vector = NDArray[np.float64]
Status = Literal["estimated", "too_few_repeat_customers", "not_converged"]


class PopulationModel(BaseEstimator):  # type: ignore[misc]  # has no types
    """Customers who differ, by distributions with a few positive parameters.

    Parameters
    ----------
    min_repeat_customers : int, default=30
        With fewer customers who bought again the parameters are mostly chance, and
        `status_` says so.

    Attributes
    ----------
    params_ : dict of str to float
        Parameters of the population; those in a unit of the data are in weeks, or
        in the currency.
    log_likelihood_ : float
        Of all customers together, at `params_`.
    covariance_ : ndarray of shape (n_params, n_params)
        Of the *logarithms* of the parameters, in the order of `params_`.
    status_ : {"estimated", "too_few_repeat_customers", "not_converged"}
        Whether the parameters are to be relied on. They are finite unless
        there was nobody to fit.
    """

    names: ClassVar[tuple[str, ...]]
    starts: ClassVar[Sequence[tuple[float, ...]]]

    params_: dict[str, float]
    log_likelihood_: float
    covariance_: NDArray[np.float64]
    status_: Status

    def __init__(self, *, min_repeat_customers: int = 30) -> None:
        self.min_repeat_customers = min_repeat_customers

    @property
    def log_params(self) -> Vector:
        """Logarithms of the fitted parameters, in the order of `params_`."""
        return np.log(list(self.params_.values()))

    def with_log_params(self, log_params: Vector) -> Self:
        """The same model with other parameters, to see what they would change."""
        other = copy(self)
        other.params_ = self._named(log_params)
        return other

    def _fit(
        self,
        objective: Objective,
        units: Sequence[float],
        n_customers: int,
        n_repeat_customers: int,
    ) -> Self:
        starts = [np.array(start) for start in self.starts]
        fit = (
            maximum_likelihood(objective, starts, np.array(units), n_customers)
            if n_customers
            else nothing_known(len(units))
        )
        self.params_ = self._named(fit.log_params)
        self.log_likelihood_ = fit.mean_log_likelihood * n_customers
        self.covariance_ = fit.covariance
        self.status_ = "estimated"
        if n_repeat_customers < self.min_repeat_customers:
            self.status_ = "too_few_repeat_customers"
        elif not fit.has_converged:
            self.status_ = "not_converged"
        if self.status_ != "estimated":
            warnings.warn(
                f"{type(self).__name__} is not to be relied on: {self.status_}, "
                f"{n_repeat_customers} repeat customers of {n_customers}",
                ConvergenceWarning,
                stacklevel=3,
            )
        return self

    def _named(self, log_params: Vector) -> dict[str, float]:
        return dict(zip(self.names, np.exp(log_params).tolist(), strict=True))
