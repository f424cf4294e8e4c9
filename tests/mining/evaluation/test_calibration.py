"""Calibration against closed forms, and against models that are right by making."""

import numpy as np
import pytest
from scipy.special import expit, logit

from mining.evaluation import calibration, calibration_table, recalibration


def world(rows: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes that happen with the chances told, and these."""
    rng = np.random.default_rng(seed)
    chance = expit(rng.normal(-1.5, 1, rows))
    return (rng.random(rows) < chance).astype(int), chance


def measured(outcomes, chance, **more):
    return calibration(outcomes, chance, draws=200, seed=1, **more)


def test_recalibration_of_two_scores_is_what_the_groups_say() -> None:
    # a quarter of the zeros and three quarters of the ones happen
    scores = np.repeat([0.0, 1.0], 4_000)
    outcomes = np.tile([1.0, 0, 0, 0], 1_000).tolist()
    outcomes += np.tile([1.0, 1, 1, 0], 1_000).tolist()
    intercept, slope = recalibration(scores, np.array(outcomes), np.ones(8_000))

    assert intercept == pytest.approx(logit(1 / 4), abs=1e-3)
    assert slope == pytest.approx(logit(3 / 4) - logit(1 / 4), abs=2e-3)


def test_recalibration_stays_finite_where_a_score_separates_completely() -> None:
    intercept, slope = recalibration(
        np.array([-1.0, -1, 1, 1]), np.array([0.0, 0, 1, 1]), np.ones(4)
    )

    assert 0 < slope < 10
    assert intercept == pytest.approx(0, abs=1e-6)


def test_a_model_that_is_right_is_found_right() -> None:
    told = measured(*world(20_000))

    assert told.slope == pytest.approx(1, abs=0.06)
    assert told.intercept == pytest.approx(0, abs=0.1)
    assert told.in_the_large == pytest.approx(0, abs=0.05)
    assert told.error_ratio < 1


def test_a_model_that_says_too_much_has_a_slope_below_one() -> None:
    outcomes, chance = world(20_000)
    told = measured(outcomes, expit(2 * logit(chance)))

    assert told.slope == pytest.approx(0.5, abs=0.03)
    assert told.error_ratio > 3


def test_the_limits_of_the_slope_hold_for_95_of_100_right_models() -> None:
    told = [measured(*world(400, seed)) for seed in range(200)]
    held = [each.slope_low <= 1 <= each.slope_high for each in told]

    assert 0.9 < np.mean(held) < 0.99


def test_a_model_that_says_too_little_on_average_is_found_in_the_large() -> None:
    outcomes, chance = world(20_000)
    told = measured(outcomes, expit(logit(chance) - 0.5))

    assert told.in_the_large == pytest.approx(0.5, abs=0.05)
    assert told.slope == pytest.approx(1, abs=0.06)


def test_the_limit_of_the_error_holds_for_95_of_100_perfect_models() -> None:
    ratios = [measured(*world(1_000, seed)).error_ratio for seed in range(200)]

    assert np.mean(np.array(ratios) <= 1) == pytest.approx(0.95, abs=0.04)


def test_the_error_is_the_mean_distance_of_the_bins() -> None:
    # two bins: 0.2 said and 0.4 happened, 0.6 said and 0.5 happened
    chance = np.repeat([0.2, 0.6], 10)
    outcomes = [1] * 4 + [0] * 6 + [1] * 5 + [0] * 5

    for order in (slice(None), slice(None, None, -1)):
        told = measured(np.array(outcomes)[order], chance[order])
        assert told.error == pytest.approx((0.2 + 0.1) / 2)


def test_the_base_rate_has_no_skill_and_the_truth_has_all() -> None:
    outcomes = np.array([1, 0, 0, 0])

    assert measured(outcomes, np.full(4, 0.25)).brier_skill == pytest.approx(0)
    assert measured(outcomes, outcomes).brier_skill == pytest.approx(1)
    # squared errors: 4 x 0.01 against 0.75
    near = np.array([0.9, 0.1, 0.1, 0.1])
    assert measured(outcomes, near).brier_skill == pytest.approx(1 - 0.04 / 0.75)


def test_a_weight_is_as_many_rows() -> None:
    outcomes, chance = world(300)
    weights = np.random.default_rng(2).integers(0, 3, 300)
    weighted = measured(outcomes, chance, weights=weights.astype(float))
    repeated = measured(np.repeat(outcomes, weights), np.repeat(chance, weights))

    for name in ("slope", "intercept", "in_the_large", "brier_skill"):
        assert getattr(weighted, name) == pytest.approx(
            getattr(repeated, name), abs=1e-6
        )


def test_the_table_holds_ten_bins_of_equal_mass() -> None:
    outcomes, chance = world(1_000)
    table = calibration_table(outcomes, chance)

    assert table["row_count"].tolist() == [100] * 10
    assert table["mean_probability"].is_monotonic_increasing
    assert (table["outcome_rate"] * 100).sum() == pytest.approx(outcomes.sum())


def test_few_rows_and_one_outcome_are_no_crash() -> None:
    assert np.isnan(measured([1, 1], [0.5, 0.6]).slope)
    assert calibration_table([1], [0.5])["row_count"].tolist() == [1]


@pytest.mark.parametrize(
    ("outcomes", "chance", "told"),
    [
        ([], [], "at least 1"),
        ([1, 0], [0.5], "one length"),
        ([1, 0], [0.5, 1.1], "between 0 and 1"),
        ([1, 0], [0.5, np.nan], "between 0 and 1"),
    ],
)
def test_what_is_no_probability_is_refused(outcomes, chance, told) -> None:
    with pytest.raises(ValueError, match=told):
        measured(outcomes, chance)
