"""Tables of `marts`: created once, widened without a reader's wait, never replaced."""

import time
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from warehouse.connection import Connection

if TYPE_CHECKING:
    from warehouse.publication import Mart

READERS = ("bi_reader", "marketing_reader")
# Readers who come while ALTER TABLE waits stand behind it, so it waits this long only,
LOCK_TIMEOUT = "100ms"
# and asks again after a pause, for five minutes.
PAUSE_SECONDS, ATTEMPTS = 2, 150
# Giving a table's empty end back to the disk takes a lock that readers wait for.
KEEP_EMPTY_END = " with (vacuum_truncate = off)"


class ReadersBusy(RuntimeError):
    """A query has held a mart for longer than a new column of it may wait."""


class ContractBroken(RuntimeError):
    """A published column would vanish or change its type under its readers."""


def columns_of(connection: Connection, schema: str, table: str) -> dict[str, str]:
    """Columns of a table in order, each with its type; empty when there is none."""
    rows = connection.execute(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = to_regclass(format('%%I.%%I', %s::text, %s::text))"
        " and attnum > 0 and not attisdropped order by attnum",
        [schema, table],
    )
    return dict(rows.fetchall())


def add_columns(connection: Connection, marts: Sequence["Mart"]) -> None:
    """Add the columns that marts have gained, each mart in its own transaction.

    The lock that ALTER TABLE needs is asked for briefly and again, so that readers
    never queue behind it, and no mart is locked while another one is waited for.

    Parameters
    ----------
    connection : Connection
        Of the publisher, with autocommit.

    Raises
    ------
    ContractBroken
        If a column was removed or retyped: that takes a migration.
    ReadersBusy
        If a mart could not be had for five minutes.
    """
    connection.execute("set role owner")
    for mart, columns in [(mart, _gained(connection, mart)) for mart in marts]:
        if columns:
            _widen(connection, mart, columns)


def _gained(connection: Connection, mart: "Mart") -> list[tuple[str, str]]:
    """Names and types of columns that a published mart lacks."""
    published = columns_of(connection, "marts", mart.name)
    if not published:
        return []
    built = columns_of(connection, "marts_next", mart.name)
    lost = [
        f"{name} ({kind})"
        for name, kind in published.items()
        if built.get(name) != kind
    ]
    if lost:
        raise ContractBroken(
            f"marts.{mart.name}: the model lacks or retypes published columns "
            f"{', '.join(lost)}; keep them, or write a migration"
        )
    return [(name, kind) for name, kind in built.items() if name not in published]


def _widen(
    connection: Connection, mart: "Mart", columns: Sequence[tuple[str, str]]
) -> None:
    statement = sql.SQL("alter table {} {}").format(
        sql.Identifier("marts", mart.name),
        sql.SQL(", ").join(
            sql.SQL("add column {} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in columns
        ),
    )
    connection.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
    for attempt in range(ATTEMPTS):
        try:
            with connection.transaction():
                connection.execute(statement)
                describe(connection, mart)
                grant(connection, mart)
                if mart.publish == "night":
                    _create_current_view(connection, mart)
            return
        except psycopg.errors.LockNotAvailable:
            if attempt < ATTEMPTS - 1:
                time.sleep(PAUSE_SECONDS)
    raise ReadersBusy(
        f"marts.{mart.name} gains columns, and queries have held it for "
        f"{ATTEMPTS * PAUSE_SECONDS} s: end them, or run this again later"
    )


def create_missing(connection: Connection, mart: "Mart", day: date) -> bool:
    """Create the mart's table, and tonight's partition; says whether it was new."""
    built = columns_of(connection, "marts_next", mart.name)
    is_new = not columns_of(connection, "marts", mart.name)
    if is_new:
        _create(connection, mart, built)
    if mart.publish == "night":
        _create_partition(connection, mart, day)
    if mart.is_with_permissions:
        _create_permitted_view(connection, mart)
    return is_new


def _create(connection: Connection, mart: "Mart", columns: dict[str, str]) -> None:
    table = sql.Identifier("marts", mart.name)
    connection.execute(
        sql.SQL("create table {} ({}, primary key ({})) {}").format(
            table,
            sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
                for name, kind in columns.items()
            ),
            sql.SQL(", ").join(map(sql.Identifier, mart.key)),
            sql.SQL(
                "partition by range (as_of_date)"
                if mart.publish == "night"
                else KEEP_EMPTY_END
            ),
        )
    )
    looked_up_by = mart.affected_key
    if mart.affected_from is not None:
        looked_up_by += (mart.affected_from,)
    if looked_up_by != mart.key[: len(looked_up_by)]:
        connection.execute(
            sql.SQL("create index on {} ({})").format(
                table, sql.SQL(", ").join(map(sql.Identifier, looked_up_by))
            )
        )
    if mart.publish == "periods":
        # those that hold are found by it, however long the history
        connection.execute(sql.SQL("create index on {} (valid_to)").format(table))
    describe(connection, mart)
    grant(connection, mart)
    if mart.publish == "night":
        _create_current_view(connection, mart)


def _create_partition(connection: Connection, mart: "Mart", day: date) -> None:
    """Attach the month's partition; ATTACH, unlike CREATE, lets readers go on."""
    first = day.replace(day=1)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    name = f"{mart.name}_{first:%Y_%m}"
    if columns_of(connection, "marts", name):
        return
    parts = {
        "mart": sql.Identifier("marts", mart.name),
        "partition": sql.Identifier("marts", name),
        "first": sql.Literal(first),
        "following": sql.Literal(following),
    }
    connection.execute(
        sql.SQL(
            "create table {partition} (like {mart} including all)" + KEEP_EMPTY_END
        ).format(**parts)
    )
    connection.execute(
        sql.SQL(
            "alter table {mart} attach partition {partition}"
            " for values from ({first}) to ({following})"
        ).format(**parts)
    )


def _create_current_view(connection: Connection, mart: "Mart") -> None:
    """The newest published night; as the reader, so that their rights hold."""
    view = f"{mart.name}_current"
    connection.execute(
        sql.SQL(
            "create or replace view {view} with (security_invoker = true) as"
            " select {columns} from {mart} as nights where nights.as_of_date ="
            " (select max(publications.as_of_date) from marts.publications"
            " where publications.mart = {name}"
            " and publications.status = 'published')"
        ).format(
            view=sql.Identifier("marts", view),
            mart=sql.Identifier("marts", mart.name),
            name=sql.Literal(mart.name),
            columns=sql.SQL(", ").join(
                sql.Identifier("nights", name)
                for name in columns_of(connection, "marts", mart.name)
            ),
        )
    )
    grant(connection, mart, view)


def _permitted(mart: "Mart") -> str:
    return f"{mart.name}_permitted"


def _create_permitted_view(connection: Connection, mart: "Mart") -> None:
    """The newest night with what each customer permits now, a row a channel.

    A view, since a consent withdrawn must not wait for the next mining.
    """
    if columns_of(connection, "marts", _permitted(mart)):
        return
    connection.execute(
        sql.SQL(
            "create view {view} with (security_invoker = true) as select shown.*,"
            " permissions.channel_code,"
            " coalesce(permissions.may_contact_day, false) as may_contact_day,"
            " coalesce(permissions.may_contact_night, false) as may_contact_night,"
            " permissions.since, permissions.reconfirm_by,"
            " coalesce(permissions.reason_code, 'never_asked') as reason_code"
            " from {current} as shown"
            " left join marts.customer_contact_permissions_current as permissions"
            " on shown.customer_id = permissions.customer_id"
        ).format(
            view=sql.Identifier("marts", _permitted(mart)),
            current=sql.Identifier("marts", f"{mart.name}_current"),
        )
    )
    grant(connection, mart, _permitted(mart))


def describe(connection: Connection, mart: "Mart") -> None:
    """Show the contract's descriptions in psql and BI tools."""
    for column, text in mart.descriptions.items():
        target = (
            sql.SQL("column {}").format(sql.Identifier("marts", mart.name, column))
            if column
            else sql.SQL("table {}").format(sql.Identifier("marts", mart.name))
        )
        connection.execute(
            sql.SQL("comment on {} is {}").format(target, sql.Literal(text))
        )


def grant(connection: Connection, mart: "Mart", relation: str | None = None) -> None:
    """Let readers select; columns of class quasi only those named for them."""
    columns = columns_of(connection, "marts", mart.name)
    table = sql.Identifier("marts", relation or mart.name)
    for reader in READERS:
        hidden = [
            column
            for column, readers in mart.column_readers.items()
            if reader not in readers
        ]
        if reader not in mart.readers:
            continue
        allowed: sql.Composable = sql.SQL("")
        if hidden:
            allowed = sql.SQL("({})").format(
                sql.SQL(", ").join(
                    sql.Identifier(column) for column in columns if column not in hidden
                )
            )
        connection.execute(
            sql.SQL("grant select {} on {} to {}").format(
                allowed, table, sql.Identifier(reader)
            )
        )
