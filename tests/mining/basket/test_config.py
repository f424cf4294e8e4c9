"""Settings that make no sense are refused by name."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from mining.basket import CrossSellConfig


def test_the_defaults_are_those_of_the_definitions() -> None:
    config = CrossSellConfig()

    assert config.min_expected_count == 5
    assert config.max_q_value == 0.05
    assert config.min_adjusted_lift == 1.2
    assert config.min_out_of_time_lift == 1.1
    assert config.min_out_of_time_expected_count == 20
    assert (config.min_held_out_days, config.max_held_out_days) == (28, 91)
    assert config.valid_days == 91


def test_a_configuration_cannot_change_during_a_night() -> None:
    with pytest.raises(FrozenInstanceError):
        CrossSellConfig().window_days = 30  # type: ignore[misc]  # it is what is tried


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"min_support": 0.0}, "min_support must be above 0 and up to 1, got 0.0"),
        ({"longer_min_support": 1.5}, "longer_min_support must be above 0"),
        ({"max_q_value": float("nan")}, "max_q_value must be above 0"),
        ({"min_confidence": -0.1}, "min_confidence must be from 0 to 1, got -0.1"),
        ({"held_out_share": 1.0}, "held_out_share must be between 0 and 1, got 1.0"),
        ({"window_days": 0}, "window_days must be positive and finite, got 0"),
        ({"min_expected_count": 0.0}, "min_expected_count must be positive"),
        ({"min_adjusted_lift": float("inf")}, "min_adjusted_lift must be positive"),
        ({"valid_days": -1}, "valid_days must be positive"),
        ({"frequency_tolerance": 0.0}, "frequency_tolerance must be positive"),
        ({"max_length": 1}, "max_length must be at least 2, got 1"),
        ({"max_held_out_days": 27}, r"min_held_out_days \(28\), got 27"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        CrossSellConfig(**wrong)
