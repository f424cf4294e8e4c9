"""Who bought what on which day, in arrays: what the recommendations are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from mining import columns
from mining.days import day_number

Codes = NDArray[np.int32]
Places = NDArray[np.int64]
EPOCH = np.datetime64("1970-01-01", "D")
COLUMNS = ("customer_id", "product_id", "order_date")


@dataclass(frozen=True, slots=True)
class Purchases:
    """Days on which customers bought products; what is bought twice a day counts once.

    Attributes
    ----------
    customers, products : Index
        Ids, sorted, each once.
    customer, product : ndarray of shape (n_days,)
        Places in `customers` and `products`; rows sorted by customer, product, day.
    day : ndarray of shape (n_days,)
        Days since 1970-01-01.
    until : int
        Last day that is told of, inclusive.
    """

    customers: pd.Index
    products: pd.Index
    customer: Codes
    product: Codes
    day: Codes
    until: int

    @classmethod
    def of(
        cls, frame: "pd.DataFrame | Purchases", as_of: date | None = None
    ) -> "Purchases":
        """Encode a frame; what is encoded already is only cut.

        Parameters
        ----------
        frame : DataFrame of shape (n_purchases, 3 or more)
            `customer_id`, `product_id` (or whatever level is wanted: a category's
            name does as well) and `order_date`, a day in the company's time zone.
        as_of : date, optional
            Last day that is seen; that of the last purchase if not given.

        Raises
        ------
        ValueError
            If a column is missing or of another type, or a value is missing.
        """
        if isinstance(frame, Purchases):
            return frame if as_of is None else frame.before(day_number(as_of))
        columns.require(frame, "purchases", COLUMNS)
        days = columns.days(frame["order_date"])
        columns.refuse(
            "purchases",
            (
                (frame["customer_id"].isna(), "without a customer_id"),
                (frame["product_id"].isna(), "without a product_id"),
                (days.isna(), "without an order_date"),
            ),
        )
        number = (days.to_numpy().astype("datetime64[D]") - EPOCH).astype("int64")
        if as_of is None:
            until = int(number.max()) if len(number) else 0
        else:
            until = day_number(as_of)
        seen = number <= until
        customer, customers = pd.factorize(frame["customer_id"][seen], sort=True)
        product, products = pd.factorize(frame["product_id"][seen], sort=True)
        return cls._unique(customers, products, customer, product, number[seen], until)

    @classmethod
    def _unique(
        cls,
        customers: pd.Index,
        products: pd.Index,
        customer: NDArray[np.int64],
        product: NDArray[np.int64],
        day: NDArray[np.int64],
        until: int,
    ) -> Self:
        first = int(day.min()) if len(day) else 0
        length = until - first + 1
        keys = (customer * max(len(products), 1) + product) * length + day - first
        keys = np.unique(keys)
        pair, day = np.divmod(keys, length)
        customer, product = np.divmod(pair, max(len(products), 1))
        return cls(
            customers=pd.Index(customers),
            products=pd.Index(products),
            customer=customer.astype("int32"),
            product=product.astype("int32"),
            day=(day + first).astype("int32"),
            until=until,
        )

    def before(self, day: int) -> Self:
        """What was known at the end of `day`; the ids stay."""
        return self._part(self.day <= day, day)

    def after(self, day: int) -> Self:
        """What happened later than `day`."""
        return self._part(self.day > day, self.until)

    def of_customers(self, places: Places) -> Self:
        """Purchases of some customers; the ids of all stay."""
        wanted = np.zeros(len(self.customers), dtype=bool)
        wanted[places] = True
        return self._part(wanted[self.customer], self.until)

    def matrix(self, weights: NDArray[np.float64] | None = None) -> sp.csr_array:
        """Sum over the days of `weights`, or their number: customers x products."""
        told = np.ones(len(self.day)) if weights is None else weights
        # rows are sorted, so that sums are of one order whatever order they came in
        shape = (len(self.customers), len(self.products))
        found = sp.coo_array((told, (self.customer, self.product)), shape=shape).tocsr()
        found.sum_duplicates()
        return found

    def bought(self) -> sp.csr_array:
        """Ones where a customer ever bought a product: customers x products."""
        found = self.matrix()
        found.data[:] = 1.0
        return found

    def buyers(self, days: int) -> NDArray[np.int64]:
        """Customers who bought each product in the last `days` days."""
        recent = self.after(self.until - days)
        pairs = np.unique(
            recent.customer.astype("int64") * max(len(self.products), 1)
            + recent.product
        )
        found = np.bincount(
            pairs % max(len(self.products), 1), minlength=len(self.products)
        )
        return found.astype("int64")

    def ages(self) -> NDArray[np.float64]:
        """Days from each purchase to the last day."""
        return (self.until - self.day).astype("float64")

    def _part(self, rows: NDArray[np.bool_], until: int) -> Self:
        return type(self)(
            customers=self.customers,
            products=self.products,
            customer=self.customer[rows],
            product=self.product[rows],
            day=self.day[rows],
            until=until,
        )


def days_of(numbers: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Dates of day numbers, in seconds as frames have them."""
    dates: NDArray[np.datetime64] = (EPOCH + numbers).astype("datetime64[s]")
    return dates


def places(
    index: pd.Index, ids: pd.Index | Sequence[Any] | pd.Series
) -> NDArray[np.int64]:
    """Place of each id in `index`, -1 for those that it does not hold."""
    found: Places = index.get_indexer(pd.Index(ids)).astype("int64")
    return found
