"""Measures as they are kept, and when a model is not worth being published."""

import math
from dataclasses import replace

import pytest

from mining.evaluation.measured import Measured, as_frame, reason_to_hold


def difference(value: float, high: float, rule: str = "rfm_rule") -> Measured:
    return Measured(
        measure_code="auc",
        contender_code=f"model - {rule}",
        value=value,
        value_high=high,
        row_count=9,
    )


def slope(value: float | None) -> Measured:
    return Measured(measure_code="calibration_slope", value=value, row_count=9)


def test_a_number_that_is_none_is_missing():
    told = [slope(math.nan), slope(math.inf), slope(None), slope(0.5)]
    assert as_frame(told)["value"].isna().tolist() == [True, True, True, False]


def test_no_measures_are_a_frame_with_all_columns():
    assert {"measure_code", "bin_number", "value", "status"} <= set(as_frame([]))


@pytest.mark.parametrize(
    "measures",
    [
        [],
        [difference(-0.01, 0.005)],  # not surely worse
        [difference(0.02, 0.03), slope(0.7), slope(1.3)],
        [slope(math.nan)],
        [replace(slope(1.7), value_low=1.2, value_high=2.2)],  # may be chance
        # a reference is no naive rule
        [difference(-0.02, -0.01, "reference")],
    ],
)
def test_a_model_that_is_not_surely_worse_is_published(measures: list[Measured]):
    assert reason_to_hold(measures, "auc", ["rfm_rule"]) is None


def test_a_rule_that_is_surely_better_holds_the_model():
    told = reason_to_hold([difference(-0.02, -0.01)], "auc", ["rfm_rule"])
    assert told == "auc: rfm_rule is better by 0.020 (at least 0.010)"


def test_differences_of_other_measures_hold_nothing():
    worse = difference(-0.02, -0.01)
    assert reason_to_hold([worse], "average_precision", ["rfm_rule"]) is None


def test_a_slope_surely_beyond_its_limits_holds_the_model():
    wide = replace(slope(1.7), value_low=1.31, value_high=2.2)
    assert reason_to_hold([wide], "auc", ["rfm_rule"]) is not None


@pytest.mark.parametrize("value", [0.69, 1.31])
def test_a_slope_beyond_its_limits_holds_the_model(value: float):
    told = reason_to_hold([slope(value)], "auc", ["rfm_rule"])
    assert told == f"calibration slope is {value}, not about 1"


def test_every_reason_is_told():
    told = reason_to_hold([difference(-0.02, -0.01), slope(2.0)], "auc", ["rfm_rule"])
    assert told is not None
    assert told.count(";") == 1
