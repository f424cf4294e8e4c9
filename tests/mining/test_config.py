"""Settings that make no sense are refused by name."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from mining.config import SegmentsConfig


def test_the_defaults_are_a_year_and_the_usual_abc() -> None:
    config = SegmentsConfig()

    assert config.window_days == 365
    assert config.grade_percents == (50, 30, 15)


def test_a_configuration_cannot_change_during_a_night() -> None:
    with pytest.raises(FrozenInstanceError):
        SegmentsConfig().window_days = 30  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"window_days": 0}, "window_days must be positive and finite, got 0"),
        ({"shortest_rhythm_days": -1.0}, "shortest_rhythm_days .* got -1.0"),
        ({"default_rhythm_days": float("inf")}, "default_rhythm_days .* got inf"),
        ({"typical_gap_weight": float("nan")}, "typical_gap_weight .* got nan"),
        ({"at_risk_after_rhythms": 0.0}, "at_risk_after_rhythms must be positive"),
        ({"dormant_after_rhythms": 2.0}, r"more than at_risk_after_rhythms \(2.0\)"),
        ({"dormant_after_rhythms": float("nan")}, "dormant_after_rhythms .* got nan"),
        ({"new_days": 0}, "new_days must be positive"),
        ({"new_purchase_days": 0}, "new_purchase_days must be positive"),
        ({"loyal_tenure_days": 0}, "loyal_tenure_days must be positive"),
        ({"loyal_purchase_days": 2}, r"more than new_purchase_days \(2\), got 2"),
        ({"grade_percents": (50, 30, 20)}, "leave something to D"),
        ({"grade_percents": (50, 0, 15)}, "three positive whole percentages"),
        ({"grade_percents": (0.5, 0.3, 0.15)}, "three positive whole percentages"),
        ({"grade_percents": (50, 30)}, "three positive whole percentages"),
        ({"grade_measure": "profit"}, "grade_measure must be one of .* got 'profit'"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        SegmentsConfig(**wrong)
