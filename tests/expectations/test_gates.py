"""Gates on a real PostgreSQL: what passes, what stops, what is said of it."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from expectations import gates
from expectations.gates import Check
from expectations.library import ExpectationSuite, gxe
from expectations.night import Limits, Night
from expectations.results import GateFailed, GateNotAnswered
from tests.expectations.night_in_raw import (
    DAY,
    NOON,
    PLAUSIBLE,
    NightInRaw,
    line,
    order,
    request,
)
from warehouse import Warehouse

pytestmark = pytest.mark.postgres

RUN = "00000000-0000-0000-0000-000000000001"
WEB_MARTS = {
    "failed_searches",
    "fct_page_views",
    "fct_web_sessions",
    "order_steps",
    "visitor_recognition",
}


@pytest.fixture
def night(warehouse: Warehouse) -> NightInRaw:
    return NightInRaw(warehouse)


def test_a_plausible_night_passes_and_every_expectation_is_told(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night()

    shop = gates.check(warehouse, "load_shop", DAY, RUN)
    weblog = gates.check(warehouse, "load_weblog", DAY, RUN)

    assert [str(each) for each in (*shop.failures, *shop.warnings)] == []
    assert [str(each) for each in (*weblog.failures, *weblog.warnings)] == []
    assert shop.passed
    assert weblog.passed
    assert shop.held_marts == weblog.held_marts == frozenset()
    assert {each.table for each in shop.checks} == {
        "ledger.batches",
        "raw.customers",
        "raw.orders",
        "raw.order_lines",
        "raw.products",
        "raw.web_events",
    }
    assert len({(e.table, e.meaning) for e in shop.checks}) == len(shop.checks) > 20


LATE = NOON + timedelta(days=3)
MANY = range(100)
BROKEN: list[Any] = [
    pytest.param(
        "orders",
        [order(0, ordered_at=LATE), *map(order, range(1, 100))],
        ("ordered_at", "expect_column_values_to_be_between", 1),
        id="an order of the future",
    ),
    pytest.param(
        "orders",
        [order(i, customer_id=f"stranger-{i}" if i < 51 else None) for i in MANY],
        (None, "unexpected_rows_expectation", 51),
        id="most buyers unknown",
    ),
    pytest.param(
        "order_lines",
        [line(i, quantity=-1 if i < 25 else 1) for i in MANY],
        ("quantity", "expect_column_values_to_be_between", 25),
        id="a quarter taken back",
    ),
    pytest.param(
        "order_lines",
        [line(i, net_amount=-1 if i < 25 else 1) for i in MANY],
        ("net_amount", "expect_column_values_to_be_between", 25),
        id="a quarter negative",
    ),
    pytest.param(
        "order_lines",
        [line(i, net_amount=0 if i < 85 else 1) for i in MANY],
        ("net_amount", "expect_column_values_to_be_between", 85),
        id="nearly everything free",
    ),
    pytest.param(
        "order_lines",
        [line(i, net_amount=11 if i < 15 else 10) for i in MANY],
        (
            "gross_amount, net_amount",
            "expect_column_pair_values_a_to_be_greater_than_b",
            15,
        ),
        id="more paid than asked",
    ),
    pytest.param(
        "order_lines",
        [line(i + 18) for i in MANY],
        (None, "unexpected_rows_expectation", 18),
        id="lines without their order",
    ),
    pytest.param(
        "order_lines",
        [line(i, product_id="nobody-knows" if i < 51 else "product-1") for i in MANY],
        (None, "unexpected_rows_expectation", 51),
        id="most products unknown",
    ),
    pytest.param(
        "customers",
        [
            *PLAUSIBLE["customers"],
            {
                **PLAUSIBLE["customers"][0],
                "customer_id": "early",
                "registered_at": LATE,
            },
        ],
        ("registered_at", "expect_column_values_to_be_between", 1),
        id="registered in the future",
    ),
]


@pytest.mark.parametrize(("entity", "rows", "wanted"), BROKEN)
def test_a_broken_expectation_is_named_with_its_table_column_and_count(
    warehouse: Warehouse,
    night: NightInRaw,
    entity: str,
    rows: list[dict[str, Any]],
    wanted: tuple[str | None, str, int],
) -> None:
    night.add_night(**{entity: rows})

    with pytest.raises(GateFailed) as failed:
        gates.check(warehouse, "load_shop", DAY, RUN)

    (failure,) = failed.value.result.failures
    assert (failure.column, failure.expectation, failure.key_count) == wanted
    assert failure.table == f"raw.{entity}"
    assert f"raw.{entity}" in str(failed.value)
    assert wanted[1] in str(failed.value)
    assert failure.meaning in str(failed.value)


def test_every_failure_is_named_not_the_first(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night(
        orders=[order(i, ordered_at=LATE) for i in MANY],
        order_lines=[line(i, quantity=-1, net_amount=-1) for i in MANY],
    )

    with pytest.raises(GateFailed) as failed:
        gates.check(warehouse, "load_shop", DAY, RUN)

    assert {(e.table, e.column) for e in failed.value.result.failures} == {
        ("raw.orders", "ordered_at"),
        ("raw.order_lines", "quantity"),
        ("raw.order_lines", "net_amount"),
    }


def test_a_quiet_day_of_nothing_but_returns_is_no_fault(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    returns = [line(i, quantity=-1, net_amount=-1) for i in range(7)]
    night.add_night(order_lines=returns)

    assert gates.check(warehouse, "load_shop", DAY, RUN).passed


def test_ten_keys_of_failing_rows_are_kept_and_all_are_counted(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night(order_lines=[line(i, quantity=-1) for i in MANY])

    with pytest.raises(GateFailed) as failed:
        gates.check(warehouse, "load_shop", DAY, RUN)

    (failure,) = failed.value.result.failures
    assert failure.key_count == 100
    assert len(set(failure.keys)) == 10
    assert set(failure.keys) <= {f"order-{i}/1" for i in MANY}


def test_a_query_that_breaks_gives_keys_too(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night(orders=[order(i, customer_id=f"stranger-{i}") for i in MANY])

    with pytest.raises(GateFailed) as failed:
        gates.check(warehouse, "load_shop", DAY, RUN)

    (failure,) = failed.value.result.failures
    assert failure.key_count == 100
    assert len(failure.keys) == 10
    assert set(failure.keys) <= {f"order-{i}" for i in MANY}


def test_rows_of_other_nights_and_tombstones_are_not_looked_at(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night()
    before = night.add_batch("orders", DAY - timedelta(days=1))
    night.add_rows("orders", before, [order(90, ordered_at=LATE)])
    night.add_rows(
        "orders", night.batch_ids[2], [order(91, ordered_at=LATE, _is_deleted=True)]
    )

    assert gates.check(warehouse, "load_shop", DAY, RUN).passed


def test_an_empty_night_passes(warehouse: Warehouse, night: NightInRaw) -> None:
    night.add_night(**{entity: [] for entity in PLAUSIBLE})

    assert gates.check(warehouse, "load_shop", DAY, RUN).passed
    assert gates.check(warehouse, "load_weblog", DAY, RUN).passed


def test_a_weekday_that_was_never_empty_is_a_warning_that_stops_nothing(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    for weeks in range(1, 5):
        night.add_batch("orders", DAY - timedelta(weeks=weeks))
    night.add_night(orders=[], order_lines=[])

    result = gates.check(warehouse, "load_shop", DAY, RUN)

    (warning,) = result.warnings
    assert (warning.table, warning.keys) == ("ledger.batches", ("orders",))
    assert result.passed


def test_a_night_of_more_than_fifty_usual_ones_stops(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    for days in range(1, 7):
        night.add_batch("orders", DAY - timedelta(days), read_count=1, loaded_count=1)
    night.add_night()
    with warehouse.connect("admin") as connection:  # 50 x 1 + 10,000 are allowed
        connection.execute(
            "insert into raw.orders (order_id, customer_id, ordered_at, _batch_id,"
            " _batch_date, _source_stamp, _content_hash, _occurrence, _is_deleted)"
            " select 'many-' || n, 'customer-1', %s, %s, %s, now(),"
            " gen_random_uuid(), 1, false from generate_series(1, 10031) as n",
            [NOON, night.batch_ids[-3], DAY],
        )

    with pytest.raises(GateFailed) as failed:
        gates.check(warehouse, "load_shop", DAY, RUN)

    (failure,) = failed.value.result.failures
    assert failure.expectation == "expect_table_row_count_to_be_between"
    assert (failure.table, failure.column) == ("raw.orders", None)


def test_an_entity_that_was_not_read_stops_the_night(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    for entity in ("customers", "order_lines"):
        night.add_batch(entity)

    with pytest.raises(GateFailed) as failed:
        gates.check(warehouse, "load_shop", DAY, RUN)

    (failure,) = failed.value.result.failures
    assert (failure.table, failure.keys) == ("ledger.batches", ("orders",))


def test_a_batch_with_many_refused_rows_stops_the_night(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night()
    refuse(night, 1000, 11)

    with pytest.raises(GateFailed) as failed:
        gates.check(warehouse, "load_shop", DAY, RUN)

    (failure,) = failed.value.result.failures
    assert (failure.table, failure.keys) == ("ledger.batches", ("orders",))


@pytest.mark.parametrize(
    ("read", "refused", "settled"),
    [
        pytest.param(1000, 10, 0, id="one in a hundred"),
        pytest.param(7, 1, 0, id="one row of a quiet day"),
        pytest.param(1000, 90, 80, id="retried or accepted"),
    ],
)
def test_few_refused_rows_stop_no_night(
    warehouse: Warehouse, night: NightInRaw, read: int, refused: int, settled: int
) -> None:
    night.add_night()
    refuse(night, read, refused, settled_count=settled)

    assert gates.check(warehouse, "load_shop", DAY, RUN).passed


def test_what_the_last_reading_refused_counts_and_no_retry(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night()
    refuse(night, 100, 90)
    refuse(night, 100, 0, reading_number=3)
    refuse(night, 5, 4, reading_number=4, is_retry=True)

    assert gates.check(warehouse, "load_shop", DAY, RUN).passed


def test_a_company_says_how_many_refused_rows_it_bears(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night()
    refuse(night, 100, 20)

    check = partial(gates.check, warehouse, "load_shop", DAY, RUN)
    assert check(limits=Limits(refused_share=0.2)).passed
    with pytest.raises(GateFailed):
        check(limits=Limits(refused_share=0.19))


def add_customers(night: NightInRaw) -> None:
    """A hundred, each with an order."""
    night.add_night(
        customers=[{"customer_id": f"c{i}"} for i in range(100)],
        orders=[order(i, customer_id=f"c{i}") for i in range(100)],
    )


def missing(number: int) -> dict[str, Any]:
    """What a full reading writes for a customer whom it lacks."""
    nothing = UUID("d41d8cd9-8f00-b204-e980-0998ecf8427e")  # md5 of the empty text
    return {
        "customer_id": f"c{number}",
        "_source_stamp": NOON + timedelta(hours=1),
        "_content_hash": nothing,
        "_is_deleted": True,
    }


@pytest.mark.parametrize(("gone", "passes"), [(2, True), (3, False)])
def test_more_than_two_in_a_hundred_customers_missing_stop_the_night(
    warehouse: Warehouse, night: NightInRaw, gone: int, passes: bool
) -> None:
    add_customers(night)
    night.add_rows(
        "customers",
        night.add_batch("customers", mode="full", reading_number=2),
        [missing(i) for i in range(gone)],
    )

    check = partial(gates.check, warehouse, "load_shop", DAY, RUN)
    if passes:
        assert check().passed
    else:
        with pytest.raises(GateFailed) as failed:
            check()
        (failure,) = failed.value.result.failures
        assert (failure.table, failure.key_count) == ("raw.customers", gone)
        assert set(failure.keys) == {"c0", "c1", "c2"}
        assert check(limits=Limits(missing_share=0.03)).passed


def test_customers_whom_the_source_marks_as_deleted_are_not_missing(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    add_customers(night)
    marked = [missing(i) | {"_content_hash": uuid4()} for i in range(50)]
    night.add_rows("customers", night.add_batch("customers", reading_number=2), marked)

    assert gates.check(warehouse, "load_shop", DAY, RUN).passed


def refuse(night: NightInRaw, read: int, refused: int, **columns: Any) -> None:
    night.add_batch(
        "orders",
        DAY,
        read_count=read,
        loaded_count=read - refused,
        quarantined_count=refused,
        **{"reading_number": 2, **columns},
    )


def test_bots_at_ninety_percent_are_no_fault(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night(
        web_requests=[
            request(i, kind="human" if i % 10 == 0 else "crawler") for i in range(50)
        ]
    )

    result = gates.check(warehouse, "load_weblog", DAY, RUN)

    assert result.passed
    assert not result.warnings


def test_a_failure_on_the_web_log_holds_only_what_is_made_of_it(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night(web_requests=[request(i, kind="unknown") for i in MANY])

    weblog = gates.check(warehouse, "load_weblog", DAY, RUN)
    shop = gates.check(warehouse, "load_shop", DAY, RUN)

    assert not weblog.passed
    assert weblog.held_marts == WEB_MARTS
    assert weblog.held_entities == {"web_requests"}
    assert shop.passed
    assert not shop.held_marts


@pytest.mark.parametrize(
    ("entity", "marts"),
    [
        ("stores", {"dim_stores"}),
        ("campaign_contacts", {"fct_campaign_contacts"}),
        ("service_cases", {"fct_service_cases", "service_request_deadlines"}),
        ("web_events", WEB_MARTS),
    ],
)
def test_many_refused_rows_of_an_optional_entity_hold_what_is_made_of_it(
    warehouse: Warehouse, night: NightInRaw, entity: str, marts: set[str]
) -> None:
    night.add_night()
    night.add_batch(entity, loaded_count=98, quarantined_count=2)

    result = gates.check(warehouse, "load_shop", DAY, RUN)

    assert result.held_entities == {entity}
    assert result.held_marts == marts


def test_many_refused_merges_stop_the_night(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night()
    night.add_batch("customer_merges", loaded_count=98, quarantined_count=2)

    with pytest.raises(GateFailed, match="customer_merges"):
        gates.check(warehouse, "load_shop", DAY, RUN)


def test_an_event_of_the_future_holds_the_web_marts(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night()
    event = {"event_id": "e", "visitor_hash": "v", "occurred_at": LATE}
    night.add_rows("web_events", night.add_batch("web_events"), [event])

    result = gates.check(warehouse, "load_shop", DAY, RUN)

    assert result.held_entities == {"web_events"}


def suite_of_amounts(night: Night) -> ExpectationSuite:
    return ExpectationSuite(
        name="raw.orders",
        expectations=[
            gxe.ExpectColumnValuesToBeBetween(
                column="amount", min_value=0, description="No amount is negative."
            )
        ],
    )


@pytest.mark.parametrize("required", [True, False])
def test_a_table_that_is_not_there_is_named(
    warehouse: Warehouse, required: bool
) -> None:
    checks = (
        Check(
            "raw",
            "nowhere",
            None,
            ("order_id",),
            suite_of_amounts,
            required=required,
            holds=frozenset({"a_mart"}),
        ),
    )

    if required:
        with pytest.raises(GateFailed, match=r"raw\.nowhere: .*table is not there"):
            gates.check_tables(warehouse, "test", checks, DAY, RUN)
    else:
        result = gates.check_tables(warehouse, "test", checks, DAY, RUN)
        assert result.held_marts == {"a_mart"}


def test_a_column_that_is_not_there_is_named(warehouse: Warehouse) -> None:
    checks = (Check("raw", "orders", None, ("order_id",), suite_of_amounts),)

    with pytest.raises(GateFailed, match=r"raw\.orders\.amount: .*no such column"):
        gates.check_tables(warehouse, "test", checks, DAY, RUN)


def test_a_query_that_cannot_be_answered_is_no_broken_expectation(
    warehouse: Warehouse, night: NightInRaw
) -> None:
    night.add_night()

    def suite(night: Night) -> ExpectationSuite:
        return ExpectationSuite(
            name="raw.orders",
            expectations=[
                gxe.UnexpectedRowsExpectation(
                    unexpected_rows_query="select 1 from {batch} where 1 = customer_id",
                    description="A number is compared with a text.",
                )
            ],
        )

    checks = (Check("raw", "orders", None, ("order_id",), suite),)
    with pytest.raises(GateNotAnswered) as refused:
        gates.check_tables(warehouse, "test", checks, DAY, RUN)

    assert str(refused.value) == (
        "raw.orders: A number is compared with a text. UndefinedFunction"
    )
