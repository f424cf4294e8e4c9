"""What a customer did, brought and permits, counted by hand in haneul/*.sql."""

from datetime import date
from pathlib import Path

import pytest

from danggol.transformation import describe
from tests.pipeline.conftest import Saved
from tests.pipeline.made_company import MadeCompany, alone

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def nights(after_each_night: list[Saved]) -> MadeCompany:
    return after_each_night[-1].look()


def test_the_timeline_has_every_kind_of_contact_once(nights: MadeCompany):
    found = nights.ask(
        "select interaction_type_code, interaction_date from marts.fct_interactions"
        " where current_customer_id = 'M05' and interaction_type_code <> 'sale'"
        " order by interaction_date, interaction_type_code"
    )

    assert found == [
        ("campaign_contact", date(2024, 2, 5)),
        ("call", date(2024, 2, 20)),
        ("case", date(2024, 2, 20)),
        ("lead", date(2024, 2, 20)),
        ("registration", date(2024, 2, 20)),
        ("survey", date(2024, 2, 21)),
        ("visit", date(2024, 2, 29)),
    ]
    assert nights.ask(
        "select count(*), count(distinct order_id) from marts.fct_interactions"
        " where interaction_type_code = 'sale'"
    ) == nights.ask("select count(*), count(*) from marts.fct_orders")


def test_a_month_has_what_it_brought_and_what_is_open_at_its_end(nights: MadeCompany):
    # M05 bought on days 35, 40, 45, 50 and 55 for 5,000 each; nobody told what the
    # campaign's contact of 5 February cost
    assert nights.ask(
        "select order_count, net_amount::int, contact_count, interaction_count,"
        " case_count, open_case_count, profit_status, profit_amount"
        " from marts.fct_customer_months"
        " where customer_id = 'M05' and month_start_date = '2024-02-01'"
    ) == [(5, 25_000, 1, 2, 1, 1, "contact_cost_unknown", None)]


def test_months_go_on_from_registration_where_nothing_happens(nights: MadeCompany):
    # everybody of the history registered in June 2023, and nobody bought before 2024
    assert nights.ask(
        "select count(*), count(*) filter (where is_active), min(month_start_date)"
        " from marts.fct_customer_months where customer_id = 'M28'"
    ) == [(9, 2, date(2023, 6, 1))]


def test_all_months_together_close_to_what_was_sold_and_paid_back(nights: MadeCompany):
    assert nights.ask(
        "select sum(net_amount), sum(returned_amount) from marts.fct_customer_months"
    ) == nights.ask(
        "select (select sum(net_amount) from marts.fct_orders)"
        " - (select sum(refund_amount) from marts.fct_returns),"
        " (select sum(refund_amount) from marts.fct_returns)"
    )


@pytest.mark.parametrize(
    ("customer", "permitted"),
    [
        ("M01", [("sms", True, False, "granted_day_only")]),
        ("M05", [(None, False, False, "never_asked")]),
        (
            "M26",
            [
                (channel, False, False, "refused")
                for channel in ("app_push", "email", "kakao", "phone", "post", "sms")
            ],
        ),
    ],
)
def test_segments_come_with_who_may_be_contacted(
    nights: MadeCompany, customer: str, permitted: list[tuple]
):
    assert (
        nights.ask(
            "select channel_code, may_contact_day, may_contact_night, reason_code"
            " from marts.customer_segments_permitted where customer_id = %s"
            " order by channel_code",
            customer,
            role="marketing_reader",
        )
        == permitted
    )


def test_dbt_writes_one_page_that_describes_every_mart(
    nights: MadeCompany, tmp_path: Path
):
    page = alone(describe, nights.warehouse, {}, tmp_path).read_text("utf-8")

    for mart in ("fct_interactions", "fct_customer_months", "dim_employees"):
        assert f"model.warehouse.{mart}" in page
