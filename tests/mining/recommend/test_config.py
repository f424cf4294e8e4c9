"""Settings that make no sense are refused by name."""

from typing import Any

import pytest

from mining.recommend import NextBestConfig, RepurchaseConfig


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"method": "magic"}, "method must be one of .* got 'magic'"),
        ({"habit_days": 0.0}, "habit_days must be positive and finite, got 0.0"),
        ({"most_items": 0}, "most_items must be positive"),
        ({"bestseller_weight": float("nan")}, "bestseller_weight .* got nan"),
        ({"ease_penalties": ()}, r"ease_penalties must be .* got \(\)"),
        ({"ease_penalties": (0.1, -1.0)}, "ease_penalties must be positive"),
    ],
)
def test_a_ranking_that_makes_no_sense_is_refused(
    wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        NextBestConfig(**wrong)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fewest_repeaters": 0}, "fewest_repeaters must be positive and finite"),
        ({"product_gap_weight": float("inf")}, "product_gap_weight .* got inf"),
        ({"once_share": 1.0}, "once_share must be a share, got 1.0"),
    ],
)
def test_dues_that_make_no_sense_are_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        RepurchaseConfig(**wrong)
