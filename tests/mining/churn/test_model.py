"""The churn model on customers whose chances are planted."""

import numpy as np
import pandas as pd
import pytest
import skops.io
from scipy.special import logit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from threadpoolctl import threadpool_limits

from mining.churn import CANDIDATES, CannotLearn, ChurnConfig, ChurnModel
from mining.evaluation import calibration
from tests.mining.churn.conftest import Planted


@pytest.fixture(scope="module")
def fitted(world, quick) -> ChurnModel:
    planted = world(rows=10_000)
    return ChurnModel(config=quick).fit(planted.features, planted.outcomes)


@pytest.mark.parametrize("candidate", ["logistic", "additive"])
def test_probabilities_are_calibrated_on_new_customers(world, quick, candidate) -> None:
    planted, new = world(rows=10_000), world(rows=20_000, seed=2)
    model = ChurnModel(candidate, quick).fit(planted.features, planted.outcomes)
    told = calibration(
        new.outcomes, model.predict_proba(new.features)[:, 1], draws=200, seed=1
    )

    assert 0.85 < told.slope < 1.15
    assert abs(told.intercept) < 0.2
    assert told.brier_skill > 0


def drifting(world, quick, rows: int, late_leave: float) -> tuple[ChurnModel, Planted]:
    """Fitted to eight cutoffs of equal customers; of the last two fewer leave."""
    planted = world(rows=rows)
    cutoffs = np.arange(rows) % 8
    stays = (cutoffs >= 6) & (np.random.default_rng(1).random(rows) > late_leave)
    outcomes = planted.outcomes & ~stays
    model = ChurnModel("logistic", quick)
    return model.fit(planted.features, outcomes, cutoffs=cutoffs), planted


@pytest.mark.parametrize("late_leave", [0.5, 1.0])
def test_probabilities_have_the_mean_of_the_latest_horizon(
    world, quick, late_leave
) -> None:
    model, planted = drifting(world, quick, rows=16_000, late_leave=late_leave)
    told = model.predict_proba(planted.features)[:, 1].mean()

    assert told == pytest.approx(late_leave * planted.chance.mean(), abs=0.012)


def test_where_few_left_lately_all_cutoffs_set_the_mean(world, quick) -> None:
    model, planted = drifting(world, quick, rows=4_000, late_leave=0.1)
    told = model.predict_proba(planted.features)[:, 1].mean()

    assert told == pytest.approx(model.base_rate_, abs=0.005)


def test_the_additive_model_comes_close_to_the_planted_chances(fitted, world) -> None:
    new = world(rows=5_000, seed=3)
    found = fitted.predict_proba(new.features)[:, 1]

    assert np.abs(found - new.chance).mean() < 0.03


def test_contributions_and_means_add_up_to_the_log_odds_exactly(fitted, world) -> None:
    rows = world(rows=500, seed=4).features
    _, contributions = fitted.contributions(rows)
    base = fitted.sum_.intercept + sum(fitted.means_.values())

    assert base + contributions.sum(axis=1) == pytest.approx(
        fitted.decision_function(rows), abs=1e-5
    )
    assert fitted.predict_proba(rows)[:, 1] == pytest.approx(
        1 / (1 + np.exp(-fitted.decision_function(rows))), abs=1e-6
    )


def test_the_planted_cause_is_the_first_reason(fitted, world) -> None:
    new = world(rows=5_000, seed=5)
    told = fitted.explain(new.features)
    is_late = new.late_case > 0

    assert (told["reason_1_code"][is_late] == "service").mean() > 0.95
    assert (told["reason_1_code"][~is_late] == "service").mean() < 0.05


def test_reasons_are_of_different_groups_and_the_largest_comes_first(
    fitted, world
) -> None:
    told = fitted.explain(world(rows=500, seed=6).features)
    codes = told[[f"reason_{place}_code" for place in (1, 2, 3)]]
    values = told[[f"reason_{place}_contribution" for place in (1, 2, 3)]]

    assert (codes.nunique(axis=1) == 3).all()
    assert (values.diff(axis=1).iloc[:, 1:] <= 0).all().all()


def test_more_reasons_than_groups_are_missing(fitted, world) -> None:
    told = fitted.explain(world(rows=20).features, n_reasons=9)

    assert told.shape == (20, 18)
    assert told["reason_9_code"].isna().all()
    assert told["reason_9_contribution"].isna().all()


def test_equal_contributions_go_to_the_first_group(quick, world) -> None:
    planted = world()
    model = ChurnModel("rfm_rule", quick).fit(planted.features, planted.outcomes)
    rows = planted.features.iloc[:50].copy()
    for name in model.sum_.terms:  # nobody differs from the mean
        model.sum_.terms[name] = model.sum_.terms[name].scaled(0.0)
        model.means_[name] = 0.0

    told = model.explain(rows, n_reasons=2)
    assert set(told["reason_1_code"]) == {"rhythm"}
    assert set(told["reason_2_code"]) == {"spend"}


def test_one_customer_can_be_scored_alone(fitted, world) -> None:
    rows = world(rows=50, seed=7).features
    together = fitted.predict_proba(rows)
    reasons = fitted.explain(rows)

    for place in (0, 17):
        alone = rows.iloc[[place]]
        assert (fitted.predict_proba(alone) == together[[place]]).all()
        pd.testing.assert_frame_equal(fitted.explain(alone), reasons.iloc[[place]])


@pytest.mark.parametrize("candidate", CANDIDATES)
def test_the_order_of_the_rows_does_not_matter(world, quick, candidate) -> None:
    planted = world()
    customers, cutoffs = np.arange(4_000) // 2, np.arange(4_000) % 8
    order = np.random.default_rng(1).permutation(4_000)
    one = ChurnModel(candidate, quick).fit(
        planted.features, planted.outcomes, customers, cutoffs
    )
    other = ChurnModel(candidate, quick).fit(
        planted.features.iloc[order].reset_index(drop=True),
        planted.outcomes[order],
        customers[order],
        cutoffs[order],
    )

    told = one.predict_proba(planted.features)
    assert (told == other.predict_proba(planted.features)).all()
    pd.testing.assert_frame_equal(
        one.explain(planted.features), other.explain(planted.features)
    )


def test_the_number_of_threads_does_not_matter(world, quick) -> None:
    planted = world()
    told = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            model = ChurnModel(config=quick).fit(planted.features, planted.outcomes)
            told.append(model.predict_proba(planted.features))

    assert (told[0] == told[1]).all()


def test_it_keeps_the_scikit_learn_contract(world, quick) -> None:
    planted = world()
    model = ChurnModel("additive", config=quick)

    with pytest.raises(NotFittedError):
        model.predict_proba(planted.features)
    assert clone(model).get_params() == model.get_params()
    assert model.fit(planted.features, planted.outcomes) is model
    assert set(model.predict(planted.features)) == {0, 1}
    assert model.score(planted.features, planted.outcomes.astype(int)) > 0.5


def test_a_model_kept_with_skops_says_the_same(fitted, world) -> None:
    rows = world(rows=200).features
    kept = skops.io.dumps(fitted)
    trusted = skops.io.get_untrusted_types(data=kept)
    again = skops.io.loads(kept, trusted=trusted)

    assert all(each.startswith("mining.churn.") for each in trusted)
    assert (again.predict_proba(rows) == fitted.predict_proba(rows)).all()
    pd.testing.assert_frame_equal(again.explain(rows), fitted.explain(rows))


def codes_of(features: pd.DataFrame, outcomes: np.ndarray, config: ChurnConfig) -> str:
    with pytest.raises(CannotLearn) as told:
        ChurnModel(config=config).fit(features, outcomes)
    return told.value.reason_code


def test_where_nothing_can_be_learnt_a_code_says_why(world, quick) -> None:
    features, outcomes, *_ = world()
    few = np.zeros(4_000, dtype=bool)
    few[:5] = True
    constant = features.copy()
    constant.loc[:] = 1.0

    assert codes_of(features, outcomes[:4_000] | True, quick) == "one_class"
    assert codes_of(features.iloc[:50], outcomes[:50], quick) == "too_few_customers"
    assert codes_of(features.iloc[:1], outcomes[:1], quick) == "one_class"
    assert codes_of(features.iloc[:0], outcomes[:0], quick) == "too_few_customers"
    assert codes_of(features, few, quick) == "too_few_outcomes"
    assert codes_of(constant, outcomes, quick) == "constant_features"


@pytest.mark.parametrize("candidate", CANDIDATES)
def test_a_constant_feature_and_one_that_is_missing_do_no_harm(
    world, quick, candidate
) -> None:
    features, outcomes, *_ = world()
    same = {"has_rep": np.float32(1), "dearer_line_count_364d": np.float32("nan")}
    features = features.assign(**same)
    model = ChurnModel(candidate, quick).fit(features, outcomes)

    assert np.isfinite(model.predict_proba(features)).all()
    assert not set(same) & set(model.sum_.terms)


def test_nobody_came_back_is_learnt_from_what_else_there_is(world, quick) -> None:
    features, outcomes, *_ = world()
    features = features.assign(longest_gap_days=np.float32("nan"))
    features["visit_count_364d"] = np.float32(1)

    for candidate in CANDIDATES:
        model = ChurnModel(candidate, quick).fit(features, outcomes)
        assert np.isfinite(model.predict_proba(features)).all()


def test_what_cannot_be_fitted_is_refused(world, quick) -> None:
    features, outcomes, *_ = world()

    with pytest.raises(ValueError, match=r"must be one of rfm_rule, .*'best'"):
        ChurnModel("best", quick).fit(features, outcomes)
    with pytest.raises(ValueError, match="columns that are no features: shoe_size"):
        ChurnModel(config=quick).fit(features.assign(shoe_size=1), outcomes)
    with pytest.raises(ValueError, match="y must hold 0 or 1 for each of the 4000"):
        ChurnModel(config=quick).fit(features, outcomes[:9])
    with pytest.raises(ValueError, match="must name one for each of the 4000"):
        ChurnModel(config=quick).fit(features, outcomes, np.arange(9))
    with pytest.raises(ValueError, match="must name one for each of the 4000"):
        ChurnModel(config=quick).fit(features, outcomes, cutoffs=np.arange(9))


def test_a_probability_at_the_base_rate_has_the_log_odds_of_it(fitted) -> None:
    assert fitted.base_score_ == pytest.approx(logit(fitted.base_rate_))
