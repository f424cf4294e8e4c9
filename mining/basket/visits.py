"""Days on which customers bought anything at all, and how often they come."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from mining.basket.baskets import Bools, Floats, Ints
from mining.basket.purchases import Purchases


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits of a stretch of days: a customer and a day once each.

    Attributes
    ----------
    begin, span : int
        First day; more than the number of days.
    keys : ndarray of shape (n_visits,)
        customer * span + (day - begin), ascending.
    starts : ndarray of shape (n_customers + 1,)
        Where the keys of each customer begin.
    frequency_class : ndarray of shape (n_customers,)
        Customers of one class are equally frequent.
    n_classes : int
    """

    begin: int
    span: int
    keys: Ints
    starts: Ints
    frequency_class: Ints
    n_classes: int

    @classmethod
    def of(cls, purchases: Purchases, last: int, tolerance: float) -> Self:
        """Visits by purchases up to the day `last`.

        Parameters
        ----------
        purchases : Purchases
        last : int
        tolerance : float
            See `frequency_edges`.
        """
        begin = int(purchases.day.min(initial=last))
        span = last - begin + 2
        keys = np.unique(purchases.customer * span + purchases.day - begin)
        starts = np.searchsorted(keys, np.arange(purchases.n_customers + 1) * span)
        count = np.diff(starts)
        edges = frequency_edges(int(count.max(initial=1)), tolerance)
        frequency_class = np.searchsorted(edges, count, side="right")
        return cls(begin, span, keys, starts, frequency_class, len(edges) + 1)

    def before(self, customer: Ints, day: Ints) -> Ints:
        """Number of visits of each customer before a day."""
        elapsed = np.clip(day - self.begin, 0, self.span - 1)
        visits = np.searchsorted(self.keys, customer * self.span + elapsed)
        earlier: Ints = visits - self.starts[customer]
        return earlier

    def up_to(self, day: Ints) -> tuple[Floats, Floats]:
        """Visits of the customers of each class up to a day, and their squares.

        Returns
        -------
        tuple of ndarray of shape (n_days, n_classes)
            Sums over the customers of a class.
        """
        customer, elapsed = np.divmod(self.keys, self.span)
        shape = (self.span + 1, self.n_classes)  # a row before the first day
        cell = (elapsed + 1) * self.n_classes + self.frequency_class[customer]
        nth = np.arange(len(self.keys)) - self.starts[customer] + 1
        row = np.clip(day - self.begin + 1, 0, self.span)
        sums = []
        for more in (np.ones(len(nth)), 2.0 * nth - 1):  # n squared - (n - 1) squared
            new = np.bincount(cell, weights=more, minlength=shape[0] * shape[1])
            sums.append(np.cumsum(new.reshape(shape), axis=0, dtype=np.float64)[row])
        return sums[0], sums[1]

    def by_class(
        self, customer: Ints, item: Ints, values: Ints | Bools, n_items: int
    ) -> Floats:
        """Sums of values over the customers of each class, for each item.

        Returns
        -------
        ndarray of shape (n_items, n_classes)
        """
        cell = item * self.n_classes + self.frequency_class[customer]
        sums = np.bincount(cell, weights=values, minlength=n_items * self.n_classes)
        return sums.reshape(n_items, self.n_classes).astype(np.float64)


def frequency_edges(largest: int, tolerance: float) -> Ints:
    """Where classes of equal frequency begin: 1, 2, 3, 4, 5, 7, 9, 12, ...

    Parameters
    ----------
    largest : int
        Most purchase days of a customer.
    tolerance : float
        Each class begins by this share above the one before, or by 1.
    """
    edges = [1]
    while edges[-1] < largest:
        edges.append(max(edges[-1] + 1, math.ceil(edges[-1] * (1 + tolerance))))
    return np.array(edges)
