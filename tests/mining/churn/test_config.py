"""Settings that make no sense are refused by name."""

from typing import Any

import pytest

from mining.churn import ChurnConfig


def test_who_is_active_is_two_horizons_and_at_least_a_quarter() -> None:
    assert ChurnConfig().active_days(28) == 91
    assert ChurnConfig().active_days(180) == 360


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"trees": 0}, "trees must be positive and finite, got 0"),
        ({"learning_rate": float("nan")}, "learning_rate .* got nan"),
        ({"test_cutoffs": -1}, "test_cutoffs must be positive"),
        ({"leaves": 1}, "leaves must be 2 or more, got 1"),
        ({"calibration_folds": 1}, "calibration_folds must be 2 or more, got 1"),
        ({"high_odds": 1.0}, r"more than medium_odds \(1.0\), got 1.0"),
        ({"penalty": -0.1}, "penalty and seed must not be negative"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ChurnConfig(**wrong)
