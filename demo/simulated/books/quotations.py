"""Quotes of representatives to business customers, won, lost and forgotten.

Some contradict another one: same customer and product within 30 days, another
representative, another price. Others only look so.
"""

from dataclasses import dataclass, fields

import numpy as np

from demo.simulated.books.journals import Journals, always, words
from demo.simulated.books.orders import Quoted, Sold, goods_no, member_no
from demo.simulated.books.planted import Planted, note
from demo.simulated.books.staff import Staff
from demo.simulated.causes.assortment import unit_price
from demo.simulated.causes.happenings import FROM_QUOTE, Happened
from demo.simulated.causes.matters import Matter, Matters
from demo.simulated.causes.world import World
from demo.simulated.moments import (
    DAY,
    HOUR,
    NONE,
    Bools,
    Ints,
    place_among,
    within_hours,
)
from demo.simulated.plan import (
    GROUP_DISCOUNTS,
    QUOTE_DISCOUNT,
    QUOTE_MORE,
    WON_BELOW_PERCENT,
    WON_BELOW_SHARE,
)

STATES = ("open", "won", "lost", "expired")
REASONS = ("too_expensive", "competitor", "no_budget", "too_late")
VALID_DAYS = 30
SECOND_SHARE = 0.10  # of quotes that are followed by another for the same
CONFLICT_DAYS = 30  # within which two quotes contradict each other
APART_DAYS = 100  # before a customer is quoted the same by chance


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes: arrays of equal length; `ends` is hidden until then."""

    number: Ints
    customer: Ints
    rep: Ints
    product: Ints
    quantity: Ints
    price: Ints
    unit_cost: Ints
    opened: Ints
    ends: Ints

    def taken(self, which: Bools | Ints) -> "Quotes":
        """Those where `which` is true, or those numbers."""
        return Quotes(*(getattr(self, each.name)[which] for each in fields(self)))


class Quotations:
    """Draws what quotes are about, and writes them."""

    def __init__(self, world: World, journals: Journals, staff: Staff) -> None:
        self._world = world
        self._journals = journals
        self._staff = staff
        empty = np.zeros(0, dtype=np.int64)
        self._open = Quotes(*([empty] * 9))
        self._recent = empty, empty  # customer and product in one, and day

    def open(self, rng: np.random.Generator, happened: Happened) -> Quoted:
        """Write the quotes of a month, and tell what those that are won are for."""
        opened = self._drawn(rng, happened.opened.of(Matter.QUOTE))
        self._add(opened, opened.opened, 0)
        self._expire(opened)
        self._contradict(rng, opened)
        self._open = Quotes(
            *(
                np.concatenate([getattr(self._open, f.name), getattr(opened, f.name)])
                for f in fields(opened)
            )
        )
        bought = happened.purchases
        won = bought.number[bought.source == FROM_QUOTE]
        chosen = self._open.taken(np.isin(self._open.number, won))
        below = unit_price(chosen.price, np.array(WON_BELOW_PERCENT))
        is_below = rng.random(len(chosen.price)) < WON_BELOW_SHARE
        is_below &= below > 0
        moment = chosen.ends[is_below]
        key = quote_no(chosen.number[is_below])
        self._note(moment, key, chosen.customer[is_below], "won_below")
        return Quoted(
            chosen.number,
            chosen.product,
            chosen.quantity,
            np.where(is_below, below, chosen.price),
            chosen.unit_cost,
        )

    def decide(self, rng: np.random.Generator, sold: Sold, last: int) -> None:
        """Write which quotes were won by the orders of a month, and which were lost."""
        decided = (self._open.ends != NONE) & (self._open.ends < last * DAY)
        quotes = self._open.taken(decided)
        is_order = sold.orders.source == FROM_QUOTE
        orders = sold.orders.taken(is_order)
        place = place_among(orders.number, quotes.number)
        is_won = place >= 0
        won = place[is_won]
        self._add(
            quotes.taken(is_won), orders.moment[won], 1, order=orders.order_no[won]
        )
        lost = quotes.taken(~is_won)
        reason = rng.integers(len(REASONS), size=len(lost.number))
        self._add(lost, lost.ends, 2, reason=reason)
        self._open = self._open.taken(~decided & (self._open.ends != NONE))

    def _drawn(self, rng: np.random.Generator, opened: Matters) -> Quotes:
        day = opened.opened // DAY
        product = self._products(rng, opened.customer, day)
        people, assortment = self._world.population, self._world.assortment
        group = people.price_group[opened.customer]
        percent = np.array(GROUP_DISCOUNTS)[group] + QUOTE_DISCOUNT
        return Quotes(
            opened.number,
            opened.customer,
            self._staff.rep(people.rep[opened.customer], day),
            product,
            1 + rng.poisson(QUOTE_MORE, len(day)),
            unit_price(assortment.list_price[day, product], percent),
            assortment.unit_cost[day, product],
            opened.opened,
            opened.ends,
        )

    def _products(self, rng: np.random.Generator, customer: Ints, day: Ints) -> Ints:
        """A product on sale for each, none that the customer was quoted lately."""
        assortment = self._world.assortment
        key, since = self._recent
        recent = since > day.min(initial=0) - APART_DAYS
        key, since = key[recent], since[recent]
        product = np.zeros_like(customer)
        left = np.arange(len(customer))
        while left.size:
            product[left] = rng.integers(assortment.products, size=len(left))
            own = customer * assortment.products + product
            _, first = np.unique(own, return_index=True)
            is_first = np.zeros(len(own), dtype=np.bool_)
            is_first[first] = True
            fits = is_first & assortment.on_sale(day, product) & ~np.isin(own, key)
            left = left[~fits[left]]
        own = customer * assortment.products + product
        self._recent = np.concatenate([key, own]), np.concatenate([since, day])
        return product

    def _expire(self, quotes: Quotes) -> None:
        forgotten = quotes.taken(quotes.ends == NONE)
        over = (forgotten.opened // DAY + VALID_DAYS + 1) * DAY
        self._add(forgotten, over + 3 * HOUR, 3)

    def _contradict(self, rng: np.random.Generator, quotes: Quotes) -> None:
        """Let some be followed by another quote that contradicts it, or nearly."""
        lot = rng.random(len(quotes.number)) / SECOND_SHARE
        for low, high, detail in (
            (0.0, 0.5, None),
            (0.5, 0.7, "31_days_apart"),
            (0.7, 0.85, "same_price"),
            (0.85, 1.0, "same_representative"),
        ):
            if detail is None and self._world.plan.is_clean:
                continue
            first = quotes.taken((lot >= low) & (lot < high))
            count = len(first.number)
            day = first.opened // DAY + rng.integers(1, CONFLICT_DAYS - 1, count)
            opened = within_hours(rng, day, 9, 18)
            if detail == "31_days_apart":
                opened = first.opened + (CONFLICT_DAYS + 1) * DAY
            desk = self._world.population.rep[first.customer]
            other = (desk + 1) % self._world.plan.reps
            rep = self._staff.rep(other, first.opened // DAY)
            price = unit_price(first.price, np.array(8)) + 10
            second = Quotes(
                first.number,
                first.customer,
                first.rep if detail == "same_representative" else rep,
                first.product,
                first.quantity,
                first.price if detail == "same_price" else price,
                first.unit_cost,
                opened,
                opened + 5 * DAY,
            )
            self._add(second, second.opened, 0, is_second=True)
            reason = rng.integers(len(REASONS), size=count)
            self._add(second, second.ends, 2, is_second=True, reason=reason)
            key = quote_no(second.number, is_second=True)
            self._note(opened, key, second.customer, detail)

    def _note(
        self, moment: Ints, key: Ints, customer: Ints, detail: str | None
    ) -> None:
        note(
            self._journals,
            Planted.CONFLICTING_QUOTES,
            moment,
            key,
            member_no(customer),
            near_miss=detail is not None,
            detail=detail,
        )

    def _add(
        self,
        quotes: Quotes,
        stamp: Ints,
        state: int,
        *,
        is_second: bool = False,
        reason: Ints | None = None,
        order: Ints | None = None,
    ) -> None:
        count = len(stamp)
        is_decided = state in (1, 2)
        self._journals.add(
            "quotations",
            stamp,
            {
                "quote_no": quote_no(quotes.number, is_second=is_second),
                "line_no": np.ones(count, dtype=np.int64),
                "member_no": member_no(quotes.customer),
                "staff_no": quotes.rep,
                "goods_no": goods_no(quotes.product),
                "channel": always("rep", count),
                "state": always(STATES[state], count),
                "reason": words(
                    REASONS, np.full(count, -1) if reason is None else reason
                ),
                "order_no": np.full(count, NONE) if order is None else order,
                "quantity": quotes.quantity,
                "unit_price": quotes.price,
                "valid_until_on": quotes.opened // DAY + VALID_DAYS,
                "quoted_at": quotes.opened,
                "decided_at": stamp if is_decided else np.full(count, NONE),
            },
        )


def quote_no(number: Ints, *, is_second: bool = False) -> Ints:
    """Number of a quote, and of the one that follows it for the same."""
    return 2 * number + is_second
