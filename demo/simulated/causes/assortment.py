"""What is sold, since when, for how much, and what goes together."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from demo.simulated.causes.days import Days, day_number
from demo.simulated.moments import NONE, Bools, Floats, Ints, chance
from demo.simulated.plan import (
    CHANNEL_DISCOUNTS,
    GROUP_DISCOUNTS,
    HORIZON_DAYS,
    PRICE_RISE_PERCENT,
    PRICE_RISES_A_YEAR,
    PROMOTION_DISCOUNT,
    Plan,
)

SLOTS = (
    12  # products of a category; the first are the steps of its ladder, if it has one
)
STEPS = 3
STEP_PRICES = (0.7, 1.0, 1.6)
LADDER_WEIGHT = 2.0  # against a product's of about 1
DECLINE_DAYS = 1_200.0
LATE_SHARE, ENDED_SHARE = 0.3, 0.15  # launched, and ended, within the history


@dataclass(frozen=True, slots=True)
class PriceRise:
    """A category's prices go up on a day."""

    day: int
    category: int
    percent: int


@dataclass(frozen=True)
class Assortment:
    """Categories and their products; product = category * `SLOTS` + slot.

    Attributes
    ----------
    categories, departments, nouns : tuple of str
        Code, department and Korean name of each category; those outside pairs first.
    shares : ndarray of shape (free categories,)
        Popularity of the categories outside pairs; sums to 1.
    more : ndarray of shape (categories,)
        Mean of what is bought of a product beyond one piece.
    ladders : ndarray of shape (ladders,)
        Categories with a ladder.
    pairs : ndarray of shape (pairs, 2)
        Categories of each pair.
    odds_ratios : ndarray of shape (pairs,)
    pair_shares : ndarray of shape (pairs, 2)
        Share of baskets with each of them, before taste and size.
    launched, ended : ndarray of shape (products,)
        First day of sale, and the day after the last or `NONE`.
    rises : tuple of PriceRise
        In the order of their days.
    list_price, unit_cost : ndarray of shape (days, products)
        Whole won.
    weight : ndarray of shape (days, categories, SLOTS)
        Chance of a slot among those of its category; a ladder is drawn as slot 0.
    """

    categories: tuple[str, ...]
    departments: tuple[str, ...]
    nouns: tuple[str, ...]
    shares: Floats
    more: Floats
    ladders: Ints
    pairs: Ints
    odds_ratios: Floats
    pair_shares: Floats
    launched: Ints
    ended: Ints
    rises: tuple[PriceRise, ...]
    list_price: Ints
    unit_cost: Ints
    weight: Floats

    @classmethod
    def of(cls, plan: Plan, days: Days) -> "Assortment":
        """The assortment of a plan."""
        told = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))
        free = {
            code: each | {"department": department}
            for department, categories in told["departments"].items()
            for code, each in categories.items()
        }
        each_category: dict[str, dict[str, Any]] = free | told["paired"]
        codes = tuple(each_category)
        rows = list(each_category.values())
        pairs = np.array(
            [[codes.index(e["first"]), codes.index(e["second"])] for e in told["pairs"]]
        )
        shares = np.array([each["share"] for each in rows], dtype=np.float64)
        ladders = np.flatnonzero([each.get("ladder", False) for each in rows])
        rng = chance(plan.seed, "assortment")
        launched, ended = _life(rng, len(codes), days, ladders)
        rises = _price_rises(rng, len(free), days)
        price, cost = _prices(rng, rows, ladders, rises, days.total)
        return cls(
            categories=codes,
            departments=tuple(each["department"] for each in rows),
            nouns=tuple(each["name"] for each in rows),
            shares=shares[: len(free)] / shares[: len(free)].sum(),
            more=np.array([each["more"] for each in rows]),
            ladders=ladders,
            pairs=pairs,
            odds_ratios=np.array([float(e["odds_ratio"]) for e in told["pairs"]]),
            pair_shares=shares[pairs],
            launched=launched,
            ended=ended,
            rises=rises,
            list_price=price,
            unit_cost=cost,
            weight=_weights(rng, launched, ended, ladders, days.total),
        )

    @property
    def products(self) -> int:
        """Number of products."""
        return len(self.launched)

    @cached_property
    def ladder_of(self) -> Ints:
        """Number of each category's ladder, -1 where it has none."""
        out = np.full(len(self.categories), -1)
        out[self.ladders] = np.arange(len(self.ladders))
        return out

    @cached_property
    def cumulative_weight(self) -> Floats:
        """`weight`, summed up over the slots."""
        return np.cumsum(self.weight, axis=2)

    def on_sale(self, day: Ints, product: Ints) -> Bools:
        """Whether each product is sold on each day."""
        ended = self.ended[product]
        is_ended = (ended != NONE) & (ended <= day)
        sold: Bools = (self.launched[product] <= day) & ~is_ended
        return sold


def percent_off(price_group: Ints, channel: Ints, is_promotion: Bools) -> Ints:
    """What a customer is given off the list price, in percent."""
    percent: Ints = (
        np.array(GROUP_DISCOUNTS)[price_group] + np.array(CHANNEL_DISCOUNTS)[channel]
    )
    return percent + PROMOTION_DISCOUNT * is_promotion


def unit_price(list_price: Ints, percent: Ints) -> Ints:
    """Price of one unit, rounded down to 10 won."""
    return list_price * (100 - percent) // 1_000 * 10


def _life(
    rng: np.random.Generator, categories: int, days: Days, ladders: Ints
) -> tuple[Ints, Ints]:
    shape = (categories, SLOTS)
    before = rng.integers(-900, 0, shape)
    launched = np.where(
        rng.random(shape) < LATE_SHARE, rng.integers(30, days.count, shape), before
    )
    launched[:, :STEPS] = before[:, :STEPS]  # so that there is always something
    ended = np.where(
        rng.random(shape) < ENDED_SHARE,
        np.maximum(launched, 0) + rng.integers(200, 700, shape),
        NONE,
    )
    ended[:, :STEPS] = NONE
    launched[ladders, :STEPS] = launched[ladders, :1]
    return launched.ravel(), ended.ravel()


def _price_rises(
    rng: np.random.Generator, free: int, days: Days
) -> tuple[PriceRise, ...]:
    """Rises of categories outside pairs, at the beginning of months, to the horizon."""
    years = range(2023, 2023 + (days.total + HORIZON_DAYS) // 365)
    out = []
    for year in years:
        for category in rng.choice(free, PRICE_RISES_A_YEAR, replace=False):
            day = day_number(date(year, int(rng.integers(1, 13)), 1))
            low, high = PRICE_RISE_PERCENT
            percent = int(rng.integers(low, high + 1))
            if 0 < day < days.total:
                out.append(PriceRise(day, int(category), percent))
    return tuple(sorted(out, key=lambda each: (each.day, each.category)))


def _prices(
    rng: np.random.Generator,
    rows: list[dict[str, Any]],
    ladders: Ints,
    rises: tuple[PriceRise, ...],
    total: int,
) -> tuple[Ints, Ints]:
    middle = np.array([each["price"] for each in rows], dtype=np.float64)[:, None]
    spread = np.exp(rng.normal(0, 0.35, (len(rows), SLOTS)))
    spread[ladders, :STEPS] = STEP_PRICES
    first_price = np.round(middle * spread / 100).ravel() * 100
    first_cost = np.round(first_price * rng.uniform(0.5, 0.72, first_price.shape) / 10)
    price = np.tile(first_price, (total, 1))
    cost = np.tile(first_cost * 10, (total, 1))
    for rise in rises:
        own = slice(rise.category * SLOTS, (rise.category + 1) * SLOTS)
        price[rise.day :, own] *= 1 + rise.percent / 100
        cost[rise.day :, own] *= 1 + rise.percent / 200
    return _whole(price, 100), _whole(cost, 10)


def _whole(amount: Floats, unit: int) -> Ints:
    return np.round(amount / unit).astype(np.int64) * unit


def _weights(
    rng: np.random.Generator, launched: Ints, ended: Ints, ladders: Ints, total: int
) -> Floats:
    day = np.arange(total)[:, None]
    attraction = rng.gamma(2.0, 0.5, len(launched))
    age = np.maximum(day - launched, 0)
    weight = attraction * np.exp(-age / DECLINE_DAYS)
    weight *= (day >= launched) & ((ended == NONE) | (day < ended))
    weight = weight.reshape(total, -1, SLOTS)
    weight[:, ladders, 0] = LADDER_WEIGHT
    weight[:, ladders, 1:STEPS] = 0
    out: Floats = weight / weight.sum(axis=2, keepdims=True)
    return out
