"""Pareto/NBD: customers may leave at any moment, whether they buy or not.

The likelihood needs the integral, over the moments at which one may have left, of
(alpha + t)^-(r + x) (beta + t)^-(s + 1). It is usually written as a difference of two
Gaussian hypergeometric functions, in two branches; both lose all digits for frequent
buyers, and their derivatives by the parameters have no such form. Here the integral
is taken as it stands. In log(m + t) with the smaller m of alpha and beta its integrand
is positive, analytic within pi of the real line, and falls steadily, so that a
Gauss-Legendre rule has it to a dozen digits, and derivatives come by the same nodes.

References
----------
Schmittlein, Morrison & Colombo (1987), Counting Your Customers: Who Are They and What
Will They Do Next?, Management Science 33(1), 1-24.

Fader & Hardie (2005), A Note on Deriving the Pareto/NBD Model and Related Expressions.
Equations are of this note.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, expit, exprel, gammaln

from mining.lifetime_value.fitting import Objective
from mining.lifetime_value.purchase_model import (
    LEAVING,
    PurchaseModel,
    Purchases,
    count_gamma_poisson,
    parts,
)
from mining.lifetime_value.streams import Keys, uniform
from mining.purchases import Repeats

Vector = NDArray[np.float64]

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(40)
NODES_FROM_0 = (NODES + 1) / 2
LOG_WEIGHTS = np.log(NODE_WEIGHTS / 2)
# Where the integrand has fallen to e**-40 of its first value, the rest is nothing.
FAR_ENOUGH = 40.0
ROWS_AT_ONCE = 2**11  # times the nodes: what fits into a processor's cache


class ParetoNbd(PurchaseModel):
    """Pareto/NBD model of repeat purchases.

    While alive, a customer buys at random at a rate that is Gamma(`r`, `alpha`)
    distributed over the population, and leaves at random at a rate that is
    Gamma(`s`, `beta`) distributed.

    Parameters
    ----------
    min_repeat_customers : int, default=30
        With fewer customers who bought again the parameters are mostly chance, and
        `status_` says so.

    Attributes
    ----------
    params_ : dict of str to float
        `r`, `alpha` (weeks), `s`, `beta` (weeks).
    log_likelihood_ : float
        Of all customers together, at `params_`.
    covariance_ : ndarray of shape (4, 4)
        Of the logarithms of the parameters.
    status_ : {"estimated", "too_few_repeat_customers", "not_converged"}
        Whether the parameters are to be relied on.

    Examples
    --------
    >>> import pandas as pd
    >>> histories = pd.DataFrame(
    ...     {
    ...         "frequency": [2, 0, 7] * 20,
    ...         "recency_weeks": [30.43, 0.0, 29.43] * 20,
    ...         "age_weeks": [38.86, 38.86, 38.86] * 20,
    ...     }
    ... )
    >>> ParetoNbd().fit(histories).predict(histories, horizon_weeks=39).shape
    (60,)
    """

    names = ("r", "alpha", "s", "beta")
    times = ("alpha", "beta")
    starts = ((0.5, 0.3, 0.5, 0.3), (1.0, 1.0, 1.0, 1.0), (0.1, 0.1, 0.1, 0.1))

    def alive(self, repeats: Repeats) -> Vector:
        params = np.array(list(self.params_.values()))
        probability = np.empty_like(repeats.x)
        for rows in parts(len(probability), ROWS_AT_ONCE):
            gone = _log_odds_gone(params, repeats.at(rows))
            probability[rows] = expit(-gone.log_odds)
        return probability

    def draw(self, repeats: Repeats, horizon_weeks: float, keys: Keys) -> Purchases:
        r, alpha, s, beta = self.params_.values()
        x, _, age = repeats
        below = self.alive_numbers(repeats, keys)
        customer, number = np.nonzero(below < 1)
        below, keys = below[customer, number], keys[customer, number]
        with np.errstate(over="ignore"):  # some stay for ever
            stays = np.expm1(-np.log(uniform(keys, LEAVING)) / s)
        weeks = np.minimum((beta + age)[customer] * stays, horizon_weeks)
        shape = (r + x)[customer]
        log_none = -np.log1p(weeks / (alpha + age)[customer])
        buys = below < -np.expm1(shape * log_none)
        potential = count_gamma_poisson(below[buys], shape[buys], log_none[buys])
        return Purchases(
            customer[buys], number[buys], keys[buys], potential, potential, weeks[buys]
        )

    def _expected_if_alive(
        self, x: Vector, age: Vector, weeks: Vector, weights: Vector
    ) -> Vector:
        """Equation 41 without the probability of being alive."""
        r, alpha, s, beta = self.params_.values()
        time_alive = np.zeros_like(age)
        for week, weight in zip(weeks.tolist(), weights.tolist(), strict=True):
            # (1 - e^(-(s - 1) l)) / (s - 1), which tends to l where s is 1
            log_span = np.log1p(week / (beta + age))
            time_alive += weight * log_span * exprel(-(s - 1) * log_span)
        expected: Vector = (r + x) / (alpha + age) * (beta + age) * time_alive
        return expected

    def _objective(self, rows: Repeats, weights: Vector) -> Objective:
        share = weights / weights.sum()
        counts, count_of = np.unique(rows.x, return_inverse=True)
        shares = np.bincount(count_of, share)
        blocks = [
            (rows.at(each), share[each]) for each in parts(len(share), ROWS_AT_ONCE)
        ]

        def objective(log_params: Vector) -> tuple[float, Vector]:
            """Equation 18, and its derivatives."""
            r, alpha, s, beta = params = np.exp(log_params)
            # of how often one bought
            value = (shares * gammaln(r + counts)).sum() - gammaln(r)
            value += r * log_params[1] + s * log_params[3]
            by_r = (shares * digamma(r + counts)).sum() - digamma(r) + log_params[1]
            gradient = np.array([by_r, r / alpha, log_params[3], s / beta])
            # of being alive or gone
            for part, part_share in blocks:
                x, _, age = part
                log_alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
                gone = _log_odds_gone(params, part)
                log_either = log_alive + np.logaddexp(0, gone.log_odds)
                value += (part_share * log_either).sum()
                by_alive = (
                    -np.log(alpha + age),
                    -(r + x) / (alpha + age),
                    -np.log(beta + age),
                    -s / (beta + age),
                )
                is_gone = expit(gone.log_odds)
                for i, (alive, if_gone) in enumerate(
                    zip(by_alive, gone.derivatives, strict=True)
                ):
                    mixed = (1 - is_gone) * alive + is_gone * if_gone
                    gradient[i] += (part_share * mixed).sum()
            return float(value), gradient * params

        return objective


class _Gone(NamedTuple):
    """Logarithm of the odds of having left, and derivatives of the log-likelihood."""

    log_odds: Vector
    derivatives: tuple[Vector, Vector, Vector, Vector]


def _log_odds_gone(params: Vector, repeats: Repeats) -> _Gone:
    """Of each customer, by the integral over the moments from t_x to T.

    The derivatives are those of the logarithm of the integral, by r, alpha, s, beta.
    """
    r, alpha, s, beta = params
    x, t_x, age = (each[:, None] for each in repeats)
    low = min(alpha, beta)
    # How fast the integrand falls at least, in log(low + t).
    if alpha <= beta:
        fall = r + x - 1 + (s + 1) * (alpha + t_x) / (beta + t_x)
    else:
        fall = s + (r + x) * (beta + t_x) / (alpha + t_x)
    span = np.log((low + age) / (low + t_x))
    span = np.minimum(span, FAR_ENOUGH / np.maximum(fall, FAR_ENOUGH / 700))
    since = (low + t_x) * np.expm1(span * NODES_FROM_0)
    by_alpha, by_beta = alpha + t_x + since, beta + t_x + since
    log_alpha, log_beta = np.log(by_alpha), np.log(by_beta)
    log_integrand = (
        -(r + x) * log_alpha
        - (s + 1) * log_beta
        + (log_alpha if alpha <= beta else log_beta)
        + LOG_WEIGHTS
    )
    highest = log_integrand.max(axis=1, keepdims=True)
    terms = np.exp(log_integrand - highest)
    total = terms.sum(axis=1)
    with np.errstate(divide="ignore"):  # nobody leaves in no time
        log_gone = np.log(s * span[:, 0] * total) + highest[:, 0]
    x, age = repeats.x, repeats.T
    log_odds = log_gone + (r + x) * np.log(alpha + age) + s * np.log(beta + age)
    terms /= total[:, None]
    return _Gone(
        log_odds,
        (
            -(terms * log_alpha).sum(axis=1),
            -(r + x) * (terms / by_alpha).sum(axis=1),
            1 / s - (terms * log_beta).sum(axis=1),
            -(s + 1) * (terms / by_beta).sum(axis=1),
        ),
    )
