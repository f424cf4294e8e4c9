"""Full readings: raw as a log of states, with deletes inferred.

A full reading tells the whole state of an entity on one business date. What is
stored is its difference to the state at the latest earlier reading. Readings may
come in any order: when a later one is there already, the rows that keep its state
as it was are stored under the later position, in the same transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg import sql

from warehouse.column_names import names, same
from warehouse.connection import Connection
from warehouse.entity import Entity
from warehouse.examination import RAW_META

LARGEST_DELETED_SHARE = 0.05
# SQL for the content of a row that is not told any more
HASH_OF_NOTHING = "md5('')::uuid"


class ImplausibleReading(RuntimeError):
    """A full reading is empty or lost more rows than a night can explain."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a reading stands among all readings of an entity.

    Of two readings of one date the later `number` wins.
    """

    business_date: date
    stamp: datetime
    number: int


def store(
    connection: Connection,
    entity: Entity,
    source: str,
    position: Position,
    batch_id: int,
    *,
    is_complete: bool,
) -> tuple[int, int]:
    """Store what the reading in ``accepted`` changes.

    A row that was told and refused keeps the state that it had. Where
    something could not be read at all, nothing counts as deleted.

    Returns
    -------
    tuple of int
        Rows of the reading stored, and rows inferred to be deleted.

    Raises
    ------
    ImplausibleReading
        If nothing was read although there were rows, or too many are gone.
    """
    _create_state(connection, entity, "state_before", position)
    later = _next_position(connection, entity, source, position)
    if later is not None:
        _create_state(connection, entity, "state_later", later)
    loaded = _insert(connection, entity, position, batch_id, _CHANGED)
    deleted = 0
    if is_complete:
        deleted = _insert(connection, entity, position, batch_id, _GONE)
    _refuse_implausible(connection, entity, deleted)
    if later is not None:
        _insert(connection, entity, later, batch_id, _KEPT, _UNLESS_THERE)
        _insert(connection, entity, later, batch_id, _ABSENT, _UNLESS_THERE)
        connection.execute("drop table state_later")
    connection.execute("drop table state_before")
    return loaded, deleted


def _create_state(
    connection: Connection, entity: Entity, table: str, position: Position
) -> None:
    """State of the entity at `position`: the last row of each key up to it."""
    statement = sql.SQL(
        "create temporary table {table} as select distinct on ({key}) *"
        " from {raw} where (_source_stamp, _occurrence) <= ({stamp}, {number})"
        " order by {key}, _source_stamp desc, _occurrence desc, _content_hash"
    )
    connection.execute(
        statement.format(
            table=sql.Identifier(table),
            raw=sql.Identifier("raw", entity.name),
            key=names(entity.key),
            stamp=sql.Literal(position.stamp),
            number=sql.Literal(position.number),
        )
    )


def _next_position(
    connection: Connection, entity: Entity, source: str, position: Position
) -> Position | None:
    found = connection.execute(
        "select business_date, window_from, reading_number from ledger.batches"
        " where source_name = %s and entity = %s and mode = 'full'"
        " and (window_from, reading_number) > (%s, %s)"
        " order by window_from, reading_number limit 1",
        [source, entity.name, position.stamp, position.number],
    ).fetchone()
    return None if found is None else Position(*found)


# Rows told now that differ from the state before.
_CHANGED = (
    "select distinct on ({key_of_told}) {told}, told._extra, told._content_hash, false"
    " from accepted as told left join state_before as before on {before_is_told}"
    " where before._content_hash is distinct from told._content_hash"
    " or before._is_deleted"
)
# Rows of the state before that are not told any more: their key alone goes on.
_GONE = (
    f"select {{tombstone_of_before}}, null::jsonb, {HASH_OF_NOTHING}, true"
    " from state_before as before where not before._is_deleted"
    " and not exists (select from examined as told where {before_is_told})"
)
# The later state of every key that this reading changed before it.
_KEPT = (
    "select {later}, later._extra, later._content_hash, later._is_deleted"
    " from state_later as later inner join {raw} as touched on {later_is_touched}"
    " where touched._batch_id = {batch} and"
    " (touched._content_hash, touched._is_deleted)"
    " is distinct from (later._content_hash, later._is_deleted)"
)
# Keys that the later state has never heard of.
_ABSENT = (
    f"select {{tombstone_of_touched}}, null::jsonb, {HASH_OF_NOTHING}, true"
    " from {raw} as touched where touched._batch_id = {batch}"
    " and not exists (select from state_later as later where {later_is_touched})"
)
_STORE = (
    "insert into {raw} ({columns}, {meta})"
    " select {columns}, _extra, {batch}, {day}, {stamp}, _content_hash,"
    " {number}, _is_deleted from ({query}) as new"
    " ({columns}, _extra, _content_hash, _is_deleted)"
)
# A key that has a row at the position already keeps it.
_UNLESS_THERE = (
    " where not exists (select from {raw} as old where {old_is_new}"
    " and (old._source_stamp, old._occurrence) = ({stamp}, {number}))"
)


def _insert(
    connection: Connection,
    entity: Entity,
    position: Position,
    batch_id: int,
    query: str,
    unless_there: str = "",
) -> int:
    """Store the rows of `query` under `position`; returns how many."""
    parts = _parts(entity) | {"batch": sql.Literal(batch_id)}
    return connection.execute(
        sql.SQL(_STORE + unless_there).format(
            **parts,
            day=sql.Literal(position.business_date),
            stamp=sql.Literal(position.stamp),
            number=sql.Literal(position.number),
            query=sql.SQL(query).format(**parts),
        )
    ).rowcount


def _parts(entity: Entity) -> dict[str, sql.Composable]:
    def tombstone(table: str) -> sql.Composable:
        return sql.SQL(", ").join(
            sql.Identifier(table, column.name)
            if column.name in entity.key
            else sql.SQL("null::{}").format(sql.SQL(column.type))
            for column in entity.stored
        )

    return {
        "raw": sql.Identifier("raw", entity.name),
        "columns": names(entity.stored),
        "meta": names(RAW_META),
        "told": names(entity.stored, "told"),
        "later": names(entity.stored, "later"),
        "key_of_told": names(entity.key, "told"),
        "before_is_told": same("before", "told", entity.key),
        "later_is_touched": same("later", "touched", entity.key),
        "old_is_new": same("old", "new", entity.key),
        "tombstone_of_before": tombstone("before"),
        "tombstone_of_touched": tombstone("touched"),
    }


def _refuse_implausible(connection: Connection, entity: Entity, deleted: int) -> None:
    told, before = connection.execute(
        "select (select count(*) from examined),"
        " (select count(*) from state_before where not _is_deleted)"
    ).fetchone() or (0, 0)
    if before and not told:
        raise ImplausibleReading(
            f"{entity.name}: a full reading gave no row, the one before {before}; "
            "nothing was stored. See whether the source is complete, then run again"
        )
    # of a table of a few rows one may always go
    if deleted > max(1, LARGEST_DELETED_SHARE * before):
        raise ImplausibleReading(
            f"{entity.name}: {deleted} of {before} rows are gone since the reading "
            f"before, more than {LARGEST_DELETED_SHARE:.0%}; nothing was stored. "
            "See whether the source is complete, then run again"
        )
