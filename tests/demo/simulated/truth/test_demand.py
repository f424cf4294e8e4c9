"""Renewal processes against their closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from demo.simulated.causes.days import Days
from demo.simulated.causes.population import Population
from demo.simulated.causes.world import World
from demo.simulated.plan import Plan
from demo.simulated.truth.demand import no_renewal, renewals

AHEAD = 364
CUTOFF = 100


@pytest.fixture(scope="module")
def world() -> World:
    return World.of(Plan(customers=50, months=12))


def people(world: World, shape: float, mean: float) -> Population:
    one = world.population.taken(np.zeros(1, dtype=np.int64))
    return replace(
        one,
        kind=np.zeros(1, dtype=np.int64),
        shape=np.array([shape]),
        mean_gap=np.array([mean]),
    )


def time_ahead(days: Days) -> np.ndarray:
    clock = days.clock[0, CUTOFF + 1 : CUTOFF + 2 + AHEAD]
    return clock[1:] - clock[0]


def just_bought(days: Days) -> np.ndarray:
    return days.clock[0, CUTOFF + 1 : CUTOFF + 2]


@pytest.mark.parametrize("mean", [10.0, 80.0])
def test_exponential_gaps_forget_how_long_ago_it_was(world: World, mean: float) -> None:
    long_ago = just_bought(world.days) - 200
    args = (world.days, people(world, 1.0, mean), long_ago, CUTOFF, AHEAD)
    passed = time_ahead(world.days)

    assert no_renewal(*args)[0] == pytest.approx(np.exp(-passed / mean))
    assert np.cumsum(renewals(*args)[0]) == pytest.approx(passed / mean, rel=2e-3)


@pytest.mark.parametrize("mean", [20.0, 80.0])
def test_gaps_of_shape_two_are_renewed_as_the_closed_form_says(
    world: World, mean: float
) -> None:
    args = (
        world.days,
        people(world, 2.0, mean),
        just_bought(world.days),
        CUTOFF,
        AHEAD,
    )
    scaled = time_ahead(world.days) / mean
    # Cox (1962), section 4.3: of an Erlang process of two stages
    expected = scaled - (1 - np.exp(-4 * scaled)) / 4

    assert no_renewal(*args)[0] == pytest.approx(np.exp(-2 * scaled) * (1 + 2 * scaled))
    assert np.cumsum(renewals(*args)[0]) == pytest.approx(expected, abs=5e-3)


def test_early_on_a_purchase_is_expected_as_often_as_it_is_not_absent(
    world: World,
) -> None:
    args = (world.days, people(world, 3.0, 80.0), just_bought(world.days), CUTOFF, 14)

    # a second one within two weeks has a chance of less than one in a million
    assert np.cumsum(renewals(*args)[0]) == pytest.approx(
        1 - no_renewal(*args)[0], abs=1e-4
    )
