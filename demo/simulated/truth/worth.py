"""What a purchase is worth on average: net amount and margin, by customer and day."""

from functools import cached_property

import numpy as np

from demo.simulated.causes.assortment import (
    SLOTS,
    STEPS,
    Assortment,
    percent_off,
    unit_price,
)
from demo.simulated.causes.baskets import expected_lines, step_chances
from demo.simulated.causes.population import Population
from demo.simulated.causes.world import World
from demo.simulated.moments import Floats, Ints
from demo.simulated.plan import (
    CHANNEL_SHARES,
    GROUP_DISCOUNTS,
    QUOTE_DAYS,
    QUOTE_DISCOUNT,
    QUOTE_MORE,
    WON_BELOW_PERCENT,
    WON_BELOW_SHARE,
)


class Worth:
    """Expected worth of purchases.

    Parameters
    ----------
    world : World
    """

    def __init__(self, world: World) -> None:
        self._plan = world.plan
        self._days = world.days
        self._assortment = world.assortment
        self._tastes = world.tastes

    def of_baskets(
        self, people: Population, ladders: tuple[Ints, Ints], cutoff: int, ahead: int
    ) -> tuple[Floats, Floats]:
        """Net amount and margin of a basket on each day after the cutoff.

        Parameters
        ----------
        people : Population
        ladders : tuple of ndarray
            Of these customers: step of each ladder when last bought, and that day.

        Returns
        -------
        tuple of ndarray, each of shape (n, ahead)
        """
        day = cutoff + np.arange(1, ahead + 1)
        units = expected_lines(self._plan, self._assortment, people, self._tastes)
        step, since = ladders
        steps = step_chances(step, cutoff - since)
        net = np.empty((len(people), ahead))
        cost = self._valued(units, steps, self._cost[day])
        for group, habit in np.unique([people.price_group, people.habit], axis=1).T:
            own = (people.price_group == group) & (people.habit == habit)
            prices = self._price(int(group), int(habit))[day]
            net[own] = self._valued(units[own], steps[own], prices)
        return net, net - cost

    def _valued(self, units: Floats, steps: Floats, amount: Floats) -> Floats:
        """Units times the amounts of days, where steps go on from the cutoff.

        Parameters
        ----------
        units : ndarray of shape (n, categories)
        steps : ndarray of shape (n, ladders, STEPS)
            Chances of each step at the cutoff.
        amount : ndarray of shape (days, categories, STEPS)
        """
        ladders = self._assortment.ladders
        plain = amount[:, :, 0].copy()
        plain[:, ladders] = 0
        later = np.arange(1, len(amount) + 1)[:, None]
        moved = step_chances(np.arange(STEPS)[None, :], later)
        climbed = np.einsum("dbs,dls->dlb", moved, amount[:, ladders])
        weight = (units[:, ladders, None] * steps).reshape(len(units), -1)
        out: Floats = units @ plain.T + weight @ climbed.reshape(len(amount), -1).T
        return out

    def of_quotes(
        self, people: Population, cutoff: int, ahead: int
    ) -> tuple[Floats, Floats]:
        """Net amount and margin of an order out of a quote on each day."""
        net, cost = self._quotes
        window = (
            cutoff + np.arange(1, ahead + 1)[:, None] - np.arange(1, QUOTE_DAYS + 1)
        )
        window = np.clip(window, 0, None)
        value = net[:, window].mean(axis=2)[people.price_group]
        return value, value - cost[window].mean(axis=1)

    @cached_property
    def _cost(self) -> Floats:
        return _over_slots(self._assortment.unit_cost, self._assortment)

    @cached_property
    def _prices(self) -> dict[tuple[int, int], Floats]:
        return {}

    def _price(self, group: int, habit: int) -> Floats:
        """Expected price of a category's unit, shape (days, categories, STEPS)."""
        found = self._prices.get((group, habit))
        if found is None:
            found = np.zeros_like(self._cost)
            listed = self._assortment.list_price
            for channel, share in enumerate(CHANNEL_SHARES[habit]):
                percent = percent_off(
                    np.array(group), np.array(channel), self._days.is_promotion
                )
                paid = unit_price(listed, percent[:, None])
                found += share * _over_slots(paid, self._assortment)
            self._prices[group, habit] = found
        return found

    @cached_property
    def _quotes(self) -> tuple[Floats, Floats]:
        """Mean worth of a quote of each day: net by price group, and cost."""
        day = np.arange(self._days.total)[:, None]
        product = np.arange(self._assortment.products)[None, :]
        is_sold = self._assortment.on_sale(day, product)
        weight = is_sold / is_sold.sum(axis=1, keepdims=True) * (1 + QUOTE_MORE)
        below = 1 - WON_BELOW_SHARE * WON_BELOW_PERCENT / 100
        net = [
            (
                unit_price(
                    self._assortment.list_price, np.array(percent + QUOTE_DISCOUNT)
                )
            )
            for percent in GROUP_DISCOUNTS
        ]
        value = np.stack([(weight * each).sum(axis=1) * below for each in net])
        return value, (weight * self._assortment.unit_cost).sum(axis=1)


def _over_slots(amount: Ints, assortment: Assortment) -> Floats:
    """Mean over a category's products, for each step of its ladder."""
    by_slot = amount.reshape(len(amount), -1, SLOTS)
    mean = (assortment.weight * by_slot).sum(axis=2)
    out = np.repeat(mean[:, :, None], STEPS, axis=2)
    ladders = assortment.ladders
    first = assortment.weight[:, ladders, 0]
    for step in range(STEPS):
        more = by_slot[:, ladders, step] - by_slot[:, ladders, 0]
        out[:, ladders, step] += first * more
    return out
