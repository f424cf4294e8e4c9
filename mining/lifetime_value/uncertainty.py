"""How far what customers bring may lie from what is expected: by draws."""

import math
from itertools import count

import numpy as np
from numpy.typing import NDArray

from mining.lifetime_value.gamma_gamma import GammaGamma
from mining.lifetime_value.present_value import Terms, present_values
from mining.lifetime_value.purchase_model import SPENDING, PurchaseModel, only
from mining.lifetime_value.streams import Keys, fork, standard_gamma, uniform
from mining.purchases import Repeats

Vector = NDArray[np.float64]

# Labels of the keys of a draw's purchases, and of what is drawn from such a key.
FIRST_PURCHASE = SPENDING + 1
TIME, AMOUNT = 0, 1
SLOPE_STEP = 1e-4  # of the logarithm of a parameter


def shortest_interval(draws: Vector, share: float) -> tuple[Vector, Vector]:
    """Ends of the shortest interval that holds a share of the draws of each row.

    Parameters
    ----------
    draws : ndarray of shape (n, n_draws)
    share : float
        Between 0 and 1.

    Returns
    -------
    tuple of ndarray of shape (n,)
        Low and high ends, draws themselves; the lowest of equally short intervals.
    """
    ordered = np.sort(draws, axis=1)
    beyond = math.ceil(share * draws.shape[1] - 1e-9) - 1
    widths = ordered[:, beyond:] - ordered[:, : draws.shape[1] - beyond]
    lowest = widths.argmin(axis=1)
    rows = np.arange(len(draws))
    return ordered[rows, lowest], ordered[rows, lowest + beyond]


def realised_values(
    repeats: Repeats,
    amount: Vector,
    purchases: PurchaseModel,
    amounts: GammaGamma,
    terms: Terms,
    *,
    keys: Keys,
) -> Vector:
    """Draw the discounted amounts that customers will really bring.

    Parameters
    ----------
    repeats : Repeats
        Of n_customers.
    amount : ndarray of shape (n_customers,)
        Average amounts.
    purchases, amounts
        Fitted models.
    terms : Terms
    keys : ndarray of shape (n_customers, n_draws)
        Of each draw.

    Returns
    -------
    ndarray of shape (n_customers, n_draws)
        Each draw has a purchase rate, a time to leave and a mean amount of its own,
        from what the history leaves open, and purchases with times and amounts.
        Their mean tends to `present_values`.
    """
    drawn = purchases.draw(repeats, terms.horizon_weeks, keys)
    scale = amounts.draw_scales(
        repeats.x[drawn.customer], amount[drawn.customer], drawn.keys
    )
    p, worth = amounts.params_["p"], terms.worth
    sums = np.zeros_like(scale)
    rows = np.arange(len(sums))
    _, _, draw, potential, kept, weeks = drawn
    log_left = np.zeros_like(scale)
    for k in count():
        # The first of m moments spread evenly over what is left of the time leaves
        # a share of it that is the m-th root of an even number.
        purchase = fork(draw, FIRST_PURCHASE + k)
        log_left = log_left + np.log(uniform(purchase, TIME)) / (potential - k)
        week = np.ceil(-weeks * np.expm1(log_left)).astype(np.intp)
        spent = standard_gamma(p, fork(purchase, AMOUNT))
        sums[rows] += worth[np.maximum(week, 1) - 1] * spent
        on = kept > k + 1
        if not on.any():
            break
        rows, draw, potential, kept, weeks, log_left = only(
            on, rows, draw, potential, kept, weeks, log_left
        )
    brought = np.zeros(keys.shape)
    brought[drawn.customer, drawn.number] = scale * sums
    return brought


def total_factors(
    repeats: Repeats,
    amount: Vector,
    purchases: PurchaseModel,
    amounts: GammaGamma,
    terms: Terms,
    *,
    n_draws: int,
    random_state: int,
) -> Vector:
    """Draw by how many times the total is off because the parameters are.

    The parameters' logarithms are taken as normally distributed, and the logarithm
    of the total as linear in them.

    Parameters
    ----------
    repeats, amount, purchases, amounts, terms
        As of `present_values`.
    n_draws, random_state : int

    Returns
    -------
    ndarray of shape (n_draws,)
        Positive, around 1.
    """

    def log_total(purchases: PurchaseModel, amounts: GammaGamma) -> float:
        values = present_values(repeats, amount, purchases, amounts, terms)
        return math.log(math.fsum(values))  # exact, so in any order the same

    if not len(amount):
        return np.ones(n_draws)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([random_state])))
    at = log_total(purchases, amounts)
    log_off = np.zeros(n_draws)
    for model in (purchases, amounts):
        slopes = []
        for step in SLOPE_STEP * np.eye(len(model.log_params)):
            moved = model.with_log_params(model.log_params + step)
            both = (moved, amounts) if model is purchases else (purchases, moved)
            slopes.append((log_total(*both) - at) / SLOPE_STEP)
        slope = np.array(slopes)
        deviation = math.sqrt(max(slope @ model.covariance_ @ slope, 0.0))
        log_off += deviation * rng.standard_normal(n_draws)
    return np.exp(log_off)
