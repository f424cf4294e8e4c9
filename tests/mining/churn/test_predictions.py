"""Rows of the mart: scorable or not, and why."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mining.churn import ChurnModel, churn_predictions, risk_bands
from mining.churn.predictions import COLUMNS

AS_OF = date(2024, 1, 31)


@pytest.fixture(scope="module")
def model(world, quick) -> ChurnModel:
    planted = world()
    # a third cause, for there to be a third reason
    spends_little = planted.features["net_amount_91d"].to_numpy() < 50
    leaves = np.random.default_rng(3).random(len(spends_little)) < 0.3
    outcomes = planted.outcomes | (spends_little & leaves)
    return ChurnModel(config=quick).fit(planted.features, outcomes)


def predicted(model, features, **more) -> pd.DataFrame:
    names = pd.Series([f"c{number:02}" for number in range(len(features))][::-1])
    told = {"label_code": "no_purchase", "horizon_days": 28, "model_version": "abc"}
    return churn_predictions(model, features, names, as_of=AS_OF, **(told | more))


def test_every_active_customer_has_a_probability_and_three_reasons(
    model, world
) -> None:
    rows = world(rows=20, seed=2).features
    told = predicted(model, rows)

    assert told.columns.tolist() == list(COLUMNS)
    assert told["customer_id"].is_monotonic_increasing
    # the names were given backwards
    assert (
        told["churn_probability"].to_numpy()[::-1] == model.predict_proba(rows)[:, 1]
    ).all()
    assert told["is_scorable"].all()
    assert told["not_scorable_reason_code"].isna().all()
    assert told[[f"reason_{place}_code" for place in (1, 2, 3)]].notna().all().all()
    assert set(told["model_version"]) == {"abc"}
    assert set(told["as_of_date"]) == {AS_OF}


def test_who_left_long_ago_is_a_row_without_a_prediction(model, world) -> None:
    told = predicted(model, world(rows=3).features, left=["a", "z"])
    gone = told[~told["is_scorable"]]

    assert told["customer_id"].tolist() == ["a", "c00", "c01", "c02", "z"]
    assert gone["customer_id"].tolist() == ["a", "z"]
    assert set(gone["not_scorable_reason_code"]) == {"not_active"}
    assert gone["churn_probability"].isna().all()
    assert gone["risk_band"].isna().all()
    assert gone["reason_1_code"].isna().all()


def test_visits_that_were_not_there_cannot_drop(model, world) -> None:
    rows = world(rows=4).features.assign(recency_days=np.float32([0, 27, 28, 80]))
    told = predicted(model, rows, label_code="visits_dropped")

    # named backwards: the first row is c03
    assert told["is_scorable"].tolist() == [False, False, True, True]
    assert told["not_scorable_reason_code"].tolist()[:2] == ["no_visits_to_drop"] * 2


def test_without_a_model_every_row_says_why(world) -> None:
    told = predicted(
        None, world(rows=3).features, not_learnt_code="one_class", model_version=None
    )

    assert not told["is_scorable"].any()
    assert set(told["not_scorable_reason_code"]) == {"one_class"}
    assert told["churn_probability"].isna().all()


def test_no_customers_are_no_rows(model, world) -> None:
    told = predicted(model, world(rows=5).features.iloc[:0])

    assert told.shape == (0, len(COLUMNS))


def test_bands_are_odds_against_the_base_rate(model) -> None:
    base = model.base_rate_ / (1 - model.base_rate_)
    odds = np.array([0.99, 1.01, 1.99, 2.01]) * base

    assert risk_bands(model, odds / (1 + odds)).tolist() == [
        *("low", "medium", "medium", "high")
    ]
    assert risk_bands(model, np.array([0.0, 1.0])).tolist() == ["low", "high"]


def test_a_label_that_is_not_known_is_refused(model, world) -> None:
    with pytest.raises(ValueError, match=r"label_code must be one of .*'gone'"):
        predicted(model, world(rows=3).features, label_code="gone")
    with pytest.raises(ValueError, match="not_learnt_code must say why"):
        predicted(None, world(rows=3).features)
