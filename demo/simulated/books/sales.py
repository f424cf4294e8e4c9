"""Orders and their lines: what the purchases of a month are in the company's tills.

A purchase is an order. Some are ordered wrongly first, cancelled and ordered again, so
that a cancelled order stands beside the purchase. Some orders of a branch are sent to
the head office a day late, and the quantity of some lines is put right the next day.
"""

from dataclasses import fields

import numpy as np

from demo.simulated.books.journals import Column, Journals, words
from demo.simulated.books.ledger import Entry, Ledger
from demo.simulated.books.orders import (
    LAST_DAYS,
    PHONE,
    REP,
    STORE,
    WEB,
    OrderLines,
    Orders,
    Quoted,
    Sold,
    goods_no,
    joined,
    member_no,
    numbered,
)
from demo.simulated.books.staff import Staff
from demo.simulated.causes.assortment import percent_off, unit_price
from demo.simulated.causes.baskets import Baskets
from demo.simulated.causes.happenings import FROM_QUOTE, ORGANIC, Happened, Purchases
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, MINUTE, NONE, Bools, Ints, place_among
from demo.simulated.plan import CHANNEL_SHARES, CHANNELS

HOURS = ((10, 21), (7, 24), (9, 18), (9, 18))  # of each channel
CANCELLED_SHARE = 0.02
LATE_SHARE = 0.03  # of orders in a branch, known a day later
CORRECTED_SHARE = 0.004  # of lines
HOME_SHARE = 0.85  # of purchases in a branch: in the customer's own
FREE_SHIPPING, SHIPPING = 30_000, 3_000
STATES = ("done", "cancelled")


class Sales:
    """Writes orders and lines, and books them.

    Attributes
    ----------
    last_day, last_order, last_product : ndarray
        Of each customer's last purchase; `NONE` before the first.
    """

    def __init__(
        self, world: World, journals: Journals, ledger: Ledger, staff: Staff
    ) -> None:
        self._world = world
        self._journals = journals
        self._ledger = ledger
        self._staff = staff
        self.baskets = Baskets(world)
        count = len(world.population)
        self.last_day, self.last_order, self.last_product = np.full((3, count), NONE)
        self._next = 1

    def write(
        self, rng: np.random.Generator, month: int, happened: Happened, quoted: Quoted
    ) -> Sold:
        """Write what was bought in a month."""
        orders = self._orders(rng, happened)
        lines = self._lines(rng, orders, quoted)
        orders, lines = self._with_cancelled(rng, orders, lines)
        self._write_orders(rng, orders, lines)
        count = len(orders.order_no)
        paid = np.bincount(lines.order, lines.paid, count).astype(np.int64)
        lines, is_corrected = self._write_lines(rng, orders, lines)
        self._book(month, orders, lines)
        self._remember(orders, lines)
        return Sold(orders, lines, is_corrected, paid)

    def _orders(self, rng: np.random.Generator, happened: Happened) -> Orders:
        bought = self._with_guests(rng, happened.purchases)
        people = self._world.population
        is_known = bought.customer >= 0
        shares = np.cumsum(CHANNEL_SHARES, axis=1)[people.habit[bought.customer], :-1]
        channel = (rng.random(len(is_known))[:, None] >= shares).sum(axis=1)
        channel = np.where(is_known, channel, STORE)
        channel = np.where(bought.source == FROM_QUOTE, REP, channel)
        opens, closes = (np.array(HOURS)[channel] * HOUR).T
        second = opens + (rng.random(len(channel)) * (closes - opens)).astype(np.int64)
        moment = bought.day * DAY + second
        is_late = (channel == STORE) & (rng.random(len(channel)) < LATE_SHARE)
        is_late &= bought.day < self._world.days.count - LAST_DAYS
        sent = (bought.day + 1) * DAY + rng.integers(3 * HOUR, 6 * HOUR, len(channel))
        orders = Orders(
            np.zeros_like(moment),
            bought.customer,
            moment,
            channel,
            bought.source,
            bought.number,
            np.zeros(len(moment), dtype=np.bool_),
            np.where(is_late, sent, moment),
        )
        return orders.taken(np.argsort(moment, kind="stable"))

    def _with_guests(self, rng: np.random.Generator, known: Purchases) -> Purchases:
        """Purchases of somebody unknown come beside, on the same days."""
        count = rng.poisson(self._world.plan.guest_share * len(known.customer))
        day = known.day[rng.integers(max(len(known.day), 1), size=count)]
        return Purchases(
            np.concatenate([known.customer, np.full(count, -1)]),
            np.concatenate([known.day, day]),
            np.concatenate([known.source, np.full(count, ORGANIC)]),
            np.concatenate([known.number, np.full(count, NONE)]),
        )

    def _lines(
        self, rng: np.random.Generator, orders: Orders, quoted: Quoted
    ) -> OrderLines:
        day = orders.moment // DAY
        basket = np.flatnonzero(orders.source != FROM_QUOTE)
        drawn = self.baskets.draw(rng, orders.customer[basket], day[basket])
        order = basket[drawn.basket]
        people, assortment = self._world.population, self._world.assortment
        customer = orders.customer[order]
        group = np.where(customer >= 0, people.price_group[customer], 0)
        promoted = self._world.days.is_promotion[day[order]]
        percent = percent_off(group, orders.channel[order], promoted)
        price = assortment.list_price[day[order], drawn.product]
        plain = OrderLines(
            order,
            np.zeros_like(order),
            drawn.product,
            drawn.quantity,
            price * drawn.quantity,
            unit_price(price, percent) * drawn.quantity,
            assortment.unit_cost[day[order], drawn.product],
        )
        return numbered(joined(plain, self._quoted_lines(orders, quoted)))

    def _quoted_lines(self, orders: Orders, quoted: Quoted) -> OrderLines:
        order = np.flatnonzero(orders.source == FROM_QUOTE)
        which = place_among(quoted.number, orders.number[order])
        product, quantity = quoted.product[which], quoted.quantity[which]
        day = orders.moment[order] // DAY
        price = self._world.assortment.list_price[day, product]
        paid = quoted.price[which]
        return OrderLines(
            order,
            np.zeros_like(order),
            product,
            quantity,
            np.maximum(price, paid) * quantity,
            paid * quantity,
            quoted.unit_cost[which],
        )

    def _with_cancelled(
        self, rng: np.random.Generator, orders: Orders, lines: OrderLines
    ) -> tuple[Orders, OrderLines]:
        """Put the orders that were wrong before some of the right ones, and number."""
        may_err = (orders.source != FROM_QUOTE) & (orders.customer >= 0)
        wrong = np.flatnonzero(may_err & (rng.random(len(may_err)) < CANCELLED_SHARE))
        copy = orders.taken(wrong)
        before = copy.moment - rng.integers(5 * MINUTE, 40 * MINUTE, len(wrong))
        place = np.full(len(may_err), -1)
        place[wrong] = len(may_err) + np.arange(len(wrong))
        copied = lines.taken(place[lines.order] >= 0)
        copied = OrderLines(
            place[copied.order], *(getattr(copied, f.name) for f in fields(copied)[1:])
        )
        together = Orders(
            *(
                np.concatenate([getattr(orders, each.name), getattr(copy, each.name)])
                for each in fields(orders)
            )
        )
        together.moment[len(may_err) :] = before
        together.stamp[len(may_err) :] = before
        together.is_cancelled[len(may_err) :] = True
        order = np.argsort(together.moment, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        together = together.taken(order)
        together.order_no[:] = self._next + np.arange(len(order))
        self._next += len(order)
        both = joined(lines, copied)
        both.order[:] = rank[both.order]
        return together, both.taken(np.argsort(both.order, kind="stable"))

    def _write_orders(
        self, rng: np.random.Generator, orders: Orders, lines: OrderLines
    ) -> None:
        people, count = self._world.population, len(orders.order_no)
        day, customer = orders.moment // DAY, orders.customer
        is_home = (rng.random(count) < HOME_SHARE) & (customer >= 0)
        elsewhere = rng.integers(self._world.plan.stores, size=count)
        branch = np.where(is_home, people.store[customer], elsewhere)
        seller = np.select(
            [orders.channel == STORE, orders.channel == PHONE, orders.channel == REP],
            [
                self._staff.clerk(rng, branch),
                self._staff.agent(rng, count),
                self._staff.rep(people.rep[customer], day),
            ],
            NONE,
        )
        paid = np.bincount(lines.order, lines.paid, count)
        is_small = (orders.channel == WEB) & (paid < FREE_SHIPPING)
        cancelled = orders.moment + rng.integers(2 * MINUTE, 4 * MINUTE, count)
        later = (day + 1) * DAY + rng.integers(9 * HOUR, 18 * HOUR, count)
        waits = (rng.random(count) < 0.3) & (day < self._world.days.count - LAST_DAYS)
        cancelled = np.where(waits, later, cancelled)
        columns: dict[str, Column] = {
            "order_no": orders.order_no,
            "member_no": member_no(customer),
            "branch_no": np.where(orders.channel == STORE, branch + 1, NONE),
            "staff_no": seller,
            "channel": words(CHANNELS, orders.channel),
            "ordered_at": orders.moment,
            "shipping_fee": np.where(is_small, SHIPPING, 0),
        }
        first: dict[str, Column] = {
            "state": words(STATES, np.zeros(count, dtype=np.int64)),
            "cancelled_at": _none(count),
        }
        self._journals.add("orders", orders.stamp, columns | first)
        gone = np.flatnonzero(orders.is_cancelled)
        self._journals.add(
            "orders",
            cancelled[gone],
            {name: _chosen(column, gone) for name, column in columns.items()}
            | {"state": words(STATES, np.ones(len(gone), dtype=np.int64))}
            | {"cancelled_at": cancelled[gone]},
        )

    def _write_lines(
        self, rng: np.random.Generator, orders: Orders, lines: OrderLines
    ) -> tuple[OrderLines, Bools]:
        """Write the lines, put some right, and return them as they then are."""
        self._add_lines(orders, lines, orders.stamp[lines.order])
        day = orders.moment[lines.order] // DAY
        is_wrong = rng.random(len(day)) < CORRECTED_SHARE
        is_wrong &= day < self._world.days.count - LAST_DAYS
        is_wrong &= ~orders.is_cancelled[lines.order]
        is_wrong &= orders.source[lines.order] != FROM_QUOTE
        wrong = lines.taken(is_wrong)
        right = OrderLines(
            wrong.order,
            wrong.line_no,
            wrong.product,
            wrong.quantity + 1,
            wrong.listed // wrong.quantity * (wrong.quantity + 1),
            wrong.paid // wrong.quantity * (wrong.quantity + 1),
            wrong.unit_cost,
        )
        noticed = (orders.stamp[right.order] // DAY + 1) * DAY
        self._add_lines(
            orders, right, noticed + rng.integers(9 * HOUR, 18 * HOUR, len(noticed))
        )
        final = lines.taken(np.arange(len(day)))
        for name in ("quantity", "listed", "paid"):
            getattr(final, name)[is_wrong] = getattr(right, name)
        return final, is_wrong

    def _add_lines(self, orders: Orders, lines: OrderLines, stamp: Ints) -> None:
        self._journals.add(
            "order_items",
            stamp,
            {
                "order_no": orders.order_no[lines.order],
                "line_no": lines.line_no,
                "goods_no": goods_no(lines.product),
                "quantity": lines.quantity,
                "list_amount": lines.listed,
                "discount": lines.listed - lines.paid,
                "paid_amount": lines.paid,
                "unit_cost": lines.unit_cost,
            },
        )

    def _book(self, month: int, orders: Orders, lines: OrderLines) -> None:
        bought = ~orders.is_cancelled
        day = orders.moment // DAY
        self._ledger.add(Entry.PURCHASES, day[bought], np.ones(bought.sum(), int))
        self._ledger.bought(month, orders.customer[bought])
        own = lines.taken(bought[lines.order])
        day = day[own.order]
        self._ledger.add(Entry.GROSS, day, own.listed)
        self._ledger.add(Entry.DISCOUNT, day, own.listed - own.paid)
        self._ledger.add(Entry.COST_OF_GOODS, day, own.unit_cost * own.quantity)

    def _remember(self, orders: Orders, lines: OrderLines) -> None:
        bought = np.flatnonzero(~orders.is_cancelled & (orders.customer >= 0))
        first_line = np.searchsorted(lines.order, bought)
        who = orders.customer[bought]  # the last of a customer's stays
        self.last_day[who] = orders.moment[bought] // DAY
        self.last_order[who] = orders.order_no[bought]
        self.last_product[who] = lines.product[first_line]


def _chosen(column: Column, which: Ints) -> Column:
    return column[which]


def _none(count: int) -> Ints:
    return np.full(count, NONE)
