"""Refused rows: read again, accepted as refused, or still open."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from ingest.contract import ORDERS, STORES
from tests.warehouse.told import KEY, Row, fill, reading, stamp, take_in
from warehouse import Warehouse, quarantine
from warehouse.batches import Counts, store
from warehouse.entity import Check, Entity

pytestmark = pytest.mark.postgres

DAY = date(2026, 3, 1)
ORDER = ["order_id", "customer_id", "ordered_at"]
# today's contract, and one that was stricter when the rows came
STRICT = replace(
    ORDERS, checks=(Check("from kiosk 9", "customer_id = 'kiosk 9'", ("customer_id",)),)
)
ROWS: list[Row] = [
    ("1", "a", stamp(1), stamp(1)),
    ("2", "kiosk 9", stamp(1), stamp(1)),
    ("3", "kiosk 9", stamp(9), stamp(1)),  # later than today's rules allow
]


def ask(warehouse: Warehouse, query: str) -> list[Row]:
    with warehouse.connect("auditor") as connection:
        return connection.execute(query.encode()).fetchall()


def retry(warehouse: Warehouse, entity: Entity = ORDERS) -> Counts:
    with warehouse.connect("loader") as connection:
        return quarantine.retry(connection, entity, DAY, uuid4(), KEY)


def accept(warehouse: Warehouse, why: str) -> int:
    with warehouse.connect("loader") as connection:
        return quarantine.accept(connection, "orders", DAY, why)


def open_rows(warehouse: Warehouse) -> list[Row]:
    """What the gate counts: of the source's own readings, what is not settled."""
    return ask(
        warehouse,
        "select quarantined_count - settled_count from ledger.batches"
        " where not is_retry order by batch_id",
    )


def test_a_retry_takes_in_what_the_rules_of_today_allow(warehouse: Warehouse):
    take_in(warehouse, STRICT, ORDER, ROWS)

    assert retry(warehouse) == Counts(2, 1, 1, 0)
    assert ask(warehouse, "select order_id from raw.orders order by 1") == [
        ("1",),
        ("2",),
    ]
    assert open_rows(warehouse) == [(1,)]
    with warehouse.connect("auditor") as connection:
        told = [
            (heap.reason, heap.open_count, heap.retried_count)
            for heap in quarantine.heaps(connection)
        ]
    assert told == [
        ("ordered_at lies more than a day after the batch's business date", 1, 0),
        ("from kiosk 9", 0, 2),
    ]


def test_a_row_taken_in_by_a_retry_is_the_row_that_the_source_told(
    warehouse: Warehouse,
):
    take_in(warehouse, STRICT, ORDER, ROWS[:2])
    retry(warehouse)

    assert take_in(warehouse, ORDERS, ORDER, ROWS[:2]) == Counts(2, 0, 0, 2)


def test_a_retry_under_the_same_rules_leaves_the_rows_open(warehouse: Warehouse):
    take_in(warehouse, STRICT, ORDER, ROWS)

    assert retry(warehouse, STRICT) == Counts(2, 0, 2, 0)
    assert open_rows(warehouse) == [(2,)]
    assert retry(warehouse) == Counts(2, 1, 1, 0)
    assert open_rows(warehouse) == [(1,)]


def test_accepted_rows_stay_accepted_when_they_are_told_again(warehouse: Warehouse):
    take_in(warehouse, STRICT, ORDER, ROWS)

    assert accept(warehouse, "the kiosk was tested") == 2
    take_in(warehouse, STRICT, ORDER, ROWS)

    assert open_rows(warehouse) == [(0,), (0,)]
    assert retry(warehouse) == Counts(0, 0, 0, 0)
    assert ask(
        warehouse, "select distinct settled_as, settled_why from vault.quarantine"
    ) == [("accepted", "the kiosk was tested")]


def test_what_a_retry_refused_can_be_accepted(warehouse: Warehouse):
    take_in(warehouse, STRICT, ORDER, ROWS)
    retry(warehouse)

    assert accept(warehouse, "a clock that was wrong") == 1
    assert open_rows(warehouse) == [(0,)]


def test_a_retry_of_a_full_reading_deletes_nothing(warehouse: Warehouse):
    columns = ["store_id", "store_name"]
    strict = replace(
        STORES, checks=(Check("a kiosk", "store_name = 'Kiosk'", ("store_name",)),)
    )
    rows: list[Row] = [(str(n), "Branch", stamp(1, 0)) for n in range(30)]
    take_in(
        warehouse, strict, columns, [*rows, ("9k", "Kiosk", stamp(1, 0))], mode="full"
    )

    assert retry(warehouse, STORES) == Counts(1, 1, 0, 0)
    assert ask(warehouse, "select count(*), bool_or(_is_deleted) from raw.stores") == [
        (31, False)
    ]


def test_a_row_that_no_rule_of_ours_refused_is_left_to_its_source(
    warehouse: Warehouse,
):
    row = ("1", "a", None, "ordered_at is no time", '{"sold": "soon"}', stamp(1))
    with warehouse.connect("loader") as connection:
        store(
            connection,
            reading(ORDERS, DAY),
            ORDER,
            fill([*ORDER, "_refusal", "_told"], [row]),
            KEY,
        )

    assert retry(warehouse) == Counts(0, 0, 0, 0)
    assert open_rows(warehouse) == [(1,)]


def test_rows_are_shown_with_what_they_said(warehouse: Warehouse):
    take_in(warehouse, STRICT, ORDER, ROWS)

    first, second = quarantine.rows(warehouse, "orders", DAY, limit=10)

    assert (first.locator, first.reason) == ("order_id=2", "from kiosk 9")
    assert b'"customer_id": "kiosk 9"' in second.payload
    with pytest.raises(LookupError, match="nothing of orders was refused"):
        quarantine.rows(warehouse, "orders", date(2026, 3, 2), limit=10)
