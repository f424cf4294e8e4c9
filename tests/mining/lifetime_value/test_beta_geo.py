"""BG/NBD against numerical integration over customers who differ."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.special import betaln, expit, gammaln, log_expit

from mining.lifetime_value import BetaGeo
from mining.lifetime_value.purchase_model import distinct
from mining.purchases import repeats_of
from tests.mining.lifetime_value.populations import BG_NBD, live

ModelOf = Callable[[dict[str, float]], Any]
Vector = NDArray[np.float64]

ROWS = [(0, 0, 0), (0, 0, 520), (1, 1, 30), (7, 29, 38), (300, 50, 60), (900, 500, 520)]


def histories_of(*rows: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "recency_weeks", "age_weeks"])


def over_leaving(of: Callable[[Vector], Vector], a: float, b: float) -> float:
    """Mean of a function of the probability of leaving, which is Beta(a, b).

    By the trapezoidal rule in its log odds, where everything is smooth; beyond both
    ends the function no longer changes.
    """
    odds = np.arange(-40, 40.005, 0.01)
    density = np.exp(a * log_expit(odds) + b * log_expit(-odds) - betaln(a, b))
    values = of(expit(odds)) * density
    # beyond them, a geometric series
    values[0] /= -np.expm1(-a * 0.01)
    values[-1] /= -np.expm1(-b * 0.01)
    return float(values.sum() * 0.01)


def over_rates(x: int, until: float, r: float, alpha: float) -> float:
    """Mean of rate**x e**(-rate until), where the rate is Gamma(r, alpha)."""
    log_rate = np.arange(-60, 10, 0.01)
    values = np.exp(
        (r + x) * log_rate
        - np.exp(log_rate) * (alpha + until)
        + r * np.log(alpha)
        - gammaln(r)
    )
    values[0] /= -np.expm1(-(r + x) * 0.01)
    return float(values.sum() * 0.01)


def likelihood(params: dict[str, float], x: int, t_x: float, age: float) -> float:
    r, alpha, a, b = params.values()
    stayed = over_leaving(lambda p: (1 - p) ** x, a, b)
    alive = stayed * over_rates(x, age, r, alpha)
    if x == 0:
        return alive
    left = over_leaving(lambda p: p * (1 - p) ** (x - 1), a, b)
    return alive + left * over_rates(x, t_x, r, alpha)


def test_the_log_likelihood_is_that_of_customers_who_differ() -> None:
    histories = live(BG_NBD, 300, seed=3).histories
    model = BetaGeo().fit(histories)
    rows = zip(*repeats_of(histories), strict=True)

    expected = sum(np.log(likelihood(model.params_, *row)) for row in rows)

    assert model.log_likelihood_ == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(
    "params",
    [
        (0.25, 4.4, 0.8, 2.4),
        (0.01, 0.1, 0.001, 0.01),
        (30.0, 50.0, 0.01, 100.0),
        (2.0, 300.0, 40.0, 3.0),
    ],
)
def test_the_gradient_is_that_of_the_likelihood(params: tuple[float, ...]) -> None:
    rows = histories_of((0, 0, 50), (0, 0, 3), (1, 2, 90), (5, 60, 60), (300, 99, 520))
    objective = BetaGeo()._objective(*distinct(repeats_of(rows)))
    at = np.log(params)

    differences = [
        (objective(at + step)[0] - objective(at - step)[0]) / 2e-5
        for step in 1e-5 * np.eye(4)
    ]

    assert objective(at)[1] == pytest.approx(differences, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("r", [0.02, 0.25, 40.0])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(0.8, 2.4, id="CDNOW"),
        pytest.param(0.01, 3.0, id="hardly anybody leaves"),
        pytest.param(1.0, 2.0, id="a pole"),
        pytest.param(1 + 1e-9, 2.0, id="next to a pole"),
        pytest.param(0.5, 0.5, id="the other pole"),
        pytest.param(0.2, 0.8 + 1e-9, id="next to the other pole"),
        pytest.param(0.3, 0.2, id="beyond the other pole"),
        pytest.param(5.0, 0.3, id="nearly everybody leaves"),
        pytest.param(60.0, 800.0, id="all alike"),
        pytest.param(900.0, 0.1, id="everybody leaves"),
    ],
)
def test_expected_purchases_are_the_integral_over_rates_and_leaving(
    model_of: ModelOf, r: float, a: float, b: float
) -> None:
    model = model_of({"r": r, "alpha": 4.4, "a": a, "b": b})
    for horizon_weeks, (x, t_x, age) in product((1.0, 39.0, 520.0), ROWS):
        share = horizon_weeks / (4.4 + age)

        def bought(p: Vector, x: int = x, share: float = share) -> Vector:
            # at rate l it ends with probability p each time: (1 - e^-lpt) / p,
            # averaged over rates that are Gamma(r + x, alpha + T)
            purchases: Vector = -np.expm1(-(r + x) * np.log1p(p * share)) / p
            return purchases

        history = histories_of((x, t_x, age))
        predicted = model.predict(history, horizon_weeks)

        if_alive = over_leaving(bought, a, b + x)
        assert predicted == pytest.approx(
            model.probability_alive(history) * if_alive, rel=1e-7
        )


def test_who_bought_once_is_alive_for_certain(model_of: ModelOf) -> None:
    rows = histories_of((0, 0, 0), (0, 0, 52), (0, 0, 5200))

    assert model_of(BG_NBD).probability_alive(rows).tolist() == [1, 1, 1]


def test_the_probability_to_be_alive_is_the_part_of_the_likelihood(
    model_of: ModelOf,
) -> None:
    rows = [(1, 1.7, 38.9), (2, 30.4, 38.9), (7, 29.4, 38.9), (3, 38.9, 38.9)]

    alive = model_of(BG_NBD).probability_alive(histories_of(*rows))

    a, b = BG_NBD["a"], BG_NBD["b"]
    for probability, (x, t_x, age) in zip(alive, rows, strict=True):
        # who bought on the last day may only have left by that very purchase
        left = a / (a + b + x - 1)
        unseen = ((BG_NBD["alpha"] + age) / (BG_NBD["alpha"] + t_x)) ** (
            BG_NBD["r"] + x
        )
        assert probability == pytest.approx((1 - left) / (1 - left + left * unseen))


def test_who_stayed_away_long_by_own_measure_is_gone_for_certain(
    model_of: ModelOf,
) -> None:
    rows = histories_of((900, 130, 5000), (900, 4999, 5000))

    assert model_of(BG_NBD).probability_alive(rows) == pytest.approx([0, 1], abs=0.01)
