"""Sums of one-feature terms, by hand."""

import numpy as np
import pandas as pd
import pytest

from mining.churn.terms import Additive, LogLine, Steps


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_a_value_on_an_edge_belongs_to_what_is_below() -> None:
    steps = Steps(np.array([1.0, 2.0]), np.array([10.0, 20.0, 30.0]), -1.0)

    assert steps.of(column(0, 1, 1.5, 2, 3, np.nan)).tolist() == [
        *(10.0, 10.0, 20.0, 20.0, 30.0, -1.0)
    ]


def test_a_line_is_straight_in_the_logarithm_and_nothing_where_missing() -> None:
    line = LogLine(slope=2.0, shift=np.log(3))

    # log1p of 2 is log 3; below nothing counts as nothing
    told = line.of(column(2, 8, -5, np.nan))
    assert told == pytest.approx([0, 2 * np.log(3), -2 * np.log(3), 0])


def test_the_score_is_the_sum_and_groups_are_its_parts() -> None:
    model = Additive(
        0.5,
        {
            "a": Steps(np.array([0.0]), np.array([1.0, 2.0]), 0.0),
            "b": Steps(np.array([0.0]), np.array([10.0, 20.0]), 0.0),
            "c": Steps(np.array([0.0]), np.array([100.0, 200.0]), 0.0),
        },
    )
    rows = pd.DataFrame(
        {"c": [0, 1], "a": [1, 0], "b": [0, 0], "z": [9, 9]}, dtype="float32"
    )
    parts = model.by_group(rows, {"a": "x", "b": "y", "c": "x"}, ["x", "y"])

    assert model.score(rows).tolist() == [112.5, 211.5]
    assert parts.tolist() == [[102.0, 10.0], [201.0, 10.0]]


def test_calibrating_scales_every_term() -> None:
    model = Additive(
        1.0,
        {"a": Steps(np.array([0.0]), np.array([1.0, 2.0]), 3.0), "b": LogLine(1.0, 0)},
    )
    rows = pd.DataFrame({"a": [0, 1, np.nan], "b": [0, 1, np.nan]}, dtype="float32")

    assert model.calibrated(-1.0, 0.5).score(rows) == pytest.approx(
        -1 + 0.5 * model.score(rows)
    )


def test_a_feature_that_is_not_there_is_named() -> None:
    model = Additive(0.0, {"recency_days": LogLine(1.0, 0.0)})

    with pytest.raises(ValueError, match="lack the columns recency_days"):
        model.score(pd.DataFrame({"a": [1.0]}))
