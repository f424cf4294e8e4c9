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


def migrate(
    warehouse: Warehouse, entities: Iterable[Entity], folder: Path = DDL
) -> list[str]:
    """Bring roles, schemas and raw tables up to date.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `admin`.
    entities : iterable of Entity
        Each has a table in `raw`.
    folder : Path
        Where the numbered DDL is.

    Returns
    -------
    list of str
        Names of the migrations applied now.

    Raises
    ------
    MigrationError
        If a migration that was applied has been edited since, is missing here, or
        a new one would come before it.
    """
    with warehouse.connect("admin") as connection:
        # two starts at once must not both create
        connection.execute("select pg_advisory_xact_lock(1)")
        refuse_roles_of_others(connection, warehouse)
        create_roles(connection, warehouse)
        connection.execute("set role owner")
        applied = _applied(connection)
        done = _apply_ddl(connection, applied, folder)
        for entity in entities:
            # a table that is as it should be is not touched: even to look whether a
            # column is missing would take a lock that a night at work waits behind
            digest = hashlib.sha256(repr(entity).encode()).hexdigest()
            if applied.get(f"raw.{entity.name}") != digest:
                create_raw_table(connection, entity)
                _remember(connection, f"raw.{entity.name}", digest)
        connection.execute("reset role")
        share_what_dbt_creates(connection)
    return done


def _apply_ddl(
    connection: Connection, applied: dict[str, str], folder: Path
) -> list[str]:
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.sql"))}
    before = [name for name in applied if name.endswith(".sql")]
    if unknown := sorted(set(before) - files.keys()):
        raise MigrationError(
            f"this warehouse has had {', '.join(unknown)}, which this release does not "
            "know: a newer one has used it. Go on with that one, or restore a dump "
            "made before it"
        )
    done = []
    for name, text in files.items():
        digest = hashlib.sha256(text).hexdigest()
        if name not in applied:
            if before and name < max(before):
                raise MigrationError(
                    f"{name} is new, but {max(before)} has been applied already; "
                    "give the new migration the next number"
                )
            connection.execute(text)
            _remember(connection, name, digest)
            done.append(name)
        elif applied[name] != digest:
            raise MigrationError(
                f"{name} was applied in another form than it has now; "
                "restore the file and write a new migration instead"
            )
    return done


def _applied(connection: Connection) -> dict[str, str]:
    connection.execute("create schema if not exists ledger")
    connection.execute(
        "create table if not exists ledger.migrations"
        " (name text primary key, sha256 text not null,"
        " applied_at timestamptz not null default clock_timestamp())"
    )
    return dict(connection.execute("select name, sha256 from ledger.migrations"))


def _remember(connection: Connection, name: str, digest: str) -> None:
    connection.execute(
        "insert into ledger.migrations (name, sha256) values (%s, %s)"
        " on conflict (name) do update set sha256 = excluded.sha256,"
        " applied_at = clock_timestamp()",
        [name, digest],
    )
