"""BG/NBD: customers may leave right after any purchase but the first.

References
----------
Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to
the Pareto/NBD Model, Marketing Science 24(2), 275-284. Equations are of this paper.
"""

from math import ceil, log, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln, digamma, expit, gammaln, log_expit

from mining.lifetime_value.fitting import Objective
from mining.lifetime_value.purchase_model import (
    LEAVING,
    PurchaseModel,
    Purchases,
    count_gamma_poisson,
    only,
    parts,
)
from mining.lifetime_value.streams import Keys, uniform
from mining.purchases import Repeats

Vector = NDArray[np.float64]

# Nodes of the integral over the probability of leaving, in its log odds: as far as
# anything changes, and as dense as it does. Right to eight digits.
FARTHEST, WIDEST, DENSEST = 30.0, 0.45, 0.85
FALLEN, DEVIATIONS = 23.0, 6.8  # where a tail, steep or flat, is 1e-10 of the whole
ROWS_AT_ONCE = 2**11  # times the nodes: what fits into a processor's cache


class BetaGeo(PurchaseModel):
    """BG/NBD model of repeat purchases.

    While alive, a customer buys at random at a rate that is Gamma(`r`, `alpha`)
    distributed over the population; after each repeat purchase one leaves with a
    probability that is Beta(`a`, `b`) distributed.

    A customer without a repeat purchase is alive with probability 1: there was
    nothing to leave after. `probability_alive` is therefore no churn score, and
    ranks one-time buyers first; `predict` ranks them well.

    Parameters
    ----------
    min_repeat_customers : int, default=30
        With fewer customers who bought again the parameters are mostly chance, and
        `status_` says so.

    Attributes
    ----------
    params_ : dict of str to float
        `r`, `alpha` (weeks), `a`, `b`.
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
    >>> BetaGeo().fit(histories).predict(histories, horizon_weeks=39).shape
    (60,)
    """

    names = ("r", "alpha", "a", "b")
    times = ("alpha",)
    starts = ((0.5, 0.2, 0.8, 2.0), (1.0, 1.0, 1.0, 1.0), (0.1, 0.1, 0.1, 1.0))

    def alive(self, repeats: Repeats) -> Vector:
        r, alpha, a, b = self.params_.values()
        x, t_x, age = repeats
        with np.errstate(divide="ignore", invalid="ignore"):  # of x = 0
            log_odds_gone = np.log(a / (b + x - 1)) + (r + x) * np.log(
                (alpha + age) / (alpha + t_x)
            )
        probability: Vector = np.where(x > 0, expit(-log_odds_gone), 1.0)
        return probability

    def draw(self, repeats: Repeats, horizon_weeks: float, keys: Keys) -> Purchases:
        r, alpha, a, b = self.params_.values()
        x, _, age = repeats
        log_none = -np.log1p(horizon_weeks / (alpha + age))
        below = self.alive_numbers(repeats, keys)
        customer, number = np.nonzero(below < -np.expm1((r + x) * log_none)[:, None])
        keys = keys[customer, number]
        potential = count_gamma_poisson(
            below[customer, number], (r + x)[customer], log_none[customer]
        )
        kept = _count_until_leaving(
            uniform(keys, LEAVING), a, (b + x)[customer], potential
        )
        weeks = np.full(len(keys), float(horizon_weeks))
        return Purchases(customer, number, keys, potential, kept, weeks)

    def _expected_if_alive(
        self, x: Vector, age: Vector, weeks: Vector, weights: Vector
    ) -> Vector:
        """Equation 10 without its denominator, before the integral is named.

        Purchases at rate l, each the last one with probability p, come to
        (1 - e^(-l p t)) / p within t. Over rates that is a power, and over p an
        integral: the paper writes it as a hypergeometric function, which has poles
        where a or a + b is 1 and overflows for frequent buyers.
        """
        r, alpha, a, b = self.params_.values()
        expected = np.zeros_like(age)
        for count in np.unique(x).tolist():
            leaves, leaves_weights = _over_leaving(a, b + count)
            (alike,) = np.nonzero(x == count)
            for part in parts(len(alike), ROWS_AT_ONCE):
                rows = alike[part]
                for week, weight in zip(weeks.tolist(), weights.tolist(), strict=True):
                    share = week / (alpha + age[rows])
                    stays = np.log1p(share[:, None] * leaves)
                    ended = -np.expm1(-(r + count) * stays) * leaves_weights
                    expected[rows] += weight * ended.sum(axis=1)
        return expected

    def _objective(self, rows: Repeats, weights: Vector) -> Objective:
        total = weights.sum()
        again = rows.x > 0
        once_age, once = rows.T[~again], weights[~again] / total
        x, t_x, age = rows.at(again)
        share = weights[again] / total
        # there are few counts and days to take the logarithm of
        (count_of, counts), (last_of, lasts), (age_of, ages) = map(
            pd.factorize, (x, t_x, age)
        )
        x_all, x_all_of = np.unique(rows.x, return_inverse=True)
        shares = np.bincount(x_all_of, weights) / total

        def objective(log_params: Vector) -> tuple[float, Vector]:
            """Equation 6, and its derivatives."""
            r, alpha, a, b = np.exp(log_params)
            # of those who bought once
            log_once = np.log(alpha + once_age)
            value = -r * (once * log_once).sum()
            by_r = -(once * log_once).sum()
            by_alpha = -r * (once / (alpha + once_age)).sum()
            # of the others, alive or gone
            log_age = np.log(alpha + ages)[age_of]
            longer = log_age - np.log(alpha + lasts)[last_of]
            odds = np.log(a / (b + counts - 1))[count_of] + (r + x) * longer
            gone = share * expit(odds)
            value += (share * (np.logaddexp(0, odds) - (r + x) * log_age)).sum()
            by_r += (gone * longer - share * log_age).sum()
            at_age = (r + x) / (alpha + age)
            by_alpha += (gone * (at_age - (r + x) / (alpha + t_x))).sum()
            by_alpha -= (share * at_age).sum()
            by_a = gone.sum() / a
            by_b = -(gone / (b + x - 1)).sum()
            # of how often all of them bought
            value += (shares * (gammaln(r + x_all) + betaln(a, b + x_all))).sum()
            value += r * log_params[1] - gammaln(r) - betaln(a, b)
            of_both = digamma(a + b) - (shares * digamma(a + b + x_all)).sum()
            by_r += (shares * digamma(r + x_all)).sum() - digamma(r) + log_params[1]
            by_alpha += r / alpha
            by_a += of_both
            by_b += of_both + (shares * digamma(b + x_all)).sum() - digamma(b)
            gradient = np.array([r * by_r, alpha * by_alpha, a * by_a, b * by_b])
            return float(value), gradient

        return objective


def _count_until_leaving(below: Vector, a: float, b: Vector, at_most: Vector) -> Vector:
    """Purchases up to the one after which one leaves, or `at_most`.

    Smallest k with P(still there after k) <= `below`, where the probability of
    leaving is Beta(`a`, `b`) distributed.
    """
    kept = np.ones_like(below)
    rows = np.arange(len(below))
    stays = b / (a + b)
    k = 1.0
    while True:
        on = (below < stays) & (k < at_most)
        if not on.any():
            return kept
        rows, below, stays, b, at_most = only(on, rows, below, stays, b, at_most)
        kept[rows] = k = k + 1
        stays = stays * (b + k - 1) / (a + b + k - 1)


def _over_leaving(a: float, b: float) -> tuple[Vector, Vector]:
    """Nodes p and weights of the mean of f(p) / p, where p is Beta(`a`, `b`).

    The trapezoidal rule in the log odds of p, in which the integrand is analytic
    within pi of the real line. Beyond the ends f(p) / p does not change, and the
    density falls exponentially: the outer nodes stand for all nodes there, a
    geometric series.
    """
    deviation = sqrt(1 / a + 1 / b)
    mode = log(a / b)
    low = max(-FARTHEST, mode - FALLEN / a - DEVIATIONS * deviation)
    high = min(FARTHEST, mode + FALLEN / b + DEVIATIONS * deviation)
    n = ceil((high - low) / min(WIDEST, DENSEST * deviation)) + 1
    step = (high - low) / (n - 1)
    odds: Vector = np.linspace(low, high, n)
    weights = np.exp(a * log_expit(odds) + b * log_expit(-odds) - betaln(a, b))
    weights *= step
    weights[0] /= -np.expm1(-a * step)
    weights[-1] /= -np.expm1(-b * step)
    leaves: Vector = expit(odds)
    return leaves, weights / leaves
