"""Tables of `raw`: what the sources told us, every version, append-only."""

from psycopg import sql

from warehouse.connection import Connection, Warehouse
from warehouse.entity import Entity

# After the entity's own columns; only stamp, occurrence and hash order versions.
META_COLUMNS = (
    ("_extra", "jsonb"),
    ("_batch_id", "bigint not null"),
    ("_batch_date", "date not null"),
    ("_loaded_at", "timestamptz not null default now()"),
    ("_source_stamp", "timestamptz not null"),
    ("_content_hash", "uuid not null"),
    ("_occurrence", "integer not null"),
    ("_is_deleted", "boolean not null"),
)


def create_raw_table(connection: Connection, entity: Entity) -> None:
    """Create the raw table of `entity`, or add the columns it has gained."""
    table = sql.Identifier("raw", entity.name)
    columns = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
        for name, kind in [
            *((column.name, column.type) for column in entity.stored),
            *META_COLUMNS,
        ]
    ]
    connection.execute(
        sql.SQL("create table if not exists {} ({})").format(
            table, sql.SQL(", ").join(columns)
        )
    )
    for definition in columns[: len(entity.stored)]:
        connection.execute(
            sql.SQL("alter table {} add column if not exists {}").format(
                table, definition
            )
        )
    version = (*entity.key, "_source_stamp", "_occurrence", "_content_hash")
    _index(connection, entity, "version", version, kind="unique index")
    for column in entity.looked_up_by:
        _index(connection, entity, column, (column,))
    if entity.visited_at is not None:
        _index(connection, entity, "visitor", ("visitor_hash", entity.visited_at))
    # batches lie one after the other: a block range says where, at no cost of loading
    _index(connection, entity, "batch", ("_batch_id",), method="brin")
    _describe(connection, entity)


def _index(
    connection: Connection,
    entity: Entity,
    name: str,
    columns: tuple[str, ...],
    *,
    kind: str = "index",
    method: str = "btree",
) -> None:
    connection.execute(
        sql.SQL("create {} if not exists {} on {} using {} ({})").format(
            sql.SQL(kind),
            sql.Identifier(f"{entity.name}_{name}"),
            sql.Identifier("raw", entity.name),
            sql.SQL(method),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
        )
    )


def bytes_of(connection: Connection, entity: Entity) -> int:
    """What the raw table of `entity` takes on the disk, with its indexes."""
    found = connection.execute(
        "select pg_total_relation_size(%s::regclass)", [f"raw.{entity.name}"]
    ).fetchone()
    return int(found[0]) if found else 0


def analyze_raw(warehouse: Warehouse) -> None:
    """Tell the planner what raw holds; a history just loaded looks empty to it."""
    with warehouse.connect("publisher", autocommit=True) as connection:
        connection.execute("set role owner")
        tables = connection.execute(
            "select relname from pg_class where relnamespace = 'raw'::regnamespace"
            " and relkind = 'r'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                sql.SQL("analyze {}").format(sql.Identifier("raw", table))
            )


def _describe(connection: Connection, entity: Entity) -> None:
    table = sql.Identifier("raw", entity.name)
    connection.execute(
        sql.SQL("comment on table {} is {}").format(table, sql.Literal(entity.meaning))
    )
    for column in entity.stored:
        connection.execute(
            sql.SQL("comment on column {} is {}").format(
                sql.Identifier("raw", entity.name, column.name),
                sql.Literal(column.meaning),
            )
        )
