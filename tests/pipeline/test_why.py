"""Members of the made company, asked for by their numbers."""

import io

import pytest
from rich.console import Console

from danggol.why_screen import why
from tests.pipeline.conftest import Saved
from tests.pipeline.made_company import MadeCompany
from warehouse import customer_reading

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def nights(after_each_night: list[Saved]) -> MadeCompany:
    return after_each_night[-1].look()


def screen(company: MadeCompany, number: str) -> str:
    written = io.StringIO()
    console = Console(file=written, width=80, color_system=None)
    console.print(why(customer_reading.read(company.warehouse, number)))
    return written.getvalue()


def test_a_member_is_told_with_the_rows_that_it_rests_on(nights: MadeCompany):
    told = customer_reading.read(nights.warehouse, "M05")

    # five purchases for 5,000 in February, before that four: shop.sql
    assert told.standing is not None
    assert told.worth is not None
    ((count, amount),) = nights.ask(
        "select count(*), sum(net_amount) from marts.fct_orders"
        " where current_customer_id = 'M05'"
    )
    assert (told.worth.order_count, told.worth.net_amount) == (count, amount)
    assert told.purchases[0].order_count == count
    assert [(each.reason, each.is_open) for each in told.cases] == [("Broken", True)]
    assert {each.type_code: each.contact_count for each in told.contacts} == {
        **dict.fromkeys(("campaign_contact", "call", "lead", "registration"), 1),
        **dict.fromkeys(("survey", "visit"), 1),
    }
    assert told.permissions == []


def test_the_screen_holds_no_name_phone_or_mail(nights: MadeCompany):
    told = screen(nights, "M05")

    assert "M05 of Haneul Mart" in told
    assert "nothing was ever said" in told
    for secret in ("Name of 5", "5555", "member5", "Suyeong"):
        assert secret not in told


def test_a_member_who_was_merged_is_shown_as_who_it_is_now(nights: MadeCompany):
    told = screen(nights, "M27")

    assert told.startswith("M27 was merged into M26, who is shown here\nM26 of Haneul")


@pytest.mark.parametrize("number", ["M00", "(unknown)", "' or true --"])
def test_a_number_that_nobody_has_is_said_so(nights: MadeCompany, number: str):
    with pytest.raises(LookupError, match="no customer has the number"):
        customer_reading.read(nights.warehouse, number)
