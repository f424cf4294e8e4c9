"""Numbered DDL, applied once and in order; raw tables follow their entities."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from warehouse.connection import Connection, Warehouse
from warehouse.entity import Entity
from warehouse.raw_tables import create_raw_table
from warehouse.roles import (
    create_roles,
    refuse_roles_of_others,
    share_what_dbt_creates,
)

DDL = Path(__file__).parent / "ddl"


class MigrationError(RuntimeError):
    """The warehouse is not what the migrations expect."""


def migrate(warehouse: Warehouse, entities: Iterable[Entity]) -> list[str]:
    """Bring roles, schemas and raw tables up to date.

    Returns
    -------
    list of str
        Names of the migrations applied now.

    Raises
    ------
    MigrationError
        If a migration that was applied has been edited since.
    """
    with warehouse.connect("admin") as connection:
        # two starts at once must not both create
        connection.execute("select pg_advisory_xact_lock(1)")
        refuse_roles_of_others(connection, warehouse)
        create_roles(connection, warehouse)
        connection.execute("set role owner")
        applied = _applied(connection)
        done = []
        for path in sorted(DDL.glob("*.sql")):
            text = path.read_bytes()
            digest = hashlib.sha256(text).hexdigest()
            if path.name not in applied:
                connection.execute(text)
                connection.execute(
                    "insert into ledger.migrations values (%s, %s)",
                    [path.name, digest],
                )
                done.append(path.name)
            elif applied[path.name] != digest:
                raise MigrationError(
                    f"{path.name} was applied in another form than it has now; "
                    "restore the file and write a new migration instead"
                )
        for entity in entities:
            create_raw_table(connection, entity)
        connection.execute("reset role")
        share_what_dbt_creates(connection)
    return done


def _applied(connection: Connection) -> dict[str, str]:
    connection.execute("create schema if not exists ledger")
    connection.execute(
        "create table if not exists ledger.migrations"
        " (name text primary key, sha256 text not null,"
        " applied_at timestamptz not null default clock_timestamp())"
    )
    return dict(connection.execute("select name, sha256 from ledger.migrations"))
