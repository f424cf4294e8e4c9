"""What models expect: the most valuable at risk, the spread of values, old measures."""

from datetime import date
from decimal import Decimal

import pytest

from tests.warehouse.published_answers import publish_answers, tell
from tests.warehouse.published_company import NIGHT, publish_segments, publish_star
from warehouse import Warehouse, figures
from warehouse.figures.predictions import BARS

pytestmark = pytest.mark.postgres


@pytest.fixture
def answered(warehouse: Warehouse) -> Warehouse:
    publish_star(warehouse)
    publish_segments(warehouse)
    publish_answers(warehouse)
    return warehouse


def test_those_at_risk_come_by_value_with_their_reasons(answered):
    with answered.connect("auditor") as connection:
        churn = figures.churn(connection)
    assert (churn.as_of_date, churn.horizon_days, churn.scored) == (NIGHT, 90, 4)
    assert [
        (each.customer_id, each.value_amount, each.probability, each.segment_code)
        for each in churn.at_risk
    ] == [
        ("C-502", Decimal(400), 0.6, "at_risk"),
        ("C-503", Decimal(300), 0.7, "cannot_lose"),
    ]
    assert churn.at_risk[0].reason_codes == ["rhythm", "spend"]
    assert churn.band("high") == figures.ChurnBand("high", 2, Decimal(700))
    assert churn.reasons["rhythm"].ko == "방문 리듬 저하"


def test_ten_customers_at_most_are_named(answered):
    with answered.connect("admin") as connection:
        tell(
            connection,
            "churn_predictions",
            [
                {
                    "customer_id": f"D-{number}",
                    "label_code": "no_purchase",
                    "risk_band": "high",
                    "is_scorable": True,
                    "churn_probability": 0.9,
                }
                for number in range(12)
            ],
        )
    with answered.connect("auditor") as connection:
        churn = figures.churn(connection)
    assert len(churn.at_risk) == 10
    # who has no value comes last
    assert churn.at_risk[0].customer_id == "C-502"


def test_values_sum_over_those_who_have_one(answered):
    with answered.connect("auditor") as connection:
        values = figures.lifetime_values(connection)
    assert (values.customers, values.amount, values.median_amount) == (5, 2_000, 300)
    # the best of five
    assert values.top_20_share == 0.5
    assert sum(each.customers for each in values.bars) == 5
    assert sum(each.amount for each in values.bars) == 2_000


def test_bars_are_round_and_the_last_has_all_above(answered):
    with answered.connect("admin") as connection:
        tell(
            connection,
            "customer_lifetime_values",
            [
                {"customer_id": f"D-{each}", "clv_amount": each, "horizon_weeks": 52}
                for each in [*range(200, 210), 90_000]
            ],
        )
        connection.execute(
            "delete from marts.customer_lifetime_values where customer_id like 'C-%'"
        )
    with answered.connect("auditor") as connection:
        bars = figures.lifetime_values(connection).bars
    # the largest of eleven is the 95th percentile: 90,000 in ten bars
    assert bars[0].high == 10_000
    assert [(each.low, each.customers) for each in bars if each.customers] == [
        (0, 10),
        (90_000, 1),
    ]
    assert len(bars) <= BARS


def test_a_model_is_told_by_its_newest_anchor(answered):
    with answered.connect("auditor") as connection:
        told = figures.evaluation(connection, "churn", "no_purchase")
    assert told.anchor_date == date(2026, 3, 1)
    assert told.one("auc").value == 0.81
    assert told.one("auc", "rfm_rule").value == 0.74
    assert [each.value for each in told.bins("lift")] == [1.6, 0.4]
    assert told.one("nothing") is None


def test_a_model_that_was_never_measured_is_none(answered):
    with answered.connect("auditor") as connection:
        assert figures.evaluation(connection, "clusters") is None


def test_churn_that_was_never_published_is_none(warehouse):
    publish_star(warehouse)
    publish_segments(warehouse)
    publish_answers(warehouse, "churn_predictions")
    with warehouse.connect("auditor") as connection:
        assert figures.churn(connection) is None
        assert figures.evaluation(connection, "churn", "no_purchase") is not None
