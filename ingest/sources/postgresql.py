"""Tables in a PostgreSQL: rows pass through as the blocks of a binary COPY.

Nothing is decoded here. Types that differ are cast by the source.
"""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from pydantic import SecretStr

from ingest.ahead import one_ahead
from ingest.shop_source import EntityQuery
from ingest.sources.fitting import (
    DELETE_FLAG,
    Fit,
    SourceMismatch,
    SourceUnavailable,
    fit,
)
from ingest.sources.pace import Pace
from ingest.windows import Window
from warehouse.connection import Connection
from warehouse.entity import Entity

# Rows of a table that takes seconds to be read from end to end.
LARGE_TABLE = 100_000
# What lies in memory at once, twice.
PART_BYTES = 16 << 20
# Source types that PostgreSQL turns into the wanted one without loss.
ACCEPTED = {
    "text": {"text", "varchar", "bpchar", "name", "int2", "int4", "int8", "uuid"},
    "numeric": {"numeric", "int2", "int4", "int8", "float4", "float8"},
    "integer": {"int2", "int4"},
    "bigint": {"int2", "int4", "int8"},
    "boolean": {"bool"},
    "date": {"date"},
    "timestamptz": {"timestamptz"},
}


class PostgresqlTables:
    """The tables, as one read-only transaction sees them.

    Parameters
    ----------
    connection : psycopg.Connection
        In that transaction.
    pace : Pace
        How fast rows are read.
    """

    def __init__(self, connection: psycopg.Connection[Any], pace: Pace) -> None:
        self._connection = connection
        self._pace = pace

    def compare(self, entity: Entity, spec: EntityQuery) -> "PostgresqlExtract":
        """Describe the query of an entity and hold it against the contract.

        Raises
        ------
        SourceMismatch
            If it does not fit, or fails.
        """
        query = f"select * from ({spec.query}) as source limit 0"
        with _told_of_the_query(entity.name):
            cursor = self._connection.execute(query.encode())
        types = {row.oid: row.name for row in psycopg.adapters.types}
        found = {
            each.name: types.get(each.type_code, f"type {each.type_code}")
            for each in cursor.description or ()
        }
        return PostgresqlExtract(
            entity,
            spec,
            fit(entity, spec, found, ACCEPTED),
            self._connection,
            self._pace,
        )


@dataclass(frozen=True, slots=True)
class PostgresqlExtract:
    """One entity's query, ready to be read."""

    entity: Entity
    spec: EntityQuery
    fit: Fit
    source: psycopg.Connection[Any]
    pace: Pace

    def fill(self, window: Window, target: Connection) -> Generator[int]:
        """Copy the rows of `window` into ``staged``, part by part; yields how many."""
        out = sql.SQL("copy ({}) to stdout (format binary)").format(
            self._select(window)
        )
        into = sql.SQL("copy staged ({}) from stdin (format binary)").format(
            sql.SQL(", ").join(
                map(
                    sql.Identifier,
                    (*self.fit.columns, "_source_stamp", "_extra", "_is_deleted"),
                )
            )
        )
        with (
            self.source.cursor() as reader,
            closing(_blocks(reader, out, self.entity.name)) as blocks,
            target.cursor() as writer,
        ):
            try:
                for row_count, stream in one_ahead(_parts(self.pace.paced(blocks))):
                    with writer.copy(into) as staged:
                        staged.write(stream)
                    yield row_count
            except BaseException:
                # else the part that is on its way would be waited for
                with suppress(psycopg.Error):
                    self.source.cancel_safe()
                raise

    def count(self, window: Window) -> int:
        """Rows of `window`, counted by the source."""
        counted = sql.SQL("select count(*) from ({}) as rows")
        with _told_of_the_query(self.entity.name):
            found = self.source.execute(counted.format(self._select(window)))
            ((count,),) = found.fetchall()
        return int(count)

    def warnings(self, window: Window) -> list[str]:
        """Large tables that a night reads from end to end for a few of their rows."""
        if self.spec.stamp is None:
            return []
        explain = sql.SQL("explain (format json) {}").format(self._select(window))
        with _told_of_the_query(self.entity.name):
            ((plan,),) = self.source.execute(explain).fetchall()
            whole = sorted(set(_read_whole(plan[0]["Plan"])))
            rows = self.source.execute(
                "select name, reltuples::bigint from unnest(%s::text[]) as name"
                " inner join pg_class on pg_class.oid = to_regclass(name)"
                " where reltuples >= %s",
                [whole, LARGE_TABLE],
            ).fetchall()
        return [
            f"a night reads all of {name}, {count:,} rows: see whether an index could "
            f"serve {self.spec.stamp}"
            for name, count in rows
        ]

    def _select(self, window: Window) -> sql.Composed:
        types = {column.name: column.type for column in self.entity.columns}
        stamp = (
            sql.Literal(window[0])
            if self.spec.stamp is None
            else sql.Identifier(self.spec.stamp)
        )
        extra = sql.SQL(", ").join(
            sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(name))
            for name in self.fit.extra
        )
        chosen = [
            *(
                sql.SQL("{}::{}").format(sql.Identifier(name), sql.SQL(types[name]))
                for name in self.fit.columns
            ),
            sql.SQL("{}::timestamptz").format(stamp),
            sql.SQL("jsonb_build_object({})").format(extra)
            if self.fit.extra
            else sql.SQL("null::jsonb"),
            sql.SQL("{}").format(
                sql.Identifier(DELETE_FLAG)
                if self.fit.has_delete_flag
                else sql.SQL("false")
            ),
        ]
        query = sql.SQL("select {} from ({}) as source").format(
            sql.SQL(", ").join(chosen),
            sql.SQL(self.spec.query),  # the company's own
        )
        if self.spec.stamp is None:
            return query
        # a row without a stamp is read every night, so that it is refused aloud
        return query + sql.SQL(
            " where ({0} >= {1} and {0} < {2}) or {0} is null"
        ).format(
            sql.Identifier(self.spec.stamp),
            sql.Literal(window[0]),
            sql.Literal(window[1]),
        )


def _read_whole(plan: dict[str, Any]) -> Iterator[str]:
    """Tables that a plan scans from end to end."""
    if plan["Node Type"] == "Seq Scan":
        yield f'"{plan["Relation Name"]}"'
    for each in plan.get("Plans", ()):
        yield from _read_whole(each)


@contextmanager
def snapshot(
    url: SecretStr, timeout_seconds: int, pace: Pace
) -> Iterator[PostgresqlTables]:
    """A read-only transaction that sees the source at one moment.

    Raises
    ------
    SourceUnavailable
        If the source cannot be reached; never shows the URL.
    """
    try:
        with _told_as_the_source():
            connection = psycopg.connect(
                url.get_secret_value(),
                application_name="danggol ingest",
                options="-c TimeZone=UTC -c default_transaction_read_only=on",
            )
    except psycopg.ProgrammingError:
        # what the driver says of it quotes it
        raise SourceUnavailable(
            "the URL of the shop database cannot be read; wanted "
            "postgresql://user:password@host:port/database, with %40 for an @ in the "
            "password, %2F for a /"
        ) from None
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute(
            sql.SQL("set statement_timeout = {}").format(
                sql.Literal(f"{timeout_seconds}s")
            )
        )
        yield PostgresqlTables(connection, pace)


@contextmanager
def _told_as_the_source(entity: str | None = None) -> Iterator[None]:
    """Errors in the block are the source's; what it quotes of a row is left out."""
    try:
        yield
    except psycopg.OperationalError as error:
        # what the server says of itself; it never quotes a password or a row
        reason = error.diag.message_primary or str(error).splitlines()[-1]
        raise SourceUnavailable(
            f"the shop database could not be read: {reason}; nothing "
            f"{f'of {entity} ' if entity else ''}was loaded. "
            "See whether the source is up, then run again"
        ) from None
    except psycopg.Error as error:
        if _is_of_the_query(error):
            raise  # told by who asked
        raise SourceMismatch(
            f"{entity}: the query fails on a row ({type(error).__name__}); nothing of "
            "it was loaded. Run the query in the shop to see the row"
        ) from None


def _is_of_the_query(error: psycopg.Error) -> bool:
    """Whether it names what a query or a URL asks for, and no row."""
    return error.sqlstate is None or error.sqlstate.startswith(("42", "3F"))


@contextmanager
def _told_of_the_query(entity: str) -> Iterator[None]:
    """Errors in the block are the source's; what the query asks for is named."""
    try:
        with _told_as_the_source(entity):
            yield
    except psycopg.Error as error:
        raise SourceMismatch(
            f"{entity}: the query fails: "
            f"{error.diag.message_primary or type(error).__name__}; nothing of it was "
            "loaded"
        ) from None


# Of a binary COPY: signature, flags and length of what else there is, which is nothing.
_HEADER_BYTES = 19
_TRAILER = b"\xff\xff"


def _parts(blocks: Iterable[Any]) -> Iterator[tuple[int, bytes]]:
    """Blocks of a row each as streams of their own, with their numbers of rows."""
    header, part, row_count = b"", bytearray(), 0
    for block in blocks:
        row = block
        if not header:
            header, row = bytes(block[:_HEADER_BYTES]), block[_HEADER_BYTES:]
            part = bytearray(header)
        if len(row) > len(_TRAILER):
            part += row
            row_count += 1
        if len(part) >= PART_BYTES:
            yield row_count, bytes(part + _TRAILER)
            part, row_count = bytearray(header), 0
    yield row_count, bytes(part + _TRAILER)


def _blocks(
    reader: psycopg.Cursor[Any], query: sql.Composed, entity: str
) -> Generator[Any]:
    """What the source sends; an error of who takes the blocks is not the source's."""
    with _told_of_the_query(entity), reader.copy(query) as told:
        yield from told
