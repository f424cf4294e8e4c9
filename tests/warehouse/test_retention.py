"""What leaves the warehouse, and what must not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from psycopg import sql

from ingest.contract import (
    CUSTOMERS,
    ENTITIES,
    ORDERS,
    STORES,
    WEB_EVENTS,
    WEB_REQUESTS,
)
from tests.warehouse.told import Row, stamp, take_in
from warehouse import Warehouse, retention
from warehouse.connection import Connection

pytestmark = pytest.mark.postgres
FLOOR = date(2026, 3, 10)
FLOOR_AT = datetime(2026, 3, 10, tzinfo=UTC)
ORDER = ["order_id", "customer_id", "ordered_at"]


def ask(warehouse: Warehouse, query: str) -> list[Row]:
    with warehouse.connect("admin") as connection:
        return connection.execute(query.encode()).fetchall()


def raise_to(warehouse: Warehouse, floor: date, *, followed: bool = True) -> None:
    """Raise the floor, and let the marts follow it."""
    with warehouse.connect("admin") as connection:
        begins = datetime.combine(floor, datetime.min.time(), UTC)
        retention.raise_floor(connection, floor, begins, floor)
        if followed:
            connection.execute("update ledger.raw_floors set build_id = 1")


def clear(warehouse: Warehouse) -> int:
    with warehouse.connect("admin") as connection:
        return retention.clear_below_floor(connection, ENTITIES.values())


def test_of_an_order_the_last_version_before_the_floor_stays(warehouse: Warehouse):
    versions = [("1", buyer, stamp(1), stamp(day)) for day, buyer in
                ((2, "a"), (5, "b"), (9, "c"), (11, "d"), (12, "e"))]  # fmt: skip
    take_in(warehouse, ORDERS, ORDER, versions)
    raise_to(warehouse, FLOOR)

    assert clear(warehouse) == 2
    assert ask(warehouse, "select customer_id from raw.orders order by 1") == [
        ("c",), ("d",), ("e",)
    ]  # fmt: skip


def test_a_row_that_no_other_replaced_stays_however_old(warehouse: Warehouse):
    take_in(warehouse, ORDERS, ORDER, [("1", "a", stamp(1), stamp(1))])
    raise_to(warehouse, FLOOR)

    assert clear(warehouse) == 0


def test_what_a_held_batch_replaced_stays(warehouse: Warehouse):
    take_in(warehouse, ORDERS, ORDER, [("1", "a", stamp(1), stamp(1))])
    take_in(
        warehouse, ORDERS, ORDER, [("1", "b", stamp(1), stamp(2))], date(2026, 3, 2)
    )
    with warehouse.connect("admin") as connection:
        connection.execute("update ledger.batches set is_held = batch_id = 2")
    raise_to(warehouse, FLOOR)

    assert clear(warehouse) == 0


def test_every_version_of_a_customer_stays_for_the_dimension(warehouse: Warehouse):
    versions = [("kim", f"city {day}", stamp(day)) for day in (1, 2, 3)]
    take_in(warehouse, CUSTOMERS, ["customer_id", "district"], versions)
    raise_to(warehouse, FLOOR)

    assert clear(warehouse) == 0


def test_a_closed_store_keeps_its_last_words_and_its_end(warehouse: Warehouse):
    many = {str(number): f"store {number}" for number in range(40)}
    fewer = {key: name for key, name in many.items() if key != "7"}
    for day, told in ((1, many), (2, many | {"7": "renamed"}), (3, fewer)):
        rows = [(key, name, stamp(day, 0)) for key, name in told.items()]
        columns = ["store_id", "store_name"]
        take_in(warehouse, STORES, columns, rows, date(2026, 3, day), "full")
    raise_to(warehouse, FLOOR)

    assert clear(warehouse) == 1
    assert ask(
        warehouse,
        "select store_name, _is_deleted from raw.stores where store_id = '7'"
        " order by _source_stamp",
    ) == [("renamed", False), (None, True)]


def request(number: int, day: int, visitor: str, login: str | None = None) -> Row:
    at = stamp(day)
    return ("file", number, visitor, login, "human", at, at)


REQUEST = [
    "file_hash", "line_number", "visitor_hash", "customer_id", "kind", "requested_at"
]  # fmt: skip


def test_of_a_visitor_the_login_stays_by_which_later_visits_are_known(
    warehouse: Warehouse,
):
    lines = [
        request(1, 1, "v", "kim"),
        request(2, 2, "v", "lee"),
        request(3, 3, "v", "lee"),
        request(4, 4, "v"),
        request(5, 5, "w"),
        request(6, 9, "w"),
        request(7, 10, "w"),
    ]
    take_in(warehouse, WEB_REQUESTS, REQUEST, lines, mode="log")
    raise_to(warehouse, FLOOR)

    # the day before the floor stays: a visit may go on over midnight
    assert clear(warehouse) == 4
    assert ask(warehouse, "select line_number from raw.web_requests order by 1") == [
        (2,), (6,), (7,)
    ]  # fmt: skip


def test_an_event_and_a_confirmed_order_keep_a_visitor_known(warehouse: Warehouse):
    def event(number: int, day: int, told: dict[str, str]) -> Row:
        at = stamp(day)
        columns = ("customer_id", "order_id", "page_code")
        return (f"e{number}", "v", *map(told.get, columns), at, at)

    columns = [
        "event_id", "visitor_id", "customer_id", "order_id", "page_code", "occurred_at"
    ]  # fmt: skip
    take_in(warehouse, WEB_EVENTS, columns, [
        event(1, 1, {"page_code": "cart"}),
        event(2, 2, {"order_id": "o1"}),
        event(3, 4, {"customer_id": "lee"}),
        event(4, 9, {"page_code": "cart"}),
    ], date(2026, 3, 9))  # fmt: skip
    with warehouse.connect("admin") as connection:
        ((visitor,),) = connection.execute(
            "select distinct visitor_hash from raw.web_events"
        )
    lines = [
        request(1, 1, visitor, "kim"),
        request(2, 3, visitor, "kim"),
        request(3, 5, visitor, "kim"),
        request(4, 6, visitor, "kim"),
    ]
    take_in(warehouse, WEB_REQUESTS, REQUEST, lines, mode="log")
    raise_to(warehouse, FLOOR)

    # kim logged in, after lee: that is the last word; whose o1 is may still change
    assert clear(warehouse) == 5
    assert ask(
        warehouse,
        "select event_id from raw.web_events"
        " union all select line_number::text from raw.web_requests order by 1",
    ) == [("3",), ("e2",), ("e4",)]


def test_nothing_goes_before_the_marts_follow(warehouse: Warehouse):
    versions = [
        ("1", buyer, stamp(1), stamp(day)) for day, buyer in ((2, "a"), (3, "b"))
    ]
    take_in(warehouse, ORDERS, ORDER, versions)
    raise_to(warehouse, FLOOR, followed=False)

    assert clear(warehouse) == 0
    assert ask(warehouse, "select removed_count from ledger.raw_floors") == [(None,)]


def test_a_floor_is_raised_once_and_never_lowered(warehouse: Warehouse):
    raise_to(warehouse, FLOOR)
    raise_to(warehouse, FLOOR)
    raise_to(warehouse, FLOOR - timedelta(days=30))

    assert ask(warehouse, "select floor_date from ledger.raw_floors") == [(FLOOR,)]
    with warehouse.connect("loader") as connection:
        assert retention.floor(connection) == (FLOOR, FLOOR_AT)


def test_old_nights_go_and_ends_of_months_stay(warehouse: Warehouse):
    nights = [date(2026, 1, 1) + timedelta(days=n) for n in range(70)]
    with warehouse.connect("admin") as connection:
        _mine(connection, nights)
        table = sql.Identifier("mined", "customer_segments")

        assert retention.remove_old_nights(connection, table, 10) == 70 - 10 - 2
        kept = connection.execute(
            "select as_of_date from mined.customer_segments order by 1"
        ).fetchall()

    assert [day for (day,) in kept] == [
        date(2026, 1, 31), date(2026, 2, 28), *nights[-10:]
    ]  # fmt: skip


def _mine(connection: Connection, nights: list[date]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into mined.customer_segments values"
            " (%s, 'kim', 1, 1, 1, 1, 1, 1, 'loyal', 'A', 'loyal', null, null)",
            [(night,) for night in nights],
        )


def test_refused_rows_expire_by_the_night_that_refused_them(warehouse: Warehouse):
    for day in (1, 2, 3):
        refused = (None, "a", stamp(day), stamp(day))
        take_in(warehouse, ORDERS, ORDER, [refused], date(2026, 3, day))

    with warehouse.connect("admin") as connection:
        assert retention.expire_quarantine(connection, date(2026, 3, 3)) == 2
    assert ask(warehouse, "select count(*) from vault.quarantine") == [(1,)]
    # the ledger goes on knowing how many there were
    assert ask(warehouse, "select sum(quarantined_count)::int from ledger.batches") == [
        (3,)
    ]
