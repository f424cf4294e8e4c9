"""The company's own books: what every month brought, cost and left open.

The books are kept by what happens, as it is drawn; no row of a table is ever asked.
Whoever is counted is a person: memberships that are joined within the history are one
from the beginning.
Money is whole won, and a month's profit is what its columns say:
gross - discount - refunds - cost of goods - contact, service and gift cost.
"""

from enum import StrEnum

import numpy as np
import polars as pl

from demo.simulated.causes.days import Days
from demo.simulated.causes.population import Population
from demo.simulated.moments import Ints


class Entry(StrEnum):
    """A column of the books, by the day of what is named."""

    GROSS = "gross_amount"  # order
    DISCOUNT = "discount_amount"  # order
    COST_OF_GOODS = "cost_of_goods_amount"  # order; of restocked goods, less at return
    REFUND = "refund_amount"  # return
    CONTACT_COST = "contact_cost_amount"  # contact of a campaign, or interaction
    SERVICE_COST = "service_cost_amount"  # solution, or closing where there is none
    GIFT = "gift_amount"  # gift
    PURCHASES = "purchase_count"  # order that is neither cancelled nor a credit


COSTS = (
    *(Entry.DISCOUNT, Entry.REFUND, Entry.COST_OF_GOODS),
    *(Entry.CONTACT_COST, Entry.SERVICE_COST, Entry.GIFT),
)


class Ledger:
    """Sums by month.

    Parameters
    ----------
    days : Days
    population : Population
    """

    def __init__(self, days: Days, population: Population) -> None:
        self._days = days
        self._months = len(days.month_starts) - 1
        self._sums = {entry: np.zeros(self._months, dtype=np.int64) for entry in Entry}
        self._closing: dict[str, Ints] = {}
        joined_by_now = population.merge_day < days.count
        everybody = np.arange(len(population))
        self._person = np.where(joined_by_now, population.merged_into, everybody)
        self.active = np.zeros(self._months, dtype=np.int64)

    def add(self, entry: Entry, day: Ints, amount: Ints) -> None:
        """Book amounts on days; what lies after the history is not booked."""
        month = self._days.month_of(day)
        within = (month >= 0) & (month < self._months)
        np.add.at(self._sums[entry], month[within], amount[within])

    def close(self, name: str, month: int, count: int) -> None:
        """Note how many there are at the end of a month."""
        counts = self._closing.setdefault(name, np.zeros(self._months, dtype=np.int64))
        counts[month] = count

    def bought(self, month: int, customer: Ints) -> None:
        """Note who bought in a month; joined memberships are one customer."""
        known = customer[customer >= 0]
        self.active[month] = len(np.unique(self._person[known]))

    def months(self) -> pl.DataFrame:
        """The books: a row a month, with the day it begins as ``month_on``."""
        sums = {str(entry): values for entry, values in self._sums.items()}
        profit = self._sums[Entry.GROSS] - sum(self._sums[each] for each in COSTS)
        return pl.DataFrame(
            sums
            | {"profit_amount": profit, "active_customer_count": self.active}
            | self._closing
        )
