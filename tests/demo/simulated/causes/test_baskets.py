"""Ladders and pairs, against their closed forms."""

import numpy as np
import pytest

from demo.simulated.causes.baskets import Ladders, expected_lines, pair_chances
from demo.simulated.causes.world import World
from demo.simulated.plan import LADDER_START, LADDER_UP, Plan

COUNT = 20_000


@pytest.fixture(scope="module")
def world() -> World:
    return World.of(Plan(customers=COUNT, months=2))


def test_who_buys_a_year_later_has_climbed_as_often_as_planted(
    world: World, rng: np.random.Generator
) -> None:
    ladders = Ladders(COUNT, world.assortment)
    everybody, first = np.arange(COUNT), np.zeros(COUNT, dtype=np.int64)
    before = ladders.asked(rng, everybody, first, first)
    after = ladders.asked(rng, everybody, first, first + 365)
    low = before == 0
    stayed = (after[low] == 0).mean()

    assert np.bincount(before) / COUNT == pytest.approx(LADDER_START, abs=0.015)
    # whoever has climbed seldom comes back
    assert pytest.approx(stayed, abs=0.03) == (1 - LADDER_UP) ** 365
    up, down = (after > before).sum(), (after < before).sum()
    assert up > 10 * down


def test_two_purchases_of_one_day_are_on_the_same_step(
    world: World, rng: np.random.Generator
) -> None:
    ladders = Ladders(COUNT, world.assortment)
    twice = np.repeat(np.arange(COUNT), 2)
    same = np.full(len(twice), 7)
    steps = ladders.asked(rng, twice, np.zeros_like(twice), same).reshape(-1, 2)

    assert np.array_equal(steps[:, 0], steps[:, 1])


def test_the_joint_share_of_a_pair_has_the_planted_odds_ratio(world: World) -> None:
    both, first, any_ = np.moveaxis(pair_chances(world.assortment, world.tastes), -1, 0)
    one, other, none = first - both, any_ - first, 1 - any_

    assert np.all(both > 0)
    assert both * none / (one * other) == pytest.approx(
        np.broadcast_to(world.assortment.odds_ratios, both.shape)
    )


def test_expected_units_are_all_there(world: World) -> None:
    units = expected_lines(world.plan, world.assortment, world.population, world.tastes)
    free = len(world.assortment.shares)
    more = 1 + world.assortment.more
    private = world.population.kind == 0
    lines = (units[private, :free] / more[:free]).sum(axis=1)

    assert lines == pytest.approx(1 + world.population.extra_lines[private])
