"""What leaves the warehouse: a mart's newest night, of customers who permit it.

Rows are read as `marketing_reader`, so that its rights hold. Changes are read as
`auditor`, who alone may know from the ledger what a place has already.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from psycopg import sql
from psycopg.types.json import Jsonb

from warehouse import export_queries as queries
from warehouse.connection import Connection, Warehouse
from warehouse.locks import EXPORT_LOCK

READER, BOOKKEEPER = "marketing_reader", "auditor"
PERMISSIONS = "customer_contact_permissions_current"
# mart -> the mart that knows why its rows changed, and the code that changes are of
CHANGES = {"customer_segments": ("customer_segment_changes", "rfm_segment_code")}


class ExportError(RuntimeError):
    """Something cannot be exported; says what was asked for, and what there is."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported.

    Parameters
    ----------
    mart : str
        Name in `marts`.
    is_changes : bool
        Only what turns the rows that the place has into those of now.
    file_format : str
        ``csv``, ``xlsx`` or ``parquet``.
    place : str
        Where to, without a secret.
    exported_by : str
        Who asks.
    everybody_because : str, optional
        Why customers without permission are to be in it.
    forgotten : sequence of str
        Numbers of customers who asked to be forgotten.
    """

    mart: str
    is_changes: bool
    file_format: str
    place: str
    exported_by: str
    everybody_because: str | None = None
    forgotten: Sequence[str] = ()

    @property
    def is_for_everybody(self) -> bool:
        """Whether customers without permission are in it."""
        return self.everybody_because is not None


@dataclass(frozen=True, slots=True)
class Publication:
    """The newest publication of a mart."""

    publication_id: int
    as_of_date: date


@dataclass(frozen=True, slots=True)
class Unpermitted:
    """Rows of customers without permission, and these customers by reason."""

    row_count: int = 0
    customers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Export:
    """An export that the ledger knows, to be written now.

    Attributes
    ----------
    name : str
        The mart, or the one of its changes.
    query : Composable
        The rows, without a parameter.
    columns : mapping of str to str
        Type of each column of `query`.
    key : tuple of str
        Columns by which the rows are ordered.
    previous_as_of_date : date or None
        Night that the place had, of changes; None: it had nothing.
    permissions : Publication or None
        None where the mart names no customer.
    unpermitted, withheld : Unpermitted
        What there is without permission, and what of it is left out: all or nothing.
    """

    export_id: int
    name: str
    query: sql.Composable
    columns: Mapping[str, str]
    key: Sequence[str]
    previous_as_of_date: date | None
    publication: Publication
    permissions: Publication | None
    unpermitted: Unpermitted
    withheld: Unpermitted


@contextmanager
def begin(warehouse: Warehouse, order: Order) -> Iterator[tuple[Connection, Export]]:
    """Write an export into the ledger; within the block its rows can be read.

    All of it is of one moment, whatever is published meanwhile.

    Raises
    ------
    ExportError
        If there is no such mart, it is granted to no reader, or has no changes; or
        another export of it to that place is at work.
    """
    with warehouse.connect(BOOKKEEPER if order.is_changes else READER) as connection:
        _take_turn(connection, order)
        connection.execute("set transaction isolation level repeatable read")
        (moment,) = connection.execute("select pg_export_snapshot()").fetchone() or (
            "",
        )
        with warehouse.connect(BOOKKEEPER) as books:
            books.execute("set transaction isolation level repeatable read")
            books.execute(sql.SQL("set transaction snapshot {}").format(moment))
            export = _prepare(connection, books, order)
        yield connection, export


def finish(warehouse: Warehouse, export: Export, row_count: int, sha256: str) -> None:
    """Write into the ledger that the place has all of an export."""
    with warehouse.connect(BOOKKEEPER) as books:
        books.execute(
            "update ledger.exports set row_count = %s, sha256 = %s,"
            " finished_at = clock_timestamp() where export_id = %s",
            [row_count, sha256, export.export_id],
        )


def _take_turn(connection: Connection, order: Order) -> None:
    """Be the only export of a mart to a place, for as long as the session lasts.

    Asked before the moment that is read, which must know of the export before.
    """
    free = connection.execute(
        "select pg_try_advisory_lock(%s, hashtext(%s))",
        [EXPORT_LOCK, f"{order.mart} {order.place}"],
    ).fetchone()
    connection.commit()
    if free != (True,):
        raise ExportError(f"another export of {order.mart} to {order.place} is at work")


def _prepare(connection: Connection, books: Connection, order: Order) -> Export:
    publication = _published(books, order.mart)
    columns = _granted_columns(books, order.mart)
    persons = queries.person_columns(columns)
    permissions = _published(books, PERMISSIONS) if persons else None
    rows = queries.judged(_newest(books, order.mart), columns, persons, order.forgotten)
    columns |= queries.permission_columns(columns, persons)
    query = queries.going_out(rows, columns, everybody=order.is_for_everybody)
    unpermitted = _unpermitted(connection, rows) if persons else Unpermitted()
    export = Export(
        export_id=0,
        name=order.mart,
        query=query,
        columns=columns,
        key=[name for name in _key(books, order.mart) if name in columns],
        previous_as_of_date=None,
        publication=publication,
        permissions=permissions,
        unpermitted=unpermitted,
        withheld=Unpermitted() if order.is_for_everybody else unpermitted,
    )
    earlier = _earlier(order, export)
    base = _base(books, earlier)
    if order.is_changes:
        export = _changes(books, order.mart, export, earlier, base)
    export = replace(export, export_id=_note(books, order, export))
    if order.mart in CHANGES:
        _forget_before(books, order, base)
        _hold(books, order.mart, export.export_id, query)
    return export


def _changes(
    books: Connection,
    mart: str,
    export: Export,
    earlier: sql.Composable,
    base: "_Base | None",
) -> Export:
    """The export of what a place lacks, out of that of everything."""
    if mart not in CHANGES:
        raise ExportError(f"{mart} has no changes; {', '.join(CHANGES)} has")
    name, code = CHANGES[mart]
    told, day = _published(books, name).as_of_date, export.publication.as_of_date
    if told != day:
        raise ExportError(
            f"{name} stands at {told}, {mart} at {day}; `danggol status` says why"
        )
    since = base.as_of_date if base else None
    had = queries.had(earlier, base.export_id if base else None)
    query = queries.changes(
        export.query, had, code=code, mart=name, day=day, since=since
    )
    return replace(
        export,
        name=name,
        query=query,
        columns=queries.CHANGE_COLUMNS,
        key=["customer_id"],
        previous_as_of_date=since,
    )


def _published(connection: Connection, mart: str) -> Publication:
    (number, day) = connection.execute(
        # publishing an old night again makes no mart older
        "select max(publication_id), max(as_of_date) from marts.publications"
        " where mart = %s and status = 'published'",
        [mart],
    ).fetchone() or (None, None)
    if number is None:
        marts = connection.execute(
            "select distinct mart from marts.publications where status = 'published'"
        )
        near = get_close_matches(mart, [name for (name,) in marts], 1)
        raise ExportError(
            f"no mart {mart!r} is published"
            + (f"; did you mean {near[0]}?" if near else "")
        )
    return Publication(number, day)


def _granted_columns(connection: Connection, mart: str) -> dict[str, str]:
    """Columns that the reader may read, in order, each with its type."""
    rows = connection.execute(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and has_column_privilege(%s, attrelid, attnum, 'select') order by attnum",
        [sql.Identifier("marts", mart).as_string(connection), READER],
    )
    columns: dict[str, str] = dict(rows.fetchall())
    if not columns:
        raise ExportError(f"{mart} is not granted to {READER}, so it stays here")
    return columns


def _key(connection: Connection, mart: str) -> list[str]:
    """Primary key of a mart."""
    rows = connection.execute(
        "select attname from pg_index"
        " cross join unnest(indkey::int2[]) with ordinality as part (number, place)"
        " inner join pg_attribute on attrelid = indrelid and attnum = part.number"
        " where indrelid = %s::regclass and indisprimary order by part.place",
        [sql.Identifier("marts", mart).as_string(connection)],
    )
    return [name for (name,) in rows]


def _newest(connection: Connection, mart: str) -> sql.Identifier:
    """The mart, or the view of its newest night."""
    view = sql.Identifier("marts", f"{mart}_current")
    (is_there,) = connection.execute(
        "select to_regclass(%s) is not null", [view.as_string(connection)]
    ).fetchone() or (False,)
    return view if is_there else sql.Identifier("marts", mart)


def _unpermitted(connection: Connection, rows: sql.Composed) -> Unpermitted:
    found = connection.execute(queries.counted(rows)).fetchall()
    return Unpermitted(
        sum(row_count for _, row_count, _ in found),
        {reason: customer_count for reason, _, customer_count in found},
    )


@dataclass(frozen=True, slots=True)
class _Base:
    """The last finished export to a place out of an earlier publication."""

    export_id: int
    as_of_date: date


def _earlier(order: Order, export: Export) -> sql.Composed:
    """Exports of the mart to the place, but for those of the same publications.

    What is exported twice out of the same is the same, changes too.
    """
    return sql.SQL(
        "mart = {} and place = {} and (publication_id, permissions_publication_id)"
        " is distinct from ({}::bigint, {}::bigint)"
    ).format(
        order.mart,
        order.place,
        export.publication.publication_id,
        export.permissions.publication_id if export.permissions else None,
    )


def _base(books: Connection, earlier: sql.Composable) -> _Base | None:
    found = books.execute(
        sql.SQL(
            "select export_id, as_of_date from ledger.exports"
            " where {} and finished_at is not null order by export_id desc limit 1"
        ).format(earlier)
    ).fetchone()
    return _Base(*found) if found else None


def _note(books: Connection, order: Order, export: Export) -> int:
    permissions = export.permissions
    (export_id,) = books.execute(
        "insert into ledger.exports (mart, is_changes, format, place, exported_by,"
        " everybody_because, as_of_date, publication_id, permissions_as_of_date,"
        " permissions_publication_id, withheld_row_count, withheld_customers)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning export_id",
        [
            order.mart,
            order.is_changes,
            order.file_format,
            order.place,
            order.exported_by,
            order.everybody_because,
            export.publication.as_of_date,
            export.publication.publication_id,
            permissions.as_of_date if permissions else None,
            permissions.publication_id if permissions else None,
            export.withheld.row_count,
            Jsonb(dict(export.withheld.customers)),
        ],
    ).fetchone() or (0,)
    return int(export_id)


def _forget_before(books: Connection, order: Order, base: _Base | None) -> None:
    """Remove whom a place had before the export that changes are told from."""
    books.execute(
        "delete from ledger.exported_customers using ledger.exports"
        " where exported_customers.export_id = exports.export_id"
        " and mart = %s and place = %s and exports.export_id < %s",
        [order.mart, order.place, base.export_id if base else 0],
    )


def _hold(
    books: Connection, mart: str, export_id: int, going_out: sql.Composable
) -> None:
    """Remember whom a place will have."""
    books.execute(
        sql.SQL(
            "insert into ledger.exported_customers (export_id, customer_id, code)"
            " select {}, customer_id, {} from ({}) as going_out"
        ).format(export_id, sql.Identifier(CHANGES[mart][1]), going_out)
    )
