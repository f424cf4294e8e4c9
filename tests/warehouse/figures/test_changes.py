"""What changed: months add up, moves count everybody once, cohorts are pooled."""

from datetime import date
from decimal import Decimal

import pytest

from tests.warehouse.published_answers import publish_answers
from tests.warehouse.published_company import (
    CUSTOMERS,
    NIGHT,
    publish_segments,
    publish_star,
)
from warehouse import Warehouse, figures

pytestmark = pytest.mark.postgres


@pytest.fixture
def answered(warehouse: Warehouse) -> Warehouse:
    publish_star(warehouse)
    publish_answers(warehouse)
    return warehouse


def test_the_bridge_has_the_causes_of_the_newest_month_in_their_order(answered):
    with answered.connect("auditor") as connection:
        bridge = figures.growth_bridge(connection)
    assert [each.code for each in bridge.components] == ["new", "retained", "lost"]
    assert (bridge.start_date, bridge.end_date) == (date(2026, 2, 1), date(2026, 2, 28))
    assert (bridge.previous_amount, bridge.amount, bridge.change) == (150, 170, 20)
    assert sum(each.change for each in bridge.components) == bridge.change


def test_flows_count_each_customer_once_from_last_months_end(answered):
    # C-505 was loyal; C-507 has gone since, C-506 is new; a night of March is passed by
    before = [*CUSTOMERS[:4], ("C-505", 60, 1, 10, "loyal"), ("C-507", 9, 1, 5, "lost")]
    publish_segments(answered, before, date(2026, 2, 28))
    publish_segments(answered, CUSTOMERS, NIGHT)
    publish_segments(answered, CUSTOMERS, date(2026, 3, 2))
    with answered.connect("auditor") as connection:
        flows = figures.segment_flows(connection)
    assert (flows.previous_date, flows.as_of_date) == (
        date(2026, 2, 28),
        date(2026, 3, 2),
    )
    assert sum(each.customers for each in flows.flows) == 7
    assert {
        (each.from_code, each.to_code): (each.customers, each.money)
        for each in flows.moves
    } == {
        ("loyal", "hibernating"): (1, Decimal(10)),
        ("lost", None): (1, Decimal(5)),
        (None, "lost"): (1, Decimal(0)),
    }
    assert flows.moved_customers == 1
    assert flows.net_change(["loyal"]) == -1
    assert flows.net_change(["lost"]) == 0


def test_without_a_months_end_flows_begin_with_the_oldest_night(answered):
    publish_segments(answered, CUSTOMERS, NIGHT)
    publish_segments(answered, CUSTOMERS, date(2026, 3, 3))
    with answered.connect("auditor") as connection:
        flows = figures.segment_flows(connection)
    assert flows.previous_date == NIGHT
    assert flows.moves == []


def test_one_night_has_no_flows(answered):
    publish_segments(answered)
    with answered.connect("auditor") as connection:
        assert figures.segment_flows(connection) is None


def test_cohorts_are_pooled_by_their_customers(answered):
    with answered.connect("auditor") as connection:
        cohorts = figures.cohorts(connection)
    assert list(cohorts.by_cohort) == [date(2025, 7, 1), date(2025, 10, 1)]
    assert cohorts.share_after(1) == (2 + 3) / (4 + 6)
    assert cohorts.share_after(2) is None
    assert list(cohorts.numbers) == [1]


def test_a_company_without_the_marts_has_no_changes(warehouse):
    publish_star(warehouse)
    publish_segments(warehouse)
    with warehouse.connect("auditor") as connection:
        assert figures.growth_bridge(connection) is None
        assert figures.cohorts(connection) is None
