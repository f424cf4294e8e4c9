"""What holds of both models of purchases: fits, forecasts and draws."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from mining.lifetime_value import BetaGeo, GammaGamma, ParetoNbd, purchase_model
from mining.lifetime_value.purchase_model import PurchaseModel
from tests.mining.lifetime_value.populations import BG_NBD, PARETO_NBD, live

ModelOf = Callable[[dict[str, float]], Any]

both = pytest.mark.parametrize("population", [BG_NBD, PARETO_NBD], ids=["BG", "Pareto"])
each_kind = pytest.mark.parametrize("kind", [BetaGeo, ParetoNbd])

# who buys never, once, often; who stayed away for long
ROWS = [(0, 0, 0), (0, 0, 90), (1, 2, 40), (5, 30, 39), (60, 50, 52), (9, 20, 80)]


def histories_of(*rows: tuple[float, float, float]) -> pd.DataFrame:
    histories = pd.DataFrame(rows, columns=["frequency", "recency_weeks", "age_weeks"])
    return histories.assign(customer_id=[f"c{i}" for i in range(len(rows))])


@both
def test_planted_parameters_come_back_within_their_errors(
    model_of: ModelOf, population: dict[str, float]
) -> None:
    histories = live(population, 10_000, seed=11).histories
    model = clone(model_of(population)).fit(histories)

    off = model.log_params - np.log(list(population.values()))

    assert model.status_ == "estimated"
    assert off @ np.linalg.inv(model.covariance_) @ off < stats.chi2(4).ppf(0.999)
    assert abs(off).max() < 0.5


@both
def test_what_then_is_bought_is_what_was_expected(
    model_of: ModelOf, population: dict[str, float]
) -> None:
    lives = live(population, 20_000, seed=12, horizon_weeks=26)
    expected = model_of(population).predict(lives.histories, 26)

    for share in np.array_split(np.argsort(expected), 5):
        missed = lives.count[share].mean() - expected[share].mean()
        assert abs(missed) < 4 * lives.count[share].std() / np.sqrt(len(share))


@both
@pytest.mark.parametrize("horizon_weeks", [0.5, 39.0, 300.0])
def test_draws_have_the_mean_that_is_expected(
    model_of: ModelOf, population: dict[str, float], horizon_weeks: float
) -> None:
    rows, model = histories_of(*ROWS), model_of(population)

    draws = model.sample(rows, horizon_weeks, n_draws=20_000, random_state=3)

    error = draws.std(axis=1) / np.sqrt(draws.shape[1]) + 1e-4
    expected = model.predict(rows, horizon_weeks)
    assert draws.shape == (len(ROWS), 20_000)
    assert draws.dtype == np.int64
    assert (abs(draws.mean(axis=1) - expected) < 4 * error).all()


@both
def test_who_is_gone_for_certain_buys_nothing(
    model_of: ModelOf, population: dict[str, float]
) -> None:
    gone = histories_of((900, 130, 50_000))

    assert model_of(population).probability_alive(gone).tolist() == [0]
    assert not model_of(population).sample(gone, 52).any()


@both
def test_draws_are_spread_as_what_then_is_bought(
    model_of: ModelOf, population: dict[str, float]
) -> None:
    lives = live(population, 20_000, seed=13, age_weeks=(30, 40))
    draws = model_of(population).sample(lives.histories, 52, n_draws=1)[:, 0]

    for least in (1, 2, 5, 20):
        shares = np.mean([lives.count >= least, draws >= least], axis=1)
        error = np.sqrt(shares.mean() * (1 - shares.mean()) * 2 / len(draws))
        assert abs(shares[0] - shares[1]) < 4 * error


@both
def test_a_customers_draws_do_not_hang_on_who_stands_beside(
    model_of: ModelOf, population: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    histories, model = live(population, 500, seed=14).histories, model_of(population)
    together = model.sample(histories, 52, n_draws=50, random_state=9)
    order = np.random.default_rng(0).permutation(500)[:333]

    monkeypatch.setattr(purchase_model, "DRAWS_AT_ONCE", 777)
    alone = model.sample(histories.iloc[order], 52, n_draws=50, random_state=9)

    assert (alone == together[order]).all()
    assert (model.sample(histories, 52, 50, random_state=8) != together).any()


@both
def test_the_first_draws_stay_when_more_are_made(
    model_of: ModelOf, population: dict[str, float]
) -> None:
    rows, model = histories_of(*ROWS), model_of(population)

    assert (model.sample(rows, 52, 20) == model.sample(rows, 52, 90)[:, :20]).all()


@each_kind
def test_rows_in_any_order_and_added_up_give_the_same_fit_to_the_last_bit(
    kind: type[PurchaseModel],
) -> None:
    histories = live(BG_NBD, 1000, seed=15, by_day=True).histories

    fit = kind().fit(histories)
    shuffled = kind().fit(histories.sample(frac=1, random_state=2))

    assert shuffled.params_ == fit.params_
    assert shuffled.log_likelihood_ == fit.log_likelihood_
    assert (shuffled.covariance_ == fit.covariance_).all()


@each_kind
def test_in_other_units_of_time_the_parameters_are_the_same(
    kind: type[PurchaseModel],
) -> None:
    histories = live(BG_NBD, 1000, seed=16).histories
    times = ["recency_weeks", "age_weeks"]
    longer = histories.assign(**{name: 1000 * histories[name] for name in times})

    params, stretched = kind().fit(histories).params_, kind().fit(longer).params_

    for name in kind.times:
        stretched[name] /= 1000
    assert stretched == pytest.approx(params, rel=1e-4)


@each_kind
def test_the_errors_of_the_parameters_are_those_of_repeated_samples(
    kind: type[PurchaseModel],
) -> None:
    population = BG_NBD if kind is BetaGeo else PARETO_NBD
    fits = [kind().fit(live(population, 1500, seed=s).histories) for s in range(30)]

    rate = np.array([1, -1, 0, 0])  # log(r / alpha), the mean purchase rate
    seen = np.std([fit.log_params @ rate for fit in fits], ddof=1)
    told = np.median([np.sqrt(rate @ fit.covariance_ @ rate) for fit in fits])

    assert 0.6 < seen / told < 1.5  # 30 samples tell a deviation to 13 %


@each_kind
@pytest.mark.parametrize(
    ("rows", "n_repeat"),
    [
        pytest.param([(0, 0, 30)] * 50, 0, id="nobody bought again"),
        pytest.param([(0, 0, 0)] * 50, 0, id="all bought today"),
        pytest.param([(0, 0, 0)], 0, id="one customer, today"),
        pytest.param([(3, 20, 30)], 1, id="one customer"),
        pytest.param([(3, 20, 20)] * 29 + [(0, 0, 0)], 29, id="29 alike"),
    ],
)
def test_too_little_to_learn_from_is_told_and_leaves_finite_forecasts(
    kind: type[PurchaseModel], rows: list[tuple[float, float, float]], n_repeat: int
) -> None:
    histories = histories_of(*rows)

    with pytest.warns(match=f"{n_repeat} repeat customers of {len(rows)}"):
        model = kind().fit(histories)

    assert model.status_ == "too_few_repeat_customers"
    assert np.isfinite([*model.params_.values(), model.log_likelihood_]).all()
    assert np.isfinite(model.predict(histories, 52)).all()
    assert np.isfinite(model.probability_alive(histories)).all()
    assert (model.sample(histories, 52, 5) >= 0).all()


@each_kind
def test_customers_who_all_buy_alike_and_never_leave_are_estimated(
    kind: type[PurchaseModel],
) -> None:
    rng = np.random.default_rng(5)
    x = rng.poisson(20, 500)
    last = 40 * rng.beta(x, 1)
    model = kind().fit(histories_of(*zip(x, last, np.full(500, 40.0), strict=True)))

    (expected,) = model.predict(histories_of((20, 39.0, 40.0)), 10)

    assert model.status_ == "estimated"
    assert expected == pytest.approx(5, rel=0.05)


@each_kind
def test_no_customers_tell_nothing_and_have_an_empty_forecast(
    kind: type[PurchaseModel], model_of: ModelOf
) -> None:
    none = histories_of(*ROWS).iloc[:0]
    model = model_of(BG_NBD if kind is BetaGeo else PARETO_NBD)

    with pytest.warns(match="too_few_repeat_customers, 0 repeat customers of 0"):
        assert np.isnan(list(kind().fit(none).params_.values())).all()
    assert model.predict(none, 52).shape == model.probability_alive(none).shape == (0,)
    assert model.sample(none, 52, 7).shape == (0, 7)


@both
@pytest.mark.parametrize("horizon_weeks", [0, -1.0, np.nan, np.inf])
def test_a_horizon_that_is_none_is_refused(
    model_of: ModelOf, population: dict[str, float], horizon_weeks: float
) -> None:
    for forecast in (model_of(population).predict, model_of(population).sample):
        with pytest.raises(ValueError, match="horizon_weeks must be positive and fin"):
            forecast(histories_of(*ROWS), horizon_weeks)


def test_at_least_one_draw_must_be_asked_for(model_of: ModelOf) -> None:
    with pytest.raises(ValueError, match="n_draws must be 1 or more, got 0"):
        model_of(BG_NBD).sample(histories_of(*ROWS), 52, n_draws=0)


@pytest.mark.parametrize("kind", [BetaGeo, ParetoNbd, GammaGamma])
def test_models_are_estimators_of_scikit_learn(kind: type[Any]) -> None:
    model = kind(min_repeat_customers=7).set_params(min_repeat_customers=5)

    assert clone(model).get_params() == {"min_repeat_customers": 5}


@each_kind
def test_a_forecast_needs_a_fit(kind: type[PurchaseModel]) -> None:
    histories = histories_of(*ROWS)

    with pytest.raises(NotFittedError):
        kind().predict(histories, 52)
    with pytest.raises(NotFittedError):
        kind().probability_alive(histories)
    with pytest.raises(NotFittedError):
        kind().sample(histories, 52)


def test_expected_amounts_need_a_fit() -> None:
    histories = histories_of(*ROWS).assign(average_amount=10.0)

    with pytest.raises(NotFittedError):
        GammaGamma().predict(histories)
    with pytest.raises(NotFittedError):
        GammaGamma().sample(histories)
