"""Publishing: what dbt built and the gate passed becomes what readers see.

One transaction over all marts of a stage changes the rows that differ and nothing
else, in permanent tables: readers see the old night or the new one, and whatever
users hang on a mart (views, grants, policies) stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal
from uuid import UUID, uuid4

from psycopg import sql

from warehouse import mart_tables, periods
from warehouse.column_names import names, same
from warehouse.connection import Connection, Warehouse, is_empty
from warehouse.ledger import end_build
from warehouse.retention import remove_old_nights

# a month and a few nights to compare with it
NIGHTS_KEPT = 35


@dataclass(frozen=True, slots=True)
class Mart:
    """One mart, as its dbt model declares it.

    Parameters
    ----------
    name : str
        Table in `marts_next` and in `marts`.
    key : tuple of str
        Primary key.
    publish : {'keys', 'difference', 'night', 'periods'}
        ``keys``: compare the rows of the affected keys; ``difference``: all rows;
        ``night``: those of one ``as_of_date``; ``periods``: put the night into the
        periods of each key, see `warehouse.periods`.
    affected : str, optional
        Table of `marts_next` that lists the affected keys.
    affected_key : tuple of str
        Columns of such a key, in both.
    affected_from : str, optional
        Column of the mart: of an affected key only rows from the key's
        ``affected_from`` on are affected.
    is_with_permissions : bool
        Whether readers also get the newest night joined with who may be contacted.
    readers : tuple of str
        Roles that may select.
    column_readers : mapping of str to tuple of str
        Roles that may select a column of class quasi.
    descriptions : mapping of str to str
        Comment of each column, and of the table under ``""``.
    """

    name: str
    key: tuple[str, ...]
    publish: Literal["keys", "difference", "night", "periods"]
    affected: str | None = None
    affected_key: tuple[str, ...] = ()
    affected_from: str | None = None
    is_with_permissions: bool = False
    readers: tuple[str, ...] = ()
    column_readers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """Rows that one publication inserted and deleted; an update is one of each."""

    mart: str
    inserted: int
    deleted: int
    row_count: int


def publish(
    warehouse: Warehouse,
    marts: Sequence[Mart],
    day: date,
    run_id: UUID,
    build_id: int,
    *,
    held: Mapping[str, str] | None = None,
    left_out: Sequence[str] = (),
    everything: bool = False,
    nights_kept: int = NIGHTS_KEPT,
) -> list[Published]:
    """Publish what passed, in one transaction.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `publisher`.
    marts : sequence of Mart
        All marts of the stage.
    day : date
        Business date of the night.
    run_id, build_id : UUID, int
        Whose work this is.
    held : mapping of str to str
        Marts that stay as they are, with the reason readers are told.
    left_out : sequence of str
        Entities whose batches must come again, since marts of theirs are held.
    everything : bool
        Whether `marts_next` holds every key, so that all rows are compared.
    nights_kept : int
        Newest nights that stay in marts by night, beside the ends of months.

    Returns
    -------
    list of Published
        One for each mart published.
    """
    held = held or {}
    passed = [
        replace(mart, publish="difference")
        if everything and mart.publish == "keys"
        else mart
        for mart in marts
        if mart.name not in held
    ]
    with warehouse.connect("publisher", autocommit=True) as connection:
        mart_tables.add_columns(connection, passed)
    with warehouse.connect("publisher") as connection:
        connection.execute("set role owner")
        created = [mart_tables.create_missing(connection, m, day) for m in passed]
        done = [_publish_one(connection, mart, day, nights_kept) for mart in passed]
        connection.execute("reset role")
        for published in done:
            _announce(connection, published, day, run_id, build_id)
        end_build(
            connection,
            build_id,
            "published",
            left_out,
            is_whole=not (held and everything),
        )
    for name, reason in held.items():
        announce_held(warehouse, name, day, run_id, reason)
    if any(created):
        _analyze(warehouse, [mart.name for mart in passed])
    return done


def announce_held(
    warehouse: Warehouse, mart: str, day: date, run_id: UUID, reason: str
) -> None:
    """Tell readers why a mart still shows an older night."""
    with warehouse.connect("publisher") as connection:
        connection.execute(
            "insert into marts.publications (mart, as_of_date, run_id, status, reason)"
            " values (%s, %s, %s, 'held', %s)",
            [mart, day, run_id, reason],
        )


def announce_all_held(
    warehouse: Warehouse, day: date, run_id: UUID, reason: str
) -> None:
    """Tell readers of every mart that a night stopped before anything was built."""
    with warehouse.connect("publisher") as connection:
        connection.execute(
            "insert into marts.publications (mart, as_of_date, run_id, status, reason)"
            " select distinct mart, %s::date, %s::uuid, 'held', %s"
            " from marts.publications where status = 'published'",
            [day, run_id, reason],
        )


def announce_late(warehouse: Warehouse, day: date, reason: str) -> None:
    """Tell readers, once, which marts should show a night by now and do not."""
    with warehouse.connect("publisher") as connection:
        connection.execute(
            "insert into marts.publications (mart, as_of_date, run_id, status, reason)"
            " select mart, %(day)s, %(run)s, 'late', %(reason)s from marts.publications"
            " group by mart having not bool_or(as_of_date >= %(day)s"
            " and status = 'published' or as_of_date = %(day)s and status = 'late')",
            {"day": day, "run": uuid4(), "reason": reason},
        )


def _publish_one(
    connection: Connection, mart: Mart, day: date, nights_kept: int
) -> Published:
    columns = list(mart_tables.columns_of(connection, "marts_next", mart.name))
    if mart.publish == "periods":
        inserted, deleted = periods.put(connection, mart.name, mart.key, columns, day)
    else:
        inserted, deleted = _replace(connection, mart, columns, day)
    if mart.publish == "night":
        table = sql.Identifier("marts", mart.name)
        deleted += remove_old_nights(connection, table, nights_kept)
    (before,) = connection.execute(
        "select coalesce((select row_count from marts.publications"
        " where mart = %s and status = 'published'"
        " order by publication_id desc limit 1), 0)",
        [mart.name],
    ).fetchone() or (0,)
    return Published(mart.name, inserted, deleted, before + inserted - deleted)


def _replace(
    connection: Connection, mart: Mart, columns: Sequence[str], day: date
) -> tuple[int, int]:
    """Rows inserted and deleted so that those of tonight are as dbt built them."""
    table = sql.Identifier("marts", mart.name)
    parts = {
        "mart": table,
        "next": sql.Identifier("marts_next", mart.name),
        "names": names(columns),
        "old": names(columns, "old"),
        "new": names(columns, "new"),
        "same_key": same("old", "new", mart.key),
    }
    deleted = connection.execute(
        sql.SQL(
            "delete from {mart} as old where {scope} and not exists"
            " (select from {next} as new where {same_key}"
            " and ({old}) is not distinct from ({new}))"
        ).format(**parts, scope=_scope(mart, "old", day))
    ).rowcount
    is_there = sql.SQL("exists (select from {mart} as old where {same_key})")
    if is_empty(connection, table):
        is_there = sql.SQL("false")
    inserted = connection.execute(
        sql.SQL(
            "insert into {mart} ({names}) select {new} from {next} as new"
            " where {scope} and not {is_there}"
        ).format(
            **parts,
            scope=_scope(mart, "new", day),
            is_there=is_there.format(**parts),
        )
    ).rowcount
    return inserted, deleted


def _scope(mart: Mart, table: str, day: date) -> sql.Composable:
    """Rows that this night may change."""
    if mart.publish == "difference":
        return sql.SQL("true")
    if mart.publish == "night":
        return sql.SQL("{} = {}").format(
            sql.Identifier(table, "as_of_date"), sql.Literal(day)
        )
    if mart.affected is None or not mart.affected_key:
        raise ValueError(f"mart {mart.name} is published by keys, but names none")
    condition = sql.SQL("({}) = ({})").format(
        names(mart.affected_key, table), names(mart.affected_key, "affected")
    )
    if mart.affected_from is not None:
        condition += sql.SQL(" and {} >= affected.affected_from").format(
            sql.Identifier(table, mart.affected_from)
        )
    return sql.SQL("exists (select from {} as affected where {})").format(
        sql.Identifier("marts_next", mart.affected), condition
    )


def _announce(
    connection: Connection, published: Published, day: date, run_id: UUID, build_id: int
) -> None:
    connection.execute(
        "insert into marts.publications"
        " (mart, as_of_date, row_count, previous_row_count, run_id, stage, status)"
        " select %s, %s, %s, %s, %s, stage, 'published'"
        " from ledger.builds where build_id = %s",
        [
            published.mart,
            day,
            published.row_count,
            published.row_count - published.inserted + published.deleted,
            run_id,
            build_id,
        ],
    )


def _analyze(warehouse: Warehouse, marts: Sequence[str]) -> None:
    """Tell the planner about tables that were just filled for the first time."""
    with warehouse.connect("publisher", autocommit=True) as connection:
        connection.execute("set role owner")
        for mart in marts:
            connection.execute(
                sql.SQL("analyze {}").format(sql.Identifier("marts", mart))
            )
