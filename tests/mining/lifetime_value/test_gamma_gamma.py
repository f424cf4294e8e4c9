"""Gamma-Gamma against its definition, by integration and by planted parameters."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mining.lifetime_value import GammaGamma
from tests.mining.lifetime_value.populations import BG_NBD, SPENDING, live

ModelOf = Callable[[dict[str, float]], Any]


def histories_of(*rows: tuple[float, float]) -> pd.DataFrame:
    histories = pd.DataFrame(rows, columns=["frequency", "average_amount"])
    return histories.assign(customer_id=[f"c{i}" for i in range(len(rows))])


def likelihood(params: dict[str, float], x: float, amount: float) -> float:
    """Density of the mean of x Gamma(p, v) amounts, over v that is Gamma(q, gamma)."""
    p, q, gamma = params.values()
    log_v = np.arange(-30, 15, 0.001)
    v = np.exp(log_v)
    density = stats.gamma.pdf(amount, p * x, scale=1 / (v * x))
    return float((density * stats.gamma.pdf(v, q, scale=1 / gamma) * v).sum() * 0.001)


def test_the_log_likelihood_is_that_of_customers_who_differ() -> None:
    histories = live(BG_NBD, 300, seed=1).histories
    model = GammaGamma().fit(histories)
    known = histories[histories["frequency"] > 0]

    expected = sum(
        np.log(likelihood(model.params_, x, amount))
        for x, amount in zip(known["frequency"], known["average_amount"], strict=True)
    )

    assert model.log_likelihood_ == pytest.approx(expected, rel=1e-6)


def test_planted_parameters_come_back_within_their_errors() -> None:
    model = GammaGamma().fit(live(BG_NBD, 20_000, seed=2).histories)

    off = model.log_params - np.log(list(SPENDING.values()))

    assert model.status_ == "estimated"
    assert off @ np.linalg.inv(model.covariance_) @ off < stats.chi2(3).ppf(0.999)
    assert abs(off).max() < 0.2


def test_the_mean_expected_lies_between_ones_own_and_that_of_all(
    model_of: ModelOf,
) -> None:
    p, q, gamma = SPENDING.values()
    of_all = p * gamma / (q - 1)

    once, seldom, often = model_of(SPENDING).predict(
        histories_of((0, np.nan), (1, 100.0), (1000, 100.0))
    )

    assert once == pytest.approx(of_all)
    assert of_all < seldom < often < 100
    assert often == pytest.approx(100, rel=0.001)


def test_who_gave_back_more_than_was_bought_is_expected_to_spend_as_all(
    model_of: ModelOf,
) -> None:
    rows = histories_of((3, -5.0), (3, 0.0), (3, np.nan), (0, 70.0), (0, np.nan))

    expected = model_of(SPENDING).predict(rows)

    assert len(set(expected.tolist())) == 1


def test_who_gave_back_more_than_was_bought_is_not_fitted() -> None:
    histories = live(BG_NBD, 400, seed=4).histories
    others = histories_of((3, -5.0), (3, 0.0), (3, np.nan), (0, np.nan))

    with_others = GammaGamma().fit(pd.concat([others, histories]))

    assert with_others.params_ == GammaGamma().fit(histories).params_


def test_a_population_without_a_mean_is_expected_to_spend_without_end(
    model_of: ModelOf,
) -> None:
    model = model_of({"p": 6.0, "q": 0.9, "gamma": 15.0})

    once, again = model.predict(histories_of((0, np.nan), (1, 20.0)))

    assert once == np.inf
    assert again < 100


def test_draws_have_the_mean_that_is_expected(model_of: ModelOf) -> None:
    rows = histories_of((0, np.nan), (1, 100.0), (40, 12.0))
    model = model_of({"p": 0.6, "q": 4.5, "gamma": 60.0})

    draws = model.sample(rows, n_draws=40_000, random_state=1)

    error = draws.std(axis=1) / np.sqrt(draws.shape[1])
    assert draws.shape == (3, 40_000)
    assert (abs(draws.mean(axis=1) - model.predict(rows)) < 4 * error).all()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((-1, 5.0), "1 rows whose frequency is not a count"),
        ((1, np.inf), "1 rows whose average_amount is infinite"),
    ],
)
def test_amounts_that_cannot_be_are_refused(
    row: tuple[float, float], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        GammaGamma().fit(histories_of(row, (1, 5.0)))


def test_nobody_to_fit_is_told_and_not_hidden() -> None:
    with pytest.warns(match="too_few_repeat_customers, 0 repeat customers of 0"):
        model = GammaGamma().fit(histories_of((0, np.nan), (2, -1.0)))

    assert model.status_ == "too_few_repeat_customers"
    assert np.isnan(list(model.params_.values())).all()
    assert np.isnan(model.predict(histories_of((0, np.nan)))).all()


def test_no_customer_at_all_tells_nothing() -> None:
    with pytest.warns(match="too_few_repeat_customers, 0 repeat customers of 0"):
        model = GammaGamma().fit(histories_of((1, 5.0)).iloc[:0])

    assert np.isnan(list(model.params_.values())).all()
