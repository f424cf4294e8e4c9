"""Shops whose rules are known: baskets of very different size, some pairs tied."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.special import expit

Frame = pd.DataFrame


@dataclass(frozen=True)
class Shop:
    """Baskets, whose they are, and the pairs that were tied."""

    baskets: Frame
    customers: pd.Series
    tied: frozenset[tuple[str, str]]


@pytest.fixture(scope="session")
def shop_of() -> Callable[..., Shop]:
    """Draw a shop: items by the two-margin model, pairs tied by an odds ratio."""
    return _shop_of


def _shop_of(
    seed: int,
    n_baskets: int,
    n_items: int,
    odds_ratios: tuple[float, ...] = (),
    baskets_each: int = 5,
    taste: float = 0.0,
) -> Shop:
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed])))
    popularity = np.linspace(-3.2, -1.4, n_items)
    rng.shuffle(popularity)
    customer = np.arange(n_baskets) // baskets_each
    logit = rng.normal(0, 1.2, n_baskets)[:, None] + popularity
    logit += taste * rng.normal(size=(customer.max() + 1, n_items))[customer]
    chance = expit(logit)
    held = rng.random(chance.shape) < chance
    for pair, odds_ratio in enumerate(odds_ratios):
        first, second = 2 * pair, 2 * pair + 1
        both = _joint(chance[:, first], chance[:, second], odds_ratio)
        given = both / chance[:, first]
        otherwise = (chance[:, second] - both) / (1 - chance[:, first])
        chance_of_second = np.where(held[:, first], given, otherwise)
        held[:, second] = rng.random(n_baskets) < chance_of_second
    basket, item = np.nonzero(held)
    names = np.array([f"item {each:03d}" for each in range(n_items)])
    return Shop(
        pd.DataFrame({"basket": basket, "item": names[item]}),
        pd.Series(customer, index=np.arange(n_baskets)),
        frozenset(
            (str(names[2 * pair]), str(names[2 * pair + 1]))
            for pair in range(len(odds_ratios))
        ),
    )


def _joint(
    first: NDArray[np.float64], second: NDArray[np.float64], odds_ratio: float
) -> NDArray[np.float64]:
    """Plackett's chance of both, by the chances of each and their odds ratio."""
    if odds_ratio == 1:
        return first * second
    excess = odds_ratio - 1
    total = 1 + (first + second) * excess
    root = np.sqrt(total**2 - 4 * odds_ratio * excess * first * second)
    return np.asarray((total - root) / (2 * excess))
