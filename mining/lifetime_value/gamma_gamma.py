"""Gamma-Gamma: how much a customer spends when buying.

References
----------
Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value. Equations are of this
note; the model is that of Colombo & Jiang (1999), A Stochastic RFM Model, Journal of
Interactive Marketing 13(3), 2-12.
"""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import digamma, gammaln
from sklearn.utils.validation import check_is_fitted

from mining.lifetime_value.estimator import PopulationModel
from mining.lifetime_value.fitting import Objective
from mining.lifetime_value.purchase_model import SPENDING, chunks
from mining.lifetime_value.streams import (
    Keys,
    customer_keys,
    draw_keys,
    fork,
    standard_gamma,
)
from mining.purchases import amounts_of

Vector = NDArray[np.float64]


class GammaGamma(PopulationModel):
    """Gamma-Gamma model of the amount of a purchase.

    Amounts of one customer are Gamma(`p`, v) distributed around a mean p / v of the
    own, and v is Gamma(`q`, `gamma`) distributed over the population. What one spends
    has nothing to do with how often one buys.

    Only customers with a repeat purchase and a mean amount above 0 are fitted. Of the
    others nothing is known, and they are expected to spend what the population does.

    Parameters
    ----------
    min_repeat_customers : int, default=30
        With fewer customers to fit the parameters are mostly chance, and `status_`
        says so.

    Attributes
    ----------
    params_ : dict of str to float
        `p`, `q`, `gamma` (currency).
    log_likelihood_ : float
        Of all fitted customers together, at `params_`.
    covariance_ : ndarray of shape (3, 3)
        Of the logarithms of the parameters.
    status_ : {"estimated", "too_few_repeat_customers", "not_converged"}
        Whether the parameters are to be relied on.

    Examples
    --------
    >>> import pandas as pd
    >>> histories = pd.DataFrame(
    ...     {
    ...         "frequency": [2, 1, 7, 0] * 20,
    ...         "average_amount": [22.35, 11.77, 73.74, float("nan")] * 20,
    ...     }
    ... )
    >>> GammaGamma().fit(histories).predict(histories).shape
    (80,)
    """

    names = ("p", "q", "gamma")
    starts = ((4.0, 4.0, 1.0), (1.0, 1.0, 1.0), (10.0, 2.0, 0.3))

    def fit(self, histories: pd.DataFrame, y: None = None) -> Self:
        """Find the parameters under which the mean amounts are most likely.

        Parameters
        ----------
        histories : DataFrame of shape (n_customers, 2 or more)
            `frequency`, and `average_amount` over the repeat purchases.
        y : None
            Ignored, there for scikit-learn.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a column cannot be used.

        Warns
        -----
        ConvergenceWarning
            If the parameters are not to be relied on; `status_` says why.
        """
        x, amount = amounts_of(histories)
        known = amount > 0
        # Sums must not hang on the order of the rows.
        order = np.lexsort((amount[known], x[known]))
        x, amount = x[known][order], amount[known][order]
        n = len(x)
        units = (1.0, 1.0, float(amount.mean()) if n else 1.0)
        return self._fit(_objective(x, amount), units, n, n)

    def predict(self, histories: pd.DataFrame) -> Vector:
        """Mean amount expected of each customer's purchases to come.

        Parameters
        ----------
        histories : DataFrame of shape (n_customers, 2 or more)
            `frequency`, and `average_amount` over the repeat purchases.

        Returns
        -------
        ndarray of shape (n_customers,)
            Amounts, above 0: equation 5. Infinite where nothing brings the mean of
            the population down, which has none if `q` is 1 or less.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If a column cannot be used.
        """
        check_is_fitted(self, "params_")
        return self.mean_amounts(*amounts_of(histories))

    def sample(
        self, histories: pd.DataFrame, n_draws: int = 200, random_state: int = 0
    ) -> Vector:
        """Draw what may be the mean amount of each customer's purchases.

        Parameters
        ----------
        histories : DataFrame of shape (n_customers, 3 or more)
            `customer_id`, unique, `frequency`, `average_amount`.
        n_draws : int
            Draws of each customer.
        random_state : int
            Seed. A customer's draws hang on it, the id and the history alone.

        Returns
        -------
        ndarray of shape (n_customers, n_draws)
            Amounts, above 0. Their mean tends to `predict`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If an argument or a column cannot be used.
        """
        check_is_fitted(self, "params_")
        x, amount = amounts_of(histories)
        keys = customer_keys(histories["customer_id"], random_state)
        means = np.empty((len(keys), n_draws))
        for rows in chunks(len(keys), n_draws):
            drawn = draw_keys(keys[rows], n_draws)
            scale = self.draw_scales(
                np.repeat(x[rows], n_draws),
                np.repeat(amount[rows], n_draws),
                drawn.ravel(),
            )
            means[rows] = self.params_["p"] * scale.reshape(drawn.shape)
        return means

    def mean_amounts(self, x: Vector, amount: Vector) -> Vector:
        """`predict` of checked columns of histories."""
        shape, scale = self._left_open(x, amount)
        with np.errstate(divide="ignore"):
            mean: Vector = np.where(
                shape <= 1, np.inf, self.params_["p"] * scale / (shape - 1)
            )
        return mean

    def draw_scales(self, x: Vector, amount: Vector, keys: Keys) -> Vector:
        """Draw 1 / v of customers: amounts are that times Gamma(`p`) variates.

        Parameters
        ----------
        x, amount : ndarray of shape (n,)
            Frequency and average amount.
        keys : ndarray of shape (n,)
            Of the draws.

        Returns
        -------
        ndarray of shape (n,)
        """
        shape, scale = self._left_open(x, amount)
        scales: Vector = scale / standard_gamma(shape, fork(keys, SPENDING))
        return scales

    def _left_open(self, x: Vector, amount: Vector) -> tuple[Vector, Vector]:
        """Shape and scale of 1 / v, inverse gamma distributed, given the history."""
        p, q, gamma = self.params_.values()
        known = amount > 0
        shape = np.where(known, p * x + q, q)
        scale = np.where(known, gamma + x * amount, gamma)
        return shape, scale


def _objective(x: Vector, amount: Vector) -> Objective:
    """Mean log-likelihood of customers sorted by `x`."""
    n = len(x) or 1  # nobody's sums are 0
    counts, count_of = np.unique(x, return_inverse=True)
    shares = np.bincount(count_of) / n
    total = x * amount
    log_total = np.log(total)
    # the amounts of customers of one count are needed in these sums alone
    mean_log_amount = np.log(amount).sum() / n
    weighted = (x * log_total).sum() / n

    def objective(log_params: Vector) -> tuple[float, Vector]:
        """Equation 1a, and its derivatives."""
        p, q, gamma = np.exp(log_params)
        log_sum = np.log(gamma + total)
        mean_log_sum = log_sum.sum() / n
        weighted_log_sum = (x * log_sum).sum() / n
        value = (
            (shares * (gammaln(p * counts + q) - gammaln(p * counts))).sum()
            - gammaln(q)
            + q * (log_params[2] - mean_log_sum)
            + p * (weighted - weighted_log_sum)
            - mean_log_amount
        )
        by_shape = digamma(p * counts + q)
        by_p = (shares * counts * (by_shape - digamma(p * counts))).sum()
        by_p += weighted - weighted_log_sum
        by_q = (shares * by_shape).sum() - digamma(q) + log_params[2] - mean_log_sum
        by_gamma = q / gamma - ((p * x + q) / (gamma + total)).sum() / n
        return float(value), np.array([p * by_p, q * by_q, gamma * by_gamma])

    return objective
