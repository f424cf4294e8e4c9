"""What customers will bring: the net present value of their purchases to come.

The purchases expected in each week of the horizon, times the amount expected of one,
times the margin, discounted to the business date. Around it stands the shortest
interval in which what will really be brought falls with a given probability: drawn
from the models, as future purchases with times and amounts. Most customers bring
nothing in most draws, and the interval then begins at 0.

What it cannot see: the parameters of the population are taken as they are for one
customer's interval, in which they hardly matter; for the total of all customers they
do, and are drawn, too.
"""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from mining.lifetime_value.config import check_interval
from mining.lifetime_value.gamma_gamma import GammaGamma
from mining.lifetime_value.present_value import Terms, present_values
from mining.lifetime_value.purchase_model import PurchaseModel, chunks
from mining.lifetime_value.streams import Keys, customer_keys, draw_keys
from mining.lifetime_value.uncertainty import (
    realised_values,
    shortest_interval,
    total_factors,
)
from mining.purchases import Repeats, amounts_of, repeats_of

Vector = NDArray[np.float64]

COLUMNS = (
    "customer_id",
    "frequency",
    "recency_weeks",
    "age_weeks",
    "probability_alive",
    "expected_purchases",
    "expected_average_amount",
    "clv_amount",
    "clv_low_amount",
    "clv_high_amount",
    "simple_ltv_amount",
    "horizon_weeks",
    "yearly_rate",
    "status",
    "status_reason_code",
)

CENTS = 100


class Portfolio(NamedTuple):
    """What all customers together will bring.

    Attributes
    ----------
    amount : float
        Sum of the customers' values.
    low_amount, high_amount : float
        Shortest interval of what will really be brought. The parameters of the
        population are drawn, too, to first order: a total is off for all customers
        at once where they are. Missing without draws.
    customer_count : int
        Customers who have a value.
    """

    amount: float
    low_amount: float
    high_amount: float
    customer_count: int


class Valuation(NamedTuple):
    """Values of customers, one by one and together.

    Attributes
    ----------
    customers : DataFrame of shape (n_customers, 15)
        As `customer_lifetime_value` returns it.
    portfolio : Portfolio
    """

    customers: pd.DataFrame
    portfolio: Portfolio


def customer_lifetime_value(
    histories: pd.DataFrame,
    purchases: PurchaseModel,
    amounts: GammaGamma,
    *,
    horizon_weeks: float,
    yearly_rate: float,
    margin_rate: float | None = None,
    interval: float | None = 0.9,
    n_draws: int = 200,
    random_state: int = 0,
) -> pd.DataFrame:
    """Net present value of what each customer will bring within the horizon.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 5 or more)
        As `mining.purchases.purchase_histories` returns them: `customer_id`, unique,
        `frequency`, `recency_weeks`, `age_weeks`, `average_amount`.
    purchases : BetaGeo or ParetoNbd
        Fitted.
    amounts : GammaGamma
        Fitted.
    horizon_weeks : float
        Weeks after the history that count; the last one may be a part.
    yearly_rate : float
        Interest. What is paid in a week is discounted from the week's end, a year
        being 52 weeks: week w counts (1 + yearly_rate)**(-w / 52).
    margin_rate : float, optional
        Share of an amount that is earned, above 0 and at most 1. None: values are of
        amounts.
    interval : float or None
        Probability of the interval around a value. None: none is drawn, which is
        much faster.
    n_draws : int
        Draws of each customer behind the interval.
    random_state : int
        Seed. A customer's draws hang on it, the id and the history alone, whatever
        the other rows.

    Returns
    -------
    DataFrame of shape (n_customers, 15)
        `COLUMNS`, with the rows and the index of `histories`; all amounts in the
        currency of `average_amount`, after `margin_rate`.

        ``clv_amount``
            The net present value where `status` is estimated, else
            `simple_ltv_amount`.
        ``clv_low_amount``, ``clv_high_amount``
            The shortest interval of the realised discounted amount; estimated only.
        ``simple_ltv_amount``
            The textbook's: average amount of a purchase x purchases a year x years
            of the horizon, where purchases a year are those after the first, by the
            age of the customer. Nobody leaves, nothing is discounted; 0 for who
            bought once, and where returns outweigh the purchases. Missing for who
            first bought on the last day observed.
        ``status``, ``status_reason_code``
            ``estimated``, with no reason. ``fallback`` to the simple value, or
            ``not_scorable`` where that is missing, too, because of

            - ``purchases_too_few_repeat_customers``, ``purchases_not_converged``,
              ``amounts_too_few_repeat_customers``, ``amounts_not_converged``: the
              model's `status_`; concerns everybody;
            - ``amounts_without_mean``: `q` of the Gamma-Gamma model is 1 or less,
              so that the population has no mean amount; concerns everybody;
            - ``amount_not_positive``: returns outweigh the repeat purchases;
            - ``amount_unknown``: `average_amount` is missing.

    Raises
    ------
    NotFittedError
        If a model is not fitted.
    ValueError
        If an argument or a history cannot be; names it, never a customer's value.

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base
    Analysis, Journal of Marketing Research 42(4), 415-430.
    """
    return value_customers(
        histories,
        purchases,
        amounts,
        horizon_weeks=horizon_weeks,
        yearly_rate=yearly_rate,
        margin_rate=margin_rate,
        interval=interval,
        n_draws=n_draws,
        random_state=random_state,
    ).customers


def value_customers(
    histories: pd.DataFrame,
    purchases: PurchaseModel,
    amounts: GammaGamma,
    *,
    horizon_weeks: float,
    yearly_rate: float,
    margin_rate: float | None = None,
    interval: float | None = 0.9,
    n_draws: int = 200,
    random_state: int = 0,
) -> Valuation:
    """Values of customers as `customer_lifetime_value`, and of all together.

    Parameters and errors are those of `customer_lifetime_value`.

    Returns
    -------
    Valuation
    """
    check_is_fitted(purchases, "params_")
    check_is_fitted(amounts, "params_")
    check_interval(interval, n_draws)
    terms = Terms(horizon_weeks, yearly_rate, margin_rate)
    repeats, (_, amount) = repeats_of(histories), amounts_of(histories)
    keys = customer_keys(histories["customer_id"], random_state)

    customers = _expected(repeats, amount, purchases, amounts, terms)
    values = customers["clv_amount"].dropna()
    low, high = np.full((2, len(keys)), np.nan)
    total_low = total_high = np.nan
    if interval is not None:
        estimated = customers["status"].eq("estimated").to_numpy()
        some = (repeats.at(estimated), amount[estimated], purchases, amounts, terms)
        low[estimated], high[estimated], totals = _drawn(
            *some, keys=keys[estimated], n_draws=n_draws, interval=interval
        )
        totals *= total_factors(*some, n_draws=n_draws, random_state=random_state)
        totals += math.fsum(values[~estimated[values.index]])
        (total_low,), (total_high,) = shortest_interval(totals[None], interval)
    customers["clv_low_amount"], customers["clv_high_amount"] = low, high
    customers["customer_id"] = histories["customer_id"].astype("str").array
    customers.index = histories.index
    portfolio = Portfolio(
        math.fsum(values), float(total_low), float(total_high), len(values)
    )
    return Valuation(customers[list(COLUMNS)], portfolio)


def _drawn(
    repeats: Repeats,
    amount: Vector,
    purchases: PurchaseModel,
    amounts: GammaGamma,
    terms: Terms,
    *,
    keys: Keys,
    n_draws: int,
    interval: float,
) -> tuple[Vector, Vector, Vector]:
    """Intervals of the customers, and the sums of all by draw."""
    low, high = np.empty((2, len(keys)))
    totals = np.zeros(n_draws, dtype=np.int64)
    # Those who buy alike are drawn together; it changes nothing but the time.
    order = np.argsort(repeats.x, kind="stable")
    for part in chunks(len(keys), n_draws):
        rows = order[part]
        brought = realised_values(
            repeats.at(rows),
            amount[rows],
            purchases,
            amounts,
            terms,
            keys=draw_keys(keys[rows], n_draws),
        )
        low[rows], high[rows] = shortest_interval(brought, interval)
        # in whole cents a sum does not depend on the order of the rows
        totals += np.rint(brought * CENTS).astype(np.int64).sum(axis=0)
    return low, high, totals / CENTS


def _expected(
    repeats: Repeats,
    amount: Vector,
    purchases: PurchaseModel,
    amounts: GammaGamma,
    terms: Terms,
) -> pd.DataFrame:
    """All that needs no draws, with a row a customer."""
    reason = _reasons(repeats, amount, purchases, amounts)
    estimated = reason == ""
    simple = _simple(repeats, amount, terms)
    alive, count_expected = np.full((2, len(reason)), np.nan)
    if purchases.status_ == "estimated":
        alive = purchases.alive(repeats)
        end = np.array([terms.horizon_weeks])
        count_expected = alive * purchases.expected_if_alive(repeats, end, np.ones(1))
    mean_amount, clv = np.full(len(reason), np.nan), simple.copy()
    if estimated.any():
        some, known = repeats.at(estimated), amount[estimated]
        mean_amount[estimated] = amounts.mean_amounts(some.x, known)
        clv[estimated] = present_values(some, known, purchases, amounts, terms)
    status = np.select(
        [estimated, np.isfinite(simple)], ["estimated", "fallback"], "not_scorable"
    )
    return pd.DataFrame(
        {
            "frequency": repeats.x.astype(np.int64),
            "recency_weeks": repeats.t_x,
            "age_weeks": repeats.T,
            "probability_alive": alive,
            "expected_purchases": count_expected,
            "expected_average_amount": mean_amount,
            "clv_amount": clv,
            "simple_ltv_amount": simple,
            "horizon_weeks": float(terms.horizon_weeks),
            "yearly_rate": float(terms.yearly_rate),
            "status": pd.Series(status, dtype="str"),
            "status_reason_code": pd.Series(reason, dtype="str").mask(estimated),
        }
    )


def _reasons(
    repeats: Repeats, amount: Vector, purchases: PurchaseModel, amounts: GammaGamma
) -> NDArray[np.object_]:
    """Why a customer's value is not estimated; empty where it is."""
    of_all = ""
    if purchases.status_ != "estimated":
        of_all = f"purchases_{purchases.status_}"
    elif amounts.status_ != "estimated":
        of_all = f"amounts_{amounts.status_}"
    elif amounts.params_["q"] <= 1:
        of_all = "amounts_without_mean"
    again = repeats.x > 0
    reasons: NDArray[np.object_] = np.select(
        [again & np.isnan(amount), again & (amount <= 0)],
        ["amount_unknown", "amount_not_positive"],
        of_all,
    ).astype(object)
    return reasons


def _simple(repeats: Repeats, amount: Vector, terms: Terms) -> Vector:
    x, _, age = repeats
    rate = np.divide(x, age, out=np.full_like(x, np.nan), where=age > 0)
    value = rate * terms.horizon_weeks * np.where(x > 0, amount, 0.0) * terms.margin
    return np.maximum(value, 0.0)
