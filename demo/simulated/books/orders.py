"""Orders and their lines as arrays, and the numbers that customers and goods have."""

from dataclasses import dataclass, fields

import numpy as np

from demo.simulated.moments import NONE, Bools, Ints
from demo.simulated.plan import CHANNELS

STORE, WEB, PHONE, REP = range(len(CHANNELS))
LAST_DAYS = 4  # of the history, whose facts are all known in time


@dataclass(frozen=True, slots=True)
class Quoted:
    """What quotes that were won are for: number, product, pieces, price, unit cost."""

    number: Ints
    product: Ints
    quantity: Ints
    price: Ints
    unit_cost: Ints


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of a month in the order of time; `customer` is -1 for somebody unknown."""

    order_no: Ints
    customer: Ints
    moment: Ints
    channel: Ints
    source: Ints
    number: Ints
    is_cancelled: Bools
    stamp: Ints

    def taken(self, which: Bools | Ints) -> "Orders":
        """Those where `which` is true, or those numbers."""
        return Orders(*(getattr(self, each.name)[which] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class OrderLines:
    """Lines of orders; `order` is the place among `Orders`, money of the whole line."""

    order: Ints
    line_no: Ints
    product: Ints
    quantity: Ints
    listed: Ints
    paid: Ints
    unit_cost: Ints

    def taken(self, which: Bools | Ints) -> "OrderLines":
        """Those where `which` is true, or those numbers."""
        return OrderLines(*(getattr(self, each.name)[which] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold in a month.

    Attributes
    ----------
    lines : OrderLines
        As they are once put right.
    is_corrected : ndarray of bool
        Of each line.
    paid : ndarray
        Of each order, as it was placed.
    """

    orders: Orders
    lines: OrderLines
    is_corrected: Bools
    paid: Ints


def member_no(customer: Ints) -> Ints:
    """Number of a customer, `NONE` of somebody unknown."""
    return np.where(customer >= 0, 1_000_001 + customer, NONE)


def goods_no(product: Ints) -> Ints:
    """Number of a product, `NONE` of none."""
    return np.where(product >= 0, 2_001 + product, NONE)


def joined(one: OrderLines, other: OrderLines) -> OrderLines:
    return OrderLines(
        *(
            np.concatenate([getattr(one, each.name), getattr(other, each.name)])
            for each in fields(one)
        )
    )


def numbered(lines: OrderLines) -> OrderLines:
    """The lines by their orders, counted from 1 in each."""
    out = lines.taken(np.argsort(lines.order, kind="stable"))
    begin = np.searchsorted(out.order, out.order)
    out.line_no[:] = np.arange(len(begin)) - begin + 1
    return out
