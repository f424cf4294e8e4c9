"""Intervals by hand, and draws against what is expected and what then happens."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mining.lifetime_value.present_value import Terms, present_values
from mining.lifetime_value.streams import customer_keys, draw_keys
from mining.lifetime_value.uncertainty import realised_values, shortest_interval
from mining.purchases import amounts_of, repeats_of
from tests.mining.lifetime_value.populations import (
    BG_NBD,
    PARETO_NBD,
    SPENDING,
    live,
)

ModelOf = Callable[[dict[str, float]], Any]


@pytest.mark.parametrize(
    ("draws", "share", "expected"),
    [
        pytest.param([0, 0, 0, 0, 9, 1, 0, 0, 0, 30], 0.9, (0, 9), id="mass at 0"),
        pytest.param([0] * 9 + [30], 0.9, (0, 0), id="hardly ever anything"),
        pytest.param(
            [0, 50, 51, 52, 53, 54, 55, 56, 57, 58], 0.9, (50, 58), id="not 0"
        ),
        pytest.param([1, 2, 3, 4, 5], 0.6, (1, 3), id="the lowest of equals"),
        pytest.param([7, 1], 0.5, (1, 1), id="one draw is enough"),
        pytest.param([7, 1], 0.51, (1, 7), id="both are needed"),
        pytest.param([3.0] * 4, 0.9, (3, 3), id="certain"),
    ],
)
def test_the_interval_is_the_shortest_that_holds_the_share(
    draws: list[float], share: float, expected: tuple[float, float]
) -> None:
    low, high = shortest_interval(np.array([draws, draws], dtype=float), share)

    assert (low.tolist(), high.tolist()) == ([expected[0]] * 2, [expected[1]] * 2)


@pytest.mark.parametrize("population", [BG_NBD, PARETO_NBD], ids=["BG", "Pareto"])
@pytest.mark.parametrize("horizon_weeks", [0.5, 26.5])
def test_draws_have_the_mean_that_is_expected(
    model_of: ModelOf, population: dict[str, float], horizon_weeks: float
) -> None:
    histories = live(population, 400, seed=21).histories
    repeats, (_, amount) = repeats_of(histories), amounts_of(histories)
    # so much that a purchase put into the wrong week would be seen
    terms = Terms(horizon_weeks, yearly_rate=1000.0, margin_rate=0.3)
    given = (repeats, amount, model_of(population), model_of(SPENDING), terms)
    keys = draw_keys(customer_keys(histories["customer_id"], 4), 1000)

    brought = realised_values(*given, keys=keys)

    totals = brought.sum(axis=0)
    error = totals.std() / np.sqrt(len(totals))
    assert abs(totals.mean() - present_values(*given).sum()) < 4 * error


@pytest.mark.parametrize("population", [BG_NBD, PARETO_NBD], ids=["BG", "Pareto"])
def test_draws_are_spread_as_what_is_then_brought(
    model_of: ModelOf, population: dict[str, float]
) -> None:
    lives = live(population, 20_000, seed=22, yearly_rate=0.5)
    repeats, (_, amount) = repeats_of(lives.histories), amounts_of(lives.histories)
    keys = draw_keys(customer_keys(lives.histories["customer_id"], 4), 1)

    brought = realised_values(
        repeats,
        amount,
        model_of(population),
        model_of(SPENDING),
        Terms(52, yearly_rate=0.5, margin_rate=None),
        keys=keys,
    )[:, 0]

    for least in (1e-9, 10, 50, 200):
        shares = np.array([(lives.amount >= least).mean(), (brought >= least).mean()])
        error = np.sqrt(shares.mean() * (1 - shares.mean()) * 2 / len(brought))
        assert abs(shares[0] - shares[1]) < 4 * error
