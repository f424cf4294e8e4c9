"""What is in a basket: how many lines, of which categories and products.

A basket has lines outside pairs, one and a negative binomial number more, whose
categories follow the household's taste. Beside them, each pair of categories is drawn
jointly: shares by taste and size class, odds ratio as planted. So the odds ratio of a
pair is exact among baskets of one taste and one size class, and a pair of odds ratio 1
may still look tied over all baskets together.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.stats import nbinom

from demo.simulated.causes.assortment import SLOTS, STEPS, Assortment
from demo.simulated.causes.days import BUSINESS
from demo.simulated.causes.population import Population, Tastes
from demo.simulated.causes.world import World
from demo.simulated.moments import Bools, Floats, Ints
from demo.simulated.plan import (
    LADDER_DOWN,
    LADDER_START,
    LADDER_UP,
    SIZE_CLASSES,
    SIZE_FACTORS,
    Plan,
)

LARGEST_SHARE = 0.5  # of baskets with a category of a pair
GUEST_EXTRA_LINES = 0.5
LONGEST_DAYS = 4_000  # of a ladder's memory


@dataclass(frozen=True, slots=True)
class Lines:
    """Order lines: arrays of equal length, in the order of baskets.

    Attributes
    ----------
    basket : ndarray
        Number of the basket among those that were asked for.
    product, quantity : ndarray
    """

    basket: Ints
    product: Ints
    quantity: Ints


class Ladders:
    """Which step of each ladder a customer buys, as it was when last bought.

    Between purchases the step moves from day to day, up more often than down; where it
    is now is drawn when it is asked for.
    """

    def __init__(self, customers: int, assortment: Assortment) -> None:
        shape = (customers, len(assortment.ladders))
        self.step = np.full(shape, -1, dtype=np.int8)
        self.since = np.zeros(shape, dtype=np.int32)

    def asked(
        self, rng: np.random.Generator, customer: Ints, ladder: Ints, day: Ints
    ) -> Ints:
        """Step that each customer buys on a day; days of a customer must rise.

        Parameters
        ----------
        customer : ndarray
            -1 for somebody unknown, who has no memory.
        """
        out = np.empty(len(customer), dtype=np.int64)
        left = np.arange(len(customer))
        place = (
            np.where(customer >= 0, customer, -1 - left) * self.step.shape[1] + ladder
        )
        while left.size:
            # the first of each customer and ladder that is left
            _, first = np.unique(place[left], return_index=True)
            now = left[first]
            out[now] = self._moved(rng, customer[now], ladder[now], day[now])
            left = np.delete(left, first)
        return out

    def _moved(
        self, rng: np.random.Generator, customer: Ints, ladder: Ints, day: Ints
    ) -> Ints:
        is_known = customer >= 0
        before = np.where(is_known, self.step[customer, ladder], -1)
        elapsed = np.maximum(day - self.since[customer, ladder], 0)
        chances = step_chances(before, np.where(is_known, elapsed, 0))
        lot = rng.random(len(customer))[:, None]
        step: Ints = (lot >= np.cumsum(chances, axis=1)[:, :-1]).sum(axis=1)
        who, which = customer[is_known], ladder[is_known]
        self.step[who, which] = step[is_known]
        self.since[who, which] = day[is_known]
        return step


def step_chances(before: Ints, elapsed: Ints) -> Floats:
    """Chances of each step, some days after a step; -1 for none before day 0.

    Returns
    -------
    ndarray
        Of the shape of both together, and an axis of steps.
    """
    out: Floats = _step_table()[elapsed, before]
    return out


@cache
def _step_table() -> Floats:
    """Chances by days elapsed and by the step before, a row more for the start."""
    up, down = LADDER_UP, LADDER_DOWN
    day = np.array([[1 - up, up, 0], [down, 1 - up - down, up], [0, down, 1 - down]])
    table = np.empty((LONGEST_DAYS, STEPS + 1, STEPS))
    table[0] = np.vstack([np.eye(STEPS), LADDER_START])
    for elapsed in range(1, LONGEST_DAYS):
        table[elapsed] = table[elapsed - 1] @ day
    return table


class Baskets:
    """Draws baskets.

    Parameters
    ----------
    world : World
    """

    def __init__(self, world: World) -> None:
        self._plan = world.plan
        self._assortment = world.assortment
        self._population = world.population
        self._taste_edges = np.cumsum(world.tastes.share, axis=1)
        self._pairs = pair_chances(world.assortment, world.tastes)
        self.ladders = Ladders(len(world.population), world.assortment)

    def draw(self, rng: np.random.Generator, customer: Ints, day: Ints) -> Lines:
        """A basket for each purchase.

        Parameters
        ----------
        customer, day : ndarray
            Customers, -1 for somebody unknown; in the order of days.
        """
        is_known = customer >= 0
        taste = np.where(is_known, self._population.taste[customer], -1)
        mean = np.where(
            is_known, self._population.extra_lines[customer], GUEST_EXTRA_LINES
        )
        size = draw_sizes(rng, self._plan, mean)
        free_basket = np.repeat(np.arange(len(customer)), size)
        lot = rng.random(len(free_basket))[:, None]
        edges = self._taste_edges[taste[free_basket], :-1]
        category = (lot >= edges).sum(axis=1)
        pair_basket, pair_category = self._draw_pairs(rng, taste, size)
        basket = np.concatenate([free_basket, pair_basket])
        category = np.concatenate([category, pair_category])
        order = np.argsort(basket, kind="stable")
        basket, category = basket[order], category[order]
        product = self._draw_products(rng, customer[basket], day[basket], category)
        return Lines(
            basket, product, self._draw_quantities(rng, customer[basket], category)
        )

    def _draw_pairs(
        self, rng: np.random.Generator, taste: Ints, size: Ints
    ) -> tuple[Ints, Ints]:
        size_class = size_class_of(size)
        baskets, categories = [], []
        for pair, members in enumerate(self._assortment.pairs):
            both, first, any_ = self._pairs[size_class, taste, pair].T
            lot = rng.random(len(size))
            has_first = lot < first
            has_second = (lot < both) | (~has_first & (lot < any_))
            for has, category in zip((has_first, has_second), members, strict=True):
                found = np.flatnonzero(has)
                baskets.append(found)
                categories.append(np.full(len(found), category))
        return np.concatenate(baskets), np.concatenate(categories)

    def _draw_products(
        self, rng: np.random.Generator, customer: Ints, day: Ints, category: Ints
    ) -> Ints:
        edges = self._assortment.cumulative_weight[day, category, :-1]
        slot = (rng.random(len(day))[:, None] >= edges).sum(axis=1)
        ladder = self._assortment.ladder_of[category]
        climbs = np.flatnonzero((ladder >= 0) & (slot == 0))
        slot[climbs] = self.ladders.asked(
            rng, customer[climbs], ladder[climbs], day[climbs]
        )
        product: Ints = category * SLOTS + slot
        return product

    def _draw_quantities(
        self, rng: np.random.Generator, customer: Ints, category: Ints
    ) -> Ints:
        is_business = (customer >= 0) & (self._population.kind[customer] == BUSINESS)
        return 1 + rng.poisson(self._more(category, is_business))

    def _more(self, category: Ints, is_business: Bools) -> Floats:
        factor = np.where(is_business, self._plan.business_quantity, 1.0)
        more: Floats = self._assortment.more[category] * factor
        return more


def size_class_of(size: Ints) -> Ints:
    """Class of a basket by its lines outside pairs."""
    return np.searchsorted(SIZE_CLASSES, size, side="right")


def draw_sizes(rng: np.random.Generator, plan: Plan, mean: Floats) -> Ints:
    """Lines outside pairs: one, and a negative binomial number with this mean."""
    dispersion = plan.lines_dispersion
    return 1 + rng.poisson(rng.gamma(dispersion, mean / dispersion))


def size_class_chances(plan: Plan, mean: Floats) -> Floats:
    """Chances of the size classes, an array of shape (n, classes)."""
    dispersion = plan.lines_dispersion
    success = dispersion / (dispersion + mean)
    first_beyond = np.array(SIZE_CLASSES)[None, :] - 2  # one line is always there
    below = nbinom.cdf(first_beyond, dispersion, success[:, None])
    return np.diff(below, axis=1, prepend=0, append=1)


def pair_chances(assortment: Assortment, tastes: Tastes) -> Floats:
    """How likely a basket has both, the first, and any category of each pair.

    Returns
    -------
    ndarray of shape (size classes, tastes + 1, pairs, 3)

    References
    ----------
    Plackett (1965), A Class of Bivariate Distributions, JASA 60, 516-522: the joint
    share of two by their own shares and their odds ratio.
    """
    factor = np.array(SIZE_FACTORS)[:, None, None, None]
    share = assortment.pair_shares * tastes.pair_factor[None]
    share = np.minimum(share * factor, LARGEST_SHARE)
    first, second = share[..., 0], share[..., 1]
    ratio = assortment.odds_ratios
    excess = np.where(ratio == 1, np.nan, ratio - 1)
    total = 1 + (first + second) * excess
    root = np.sqrt(total**2 - 4 * ratio * excess * first * second)
    both = np.where(ratio == 1, first * second, (total - root) / (2 * excess))
    return np.stack([both, first, first + second - both], axis=-1)


def expected_lines(
    plan: Plan, assortment: Assortment, population: Population, tastes: Tastes
) -> Floats:
    """Mean number of units of each category in a customer's basket.

    Returns
    -------
    ndarray of shape (customers, categories)
    """
    free = (1 + population.extra_lines)[:, None] * tastes.share[population.taste]
    classes = size_class_chances(plan, population.extra_lines)
    pairs = pair_chances(assortment, tastes)
    first = pairs[..., 1]
    second = pairs[..., 2] - pairs[..., 1] + pairs[..., 0]
    lines = np.zeros((len(population), len(assortment.categories)))
    lines[:, : free.shape[1]] = free
    for column, share in enumerate((first, second)):
        # a row a customer, a column a size class, for each pair
        own = share[:, population.taste]
        lines[:, assortment.pairs[:, column]] = np.einsum("nc,cnp->np", classes, own)
    is_business = population.kind == BUSINESS
    factor = np.where(is_business, plan.business_quantity, 1.0)
    units: Floats = lines * (1 + assortment.more * factor[:, None])
    return units
