"""Pareto/NBD against numerical integration and the two-branch closed form."""

from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import hyp2f1

from mining.lifetime_value import ParetoNbd
from mining.lifetime_value.purchase_model import distinct
from mining.purchases import repeats_of
from tests.mining.lifetime_value.populations import PARETO_NBD

ModelOf = Callable[[dict[str, float]], Any]

# alpha below, above and far from beta; few and many who leave
POPULATIONS = [
    (0.553, 10.578, 0.606, 11.669),
    (0.6, 4.0, 0.5, 90.0),
    (0.6, 90.0, 0.5, 4.0),
    (0.02, 0.01, 0.03, 300.0),
    (2.0, 2000.0, 3.0, 0.01),
    (0.5, 5.0, 1.0, 5.0),
    (20.0, 30.0, 1e-3, 50.0),
]
ROWS = [(0, 0, 1), (0, 0, 520), (1, 1, 30), (7, 29, 38), (40, 6, 300), (900, 130, 520)]


def histories_of(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "recency_weeks", "age_weeks"])


def named(params: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(("r", "alpha", "s", "beta"), params, strict=True))


def odds_gone(params: tuple[float, ...], x: int, t_x: float, age: float) -> float:
    """Of having left at some moment from t_x to T, with no purchase since."""
    r, alpha, s, beta = params

    def density(left: float) -> float:
        log_odds = (r + x) * np.log((alpha + age) / (alpha + left))
        log_odds += s * np.log((beta + age) / (beta + left))
        return float(s / (beta + left) * np.exp(min(log_odds, 600)))

    # it may fall by orders of magnitude right after t_x
    ends = t_x + (age - t_x) * np.concatenate([[0], np.geomspace(1e-9, 1, 40)])
    parts = [
        quad(density, low, high, epsabs=0, epsrel=1e-11)[0]
        for low, high in pairwise(ends)
    ]
    return sum(parts)


@pytest.mark.parametrize("params", POPULATIONS)
def test_the_probability_to_be_alive_is_the_integral_over_the_moments_of_leaving(
    model_of: ModelOf, params: tuple[float, ...]
) -> None:
    alive = model_of(named(params)).probability_alive(histories_of(*ROWS))

    expected = [1 / (1 + odds_gone(params, *row)) for row in ROWS]

    assert alive == pytest.approx(expected, rel=1e-9)


def two_branches(params: tuple[float, ...], x: int, t_x: float, age: float) -> float:
    """Odds of having left by equations 18 to 20 of Fader & Hardie (2005)."""
    r, alpha, s, beta = params
    power = r + s + x
    low, high, second = (beta, alpha, s + 1) if alpha >= beta else (alpha, beta, r + x)

    def term(at: float) -> float:
        share = (high - low) / (high + at)
        return float(hyp2f1(power, second, power + 1, share)) / (high + at) ** power

    span = (alpha + age) ** (r + x) * (beta + age) ** s
    return s / power * (term(t_x) - term(age)) * span


@pytest.mark.parametrize("params", POPULATIONS[:3])
@pytest.mark.parametrize("row", [(0, 0, 30), (1, 10, 30), (4, 20, 60), (9, 29, 38)])
def test_the_probability_to_be_alive_is_the_published_closed_form(
    model_of: ModelOf, params: tuple[float, ...], row: tuple[int, float, float]
) -> None:
    alive = model_of(named(params)).probability_alive(histories_of(row))

    assert alive == pytest.approx([1 / (1 + two_branches(params, *row))], rel=1e-8)


@pytest.mark.parametrize("params", POPULATIONS)
def test_the_gradient_is_that_of_the_likelihood(params: tuple[float, ...]) -> None:
    objective = ParetoNbd()._objective(*distinct(repeats_of(histories_of(*ROWS))))
    at = np.log(params)

    differences = [
        (objective(at + step)[0] - objective(at - step)[0]) / 2e-5
        for step in 1e-5 * np.eye(4)
    ]

    assert objective(at)[1] == pytest.approx(differences, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("params", POPULATIONS)
def test_expected_purchases_are_the_integral_over_the_weeks_to_come(
    model_of: ModelOf, params: tuple[float, ...]
) -> None:
    r, alpha, s, beta = params
    model = model_of(named(params))
    for horizon_weeks, (x, t_x, age) in product((1.0, 39.0, 520.0), ROWS):

        def still_there(week: float, at: float = beta + age) -> float:
            return (at / (at + week)) ** s

        weeks, _ = quad(still_there, 0, horizon_weeks, epsabs=0, limit=200)
        history = histories_of((x, t_x, age))
        predicted = model.predict(history, horizon_weeks)

        if_alive = (r + x) / (alpha + age) * weeks
        assert predicted == pytest.approx(
            model.probability_alive(history) * if_alive, rel=1e-7
        )


def test_who_bought_on_the_last_day_is_alive_for_certain(model_of: ModelOf) -> None:
    rows = histories_of((0, 0, 0), (3, 20, 20))

    assert model_of(PARETO_NBD).probability_alive(rows).tolist() == [1, 1]


def test_who_bought_once_may_be_gone(model_of: ModelOf) -> None:
    alive = model_of(PARETO_NBD).probability_alive(histories_of((0, 0, 39)))

    assert 0.2 < alive[0] < 0.4
