"""Who bought what on which day: for the rules whose unit is the customer."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining.basket.baskets import Bools, Ints

FAR = np.iinfo(np.int64).max // 4  # a day that never comes


@dataclass(frozen=True, slots=True)
class Purchases:
    """Each customer, item and day once, in this order.

    Attributes
    ----------
    customer, item, day : ndarray of shape (n,)
        Numbers of customers and items, 0, 1, ...; days since 1970-01-01.
    items : ndarray of shape (n_items,)
        Names.
    n_customers : int
    """

    customer: Ints
    item: Ints
    day: Ints
    items: NDArray[Any]
    n_customers: int

    @classmethod
    def of(cls, purchases: pd.DataFrame) -> Self:
        """Encode a frame with the columns `customer`, `item` and `day`.

        Rows in which one is missing are left out. `day` as `day_numbers` takes it.
        """
        known = purchases[["customer", "item", "day"]].dropna()
        customer, customers = pd.factorize(known["customer"], sort=True)
        item, items = pd.factorize(known["item"], sort=True)
        table = np.stack([customer, item, day_numbers(known["day"])])
        table = table[:, np.lexsort(table[::-1])]
        is_first = np.any(np.diff(table, axis=1, prepend=-FAR) != 0, axis=0)
        customer, item, day = table[:, is_first]
        return cls(customer, item, day, pd.Index(items).to_numpy(), len(customers))

    def rows(self, chosen: Bools) -> "Purchases":
        """Some of the purchases; the numbers of customers and items stay."""
        return Purchases(
            self.customer[chosen],
            self.item[chosen],
            self.day[chosen],
            self.items,
            self.n_customers,
        )

    @property
    def pair(self) -> Ints:
        """One number for customer and item; ascending."""
        return self.customer * max(len(self.items), 1) + self.item


def day_numbers(days: pd.Series) -> Ints:
    """Days since 1970-01-01 of dates or of timestamps at midnight; FAR if missing."""
    stamps = pd.to_datetime(days).astype("datetime64[s]")
    numbers: Ints = stamps.to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.where(stamps.isna().to_numpy(), FAR, numbers)
