"""What passes between Haneul Mart and its members: counted from contacts.sql."""

from collections.abc import Sequence

import pytest

from tests.pipeline.conftest import Saved
from tests.pipeline.made_company import MadeCompany

pytestmark = pytest.mark.postgres


@pytest.fixture
def nights(after_each_night: list[Saved]) -> Sequence[MadeCompany]:
    """The company after each of the three nights that follow its history."""
    return [saved.look() for saved in after_each_night]


def test_a_lead_is_found_by_what_it_shares_with_a_member(nights: Sequence[MadeCompany]):
    leads = "select lead_id, match_code, customer_id from marts.fct_leads order by 1"

    # M99 is told of in the second night, and has a dash for a telephone as L4 has
    for company in nights:
        assert company.ask(leads) == [
            ("L1", "phone", "M31"),
            ("L2", "email", "M05"),
            ("L3", "phone", "M09"),
            ("L4", "none", "(unknown)"),
            ("L5", "email", "M30"),
        ]


def test_a_visit_at_the_promised_minute_keeps_the_promise(
    nights: Sequence[MadeCompany],
):
    case = (
        "select has_kept_promise, visit_minutes, cost_amount::int, is_open"
        " from marts.fct_service_cases where case_id = 'C1'"
    )
    of_eight_days = 8 * 24 * 60 + 2 * 60

    assert nights[0].ask(case) == [(None, None, None, True)]
    assert nights[1].ask(case) == [(True, of_eight_days, 3000, True)]


def test_a_return_waits_for_its_order_and_goes_when_it_is_voided(
    nights: Sequence[MadeCompany],
):
    returns = (
        "select return_id, order_id, customer_id, restocked_amount::int"
        " from marts.fct_returns order by 1"
    )

    assert nights[0].ask(returns) == [
        ("T2", "R2814", "M14", 100),
        ("T3", "(unknown)", "(unknown)", 0),
        ("T4", "R0707", "M07", 0),
    ]


def test_a_late_bill_is_as_many_days_late(nights: Sequence[MadeCompany]):
    bills = (
        "select payment_id, payment_status, late_days, outstanding_amount::int"
        " from marts.fct_payments order by 1"
    )

    assert nights[0].ask(bills) == [
        ("B1", "paid", 17, 0),
        ("B2", "due", None, 14000),
        ("B3", "paid", None, 0),
    ]


def test_an_employee_is_seen_in_the_team_of_the_time(nights: Sequence[MadeCompany]):
    teams = (
        "select interaction_id, team_code from marts.fct_interactions"
        " inner join marts.dim_employees using (employee_key)"
        " where interaction_id like '%I1' or interaction_id like '%I4' order by 1"
    )

    assert [team for _, team in nights[2].ask(teams)] == ["north", "south"]
