"""The job `churn`: who is predicted, by which model, and what is told of it."""

from datetime import timedelta

import pytest

from mining.jobs.churn import predict_churn
from tests.mining.jobs.conftest import ANCHOR, NIGHT, Ask
from warehouse import Warehouse

pytestmark = pytest.mark.postgres


def test_everybody_who_has_bought_has_a_row_of_each_label(told: Ask):
    ((buyers,),) = told(
        "select count(distinct customer_id) from marts.customer_days"
        f" where order_count > 0 and activity_date <= '{NIGHT}'"
    )
    assert told(
        "select label_code, count(distinct customer_id) from mined.churn_predictions"
        " group by label_code order by label_code"
    ) == [("no_purchase", buyers), ("visits_dropped", buyers)]


def test_those_who_left_already_are_not_scored(told: Ask):
    ((horizon,),) = told("select distinct horizon_days from mined.churn_predictions")
    left = NIGHT - timedelta(days=max(91, 2 * horizon))
    assert told(
        "select distinct last_date <= '" + left.isoformat() + "',"
        " not_scorable_reason_code = 'not_active', is_scorable"
        " from mined.churn_predictions inner join ("
        " select customer_id, max(activity_date) as last_date from marts.customer_days"
        f" where order_count > 0 and activity_date <= '{NIGHT}' group by customer_id"
        " ) as last using (customer_id) where label_code = 'no_purchase' order by 1"
    ) == [(False, None, True), (True, True, False)]


def test_who_is_scored_has_a_band_and_a_reason_of_each_group_at_most_once(told: Ask):
    assert told(
        "select count(*) > 0, count(risk_band) = count(*), count(reason_1_code) ="
        " count(*), bool_or(reason_1_code = reason_2_code or reason_2_code ="
        " reason_3_code or reason_1_code = reason_3_code) is not true"
        " from mined.churn_predictions where is_scorable"
    ) == [(True, True, True, True)]


def test_the_champion_is_kept_beside_the_naive_rules(told: Ask):
    measures = told(
        "select subject_code, measure_code, contender_code, value_low is not null"
        f" from mined.model_evaluations where anchor_date = '{ANCHOR}'"
        " and model_code = 'churn'"
    )
    kinds = {(subject, measure) for subject, measure, *_ in measures}
    for label in ("no_purchase", "visits_dropped"):
        for measure in (
            *("auc", "average_precision", "calibration_slope", "calibration_bin"),
            *("lift", "captured_share", "outcome_rate"),
        ):
            assert (label, measure) in kinds
        assert (f"{label}.score", "population_stability_index") in kinds
        (differences,) = [
            {
                other
                for subject, measure, other, is_told in measures
                if is_told and (subject, measure) == (label, "auc") and " - " in other
            }
        ]
        assert differences


def test_the_next_anchor_looks_back_on_what_the_last_one_said(
    made: Warehouse, ask: Ask
):
    with made.connect("admin") as connection:
        connection.execute(
            "update marts.company_settings set first_anchor_date = '2025-11-01'"
        )
    predict_churn(made, NIGHT)

    assert ask(
        "select anchor_date::text, subject_code, value between 0 and 1,"
        " expected_value between 0 and 1 from mined.model_evaluations"
        " where measure_code = 'last_period_rate' order by 1, 2"
    ) == [
        ("2025-12-01", "no_purchase", True, True),
        ("2025-12-01", "visits_dropped", True, True),
    ]
