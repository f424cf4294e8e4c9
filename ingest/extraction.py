"""Rows of a company's operational tables, by business date, as binary COPY.

The source's rows pass through as the blocks that PostgreSQL sends: nothing is
decoded here. Every query is compared with the contract before anything is read.
"""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql
from pydantic import SecretStr

from ingest.shop_source import EntityQuery
from warehouse.connection import Connection
from warehouse.entity import Entity

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
DELETE_FLAG = "is_deleted"
Window = tuple[datetime, datetime]
# Older than the stamp of any row
BEGINNING = datetime(1900, 1, 2, tzinfo=UTC)


class SourceMismatch(ValueError):
    """A query does not fit the source contract; nothing was loaded."""


class SourceUnavailable(ConnectionError):
    """The operational database could not be reached, or broke off."""


@dataclass(frozen=True, slots=True)
class Extract:
    """One entity's query, compared with the contract and ready to be read.

    Attributes
    ----------
    columns : tuple of str
        Contract columns that the query has.
    extra : tuple of str
        Other columns, which travel in ``_extra``.
    """

    entity: Entity
    spec: EntityQuery
    columns: tuple[str, ...]
    extra: tuple[str, ...]
    has_delete_flag: bool

    def copy_into_staged(
        self,
        source: psycopg.Connection[Any],
        window: Window,
        target: Connection,
    ) -> int:
        """Pipe the rows of `window` into ``staged``; returns the source's count."""
        out = sql.SQL("copy ({}) to stdout (format binary)").format(
            self._select(window)
        )
        into = sql.SQL("copy staged ({}) from stdin (format binary)").format(
            sql.SQL(", ").join(
                map(
                    sql.Identifier,
                    (*self.columns, "_source_stamp", "_extra", "_is_deleted"),
                )
            )
        )
        with (
            source.cursor() as reader,
            closing(_blocks(reader, out, self.entity.name)) as blocks,
        ):
            with target.cursor() as writer, writer.copy(into) as staged:
                for block in blocks:
                    staged.write(block)
            return reader.rowcount

    def _select(self, window: Window) -> sql.Composed:
        types = {column.name: column.type for column in self.entity.columns}
        stamp = (
            sql.Literal(window[0])
            if self.spec.stamp is None
            else sql.Identifier(self.spec.stamp)
        )
        extra = sql.SQL(", ").join(
            sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(name))
            for name in self.extra
        )
        chosen = [
            *(
                sql.SQL("{}::{}").format(sql.Identifier(name), sql.SQL(types[name]))
                for name in self.columns
            ),
            sql.SQL("{}::timestamptz").format(stamp),
            sql.SQL("jsonb_build_object({})").format(extra)
            if self.extra
            else sql.SQL("null::jsonb"),
            sql.SQL("{}").format(
                sql.Identifier(DELETE_FLAG)
                if self.has_delete_flag
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


@contextmanager
def snapshot(url: SecretStr, timeout_seconds: int) -> Iterator[psycopg.Connection[Any]]:
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
        yield connection


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


def _blocks(
    reader: psycopg.Cursor[Any], query: sql.Composed, entity: str
) -> Generator[Any]:
    """What the source sends; an error of who takes the blocks is not the source's."""
    with _told_of_the_query(entity), reader.copy(query) as told:
        yield from told


def compare_with_contract(
    source: psycopg.Connection[Any], entity: Entity, spec: EntityQuery
) -> Extract:
    """Describe the query's columns and hold them against the contract.

    Raises
    ------
    SourceMismatch
        Names the entity, every column, the type found and the types wanted.
    """
    found = _describe(source, entity, spec)
    problems = []
    if spec.stamp is not None and found.get(spec.stamp) != "timestamptz":
        problems.append(
            f"stamp {spec.stamp}: {_told(found, spec.stamp)}, wanted timestamptz"
        )
    for column in entity.columns:
        kind = found.get(column.name)
        if kind is None and column.required:
            problems.append(f"{column.name}: missing, wanted {column.type}")
        elif kind is not None and kind not in ACCEPTED[column.type]:
            wanted = " or ".join(sorted(ACCEPTED[column.type]))
            problems.append(f"{column.name}: {kind} found, wanted {wanted}")
    if found.get(DELETE_FLAG, "bool") != "bool":
        problems.append(f"{DELETE_FLAG}: {found[DELETE_FLAG]} found, wanted bool")
    if problems:
        raise SourceMismatch(
            f"{entity.name}: the query does not fit the source contract; nothing was "
            "loaded. Change the query in company.yml:\n  " + "\n  ".join(problems)
        )
    contract = tuple(c.name for c in entity.columns if c.name in found)
    extra = set(found) - set(contract) - {spec.stamp, DELETE_FLAG}
    return Extract(entity, spec, contract, tuple(sorted(extra)), DELETE_FLAG in found)


def _describe(
    source: psycopg.Connection[Any], entity: Entity, spec: EntityQuery
) -> dict[str, str]:
    query = f"select * from ({spec.query}) as source limit 0"
    with _told_of_the_query(entity.name):
        cursor = source.execute(query.encode())
    types = {row.oid: row.name for row in psycopg.adapters.types}
    return {
        each.name: types.get(each.type_code, f"type {each.type_code}")
        for each in cursor.description or ()
    }


def _told(found: dict[str, str], name: str) -> str:
    return f"{found[name]} found" if name in found else "missing"


def day_window(day: date, zone: ZoneInfo, overlap_days: int = 0) -> Window:
    """[start of `day` - overlap, start of the next day) in the company's zone."""
    start = datetime.combine(day - timedelta(days=overlap_days), time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    return start, end


def everything_until(day: date, zone: ZoneInfo, since: datetime = BEGINNING) -> Window:
    """From long before any history, or `since`, to the end of `day`: late lines too."""
    return since.astimezone(zone), day_window(day, zone)[1]


def month_windows(first: date, last: date, zone: ZoneInfo) -> list[Window]:
    """Windows of the bootstrap: everything before `last` ends, month by month.

    The first one begins long before `first`, for rows that are older than the
    history.
    """
    edges = [BEGINNING.astimezone(zone)]
    month = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    while month <= last:
        edges.append(datetime.combine(month, time.min, zone))
        month = (month + timedelta(days=31)).replace(day=1)
    edges.append(datetime.combine(last + timedelta(days=1), time.min, zone))
    return list(pairwise(edges))
