"""A customer who is forgotten is out of the vault, and no reload brings them back."""

from collections.abc import Generator
from datetime import date

import pytest

from ingest.contract import CUSTOMERS, ORDERS
from tests.warehouse.told import KEY, Row, fill, reading, stamp, take_in
from warehouse import Warehouse
from warehouse.batches import store
from warehouse.connection import Connection
from warehouse.vault import Forgotten, forget

pytestmark = pytest.mark.postgres
DAY = date(2026, 3, 2)
COLUMNS = ["customer_id", "email", "customer_status"]
KIM = ("kim", "kim@example.com", "active", stamp(1))
LEE = ("lee", "lee@example.com", "active", stamp(1))


def vault(warehouse: Warehouse, query: str) -> list[Row]:
    with warehouse.connect("steward") as connection:
        return connection.execute(query.encode()).fetchall()


def in_vault(warehouse: Warehouse) -> list[Row]:
    return vault(warehouse, "select email from vault.customer_identifiers order by 1")


@pytest.fixture
def told(warehouse: Warehouse) -> Warehouse:
    """A warehouse that knows two customers."""
    take_in(warehouse, CUSTOMERS, COLUMNS, [KIM, LEE])
    return warehouse


def test_the_identifiers_of_one_customer_are_removed(told: Warehouse):
    assert forget(told, "kim", KEY) == Forgotten(("kim",), 1, 0)

    assert in_vault(told) == [("lee@example.com",)]


def test_what_stays_does_not_tell_who_was_forgotten(told: Warehouse):
    forget(told, "kim", KEY)

    ((line,),) = vault(told, "select f::text from vault.forgotten_customers as f")
    assert "kim" not in line


def test_neither_the_same_row_nor_a_later_version_comes_back(told: Warehouse):
    forget(told, "kim", KEY)
    moved = ("kim", "kim@elsewhere.example", "active", stamp(2))

    take_in(told, CUSTOMERS, COLUMNS, [KIM, LEE, moved], date(2026, 3, 2))

    assert in_vault(told) == [("lee@example.com",)]


def test_a_refused_row_of_the_customer_goes_and_stays_away(told: Warehouse):
    strange = ("kim", "kim@example.com", "sleeping", stamp(2))
    of_lee = ("lee", "lee@example.com", "sleeping", stamp(2))
    take_in(told, CUSTOMERS, COLUMNS, [strange, of_lee], date(2026, 3, 2))

    assert forget(told, "kim", KEY).refused_rows == 1
    counts = take_in(told, CUSTOMERS, COLUMNS, [strange, of_lee], date(2026, 3, 2))

    # counted as ever, but what it said is not kept
    assert counts.quarantined == 2
    assert vault(
        told,
        "select locator, convert_from(payload, 'UTF8') like '%@%'"
        " from vault.quarantine order by locator",
    ) == [("customer_id=kim", False), ("customer_id=lee", True)]


def test_a_refused_row_of_another_entity_that_names_the_customer_goes(told: Warehouse):
    order = ("1", "kim", None, stamp(2))
    take_in(told, ORDERS, ["order_id", "customer_id", "ordered_at"], [order])

    assert forget(told, "kim", KEY).refused_rows == 1


def test_what_a_source_told_in_its_own_form_of_the_customer_goes(told: Warehouse):
    columns = ["customer_id", "_refusal", "_told"]
    rows: list[Row] = [
        (who, "birth_date is no day", f'{{"Member No": "{who}"}}', stamp(2))
        for who in ("kim", "lee")
    ]
    lines = ["2026-03-02;kim;0", "2026-03-02;kimberley;kim-2;0"]

    def fill_in(connection: Connection) -> Generator[int]:
        for number, line in enumerate(lines):
            connection.execute(
                "insert into refused values (%(at)s, %(at)s, 'is no line', %(line)s)",
                {"at": f"members.csv:{number}", "line": line.encode()},
            )
        yield from fill(columns, rows)(connection)
        yield len(lines)

    with told.connect("loader") as connection:
        store(connection, reading(CUSTOMERS, DAY), ["customer_id"], fill_in, KEY)

    assert forget(told, "kim", KEY).refused_rows == 2
    assert vault(told, "select locator from vault.quarantine order by 1") == [
        ("customer_id=lee",),
        ("members.csv:1",),
    ]


def test_a_number_that_nobody_has_is_refused_and_leaves_no_trace(told: Warehouse):
    with pytest.raises(LookupError, match="no customer has the number 'kym'"):
        forget(told, "kym", KEY)

    assert vault(told, "select count(*) from vault.forgotten_customers") == [(0,)]
