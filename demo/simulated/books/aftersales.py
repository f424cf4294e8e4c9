"""What comes after an order: its bill, what is sent back, what is made good."""

import numpy as np

from demo.simulated.books.journals import Journals, always, words
from demo.simulated.books.ledger import Entry, Ledger
from demo.simulated.books.orders import PHONE, REP, WEB, Sold, goods_no, member_no
from demo.simulated.causes.happenings import FROM_QUOTE
from demo.simulated.moments import DAY, HOUR, NONE, Ints, within_hours
from demo.simulated.plan import CHANNELS

METHODS = ("card", "transfer", "account")
BILL_STATES = ("due", "paid", "failed", "waived")
DUE, PAID, FAILED, WAIVED = range(len(BILL_STATES))
TERMS = {PHONE: 7, REP: 30}  # days until a bill is due
LATE_SHARE, UNPAID_SHARE, WAIVED_SHARE = 0.14, 0.03, 0.4  # the last of the unpaid
CARD_FAILS = 0.03
RETURN_REASONS = ("damaged", "wrong_item", "changed_mind", "too_small", "late_delivery")
RETURN_SHARES = (0.03, 0.06, 0.05, 0.02)  # of lines, by channel
LONG_AFTER = 0.06  # of returns
RESTOCKED_SHARE = 0.7
CREDIT_SHARE = 0.003  # of orders
FIRST_CREDIT = 900_000_000


class Aftersales:
    """Writes bills, returns and credits, and books them."""

    def __init__(self, journals: Journals, ledger: Ledger) -> None:
        self._journals = journals
        self._ledger = ledger
        self._next_return = 1

    def write(self, rng: np.random.Generator, sold: Sold) -> None:
        """Write what comes of a month's orders, whenever it comes."""
        self._bill_cards(rng, sold)
        self._bill_later(rng, sold)
        self._take_back(rng, sold)
        self._credit(rng, sold)

    def _bill_cards(self, rng: np.random.Generator, sold: Sold) -> None:
        own = np.flatnonzero((sold.orders.channel == WEB) & ~sold.orders.is_cancelled)
        billed = sold.orders.moment[own]
        fails = rng.random(len(own)) < CARD_FAILS
        state = np.where(fails, FAILED, PAID)
        paid = np.where(fails, NONE, billed)
        self._add_bills(sold, own, billed, 0, state, paid, billed)
        again = own[fails]
        later = billed[fails] + rng.integers(600, HOUR, len(again))
        self._add_bills(
            sold, again, billed[fails], 0, np.full(len(again), PAID), later, later
        )

    def _bill_later(self, rng: np.random.Generator, sold: Sold) -> None:
        for channel, term in TERMS.items():
            own = np.flatnonzero(
                (sold.orders.channel == channel) & ~sold.orders.is_cancelled
            )
            count = len(own)
            billed = sold.orders.moment[own]
            open_ = np.full(count, DUE)
            self._add_bills(
                sold, own, billed, term, open_, np.full(count, NONE), billed
            )
            lot = rng.random(count)
            in_time = rng.integers(0, term, count)
            late = term + 1 + rng.geometric(1 / 15, count)
            after = np.where(lot < LATE_SHARE + UNPAID_SHARE, late, in_time)
            paid = (billed // DAY + after) * DAY + rng.integers(
                18 * HOUR, 24 * HOUR, count
            )
            pays = lot >= UNPAID_SHARE
            self._add_bills(
                *(sold, own[pays], billed[pays], term, np.full(pays.sum(), PAID)),
                *(paid[pays], paid[pays]),
            )
            waived = lot < UNPAID_SHARE * WAIVED_SHARE
            given_up = (billed[waived] // DAY + term + 90) * DAY + 9 * HOUR
            nothing = np.full(len(given_up), NONE)
            self._add_bills(
                *(sold, own[waived], billed[waived], term),
                *(np.full(len(given_up), WAIVED), nothing, given_up),
            )

    def _add_bills(
        self,
        sold: Sold,
        own: Ints,
        billed: Ints,
        term: int,
        state: Ints,
        paid: Ints,
        stamp: Ints,
    ) -> None:
        amount = sold.paid[own]
        method = {0: 0, TERMS[PHONE]: 1, TERMS[REP]: 2}[term]
        self._journals.add(
            "bills",
            stamp,
            {
                "bill_no": sold.orders.order_no[own],
                "order_no": sold.orders.order_no[own],
                "member_no": member_no(sold.orders.customer[own]),
                "method": always(METHODS[method], len(own)),
                "state": words(BILL_STATES, state),
                "due_amount": amount,
                "paid_amount": np.where(paid == NONE, 0, amount),
                "due_on": billed // DAY + term,
                "billed_at": billed,
                "paid_at": paid,
            },
        )

    def _take_back(self, rng: np.random.Generator, sold: Sold) -> None:
        orders, lines = sold.orders, sold.lines
        may = ~sold.is_corrected & ~orders.is_cancelled[lines.order]
        may &= orders.customer[lines.order] >= 0
        share = np.array(RETURN_SHARES)[orders.channel[lines.order]]
        own = np.flatnonzero(may & (rng.random(len(may)) < share))
        count, order = len(own), lines.order[own]
        wait = rng.integers(3, 15, count)
        wait = np.where(
            rng.random(count) < LONG_AFTER, rng.integers(60, 300, count), wait
        )
        day = orders.moment[order] // DAY + wait
        returned = within_hours(rng, day, 10, 18)
        quantity = 1 + (rng.random(count) * lines.quantity[own]).astype(np.int64)
        refund = lines.paid[own] // lines.quantity[own] * quantity
        is_restocked = rng.random(count) < RESTOCKED_SHARE
        has_channel = rng.random(count) < 0.95
        self._journals.add(
            "takebacks",
            returned,
            {
                "return_no": self._next_return + np.arange(count),
                "order_no": orders.order_no[order],
                "line_no": lines.line_no[own],
                "member_no": member_no(orders.customer[order]),
                "channel": words(
                    CHANNELS, np.where(has_channel, orders.channel[order], -1)
                ),
                "reason": words(RETURN_REASONS, rng.integers(5, size=count)),
                "quantity": quantity,
                "refund": refund,
                "is_restocked": is_restocked,
                "returned_at": returned,
            },
        )
        self._next_return += count
        self._ledger.add(Entry.REFUND, day, refund)
        cost = lines.unit_cost[own] * quantity * is_restocked
        self._ledger.add(Entry.COST_OF_GOODS, day, -cost)

    def _credit(self, rng: np.random.Generator, sold: Sold) -> None:
        """Make good in money what went wrong: an order that sums to less than 0."""
        orders = sold.orders
        may = ~orders.is_cancelled & (orders.customer >= 0)
        may &= (orders.source != FROM_QUOTE) & (sold.paid > 0)
        own = np.flatnonzero(may & (rng.random(len(may)) < CREDIT_SHARE))
        day = orders.moment[own] // DAY + rng.integers(5, 20, len(own))
        moment = within_hours(rng, day, 10, 18)
        part = sold.paid[own] * rng.integers(10, 40, len(own)) // 1_000 * 10
        amount = -np.maximum(part, 10)
        line = np.searchsorted(sold.lines.order, own)
        number = FIRST_CREDIT + orders.order_no[own]
        none, zero = np.full(len(own), NONE), np.zeros_like(own)
        self._journals.add(
            "orders",
            moment,
            {
                "order_no": number,
                "member_no": member_no(orders.customer[own]),
                "branch_no": none,
                "staff_no": none,
                "channel": words(CHANNELS, np.full(len(own), PHONE)),
                "ordered_at": moment,
                "shipping_fee": zero,
                "state": always("done", len(own)),
                "cancelled_at": none,
            },
        )
        self._journals.add(
            "order_items",
            moment,
            {
                "order_no": number,
                "line_no": zero + 1,
                "goods_no": goods_no(sold.lines.product[line]),
                "quantity": zero - 1,
                "list_amount": amount,
                "discount": zero,
                "paid_amount": amount,
                "unit_cost": zero,
            },
        )
        self._ledger.add(Entry.GROSS, day, amount)
