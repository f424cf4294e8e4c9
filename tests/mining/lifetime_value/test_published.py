"""CDNOW against the numbers its authors and others published.

Fader, Hardie & Lee (2005), Marketing Science 24(2); Fader & Hardie (2013) on the
Gamma-Gamma model; the vignettes of BTYD and CLVTools.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mining.lifetime_value import BetaGeo, GammaGamma, ParetoNbd
from mining.purchases import purchase_histories

WEEKS = 39


def test_the_sample_has_as_many_customers_and_purchases_as_published(
    cdnow: pd.DataFrame, cdnow_holdout: pd.Series
) -> None:
    assert len(cdnow) == 2357
    assert cdnow["frequency"].sum() == 2457
    assert cdnow["frequency"].eq(0).sum() == 1411
    assert cdnow_holdout.sum() == 1882


def test_bg_nbd_has_the_published_parameters(cdnow_model: BetaGeo) -> None:
    assert cdnow_model.params_ == pytest.approx(
        {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}, abs=0.002
    )
    assert cdnow_model.log_likelihood_ == pytest.approx(-9582.429, abs=0.05)
    assert cdnow_model.status_ == "estimated"


def test_pareto_nbd_has_the_published_parameters(cdnow: pd.DataFrame) -> None:
    model = ParetoNbd().fit(cdnow)

    assert model.params_ == pytest.approx(
        {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}, abs=0.01
    )
    assert model.log_likelihood_ == pytest.approx(-9594.976, abs=0.05)
    assert model.status_ == "estimated"


def test_gamma_gamma_has_the_published_parameters(cdnow: pd.DataFrame) -> None:
    model = GammaGamma().fit(cdnow)

    assert cdnow["average_amount"].gt(0).sum() == 946
    assert model.params_ == pytest.approx(
        {"p": 6.250, "q": 3.744, "gamma": 15.444}, abs=0.02
    )
    assert model.status_ == "estimated"


def test_everybody_has_the_published_parameters(all_cdnow_orders: pd.DataFrame) -> None:
    histories = purchase_histories(all_cdnow_orders, date(1997, 9, 30))

    model = BetaGeo().fit(histories)

    assert len(histories) == 23_570
    assert model.params_ == pytest.approx(
        {"r": 0.2516, "alpha": 4.7889, "a": 0.7234, "b": 2.1611}, abs=0.002
    )
    assert model.log_likelihood_ == pytest.approx(-95368.44, abs=0.5)


def test_the_holdout_is_predicted_as_published(
    cdnow: pd.DataFrame, cdnow_holdout: pd.Series, cdnow_model: BetaGeo
) -> None:
    predicted = pd.Series(cdnow_model.predict(cdnow, WEEKS))
    by_frequency = cdnow["frequency"].clip(upper=7)

    assert cdnow_holdout.groupby(by_frequency).mean().tolist() == pytest.approx(
        [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359], abs=0.001
    )
    assert predicted.groupby(by_frequency).mean().tolist() == pytest.approx(
        [0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157], abs=0.002
    )
    assert np.corrcoef(predicted, cdnow_holdout)[0, 1] == pytest.approx(0.626, abs=1e-3)


def test_the_holdout_is_missed_by_less_than_by_naive_rules(
    cdnow: pd.DataFrame, cdnow_holdout: pd.Series, cdnow_model: BetaGeo
) -> None:
    rates = {
        "as often as so far": cdnow["frequency"] * WEEKS / cdnow["age_weeks"],
        "never": 0 * cdnow["frequency"],
        "BG/NBD": cdnow_model.predict(cdnow, WEEKS),
    }

    missed = {name: abs(rate - cdnow_holdout).mean() for name, rate in rates.items()}

    assert missed == pytest.approx(
        {"as often as so far": 1.024, "never": 0.799, "BG/NBD": 0.786}, abs=0.002
    )


def test_customer_0001_will_buy_as_often_as_the_authors_spreadsheet_says(
    cdnow: pd.DataFrame, cdnow_model: BetaGeo
) -> None:
    (predicted,) = cdnow_model.predict(cdnow[cdnow["customer_id"] == "0001"], WEEKS)

    assert predicted == pytest.approx(1.226, abs=0.001)


def test_one_time_buyers_are_alive_for_certain_so_this_is_no_churn_score(
    cdnow: pd.DataFrame, cdnow_model: BetaGeo
) -> None:
    alive = cdnow_model.probability_alive(cdnow)

    assert (alive[cdnow["frequency"] == 0] == 1).all()
    assert (alive[cdnow["frequency"] > 0] < 1).all()
