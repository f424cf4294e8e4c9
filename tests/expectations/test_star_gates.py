"""The gates after the star and after mining, on tables as dbt and miners leave them."""

from datetime import date
from typing import Any

import pytest
from psycopg import sql

from expectations import gates
from expectations.results import GateFailed, GateResult
from tests.expectations.night_in_raw import NightInRaw
from warehouse import Warehouse

pytestmark = pytest.mark.postgres

DAY = date(2031, 3, 4)
RUN = "00000000-0000-0000-0000-000000000001"
WEB_MARTS = {
    "failed_searches",
    "fct_page_views",
    "fct_web_sessions",
    "order_steps",
    "visitor_recognition",
}

# 400 orders of 100 customers on the 100 days up to DAY, four a day, each of 10.
STAR = """
create table marts_next.company_settings as select date '2030-11-01'
    as history_first_date;
create table marts_next.fct_orders as
select n::text as order_id, 'customer-' || n % 100 as customer_id,
    1::bigint as line_count, 12.00::numeric(18, 2) as gross_amount,
    10.00::numeric(18, 2) as net_amount, date '2031-03-04' - n / 4 as order_date
from generate_series(0, 399) as n;
create table marts_next.fct_order_lines as
select order_id, '1' as line_id, 1::bigint as item_count,
    gross_amount, net_amount, order_date
from marts_next.fct_orders where order_date = '2031-03-04';
create table marts_next.dim_customers as
select 'key-' || n as customer_key, 'customer-' || n as customer_id,
    'active' as customer_status, '-infinity'::timestamptz as valid_from,
    'infinity'::timestamptz as valid_to
from generate_series(0, 99) as n;
create table marts_next.customer_days as
select customer_id, order_date as activity_date, count(*) as order_count,
    count(*) as line_count, sum(net_amount) as net_amount
from marts_next.fct_orders group by 1, 2;
create table marts_next.fct_web_sessions as
select 'session-' || n as session_id, 3::bigint as page_view_count,
    timestamptz '2031-03-04 10:00Z' as started_at,
    timestamptz '2031-03-04 10:05Z' as ended_at, date '2031-03-04' as session_date
from generate_series(1, 50) as n;
create table marts_next.value_concentration as
select date '2031-03-01' as month_start_date, measure_code, 100::bigint
    as customer_count, 0.1::float8 as top_1_share, 0.2::float8 as top_5_share,
    0.3::float8 as top_10_share, 0.4::float8 as top_15_share,
    0.5::float8 as top_20_share, 0.6::float8 as gini
from unnest(array['net_amount', 'margin_amount']) as measure_code;
"""


@pytest.fixture
def star(warehouse: Warehouse) -> Warehouse:
    with warehouse.connect("transformer") as connection:
        connection.execute(STAR)
    NightInRaw(warehouse).add_batch("order_lines")
    return warehouse


def change(warehouse: Warehouse, statement: str) -> None:
    with warehouse.connect("transformer") as connection:
        connection.execute(sql.SQL(statement))


def star_gate(warehouse: Warehouse) -> GateResult:
    return gates.check(warehouse, "star", DAY, RUN)


def test_a_plausible_star_passes(star: Warehouse) -> None:
    result = star_gate(star)

    assert [str(each) for each in (*result.failures, *result.warnings)] == []
    assert len({each.table for each in result.checks}) == 6


BROKEN: list[Any] = [
    pytest.param(
        "update marts_next.fct_orders set order_date = '2031-03-20'"
        " where order_id = '7'",
        ("fct_orders", "order_date", 1),
        id="an order of the future",
    ),
    pytest.param(
        "update marts_next.fct_orders set order_date = '1970-01-01'"
        " where order_id < '15'",
        ("fct_orders", "order_date", 57),  # 0, 1, 10..14, 100..149
        id="orders before the history",
    ),
    pytest.param(
        "update marts_next.fct_orders set customer_id = '(unknown)'",
        ("fct_orders", "customer_id", 400),
        id="nobody known",
    ),
    pytest.param(
        "update marts_next.fct_orders set gross_amount = 9",
        ("fct_orders", "gross_amount, net_amount", 400),
        id="more paid than asked",
    ),
    pytest.param(
        "update marts_next.fct_order_lines set net_amount = -1",
        ("fct_order_lines", "net_amount", 4),
        id="lines that lose",
    ),
    pytest.param(
        "update marts_next.dim_customers set valid_to = '-infinity'"
        " where customer_id = 'customer-7'",
        ("dim_customers", None, 1),
        id="a version that ends as it begins",
    ),
    pytest.param(
        "update marts_next.customer_days set activity_date = '2031-03-20'"
        " where customer_id = 'customer-7'",
        ("customer_days", "activity_date", 4),
        id="days of the future",
    ),
]


@pytest.mark.parametrize(("statement", "wanted"), BROKEN)
def test_a_broken_star_stops_the_night(
    star: Warehouse, statement: str, wanted: tuple[str, str | None, int]
) -> None:
    change(star, statement)

    with pytest.raises(GateFailed) as failed:
        star_gate(star)

    (failure,) = failed.value.result.failures
    assert (failure.table, failure.column, failure.key_count) == (
        f"marts_next.{wanted[0]}",
        *wanted[1:],
    )
    assert failure.keys


def test_amounts_in_cents_are_noticed_by_the_average_of_their_day(
    star: Warehouse,
) -> None:
    change(
        star,
        "insert into marts_next.fct_orders"
        " select 'cents-' || n, 'customer-1', 1, 1200, 1000, '2031-03-03'"
        " from generate_series(1, 40) as n",
    )

    with pytest.raises(GateFailed) as failed:
        star_gate(star)

    (failure,) = failed.value.result.failures
    assert (failure.table, failure.keys) == ("marts_next.fct_orders", ("2031-03-03",))


def test_a_fact_that_lost_rows_since_it_was_published_stops_the_night(
    star: Warehouse,
) -> None:
    with star.connect("publisher") as connection:
        connection.execute(
            "insert into marts.publications (mart, as_of_date, row_count, run_id,"
            " status) values ('fct_orders', '2031-03-03', 422, %s, 'published')",
            [RUN],
        )

    with pytest.raises(GateFailed) as failed:  # 400 of 422 are 94.8 %
        star_gate(star)

    (failure,) = failed.value.result.failures
    assert failure.expectation == "expect_table_row_count_to_be_between"


@pytest.mark.parametrize(
    ("statement", "held"),
    [
        pytest.param(
            "update marts_next.fct_web_sessions set ended_at = started_at"
            " - interval '1 hour' where session_id = 'session-7'",
            WEB_MARTS,
            id="a visit that ends before it starts",
        ),
        pytest.param(
            "update marts_next.fct_web_sessions set ended_at = started_at"
            " + interval '13 hours' where session_id = 'session-7'",
            WEB_MARTS,
            id="visits of thirteen hours",
        ),
        pytest.param(
            "update marts_next.value_concentration set gini = 1.5"
            " where measure_code = 'net_amount'",
            {"value_concentration"},
            id="a concentration above one",
        ),
        pytest.param(
            "update marts_next.value_concentration set top_5_share = 0.05"
            " where measure_code = 'net_amount'",
            {"value_concentration"},
            id="a share that shrinks with its group",
        ),
        pytest.param("drop table marts_next.fct_web_sessions", None, id="no table"),
    ],
)
def test_a_failure_that_nobody_depends_on_holds_its_own_mart(
    star: Warehouse, statement: str, held: set[str] | None
) -> None:
    change(star, statement)

    result = star_gate(star)

    assert not result.passed
    assert result.held_marts == (held or WEB_MARTS)


def test_margins_that_make_no_shares_hold_nothing(star: Warehouse) -> None:
    change(
        star,
        "update marts_next.value_concentration set gini = -3, top_1_share = 7"
        " where measure_code = 'margin_amount'",
    )

    assert star_gate(star).passed


def test_a_company_without_web_log_and_an_empty_night_pass(star: Warehouse) -> None:
    change(star, "delete from marts_next.fct_web_sessions")
    change(star, "delete from marts_next.fct_order_lines")

    assert star_gate(star).passed


def mine(warehouse: Warehouse, day: date, customers: range, **different: str) -> None:
    """Write a night of segments; `different` is SQL by column."""
    columns = {
        "recency_days": "3",
        "frequency": "2",
        "monetary_amount": "20",
        "recency_score": "n % 5 + 1",
        "frequency_score": "n % 5 + 1",
        "monetary_score": "n % 5 + 1",
        "rfm_segment_code": "case when n % 2 = 0 then 'champions' else 'lost' end",
        "value_grade": "'a'",
        "lifecycle_stage_code": "'active'",
        **different,
    }
    statement = (
        f"insert into mined.customer_segments (as_of_date, customer_id,"
        f" {', '.join(columns)}) select '{day}', 'customer-' || n,"
        f" {', '.join(columns.values())}"
        f" from generate_series({customers.start}, {customers.stop - 1}) as n"
    )
    with warehouse.connect("miner") as connection:
        connection.execute(sql.SQL(statement))


def mined_gate(warehouse: Warehouse) -> GateResult:
    return gates.check(warehouse, "mined", DAY, RUN)


def test_a_plausible_night_of_segments_passes(warehouse: Warehouse) -> None:
    mine(warehouse, date(2031, 3, 3), range(200))
    mine(warehouse, DAY, range(205))

    result = mined_gate(warehouse)

    assert [str(each) for each in (*result.failures, *result.warnings)] == []


@pytest.mark.parametrize(
    ("different", "wanted"),
    [
        pytest.param({"recency_score": "0"}, ("recency_score", 200), id="score 0"),
        pytest.param({"monetary_score": "n % 6 + 1"}, ("monetary_score", 33), id="6"),
        pytest.param({"recency_days": "n - 1"}, ("recency_days", 1), id="tomorrow"),
        pytest.param({"frequency": "-1"}, ("frequency", 200), id="negative count"),
        pytest.param({"monetary_amount": "-1"}, ("monetary_amount", 200), id="losses"),
        pytest.param(
            {"lifecycle_stage_code": "'Not A Code'"},
            ("lifecycle_stage_code", 200),
            id="no code",
        ),
    ],
)
def test_a_broken_night_of_segments_stops(
    warehouse: Warehouse, different: dict[str, str], wanted: tuple[str, int]
) -> None:
    mine(warehouse, DAY, range(200), **different)

    with pytest.raises(GateFailed) as failed:
        mined_gate(warehouse)

    (failure,) = failed.value.result.failures
    assert (failure.column, failure.key_count) == wanted
    assert failure.table == "mined.customer_segments"


def test_a_night_without_segments_stops(warehouse: Warehouse) -> None:
    mine(warehouse, date(2031, 3, 3), range(200))

    with pytest.raises(GateFailed) as failed:
        mined_gate(warehouse)

    meanings = {each.meaning for each in failed.value.result.failures}
    assert meanings == {
        "Somebody has a segment",
        "Hardly a customer vanished since the night before",
    }


def test_customers_that_vanished_are_named(warehouse: Warehouse) -> None:
    mine(warehouse, date(2031, 3, 3), range(200))
    mine(warehouse, DAY, range(11, 200))  # 189 of 200 are 94.5 %

    with pytest.raises(GateFailed) as failed:
        mined_gate(warehouse)

    (failure,) = failed.value.result.failures
    assert failure.key_count == 11
    assert set(failure.keys) <= {f"customer-{n}" for n in range(11)}


def test_a_segment_that_nobody_explained_is_named(warehouse: Warehouse) -> None:
    change(
        warehouse,
        "create table marts_next.dim_segments as select 'lost' as rfm_segment_code",
    )
    mine(warehouse, DAY, range(200))

    with pytest.raises(GateFailed) as failed:
        mined_gate(warehouse)

    (failure,) = failed.value.result.failures
    assert failure.keys == ("champions",)


def test_a_night_that_moves_everybody_or_crowds_them_is_a_warning(
    warehouse: Warehouse,
) -> None:
    mine(warehouse, date(2031, 3, 3), range(200))
    mine(warehouse, DAY, range(200), rfm_segment_code="'champions'")

    result = mined_gate(warehouse)

    assert result.passed
    assert {each.meaning for each in result.warnings} == {
        "At most three of ten customers changed their segment",
        "No segment holds nearly everybody",
    }
