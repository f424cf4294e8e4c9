"""Buying again: what draws its buyers back, and after how many days.

The unit is the customer: each counts once an item, from the first purchase of it.

- ``due_days``: the median time to the second purchase on another day, by Kaplan and
  Meier, since many have not bought again *yet*. An item to which half of its buyers
  never return has none, and makes no rule.
- **Share buying again** within ``due_days``, of those who bought so early that they
  could.
- **Against** equally frequent customers who had not bought it: after how many of their
  visits, up to their first purchase of it if there ever was one, did they buy it
  within as many days? That is what frequent visits and the item's popularity alone
  would bring.

Customers are equally frequent if their purchase days lie between the same two of 1, 2,
3, 4, 5, 7, 9, 12, ... (steps of a quarter).
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from scipy.stats import norm

from mining.basket.baskets import Floats, Ints
from mining.basket.config import FREQUENCY_TOLERANCE, MIN_EXPECTED_COUNT
from mining.basket.due_days import due_days, first_two
from mining.basket.itemsets import as_objects
from mining.basket.purchases import FAR, Purchases
from mining.basket.rules import conviction, ratio
from mining.basket.significance import q_values
from mining.basket.visits import Visits
from mining.days import day_number


def re_sell_rules(
    purchases: pd.DataFrame,
    until: date,
    held_out_from: date,
    *,
    min_expected_count: float = MIN_EXPECTED_COUNT,
    frequency_tolerance: float = FREQUENCY_TOLERANCE,
) -> pd.DataFrame:
    """Rules from an item to itself.

    Parameters
    ----------
    purchases : DataFrame of shape (n, 3 or more)
        `customer`, `item`, `day`: the purchases of those whose name is known.
    until : date
        Last day that is known.
    held_out_from : date
        This and the later days are kept out, and tell whether the rule still holds.
    min_expected_count : float
        Rules that expect less are not tested.
    frequency_tolerance : float
        Share by which the purchase days of equally frequent customers may differ.

    Returns
    -------
    DataFrame of shape (n_rules, 14)
        `antecedent` and `consequent`, the item; of the customers: `count`, who bought
        it again within `due_days`; `support`, their share of all; `confidence`, their
        share of the item's buyers who could; `lift`, confidence by the share of
        customers of any frequency who bought it without having before; `conviction`
        and its status; `expected_count`, by equally frequent customers;
        `adjusted_lift`; `q_value`; `due_days`; `out_of_time_lift` and
        `out_of_time_expected_count`. A row for each item with `due_days` whose buyers
        can be compared with anybody.
    """
    known = Purchases.of(purchases)
    last, split = day_number(until), day_number(held_out_from)
    known = known.rows(known.day <= last)
    mined = known.rows(known.day < split)
    due = due_days(mined, split - 1)
    tolerance = frequency_tolerance
    nobody, had = np.empty(0, dtype=np.int64), mined.pair[first_two(mined)[0]]
    again = _Again.of(mined, nobody, split - 1, due, tolerance)
    later = _Again.of(known.rows(known.day >= split), had, last, due, tolerance)
    item = np.flatnonzero((due > 0) & (again.buyers > 0))
    count, expected = again.count[item].astype(np.int64), again.expected[item]
    z = ratio(count - expected, np.sqrt(again.variance[item]))
    is_tested = (expected >= min_expected_count) & ~np.isnan(z)
    confidence, base = count / again.buyers[item], again.base[item]
    name = known.items[item]
    return pd.DataFrame(
        {
            "antecedent": as_objects([(each,) for each in name.tolist()]),
            "consequent": name,
            "support": count / max(len(np.unique(mined.customer)), 1),
            "confidence": confidence,
            "lift": ratio(confidence, base),
            **conviction(confidence, base),
            "count": count,
            "expected_count": expected,
            "adjusted_lift": ratio(count, expected),
            "q_value": q_values(np.where(is_tested, norm.sf(z), np.nan), 0),
            "due_days": due[item],
            "out_of_time_lift": ratio(later.count[item], later.expected[item]),
            "out_of_time_expected_count": later.expected[item],
        }
    )


@dataclass(frozen=True, slots=True)
class _Again:
    """Of each item, over one stretch of days: arrays of shape (n_items,).

    Attributes
    ----------
    buyers, count : ndarray
        Customers who bought it so early that they could buy it again in time, where
        there is anybody to compare them with; those who did.
    expected, variance : ndarray
        How many would, were they as equally frequent customers without it; the
        variance of count less expected.
    base : ndarray
        Share of visits without it, by customers of any frequency, that a purchase of
        it followed.
    """

    buyers: Floats
    count: Floats
    expected: Floats
    variance: Floats
    base: Floats

    @classmethod
    def of(
        cls, stretch: Purchases, had: Ints, last: int, due: Ints, tolerance: float
    ) -> Self:
        """Compare buyers and others.

        Parameters
        ----------
        stretch : Purchases
        had : ndarray
            Pairs of customer and item that were bought before the stretch.
        last : int
            Last day of the stretch.
        due : ndarray of shape (n_items,)
        tolerance : float
            As `mining.basket.visits.frequency_edges` takes it.
        """
        visits = Visits.of(stretch, last, tolerance)
        latest = np.where(due > 0, last - due, -FAR)  # later ones are not over
        start, second = first_two(stretch)
        customer, item = stretch.customer[start], stretch.item[start]
        could = stretch.day[start] <= latest[item]
        did = could & (second - stretch.day[start] <= due[item])
        return cls._compared(
            visits.by_class(customer, item, could, len(due)),
            visits.by_class(customer, item, did, len(due)),
            _Others.of(stretch, start, had, visits, latest, due),
        )

    @classmethod
    def _compared(cls, buyers: Floats, did: Floats, others: "_Others") -> Self:
        """By arrays of shape (n_items, n_classes)."""
        compares = others.visits > 0
        buyers, did = (np.where(compares, each, 0.0) for each in (buyers, did))
        visits = np.where(compares, others.visits, 1.0)
        chance = others.followed / visits
        # of the chance: of a ratio of sums over customers
        spread = (
            others.followed_squares
            - 2 * chance * others.products
            + chance**2 * others.squares
        ) / visits**2
        variance = buyers * chance * (1 - chance) + buyers**2 * spread
        return cls(
            buyers.sum(axis=1),
            did.sum(axis=1),
            (buyers * chance).sum(axis=1),
            np.maximum(variance, 0.0).sum(axis=1),
            np.nan_to_num(
                ratio(others.followed.sum(axis=1), others.visits.sum(axis=1))
            ),
        )


class _Others(NamedTuple):
    """Visits of customers without an item; sums, of shape (n_items, n_classes).

    Attributes
    ----------
    visits, squares : ndarray
        Visits; their squares by customer.
    followed, followed_squares : ndarray
        Visits that a purchase of the item followed in time; their squares.
    products : ndarray
        Visits times followed visits, by customer.
    """

    visits: Floats
    squares: Floats
    followed: Floats
    followed_squares: Floats
    products: Floats

    @classmethod
    def of(
        cls,
        stretch: Purchases,
        start: Ints,
        had: Ints,
        visits: Visits,
        latest: Ints,
        due: Ints,
    ) -> Self:
        """All visits, but of those who have or had the item only the ones without it.

        Parameters
        ----------
        start : ndarray
            Rows of the first purchases.
        latest : ndarray of shape (n_items,)
            Day of the last visit that counts.
        """
        customer, item = stretch.customer[start], stretch.item[start]
        day, n = stretch.day[start], len(due)
        end = np.minimum(day, latest[item] + 1)
        without = visits.before(customer, end)
        followed = without - visits.before(customer, np.minimum(day - due[item], end))
        has_had = np.isin(stretch.pair[start], had)
        without, followed = (np.where(has_had, 0, each) for each in (without, followed))

        # had it, and did not buy it again
        gone = np.setdiff1d(had, stretch.pair[start], assume_unique=True)
        owner, owned = np.divmod(gone, max(n, 1))
        owner, owned = np.append(customer, owner), np.append(item, owned)
        every = visits.before(owner, latest[owned] + 1)
        total, squares = visits.up_to(latest)
        total -= visits.by_class(owner, owned, every, n)
        squares -= visits.by_class(owner, owned, every**2, n)
        return cls(
            total + visits.by_class(customer, item, without, n),
            squares + visits.by_class(customer, item, without**2, n),
            visits.by_class(customer, item, followed, n),
            visits.by_class(customer, item, followed**2, n),
            visits.by_class(customer, item, followed * without, n),
        )
