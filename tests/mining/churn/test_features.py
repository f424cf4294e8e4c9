"""Features of customers whose counts are written down here."""

import numpy as np
import pandas as pd
import pytest

from mining.churn import COUNTS, FEATURES, GROUPS, churn_features
from warehouse import features as counted


def of(**counts: float) -> pd.Series:
    return churn_features(pd.DataFrame([counts])).iloc[0]


@pytest.mark.parametrize(
    "name", ["days_since_session", "search_count_91d", "case_count_182d"]
)
def test_a_sign_of_life_is_no_trouble(name: str) -> None:
    assert FEATURES[name].group == "rhythm"


def test_every_feature_belongs_to_a_group_and_every_group_has_features() -> None:
    assert {each.group for each in FEATURES.values()} == set(GROUPS)


def test_what_is_needed_is_what_the_warehouse_counts() -> None:
    assert set(COUNTS) == set(counted.COUNTS)


def test_the_matrix_is_float32_in_one_block() -> None:
    told = churn_features(pd.DataFrame({"recency_days": [1, 2]}, index=[7, 8]))

    assert set(told.dtypes) == {np.dtype("float32")}
    assert len(told._mgr.blocks) == 1
    assert told.index.tolist() == [7, 8]
    assert told.columns.tolist() == list(FEATURES)


def test_what_is_not_told_is_missing_and_a_zero_is_a_zero() -> None:
    told = of(case_count_182d=0)

    assert told["case_count_182d"] == 0
    assert np.isnan(told["session_count_91d"])


def test_silence_is_measured_in_the_customer_s_own_rhythms() -> None:
    # 26 visits in 364 days: every 14 days, silent for 28
    told = of(recency_days=28, visit_count_364d=26, tenure_days=1_000)

    assert told["silence_in_rhythms"] == pytest.approx(2)


def test_the_rhythm_of_a_new_customer_is_not_stretched_over_a_year() -> None:
    # known for 90 days, so 91 with the first
    told = of(recency_days=7, visit_count_364d=13, tenure_days=90)

    assert told["silence_in_rhythms"] == pytest.approx(1)
    assert told["monthly_visits"] == pytest.approx(4)


def test_the_gap_that_a_day_lies_in_is_longer_than_the_mean_gap() -> None:
    # gaps of 10 and 90 days: nine days in ten lie in the long one
    told = of(squared_gap_days=10**2 + 90**2, tenure_days=105, recency_days=5)

    assert told["gap_met_days"] == pytest.approx(0.1 * 10 + 0.9 * 90)


def test_visits_fade_with_silence() -> None:
    # every 14 days, so two in 28; silent for two of them
    told = of(recency_days=28, visit_count_364d=26, tenure_days=1_000)

    assert told["fading_visits"] == pytest.approx(2 / np.e)


def test_a_trend_of_one_is_as_often_as_in_the_year() -> None:
    told = of(
        visit_count_28d=2, visit_count_91d=13, visit_count_364d=52, tenure_days=800
    )

    assert told["visit_trend_91d"] == pytest.approx(1)
    assert told["visit_trend_28d"] == pytest.approx(0.5)


def test_ratios_without_anything_below_are_missing() -> None:
    told = of(net_amount_364d=0, visit_count_364d=0, recency_days=3, tenure_days=9)

    assert np.isnan(told["amount_per_visit"])
    assert np.isnan(told["silence_in_longest_gaps"])


def test_a_representative_who_left_counts_until_the_customer_comes() -> None:
    silent = of(days_since_rep_left=20, recency_days=21)
    come = of(days_since_rep_left=20, recency_days=19)

    assert silent["silence_since_rep_left"] == 20
    assert np.isnan(come["silence_since_rep_left"])
    assert come["days_since_rep_left"] == 20


def test_nobody_is_an_empty_matrix() -> None:
    told = churn_features(pd.DataFrame({"recency_days": []}))

    assert told.shape == (0, len(FEATURES))
