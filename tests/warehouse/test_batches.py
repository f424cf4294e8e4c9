"""Batches on a real PostgreSQL: every row ends in one place, and once."""

import hashlib
import itertools
from collections.abc import Generator
from dataclasses import replace
from datetime import date

import psycopg
import pytest

from ingest.contract import CUSTOMERS, ORDER_LINES, ORDERS, STORES
from tests.warehouse.told import KEY, Row, fill, reading, stamp, take_in
from warehouse import Warehouse
from warehouse.batches import Counts, store
from warehouse.connection import Connection
from warehouse.full_reading import ImplausibleReading

pytestmark = pytest.mark.postgres


def raw(warehouse: Warehouse, query: str) -> list[Row]:
    with warehouse.connect("auditor") as connection:
        return connection.execute(query).fetchall()


ORDER = ["order_id", "customer_id", "ordered_at"]


def test_rows_told_again_are_already_known(warehouse):
    rows = [("1", "a", stamp(1), stamp(1)), ("2", "b", stamp(1), stamp(1))]

    assert take_in(warehouse, ORDERS, ORDER, rows) == Counts(2, 2, 0, 0)
    assert take_in(warehouse, ORDERS, ORDER, rows) == Counts(2, 0, 0, 2)
    assert raw(warehouse, "select count(*) from raw.orders") == [(2,)]


def test_two_versions_in_one_batch_are_both_kept(warehouse):
    rows = [("1", "a", stamp(1), stamp(1)), ("1", "b", stamp(1), stamp(1, 13))]

    assert take_in(warehouse, ORDERS, ORDER, rows).loaded == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(
            (None, "a", stamp(1), stamp(1)), "order_id is empty", id="null key"
        ),
        pytest.param(
            ("", "a", stamp(1), stamp(1)), "order_id is empty", id="empty key"
        ),
        pytest.param(("1", "a", None, stamp(1)), "ordered_at is empty", id="no moment"),
        pytest.param(
            ("1", "a", stamp(1), None), "its time stamp is empty", id="no stamp"
        ),
        pytest.param(
            ("1", "a", "0001-01-01", stamp(1)),
            "ordered_at lies outside the years 1900 to 2200",
            id="year 1",
        ),
        pytest.param(
            ("1", "a", "infinity", stamp(1)),
            "ordered_at lies outside the years 1900 to 2200",
            id="infinity",
        ),
        pytest.param(
            ("1", "a", stamp(9), stamp(1)),
            "ordered_at lies more than a day after the batch's business date",
            id="future",
        ),
    ],
)
def test_a_row_that_cannot_be_is_quarantined_with_its_reason(warehouse, row, reason):
    good = ("good", "a", stamp(1), stamp(1))

    assert take_in(warehouse, ORDERS, ORDER, [row, good]) == Counts(2, 1, 1, 0)
    assert raw(warehouse, "select reason from vault.quarantine") == [(reason,)]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e12"])
def test_a_number_that_is_no_amount_is_quarantined(warehouse, number):
    columns = [*ORDER, "shipping_amount"]
    rows = [("1", "a", stamp(1), number, stamp(1))]

    assert take_in(warehouse, ORDERS, columns, rows).quarantined == 1


def noise(letters: int) -> str:
    """Text that no index can compress."""
    blocks = (hashlib.sha512(str(n).encode()).hexdigest() for n in itertools.count())
    return "".join(itertools.islice(blocks, letters // 128 + 1))[:letters]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((noise(501), "a", stamp(1), stamp(1)), "order_id is longer than 500 bytes"),
        (("1", noise(10 << 20), stamp(1), stamp(1)), "customer_id is longer than 500"),
        (("1", "가" * 167, stamp(1), stamp(1)), "customer_id is longer than 500"),
    ],
)
def test_a_number_that_no_index_can_hold_is_quarantined(warehouse, row, reason):
    neighbour = (noise(500), noise(500), stamp(1), stamp(1))

    counts = take_in(warehouse, ORDERS, ORDER, [row, neighbour])

    assert (counts.loaded, counts.quarantined) == (1, 1)
    query = "select locator, reason from vault.quarantine"
    ((locator, told),) = raw(warehouse, query)
    assert told.startswith(reason)
    assert len(locator) < 120


def test_a_text_of_ten_megabytes_arrives_as_it_was(warehouse):
    name = noise(10 << 20)

    take_in(warehouse, STORES, ["store_id", "store_name"], [("1", name, stamp(1))])

    assert raw(warehouse, "select store_name from raw.stores") == [(name,)]


def test_one_key_told_twice_with_one_stamp_is_quarantined_and_neighbours_load(
    warehouse,
):
    rows = [
        ("1", "a", stamp(1), stamp(1)),
        ("1", "b", stamp(1), stamp(1)),
        ("2", "c", stamp(1), stamp(1)),
    ]

    assert take_in(warehouse, ORDERS, ORDER, rows) == Counts(3, 1, 2, 0)
    assert raw(warehouse, "select order_id from raw.orders") == [("2",)]


def test_a_refused_row_told_every_night_lies_in_quarantine_once(warehouse):
    rows = [(None, "a", stamp(1), stamp(1))]
    take_in(warehouse, ORDERS, ORDER, rows)

    assert take_in(warehouse, ORDERS, ORDER, rows).quarantined == 1
    assert raw(
        warehouse, "select count(*) from (select locator from vault.quarantine) q"
    ) == [(1,)]


def test_a_row_told_twice_in_one_batch_is_stored_once_and_known_once(warehouse):
    same, other = ("1", "a", stamp(1), stamp(1)), ("2", "b", stamp(1), stamp(1))

    assert take_in(warehouse, ORDERS, ORDER, [same, other, same]) == Counts(3, 2, 0, 1)
    assert take_in(warehouse, ORDERS, ORDER, [same, other, same]) == Counts(3, 0, 0, 3)


def test_rows_of_two_parts_of_a_batch_contradict_and_repeat_one_another(warehouse):
    said, otherwise = ("1", "a", stamp(1), stamp(1)), ("1", "b", stamp(1), stamp(1))
    same = ("2", "c", stamp(1), stamp(1))

    def fill_parts(connection: Connection) -> Generator[int]:
        yield from fill(ORDER, [said, same])(connection)
        yield from fill(ORDER, [same, otherwise])(connection)

    with warehouse.connect("loader") as connection:
        day = date(2026, 3, 1)
        counts = store(connection, reading(ORDERS, day), ORDER, fill_parts, KEY)

    assert counts == Counts(4, 1, 2, 1)
    assert raw(warehouse, "select order_id from raw.orders") == [("2",)]


def test_a_sample_takes_the_same_customers_everywhere_with_all_their_rows(warehouse):
    numbers = [str(number) for number in range(200)]
    wanted = {
        number
        for number in numbers
        if int(hashlib.md5(number.encode()).hexdigest()[:7], 16) % 10_000 < 1_000
    }
    day = reading(CUSTOMERS, date(2026, 3, 1)).business_date
    batches = [
        (CUSTOMERS, ["customer_id"], [(each, stamp(1)) for each in numbers]),
        (
            ORDERS,
            ORDER,
            # the buyer of a hundred orders more is unknown
            [(f"R{each}", each, stamp(1), stamp(1)) for each in numbers]
            + [(f"N{each}", None, stamp(1), stamp(1)) for each in numbers[:100]],
        ),
        (
            ORDER_LINES,
            ["order_id", "line_id", "product_id", "quantity", "net_amount"],
            [(f"R{each}", "1", "P1", 1, 9, stamp(1)) for each in numbers],
        ),
        (STORES, ["store_id"], [("S1", stamp(1))]),
    ]

    for entity, columns, rows in batches:
        part = replace(reading(entity, day), sample=0.1)
        with warehouse.connect("loader") as connection:
            counts = store(connection, part, columns, fill(columns, rows), KEY)
        expected = 1 if entity is STORES else len(wanted)
        assert counts == Counts(expected, expected, 0, 0), entity.name

    told = "select {} from raw.{}"
    assert {id for (id,) in raw(warehouse, told.format("customer_id", "orders"))} == (
        wanted
    )
    assert {id for (id,) in raw(warehouse, told.format("order_id", "order_lines"))} == {
        f"R{each}" for each in wanted
    }
    assert 5 < len(wanted) < 40


def test_the_ledger_refuses_counts_that_do_not_sum(warehouse):
    def lies(connection: Connection) -> Generator[int]:
        yield from fill(ORDER, [("1", "a", stamp(1), stamp(1))])(connection)
        yield 1

    with (
        pytest.raises(
            psycopg.errors.CheckViolation, match="every_row_is_accounted_for"
        ),
        warehouse.connect("loader") as connection,
    ):
        store(connection, reading(ORDERS, date(2026, 3, 1)), ORDER, lies, KEY)
    assert raw(warehouse, "select count(*) from raw.orders") == [(0,)]


def test_identifiers_go_to_the_vault_and_their_keyed_hash_to_raw(warehouse):
    columns = ["customer_id", "email", "birth_date"]
    rows = [("1", " Kim@Example.com ", date(1980, 5, 17), stamp(1))]
    take_in(warehouse, CUSTOMERS, columns, rows)

    ((line,),) = raw(warehouse, "select to_jsonb(customers)::text from raw.customers")
    assert "kim" not in line.lower()
    assert "1980-05-17" not in line
    # RFC 2104 by Python's own hmac
    import hmac

    expected = hmac.digest(KEY.key, b"kim@example.com", "sha256").hex()
    assert raw(warehouse, "select birth_year, email_hash from raw.customers") == [
        (1980, expected)
    ]
    with warehouse.connect("steward") as connection:
        kept = connection.execute(
            "select email from vault.customer_identifiers"
        ).fetchall()
    assert kept == [(" Kim@Example.com ",)]


def test_the_vault_keeps_the_latest_told_identifier_whatever_the_order(warehouse):
    columns = ["customer_id", "email"]
    take_in(
        warehouse,
        CUSTOMERS,
        columns,
        [("1", "new@example.com", stamp(2))],
        date(2026, 3, 2),
    )
    take_in(warehouse, CUSTOMERS, columns, [("1", "old@example.com", stamp(1))])

    with warehouse.connect("steward") as connection:
        kept = connection.execute(
            "select email from vault.customer_identifiers"
        ).fetchall()
    assert kept == [("new@example.com",)]


STORE = ["store_id", "store_name"]
# what staging calls the latest version
STATE = """
    select distinct on (store_id) store_id, store_name, _is_deleted from raw.stores
    order by store_id, _source_stamp desc, _occurrence desc, _content_hash desc
"""


def read_stores(warehouse: Warehouse, day: int, names: dict[str, str]) -> Counts:
    rows = [(store_id, name, stamp(day, 0)) for store_id, name in names.items()]
    return take_in(warehouse, STORES, STORE, rows, date(2026, 3, day), "full")


def living(warehouse: Warehouse) -> list[Row]:
    return raw(
        warehouse,
        f"select store_id, store_name from ({STATE}) as state where not _is_deleted",
    )


MANY = {str(number): f"store {number}" for number in range(100, 140)}


def test_a_full_reading_stores_its_difference_and_infers_deletes(warehouse):
    read_stores(warehouse, 1, MANY)
    fewer = {**MANY, "100": "renamed"}
    del fewer["101"]

    assert read_stores(warehouse, 2, fewer) == Counts(39, 1, 0, 38, deleted=1)
    assert dict(living(warehouse)) == fewer


def test_a_row_that_is_told_and_refused_is_not_gone(warehouse):
    read_stores(warehouse, 1, MANY)
    names = [*MANY.items(), ("100", "another name"), ("101", "another name")]
    rows = [(store_id, name, stamp(2, 0)) for store_id, name in names]

    counts = take_in(warehouse, STORES, STORE, rows, date(2026, 3, 2), "full")

    assert counts == Counts(42, 0, 4, 38)  # both of a pair are refused
    assert dict(living(warehouse)) == MANY


def test_full_readings_in_the_wrong_order_end_as_in_order(warehouse):
    first = MANY
    second = {**MANY, "100": "renamed", "900": "opened"}
    third = {**MANY, "900": "opened and renamed"}
    del third["102"]
    for day, state in ((1, first), (3, third), (2, second)):
        read_stores(warehouse, day, state)

    assert dict(living(warehouse)) == third


def test_what_an_earlier_reading_tells_later_does_not_come_back_to_life(warehouse):
    read_stores(warehouse, 1, MANY)
    read_stores(warehouse, 3, MANY)
    read_stores(warehouse, 2, {**MANY, "900": "open for a day"})

    assert dict(living(warehouse)) == MANY


def test_of_two_full_readings_of_one_date_the_later_wins(warehouse):
    read_stores(warehouse, 1, MANY)
    read_stores(warehouse, 1, {**MANY, "100": "renamed"})
    read_stores(warehouse, 1, MANY)

    assert dict(living(warehouse)) == MANY


def test_one_row_of_a_small_table_may_always_be_deleted(warehouse):
    read_stores(warehouse, 1, {"100": "one", "101": "other", "102": "third"})
    read_stores(warehouse, 2, {"100": "one", "101": "other"})

    assert dict(living(warehouse)) == {"100": "one", "101": "other"}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        pytest.param({}, "gave no row", id="empty"),
        pytest.param(
            dict(list(MANY.items())[:30]), "10 of 40 rows are gone", id="cut short"
        ),
    ],
)
def test_a_full_reading_that_lost_too_much_is_refused_whole(warehouse, told, message):
    read_stores(warehouse, 1, MANY)

    with pytest.raises(ImplausibleReading, match=message):
        read_stores(warehouse, 2, told)
    assert dict(living(warehouse)) == MANY
    assert raw(warehouse, "select count(*) from ledger.batches") == [(1,)]
