"""Settings that make no sense are refused by name."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from mining.lifetime_value import LifetimeValueConfig


def test_the_defaults_are_a_year_and_nine_in_ten() -> None:
    config = LifetimeValueConfig()

    assert (config.horizon_weeks, config.interval) == (52, 0.9)


def test_a_configuration_cannot_change_during_a_night() -> None:
    with pytest.raises(FrozenInstanceError):
        LifetimeValueConfig().n_draws = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"horizon_weeks": 0}, "horizon_weeks must be positive and finite, got 0"),
        ({"horizon_weeks": float("nan")}, "horizon_weeks .* got nan"),
        ({"yearly_rate": -0.01}, "yearly_rate must be finite and not negative"),
        ({"yearly_rate": float("inf")}, "yearly_rate .* got inf"),
        ({"margin_rate": 0.0}, "margin_rate must be None or a share above 0"),
        ({"margin_rate": 1.01}, "margin_rate .* got 1.01"),
        ({"interval": 0.0}, "interval must lie between 0 and 1, got 0.0"),
        ({"interval": 1.0}, "interval must lie between 0 and 1, got 1.0"),
        ({"n_draws": 1}, "n_draws must be 2 or more, got 1"),
        ({"random_state": -1}, "random_state must not be negative, got -1"),
        ({"min_repeat_customers": -1}, "min_repeat_customers must not be negative"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        LifetimeValueConfig(**wrong)
