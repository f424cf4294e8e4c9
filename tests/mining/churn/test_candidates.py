"""Each candidate, written as a sum, says what the fitted one says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from mining.churn.candidates import (
    LOGISTIC_FEATURES,
    fit_additive,
    fit_left_out,
    fit_logistic,
    fit_reference,
    fit_rfm_rule,
    steps_of,
)


def made(rows: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """Columns that are continuous, counted, half missing and constant."""
    rng = np.random.default_rng(5)
    half = np.where(rng.random(rows) < 0.5, np.nan, rng.normal(size=rows))
    columns = [rng.normal(size=rows), rng.integers(0, 4, rows), half, np.ones(rows)]
    X = np.column_stack(columns).astype(np.float32)
    score = X[:, 0] + (X[:, 1] > 1) + np.isnan(half)
    return X, (rng.random(rows) < 1 / (1 + np.exp(1 - score))).astype(int)


def test_steps_add_up_to_what_the_booster_says_for_rows_it_never_saw() -> None:
    X, y = made()
    model = HistGradientBoostingClassifier(
        max_iter=80, max_leaf_nodes=7, interaction_cst="no_interactions", random_state=1
    ).fit(X, y)
    rng = np.random.default_rng(6)
    unseen = np.vstack([3 * rng.normal(size=(500, 4)), X]).astype(np.float32)
    unseen[rng.random(unseen.shape) < 0.1] = np.nan
    unseen[:3] = [[np.inf] * 4, [-np.inf] * 4, [np.nan] * 4]
    told = steps_of(model, ["a", "b", "c", "d"])

    rows = pd.DataFrame(unseen, columns=["a", "b", "c", "d"])
    assert told.score(rows) == pytest.approx(model.decision_function(unseen), abs=1e-10)
    assert "d" not in told.terms


def test_a_booster_that_mixes_features_is_no_sum() -> None:
    X, y = made()
    model = HistGradientBoostingClassifier(max_iter=5, random_state=1).fit(X, y)

    with pytest.raises(ValueError, match="mixes features"):
        steps_of(model, ["a", "b", "c", "d"])


def test_the_logistic_says_what_scikit_learn_s_says(world, quick) -> None:
    planted = world()
    told = fit_logistic(planted.features, planted.outcomes.astype(int), quick)
    logs = np.log1p(planted.features[list(LOGISTIC_FEATURES)].astype(float))
    logs = logs.fillna(logs.mean())
    scaled = (logs - logs.mean()) / logs.std(ddof=0)
    peer = LogisticRegression(C=1.0, tol=1e-8).fit(scaled, planted.outcomes)

    assert told.score(planted.features) == pytest.approx(
        peer.decision_function(scaled), abs=1e-4
    )


def test_the_rfm_rule_counts_fifths(quick) -> None:
    rows = pd.DataFrame(
        {
            "recency_days": [5, 4, 3, 2, 1],
            "visit_count_364d": [1, 2, 3, 4, 5],
            "net_amount_364d": [10, 20, 30, 40, 50],
        },
        dtype="float32",
    )
    told = fit_rfm_rule(rows, np.array([1, 1, 0, 0, 0]), quick).score(rows)

    # one fifth worse in all three from row to row
    assert np.diff(told).tolist() == [-3.0] * 4


def test_the_additive_booster_finds_what_was_planted(world, quick) -> None:
    planted = world(rows=20_000)
    told = fit_additive(planted.features, planted.outcomes.astype(int), quick)
    late = told.terms["late_case_count_182d"]
    low, high = late.of(np.array([0, 1], dtype=np.float32))

    assert high - low == pytest.approx(2.0, abs=0.4)


@pytest.mark.parametrize(
    ("has_causes", "fewest", "most"),
    [pytest.param(True, 20, 60, id="causes"), pytest.param(False, 1, 5, id="chance")],
)
def test_trees_are_wanted_as_far_as_there_is_something_to_tell(
    has_causes: bool, fewest: int, most: int, world, quick
) -> None:
    planted = world()
    outcomes = planted.outcomes.astype(np.int8)
    if not has_causes:
        outcomes = np.random.default_rng(2).permutation(outcomes)
    fold = np.arange(len(outcomes)) % 3

    trees, _ = fit_left_out(planted.features, outcomes, fold, quick)
    assert fewest <= trees <= most


def test_what_is_left_out_is_scored_as_by_a_fit_to_the_others(world, quick) -> None:
    planted = world()
    outcomes = planted.outcomes.astype(np.int8)
    fold = np.arange(len(outcomes)) % 3

    trees, scores = fit_left_out(planted.features, outcomes, fold, quick)

    others = fold != 1
    fitted = fit_additive(
        planted.features[others], outcomes[others], replace(quick, trees=trees)
    )
    assert trees < quick.trees
    np.testing.assert_array_equal(
        scores[~others], fitted.score(planted.features[~others])
    )


def test_a_part_in_which_every_feature_is_the_same_has_no_say(quick) -> None:
    rows = pd.DataFrame({"recency_days": [0.0, 1.0] * 150}, dtype="float32")
    outcomes = np.tile([0, 1], 150).astype(np.int8)

    # what is left of the second part when the first is out is constant
    fold = (rows["recency_days"].to_numpy() > 0).astype(np.int64)
    trees, scores = fit_left_out(rows, outcomes, fold, quick)
    assert trees == 1
    assert (scores == 0).all()


def test_the_reference_may_mix_features(quick) -> None:
    # churns where exactly one of two holds: no sum of terms can tell
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 2, (2, 2_000))
    rows = pd.DataFrame({"recency_days": a, "visit_count": b}, dtype="float32")
    outcomes = a ^ b
    free = fit_reference(rows, outcomes, quick)(rows)
    sums = fit_additive(rows, outcomes, quick).score(rows)

    assert (np.sign(free) == 2 * outcomes - 1).all()
    assert (np.sign(sums) == 2 * outcomes - 1).mean() < 0.8  # three of four cells
