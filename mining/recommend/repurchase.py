"""When a product is bought again: what is due, and what nobody buys twice.

The time from one purchase of a product to the next is a survival time: of those who
have not bought again yet it is only known to be longer. The **Kaplan-Meier** curve
counts both.

References
----------
Kaplan and Meier (1958), Nonparametric Estimation from Incomplete Observations.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining.recommend.config import RepurchaseConfig
from mining.recommend.purchases import Purchases, days_of

DEFAULTS = RepurchaseConfig()

Vector = NDArray[np.float64]
Places = NDArray[np.int64]


class Gaps(NamedTuple):
    """Times from each purchase of a product to the next one, or to the last day.

    All arrays of shape (n_gaps,), by customer, product and day.
    """

    customer: NDArray[np.int32]
    product: NDArray[np.int32]
    days: NDArray[np.int64]
    is_closed: NDArray[np.bool_]  # False: not bought again up to the last day


class Curves(NamedTuple):
    """Kaplan-Meier curves of all products, one step a day on which somebody bought.

    All arrays of shape (n_steps,), by product and days.
    """

    product: NDArray[np.int64]
    days: NDArray[np.int64]
    survival: Vector  # share that has not bought again after so many days


def repurchase_dues(
    purchases: pd.DataFrame | Purchases,
    as_of: date | None = None,
    config: RepurchaseConfig = DEFAULTS,
) -> pd.DataFrame:
    """When each customer is expected to buy each product again.

    The expected gap is the geometric mean of the customer's own gaps, in which the
    median of the product counts as `config.product_gap_weight` gaps more: gaps are
    skewed, and a median is the geometric mean of what is symmetric in logarithms. Told
    for products that at least `config.fewest_repeaters` customers bought twice and half
    of whose purchases are followed by another.

    Parameters
    ----------
    purchases : DataFrame of shape (n_purchases, 3 or more), or Purchases
        `customer_id`, `product_id`, `order_date`.
    as_of : date, optional
        Last day that is seen, inclusive; that of the last purchase if not given.
    config : RepurchaseConfig
        Thresholds.

    Returns
    -------
    DataFrame of shape (n_pairs, 7)
        `customer_id`, `product_id`, sorted by both; `purchase_day_count`;
        `last_purchase_date`; `median_gap_days`, of the product;
        `expected_gap_days`, cut to 6 digits; `due_date`, the last purchase and the
        expected gap, in whole days: it may lie before `as_of`, which is then overdue.
        Without customers who have been silent for more than
        `config.most_gaps_silent` expected gaps.
    """
    told = Purchases.of(purchases, as_of)
    gaps = _gaps(told)
    count = len(told.products)
    medians = _medians(_curves(gaps, count), count)
    medians[_repeaters(gaps, count) < config.fewest_repeaters] = np.nan

    last = ~gaps.is_closed  # one a customer and product
    pair = np.cumsum(np.r_[True, last[:-1]]) - 1 if len(last) else np.array([], int)
    closed = gaps.is_closed
    own_count = np.bincount(pair[closed], minlength=last.sum())
    own_logs = np.bincount(
        pair[closed], np.log(gaps.days[closed]), minlength=last.sum()
    )
    median = medians[gaps.product[last]]
    weight = config.product_gap_weight
    expected = np.round(
        np.exp((own_logs + weight * np.log(median)) / (own_count + weight)), 6
    )
    silence = gaps.days[last]
    is_told = silence <= config.most_gaps_silent * expected  # NaN is not
    last_day = told.until - silence
    return pd.DataFrame(
        {
            "customer_id": told.customers[gaps.customer[last]][is_told],
            "product_id": told.products[gaps.product[last]][is_told],
            "purchase_day_count": (own_count + 1)[is_told],
            "last_purchase_date": days_of(last_day[is_told]),
            "median_gap_days": median[is_told],
            "expected_gap_days": expected[is_told],
            "due_date": days_of(
                last_day[is_told] + np.rint(expected[is_told]).astype("int64")
            ),
        }
    )


def bought_once(
    purchases: pd.DataFrame | Purchases,
    as_of: date | None = None,
    config: RepurchaseConfig = DEFAULTS,
) -> pd.Series:
    """Products of which one is enough: hardly anybody buys them again.

    Parameters
    ----------
    purchases, as_of
        As `repurchase_dues` takes them; with categories for products it says of which
        category one product is enough.
    config : RepurchaseConfig
        `once_days`, `once_share`, `fewest_buyers`.

    Returns
    -------
    Series of str
        `product_id`, sorted: by the Kaplan-Meier curve at most `once_share` bought
        again within `once_days`, of at least `fewest_buyers` buyers who were followed
        for so long. What is not known well enough is not among them.
    """
    told = Purchases.of(purchases, as_of)
    gaps = _gaps(told)
    count = len(told.products)
    curves = _curves(gaps, count)
    early = curves.days <= config.once_days
    again = np.zeros(count)
    np.maximum.at(again, curves.product[early], 1 - curves.survival[early])
    # A first purchase long enough ago was followed; closed or not does not matter.
    first = np.r_[True, ~gaps.is_closed[:-1]] if len(gaps.days) else gaps.is_closed
    followed = first & (told.until - told.day >= config.once_days)
    buyers = np.bincount(gaps.product[followed], minlength=count)
    is_once = (buyers >= config.fewest_buyers) & (again <= config.once_share)
    return pd.Series(told.products[is_once], name="product_id")


def _gaps(purchases: Purchases) -> Gaps:
    same = (purchases.customer[1:] == purchases.customer[:-1]) & (
        purchases.product[1:] == purchases.product[:-1]
    )
    is_closed = np.r_[same, False] if len(purchases.day) else same[:0]
    following = np.r_[purchases.day[1:], purchases.until][: len(purchases.day)]
    until = np.where(is_closed, following, purchases.until)
    days = (until - purchases.day).astype("int64")
    return Gaps(purchases.customer, purchases.product, days, is_closed)


def _repeaters(gaps: Gaps, product_count: int) -> Places:
    """Customers who bought each product on two days or more."""
    # The last of several closed gaps is followed by the open one.
    follows = np.r_[False, gaps.is_closed[:-1]] if len(gaps.days) else gaps.is_closed
    last_of_many = follows & ~gaps.is_closed
    return np.bincount(gaps.product[last_of_many], minlength=product_count)


def _curves(gaps: Gaps, product_count: int) -> Curves:
    """Kaplan-Meier: of those at risk on a day, the share who did not buy."""
    length = int(gaps.days.max(initial=0)) + 1
    keys = gaps.product.astype("int64") * length + gaps.days
    step, at = np.unique(keys, return_inverse=True)
    product, days = np.divmod(step, length)
    events = np.bincount(at, gaps.is_closed, minlength=len(step))
    ended = np.bincount(at, minlength=len(step))
    size = np.bincount(gaps.product, minlength=product_count)
    first = np.searchsorted(product, np.arange(product_count))
    gone = np.cumsum(ended) - ended  # before this step, of all products before too
    at_risk = size[product] - (gone - gone[first[product]])
    kept = pd.Series(1 - events / at_risk).groupby(product).cumprod()
    survival: Vector = np.round(np.asarray(kept, dtype="float64"), 9)
    is_event = events > 0
    return Curves(product[is_event], days[is_event], survival[is_event])


def _medians(curves: Curves, product_count: int) -> Vector:
    """First day on which half or less have not bought again, NaN if there is none."""
    half = curves.survival <= 0.5
    product, first = np.unique(curves.product[half], return_index=True)
    medians = np.full(product_count, np.nan)
    medians[product] = curves.days[half][first]
    return medians
