"""The rows of a batch between COPY and raw: checked, hashed, stored, all in SQL.

Works on temporary tables of one transaction: ``staged`` (as the source told),
``examined`` (with hash and reason), ``refused`` (for the quarantine) and the view
``accepted``.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import psycopg
from psycopg import sql

from warehouse.column_names import names
from warehouse.connection import Connection, is_empty
from warehouse.entity import Derived, Entity
from warehouse.keyed_hash import KeyedHash

# Larger amounts and years beyond these are typing errors, not business.
LARGEST_NUMBER = 10**12
FIRST_YEAR, LAST_YEAR = 1900, 2200
# Of a column that an index holds: two of them and a stamp fit into one of its entries.
LONGEST_KEY = 500  # bytes
_SHOWN_KEY = 100  # letters of a key in the name of a refused row

STAGED_META = (
    ("_source_stamp", "timestamptz"),
    ("_extra", "jsonb"),
    ("_is_deleted", "boolean"),
    # why a source could not read a row's values, and the row as it told it
    ("_refusal", "text"),
    ("_told", "text"),
)

RAW_META = (
    "_extra",
    "_batch_id",
    "_batch_date",
    "_source_stamp",
    "_content_hash",
    "_occurrence",
    "_is_deleted",
)


def begin(
    connection: Connection,
    entity: Entity,
    columns: Sequence[str],
    batch_end: datetime,
    keyed: KeyedHash,
) -> sql.Composed:
    """Create empty ``staged``, ``examined`` and ``refused``.

    Returns
    -------
    Composed
        A query of the staged rows, checked and hashed as raw will hold them; its
        parameters are those of `keyed`.
    """
    kinds = {column.name: column.type for column in entity.columns}
    definitions = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
        for name, kind in [*((name, kinds[name]) for name in columns), *STAGED_META]
    ]
    connection.execute(
        sql.SQL("create temporary table staged ({})").format(
            sql.SQL(", ").join(definitions)
        )
    )
    connection.execute(
        "create temporary table refused (identity text, locator text, reason text,"
        " payload bytea, form text not null default 'line')"
    )
    told = _told(entity, columns, batch_end, keyed)
    _create_empty(connection, "examined", told)
    return told


def drop_others(
    connection: Connection, entity: Entity, columns: Sequence[str], sample: float
) -> int:
    """Drop staged rows of customers outside the sample; returns how many.

    A customer is in it by a hash of the number, the same in every entity and every
    night; a lead that is nobody's yet by one of its own. Lines, and bills that do not
    say whose they are, follow the orders that raw has; what has no customer stays
    whole, and so do visits, most of which have none.
    """
    persons = [each for each in ("customer_id", "lead_id") if each in columns]
    follows_orders = entity.name != "orders" and any(
        each.name == "order_id" and each.required for each in entity.columns
    )
    if entity.tells_visits or not (persons or follows_orders):
        return 0
    chosen = [_is_sampled(each, sample) for each in persons]
    if follows_orders:
        its_order = "select from raw.orders where orders.order_id = staged.order_id"
        chosen.append(sql.SQL("exists ({})").format(sql.SQL(its_order)))
    statement = sql.SQL("delete from staged where not coalesce({}, false)").format(
        sql.SQL(", ").join(chosen)
    )
    return connection.execute(statement).rowcount


def drop_other_lines(connection: Connection, sample: float) -> int:
    """Keep as large a share of the lines that could not be read; how many go."""
    drop = sql.SQL("delete from refused where not coalesce({}, false)")
    return connection.execute(drop.format(_is_sampled("identity", sample))).rowcount


def _is_sampled(column: str, sample: float) -> sql.Composable:
    """Whether the hash of a text is in the sample; null where there is none."""
    return sql.SQL(
        "('x' || substr(md5({}), 1, 7))::bit(28)::integer % 10000 < {}"
    ).format(sql.Identifier(column), sql.Literal(round(sample * 10_000)))


def examine_part(connection: Connection, told: sql.Composed, keyed: KeyedHash) -> int:
    """Move what is staged to ``examined``; returns how many rows that were."""
    # the key's paddings are bound, so that no statement text holds them
    insert = sql.SQL("insert into examined ") + told
    examined = connection.execute(insert, keyed.parameters()).rowcount
    connection.execute("truncate staged")
    return examined


def sort_out(connection: Connection, entity: Entity) -> int:
    """Part the examined rows into ``refused`` and ``accepted``; how many are refused.

    Only all of a batch tells which rows contradict or repeat one another.
    """
    if _create_repeats(connection, entity):
        _refuse_contradictions(connection, entity)
        _mark_repeats(connection, entity)
    connection.execute("drop table repeats")
    # else PostgreSQL takes almost all rows for refused, and joins the rest one by one
    connection.execute("analyze examined (_reason, _is_repeat)")
    refused = connection.execute(
        sql.SQL(
            "insert into refused select locator, locator, _reason,"
            " case when _is_forgotten then '' else convert_to(coalesce(_told,"
            " (to_jsonb(examined) - array['_content_hash', '_reason', '_is_repeat',"
            " '_is_forgotten', '_refusal', '_told'])::text), 'UTF8') end,"
            " case when _told is null then 'row' else 'told' end"
            " from examined cross join lateral (select {} as locator) as place"
            " where _reason is not null"
        ).format(_locator(entity))
    ).rowcount
    connection.execute(
        "create temporary view accepted as select * from examined where _reason is null"
    )
    return refused


def append(
    connection: Connection, entity: Entity, batch_id: int, business_date: date
) -> int:
    """Store accepted rows that raw does not hold yet; returns how many."""
    table = sql.Identifier("raw", entity.name)
    # a third faster than `on conflict`, which looks for one anew as it writes each row
    is_known: sql.Composable = sql.SQL("false")
    if not is_empty(connection, table):
        is_known = sql.SQL(
            "exists (select from {table} as old"
            " where ({key_of_old}, old._source_stamp, old._content_hash)"
            " = ({key}, accepted._source_stamp, accepted._content_hash)"
            " and old._occurrence = 1)"
        ).format(
            table=table,
            key=names(entity.key, "accepted"),
            key_of_old=names(entity.key, "old"),
        )
    return connection.execute(
        sql.SQL(
            "insert into {table} ({columns}, {meta})"
            " select {columns}, _extra, %s, %s, _source_stamp, _content_hash, 1,"
            " coalesce(_is_deleted, false) from accepted"
            " where not _is_repeat and not {is_known}"
        ).format(
            table=table,
            columns=names(entity.stored),
            meta=names(RAW_META),
            is_known=is_known,
        ),
        [batch_id, business_date],
    ).rowcount


def keep_identifiers(connection: Connection, entity: Entity, batch_id: int) -> None:
    """Move identifiers to the vault: one current row a customer, the latest told."""
    if not entity.identifiers:
        return
    columns = names(entity.identifiers)
    connection.execute(
        sql.SQL(
            "insert into vault.customer_identifiers as vault"
            " (customer_id, {columns}, source_stamp, batch_id)"
            " select distinct on (customer_id) customer_id, {columns},"
            " _source_stamp, %s from accepted"
            " where not coalesce(_is_deleted, false) and not _is_forgotten"
            " order by customer_id, _source_stamp desc, _content_hash"
            " on conflict (customer_id) do update set ({columns}, source_stamp,"
            " batch_id) = ({excluded}, excluded.source_stamp, excluded.batch_id)"
            " where excluded.source_stamp >= vault.source_stamp"
        ).format(
            columns=columns,
            excluded=names(entity.identifiers, "excluded"),
        ),
        [batch_id],
    )


def _told(
    entity: Entity, columns: Sequence[str], batch_end: datetime, keyed: KeyedHash
) -> sql.Composed:
    derived = [
        sql.SQL("{} as {}").format(
            _derived(each, columns, keyed), sql.Identifier(each.name)
        )
        for each in entity.derived
    ]
    cleaned = [
        sql.SQL("{} as {}").format(sql.SQL(c.cleaned), sql.Identifier(c.name))
        if c.cleaned
        else sql.Identifier(c.name)
        for c in entity.columns
        if c.name in columns
    ]
    absent = [
        sql.SQL("null::{} as {}").format(sql.SQL(c.type), sql.Identifier(c.name))
        for c in entity.columns
        if c.name not in columns
    ]
    meta = [sql.Identifier(name) for name, _ in STAGED_META]
    return sql.SQL(
        "select *, {content_hash} as _content_hash,"
        " {reason} as _reason, {forgotten} as _is_forgotten, false as _is_repeat"
        " from (select {more} from staged) as told"
    ).format(
        content_hash=_content_hash(entity),
        reason=_reason(entity, columns, batch_end),
        forgotten=_is_forgotten(entity, keyed),
        more=sql.SQL(", ").join([*cleaned, *meta, *absent, *derived]),
    )


def _content_hash(entity: Entity) -> sql.Composable:
    if entity.told == ():
        return sql.SQL("'00000000-0000-0000-0000-000000000000'::uuid")
    content = entity.stored if entity.told is None else entity.told
    return sql.SQL("md5(row({})::text)::uuid").format(names(content))


def _create_empty(connection: Connection, table: str, query: sql.Composed) -> None:
    """Create a temporary table of the shape of `query`, whose parameters are bytea."""
    nothing = {"inner_pad": None, "outer_pad": None}
    shape = psycopg.ClientCursor(connection).mogrify(query, nothing)
    connection.execute(
        sql.SQL("create temporary table {} as {} with no data").format(
            sql.Identifier(table),
            sql.SQL(shape),  # composed above, by the driver
        )
    )


def _derived(
    derived: Derived, columns: Sequence[str], keyed: KeyedHash
) -> sql.Composable:
    """SQL of a derived column; null when the source lacks what it is made from."""
    if derived.source not in columns:
        return sql.SQL("null::{}").format(sql.SQL(derived.type))
    expression = sql.SQL(derived.expression)
    return keyed.expression(expression) if derived.is_keyed else expression


def _is_forgotten(entity: Entity, keyed: KeyedHash) -> sql.Composable:
    """Whether the row tells of a customer whose identifiers may not be stored."""
    if not entity.identifiers:
        return sql.SQL("false")
    return sql.SQL(
        "exists (select from vault.forgotten_customers where customer_hash = {})"
    ).format(keyed.expression(sql.SQL("told.customer_id")))


def _reason(
    entity: Entity, columns: Sequence[str], batch_end: datetime
) -> sql.Composable:
    """What the source says of a row, else the first rule that it breaks, or null."""
    branches = sql.SQL(" ").join(
        sql.SQL("when {} then {}").format(condition, sql.Literal(reason))
        for condition, reason in _rules(entity, columns, batch_end)
    )
    return sql.SQL("coalesce(_refusal, case {} end)").format(branches)


def _rules(
    entity: Entity, columns: Sequence[str], batch_end: datetime
) -> Iterator[tuple[sql.Composable, str]]:
    told = [column for column in entity.columns if column.name in columns]
    for column in told:
        name = sql.Identifier(column.name)
        if column.required:
            # a deleted row needs nothing but its key
            unless = "" if column.name in entity.key else " and _is_deleted is not true"
            empty = " or {0} = ''" if column.type == "text" else ""
            yield (
                sql.SQL("({0} is null" + empty + ")" + unless).format(name),
                f"{column.name} is empty",
            )
    yield sql.SQL("_source_stamp is null"), "its time stamp is empty"
    for column in told:
        name = sql.Identifier(column.name)
        if column.type == "text" and column.name in entity.key + entity.looked_up_by:
            yield (
                sql.SQL("octet_length({}) > {}").format(name, sql.Literal(LONGEST_KEY)),
                f"{column.name} is longer than {LONGEST_KEY} bytes",
            )
        if column.type == "numeric":
            # NaN and the infinities compare as larger than every number
            yield (
                sql.SQL("abs({}) >= {}").format(name, sql.Literal(LARGEST_NUMBER)),
                f"{column.name} is not a number below 10^12",
            )
        elif column.type in ("date", "timestamptz"):
            yield (
                sql.SQL(
                    "{0} < make_date({1}, 1, 1) or {0} >= make_date({2}, 1, 1)"
                ).format(name, sql.Literal(FIRST_YEAR), sql.Literal(LAST_YEAR)),
                f"{column.name} lies outside the years {FIRST_YEAR} to {LAST_YEAR}",
            )
    for check in entity.checks:
        if set(check.columns) <= set(columns):
            condition = sql.SQL(check.refused_when).format(
                batch_end=sql.Literal(batch_end)
            )
            yield condition, check.reason


def _locator(entity: Entity) -> sql.Composable:
    """``order_id=7, line_id=2``: the key by which a person finds the row."""
    parts = sql.SQL(" || ', ' || ").join(
        sql.SQL("{} || coalesce(left({}::text, {}), 'empty')").format(
            sql.Literal(f"{column}="), sql.Identifier(column), sql.Literal(_SHOWN_KEY)
        )
        for column in entity.key
    )
    return parts


def _create_repeats(connection: Connection, entity: Entity) -> int:
    """Create ``repeats``: keys and stamps that are told more than once; how many."""
    return connection.execute(
        sql.SQL(
            "create temporary table repeats as select {key}, _source_stamp"
            " from examined where _reason is null"
            " group by {key}, _source_stamp having count(*) > 1"
        ).format(key=names(entity.key))
    ).rowcount


def _refuse_contradictions(connection: Connection, entity: Entity) -> None:
    """Refuse rows of one key and stamp that say different things: none is the last."""
    connection.execute(
        sql.SQL(
            "update examined set _reason ="
            " 'told twice with one time stamp and different content'"
            " where _reason is null and ({key}, _source_stamp) in"
            " (select {key}, _source_stamp from examined"
            " inner join repeats using ({key}, _source_stamp) where _reason is null"
            " group by {key}, _source_stamp"
            " having min(_content_hash::text) <> max(_content_hash::text))"
        ).format(key=names(entity.key))
    )


def _mark_repeats(connection: Connection, entity: Entity) -> None:
    """Mark all but one of the rows that are told more than once in the same words."""
    connection.execute(
        sql.SQL(
            "update examined set _is_repeat = true from"
            " (select examined.ctid as place, row_number() over"
            " (partition by {key}, _source_stamp order by _is_deleted desc nulls last,"
            " examined.ctid) as number from examined"
            " inner join repeats using ({key}, _source_stamp) where _reason is null)"
            " as told where examined.ctid = told.place and told.number > 1"
        ).format(key=names(entity.key))
    )
