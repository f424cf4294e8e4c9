"""A company that is one flat table of invoice lines, from its YAML to its segments.

Expected values are asked of the flat table itself, as an accountant would.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from danggol import provisioning, stages
from danggol.environment import Environment
from warehouse.server import Server

pytestmark = pytest.mark.postgres
HISTORY = date(2024, 12, 29)
NIGHTS = [HISTORY + timedelta(days=n) for n in range(1, 3)]
Ask = Callable[[str], list[tuple]]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """The company after its history and its two nights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPANY", "gift_wholesaler")
        patch.setenv("DANGGOL_HOME", str(tmp_path_factory.mktemp("homes")))
        for name in ("SHOP_URL", "WAREHOUSE_URL", "WAREHOUSE_URL_FILE"):
            patch.delenv(name, raising=False)
        here = Environment.current()
        try:
            provisioning.start_warehouse(here)
            provisioning.prepare_demo(here, lambda _what, _share: None)
            stages.night(HISTORY, history=True)
            for day in NIGHTS:
                stages.night(day)
            yield here
        finally:
            Server(here.home).remove()


@pytest.fixture(scope="module")
def ask(here: Environment) -> Ask:
    """Ask the marts."""

    def asked(query: str) -> list[tuple]:
        with here.warehouse.connect("bi_reader") as connection:
            return connection.execute(query.encode()).fetchall()

    return asked


@pytest.fixture(scope="module")
def shop(here: Environment) -> Ask:
    """Ask the flat table."""

    def asked(query: str) -> list[tuple]:
        with here.warehouse.connect("admin", database="shop") as connection:
            return connection.execute(query.encode()).fetchall()

    return asked


@pytest.mark.parametrize(
    ("of_the_marts", "of_the_table"),
    [
        (
            "select count(*), sum(net_amount) from marts.fct_order_lines",
            'select count(*), sum(round("Quantity" * "UnitPrice", 2))'
            " from invoice_lines",
        ),
        (
            "select count(*), sum(line_count) from marts.fct_orders",
            'select count(distinct "InvoiceNo"), count(*) from invoice_lines',
        ),
        (
            "select count(*) from marts.fct_orders where is_credit",
            'select count(distinct "InvoiceNo") from invoice_lines'
            """ where "InvoiceNo" like 'C%'""",
        ),
        (
            "select count(*) from marts.fct_orders where customer_id = '(unknown)'",
            'select count(distinct "InvoiceNo") from invoice_lines'
            ' where "CustomerID" is null',
        ),
        (
            "select order_hour, count(*) from marts.fct_orders group by 1 order by 1",
            """select substr("InvoiceDate", 12, 2)::integer,"""
            ' count(distinct "InvoiceNo") from invoice_lines group by 1 order by 1',
        ),
        (
            "select count(*) from marts.dim_products where product_id <> '(unknown)'",
            'select count(distinct "StockCode") from invoice_lines',
        ),
    ],
)
def test_marts_hold_what_the_table_holds(
    of_the_marts: str, of_the_table: str, ask: Ask, shop: Ask
):
    assert ask(of_the_marts) == shop(of_the_table)


def test_equal_lines_of_an_invoice_are_as_many_as_were_sold(ask: Ask, shop: Ask):
    ((twice,),) = shop(
        "select count(*) from (select count(*) from invoice_lines"
        ' group by "InvoiceNo", "StockCode", "Quantity", "UnitPrice"'
        " having count(*) > 1) as equal"
    )

    assert twice > 100
    assert ask(
        "select count(*) from (select count(*) from marts.fct_order_lines"
        " group by order_id, product_id, quantity, net_amount"
        " having count(*) > 1) as equal"
    ) == [(twice,)]


def test_a_cancellation_is_money_back_and_no_purchase(ask: Ask, shop: Ask):
    told = (
        'select "CustomerID", count(distinct left("InvoiceDate", 10))'
        """ filter (where "InvoiceNo" not like 'C%'),"""
        ' sum(round("Quantity" * "UnitPrice", 2)) from invoice_lines'
        ' where "CustomerID" is not null group by 1'
        """ having bool_or("InvoiceNo" not like 'C%') order by 1"""
    )

    # the window of 365 days leaves out the first of January of a leap year
    rows = shop(
        told.replace("where", """where "InvoiceDate" not like '01/01/2024%' and""")
    )
    assert ask(
        "select customer_id, frequency, monetary_amount"
        " from marts.customer_segments_current where rfm_segment_code <> 'lost'"
        " order by 1"
    ) == [(customer, days, amount) for customer, days, amount in rows]


def test_a_company_without_the_rest_has_empty_marts_of_it(ask: Ask):
    for mart in ("fct_web_sessions", "fct_page_views", "fct_campaign_contacts"):
        assert ask(f"select count(*) from marts.{mart}") == [(0,)]


def test_the_same_invoices_are_written_everywhere(shop: Ask):
    ((lines, amount),) = shop(
        'select count(*), sum("Quantity" * "UnitPrice") from invoice_lines'
    )

    assert (lines, str(amount)) == (40236, "1275566.42")


def test_the_calendar_knows_the_holidays_of_the_country(ask: Ask):
    found = ask(
        "select date_day, holiday_name, is_holiday from marts.dim_dates"
        " where date_day in ('2024-05-05', '2024-05-06') order by date_day"
    )

    assert found == [
        (date(2024, 5, 5), None, False),
        (date(2024, 5, 6), "May Day", True),
    ]
