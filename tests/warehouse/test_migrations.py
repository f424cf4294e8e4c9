"""Migrations are applied once, in their order, and never in another form."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.contract import ENTITIES
from tests import databases
from warehouse import Warehouse
from warehouse.migrations import DDL, MigrationError, migrate

pytestmark = pytest.mark.postgres
# fails if it is applied twice
NEW = "create table ledger.planted (number integer)"


@pytest.fixture
def ddl(tmp_path: Path) -> Path:
    """The numbered DDL, the test's own copy."""
    return Path(shutil.copytree(DDL, tmp_path / "ddl"))


@pytest.fixture
def empty(template: Warehouse) -> Iterator[Warehouse]:
    """A database that nothing was ever applied to."""
    here = replace(template, database="migrated")
    with databases.copied(here):
        yield here


def up_to_date(warehouse: Warehouse, folder: Path) -> list[str]:
    return migrate(warehouse, ENTITIES.values(), folder)


def touched(warehouse: Warehouse) -> list[tuple]:
    """Which transaction wrote each row of the catalogue that says what a column is."""
    with warehouse.connect("admin") as connection:
        return connection.execute(
            "select attrelid::regclass::text, attname, pg_attribute.xmin::text"
            " from pg_attribute inner join pg_class on attrelid = pg_class.oid"
            " where relnamespace in ('raw'::regnamespace, 'ledger'::regnamespace)"
            " order by 1, 2"
        ).fetchall()


def test_an_empty_database_gets_every_migration_in_the_order_of_their_numbers(
    empty: Warehouse, ddl: Path
):
    (ddl / "9999-planted.sql").write_text(NEW)

    assert up_to_date(empty, ddl) == [
        *sorted(path.name for path in DDL.glob("*.sql")),
        "9999-planted.sql",
    ]


def test_a_new_migration_is_applied_once(warehouse: Warehouse, ddl: Path):
    (ddl / "9999-planted.sql").write_text(NEW)

    assert up_to_date(warehouse, ddl) == ["9999-planted.sql"]
    before = touched(warehouse)
    assert up_to_date(warehouse, ddl) == []
    assert touched(warehouse) == before


def test_a_migration_that_fails_leaves_nothing_of_itself(
    warehouse: Warehouse, ddl: Path
):
    (ddl / "9998-planted.sql").write_text(NEW)
    (ddl / "9999-wrong.sql").write_text("select 1 / 0;")

    with pytest.raises(Exception, match="division by zero"):
        up_to_date(warehouse, ddl)

    (ddl / "9999-wrong.sql").unlink()
    assert up_to_date(warehouse, ddl) == ["9998-planted.sql"]


def test_a_migration_that_was_edited_is_refused(warehouse: Warehouse, ddl: Path):
    first = min(ddl.glob("*.sql"))
    first.write_text(first.read_text() + "-- edited\n")

    with pytest.raises(MigrationError, match=f"{first.name} was applied in another"):
        up_to_date(warehouse, ddl)


def test_a_migration_numbered_before_an_applied_one_is_refused(
    warehouse: Warehouse, ddl: Path
):
    (ddl / "0001-a-late-one.sql").write_text(NEW)

    with pytest.raises(MigrationError, match="give the new migration the next number"):
        up_to_date(warehouse, ddl)


def test_a_warehouse_of_a_newer_release_is_refused(warehouse: Warehouse, ddl: Path):
    (ddl / "9999-planted.sql").write_text(NEW)
    up_to_date(warehouse, ddl)

    with pytest.raises(MigrationError, match=r"has had 9999-planted\.sql, which this"):
        up_to_date(warehouse, DDL)
