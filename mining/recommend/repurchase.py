"""When a product is bought again: what is due, and what nobody buys twice.

The time from one purchase of a product to the next is a survival time
(`mining.survival`).
"""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining import survival
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
    medians = survival.medians(_curves(gaps, count), count)
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
    np.maximum.at(again, curves.group[early], 1 - curves.survival[early])
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


def _curves(gaps: Gaps, product_count: int) -> survival.Curves:
    return survival.curves(gaps.product, gaps.days, gaps.is_closed, product_count)
