"""The newest month that is over, and who waits longest."""

from datetime import date

import pytest

from tests.warehouse.published_answers import publish_answers
from tests.warehouse.published_company import NIGHT, publish_star
from warehouse import Warehouse, figures

pytestmark = pytest.mark.postgres


@pytest.fixture
def answered(warehouse: Warehouse) -> Warehouse:
    publish_star(warehouse)
    publish_answers(warehouse)
    return warehouse


def test_the_funnel_is_of_the_last_month_that_is_over(answered):
    with answered.connect("auditor") as connection:
        funnel = figures.funnel(connection, NIGHT)
    assert funnel.month_start_date == date(2026, 2, 1)
    assert [
        (each.step_code, each.count, each.share, each.previous_count)
        for each in funnel.steps
    ] == [("cart", 10, None, 20), ("checkout", 8, 0.8, None)]
    assert funnel.most("at_sale") == 10


@pytest.mark.parametrize(("night", "month"), [(30, 2), (31, 3)])
def test_a_month_is_over_with_its_last_night(answered, night, month):
    with answered.connect("auditor") as connection:
        funnel = figures.funnel(connection, date(2026, 3, night))
    assert funnel.month_start_date == date(2026, month, 1)


def test_before_any_month_is_over_the_newest_is_shown(answered):
    with answered.connect("auditor") as connection:
        funnel = figures.funnel(connection, date(2026, 1, 10))
    assert funnel.month_start_date == date(2026, 3, 1)


def test_the_overdue_come_first_and_the_closed_not_at_all(answered):
    with answered.connect("auditor") as connection:
        cases = figures.open_cases(connection)
    assert cases.counts == {"overdue": 1, "running": 1}
    assert cases.count == 2
    assert [each.case_id for each in cases.shown] == ["s2", "s1"]
    assert cases.shown[0].reason.en == "It broke"
    assert cases.waiting_inquiries == 1


def test_a_company_without_the_marts_has_nothing_to_tell(warehouse):
    publish_star(warehouse)
    with warehouse.connect("auditor") as connection:
        assert figures.funnel(connection, NIGHT) is None
        assert figures.open_cases(connection) is None
        assert figures.scoreboard(connection) == []
