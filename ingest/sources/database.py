"""Tables in any database that SQLAlchemy reaches, MySQL and MariaDB first.

A server-side cursor gives the rows in batches. What type a column has is known by its
values only, so a query is compared with the contract by its first rows.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy import exc

from ingest.shop_source import EntityQuery
from ingest.sources import frames
from ingest.sources.fitting import Fit, SourceMismatch, SourceUnavailable, fit
from ingest.sources.pace import Pace
from ingest.windows import Window
from warehouse.connection import Connection
from warehouse.copying import copy_frame
from warehouse.entity import Entity

MYSQL = ("mysql", "mariadb")
BATCH_ROWS = 20_000
# Rows of a table that takes seconds to be read from end to end.
LARGE_TABLE = 100_000
FIRST_ROWS = 1_000
# of a column without a value in the first rows
NOTHING = "nothing"
# Values of one column may be of several: an impossible date comes as text.
KINDS: tuple[tuple[type, str], ...] = (
    (datetime, frames.WITHOUT_ZONE),
    (date, "date"),
    (bytes, "binary"),
    (str, "text"),
    (float, "float"),
    (Decimal, "decimal"),
    (bool, "boolean"),
    (int, "integer"),
)
# What MySQL says in these errors names columns, tables and rights, and no value.
OF_THE_QUERY = {1054, 1060, 1064, 1142, 1143, 1146, 1305}
OF_THE_SERVER = {1040, 1044, 1045, 1049, 1317, 1698, 1969, 3024}
CLIENT_ERRORS = range(2000, 2100)
ISOLATION = ("REPEATABLE READ", "SNAPSHOT", "SERIALIZABLE")


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view of a catalogue.

    Attributes
    ----------
    name : str
    columns : dict of str to str
        ``local time`` for a time without a zone, else an empty text.
    key : tuple of str
        Primary key.
    references : dict of str to str
        Table that a column refers to.
    """

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    references: dict[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a database says of itself; `quote` writes a name as its SQL wants it."""

    dialect: str
    schema: str | None
    tables: list[Table]
    quote: Callable[[str], str]

    def named(self, table: Table) -> str:
        """The table as a query names it."""
        names = [self.schema, table.name] if self.schema else [table.name]
        return ".".join(map(self.quote, names))


@dataclass(frozen=True, slots=True)
class DatabaseTables:
    """The tables, as one read-only transaction sees them.

    Attributes
    ----------
    zone : ZoneInfo, optional
        Zone of times that have none.
    pace : Pace
        How fast rows are read.
    """

    connection: sa.Connection
    zone: ZoneInfo | None
    pace: Pace

    def compare(self, entity: Entity, spec: EntityQuery) -> "DatabaseExtract":
        """Hold the first rows of an entity's query against the contract.

        Raises
        ------
        SourceMismatch
            If it does not fit, or fails.
        """
        first_rows = _everything(spec).limit(FIRST_ROWS)
        with _told(entity.name):
            result = self.connection.execute(first_rows)
            names, rows = list(result.keys()), result.fetchall()
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        found = dict(zip(names, map(_kind, columns), strict=True))
        accepted = {
            wanted: {*kinds, NOTHING}
            for wanted, kinds in frames.accepted(self.zone).items()
        }
        if self.zone is not None:
            accepted["timestamptz"].add("text")  # there are databases without times
        fitted = fit(entity, spec, found, accepted)
        return DatabaseExtract(entity, spec, fitted, self, found.get(spec.stamp or ""))


@dataclass(frozen=True, slots=True)
class DatabaseExtract:
    """One entity's query, ready to be read; of what kind its stamp is."""

    entity: Entity
    spec: EntityQuery
    fit: Fit
    tables: DatabaseTables
    stamp_kind: str | None

    def fill(self, window: Window, target: Connection) -> Generator[int]:
        """Copy the rows of `window`, batch by batch; yields their numbers."""
        stamp = self.spec.stamp or window[0].astimezone(UTC)
        for frame in self._frames(window):
            self.tables.pace.let_through(frame.height)
            for each in frames.staged(
                frame, self.entity, self.fit, stamp, self.tables.zone
            ):
                copy_frame(target, "staged", each)
            yield frame.height

    def count(self, window: Window) -> int:
        """Rows of `window`, counted by the source."""
        rows = self._select(window).subquery()
        with _told(self.entity.name):
            return int(
                self.tables.connection.execute(
                    sa.select(sa.func.count()).select_from(rows)
                ).scalar_one()
            )

    def warnings(self, window: Window) -> list[str]:
        """Large tables that MySQL reads from end to end for a few of their rows."""
        connection = self.tables.connection
        if self.spec.stamp is None or connection.dialect.name not in MYSQL:
            return []
        with _told(self.entity.name):
            told = self._select(window).compile(connection)
            plan = connection.exec_driver_sql(f"explain {told}", told.params)
            whole = {
                each["table"]: int(each["rows"])  # which MariaDB tells as text
                for each in plan.mappings()
                if each["type"] == "ALL" and not each["table"].startswith("<")
            }
        return [
            f"a night reads all of {table}, about {count:,} rows: see whether an index "
            f"could serve {self.spec.stamp}"
            for table, count in whole.items()
            if count >= LARGE_TABLE
        ]

    def _select(self, window: Window) -> sa.Select[Any]:
        query = _everything(self.spec)
        if self.spec.stamp is not None:
            stamp: sa.ColumnClause[Any] = sa.column(self.spec.stamp)
            begin, end = map(self._edge, window)
            # a row without a stamp is read every night, so that it is refused aloud
            query = query.where(
                sa.or_(sa.and_(stamp >= begin, stamp < end), stamp.is_(None))
            )
        return query

    def _frames(self, window: Window) -> Iterator[pl.DataFrame]:
        with _told(self.entity.name):
            result = self.tables.connection.execution_options(
                stream_results=True, yield_per=BATCH_ROWS
            ).execute(self._select(window))
        names, batches = list(result.keys()), result.partitions()
        while True:
            with _told(self.entity.name):
                rows = next(batches, None)
            if rows is None:
                return
            columns = zip(names, zip(*rows, strict=True), strict=True)
            yield pl.DataFrame([_series(name, values) for name, values in columns])

    def _edge(self, moment: datetime) -> datetime | str:
        if self.stamp_kind == "timestamp with time zone":
            return moment
        local = moment.astimezone(self.tables.zone).replace(tzinfo=None)
        return str(local) if self.stamp_kind == "text" else local


def catalogue(url: SecretStr, schema: str | None = None) -> Catalogue:
    """Tables and views that a database has, without their rows.

    Raises
    ------
    SourceUnavailable
        If the source cannot be reached; never shows the URL.
    """
    with _told(), _engine(url).connect() as connection:
        seen = sa.inspect(connection)
        everything = sa.engine.ObjectKind.ANY
        columns = seen.get_multi_columns(schema=schema, kind=everything)
        keys = seen.get_multi_pk_constraint(schema=schema)
        references = seen.get_multi_foreign_keys(schema=schema)
        quote = connection.dialect.identifier_preparer.quote
        dialect = connection.dialect.name
    tables = [
        Table(
            place[1],
            {each["name"]: _of_which_time(each["type"]) for each in columns[place]},
            tuple(keys[place]["constrained_columns"]) if place in keys else (),
            {
                column: each["referred_table"]
                for each in references.get(place, ())
                for column in each["constrained_columns"]
            },
        )
        for place in sorted(columns, key=str)
    ]
    return Catalogue(dialect, schema, tables, quote)


def _of_which_time(kind: sa.types.TypeEngine[Any]) -> str:
    is_local = isinstance(kind, sa.DateTime) and not kind.timezone
    return "local time" if is_local else ""


@contextmanager
def snapshot(
    url: SecretStr, timeout_seconds: int, zone: ZoneInfo | None, pace: Pace
) -> Iterator[DatabaseTables]:
    """A read-only transaction that sees the source at one moment.

    Raises
    ------
    SourceUnavailable
        If the source cannot be reached; never shows the URL.
    """
    with _told(), _engine(url).connect() as connection:
        dialect = connection.dialect
        if dialect.name in MYSQL:
            for statement in _mysql_snapshot(connection, timeout_seconds):
                connection.exec_driver_sql(statement)
        else:
            known = dialect.get_isolation_level_values(connection.connection)
            level = next((each for each in ISOLATION if each in known), None)
            if level is not None:
                connection = connection.execution_options(isolation_level=level)
        tables = DatabaseTables(connection, zone, pace)
        yield tables


def _engine(url: SecretStr) -> sa.Engine:
    try:
        parts = sa.make_url(url.get_secret_value())
        if parts.drivername == "postgres":
            parts = parts.set(drivername="postgresql")
        if parts.drivername in MYSQL:
            parts = parts.set(drivername=f"{parts.drivername}+pymysql")
        if parts.get_backend_name() in MYSQL:
            parts = parts.update_query_dict({"charset": "utf8mb4"})
        return sa.create_engine(parts, poolclass=sa.NullPool, hide_parameters=True)
    except (exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise SourceUnavailable(
            f"the shop database needs a driver that is not installed: {error}"
        ) from None
    except (exc.ArgumentError, ValueError):
        # what is said of it quotes it
        raise SourceUnavailable(
            "the URL of the shop database cannot be read; wanted "
            "mysql://user:password@host:port/database, with %40 for an @ in the "
            "password, %2F for a /"
        ) from None


def _mysql_snapshot(connection: sa.Connection, timeout_seconds: int) -> list[str]:
    is_mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
    return [
        f"set session max_statement_time = {timeout_seconds}"
        if is_mariadb
        else f"set session max_execution_time = {timeout_seconds * 1000}",
        "set session transaction isolation level repeatable read",
        "start transaction with consistent snapshot, read only",
    ]


def _everything(spec: EntityQuery) -> sa.Select[Any]:
    """The company's own query, in which a colon is a colon."""
    query = spec.query.replace(":", r"\:")
    return sa.select(sa.text("*")).select_from(sa.text(f"({query}) source"))


def _kind(values: Sequence[object]) -> str:
    """A column's type in the words of messages."""
    for kind, name in KINDS:
        found = [value for value in values if isinstance(value, kind)]
        if found:
            is_zoned = isinstance(found[0], datetime) and found[0].tzinfo
            return "timestamp with time zone" if is_zoned else name
    other = next((type(value).__name__ for value in values if value is not None), None)
    return other or NOTHING


def _series(name: str, values: Sequence[Any]) -> pl.Series:
    """A column of a batch; where its values are of several types, as text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return pl.Series(name, values, pl.Int128)
    if len(kinds) == 1 and kinds <= {bool, float, date, datetime}:
        return pl.Series(name, values)
    texts = [None if value is None else str(value) for value in values]
    return pl.Series(name, texts, pl.String)


@contextmanager
def _told(entity: str | None = None) -> Iterator[None]:
    """Errors in the block are the source's; what they quote of a row is left out."""
    try:
        yield
    except exc.DBAPIError as error:
        arguments = error.orig.args if error.orig else ()
        code = arguments[0] if arguments else None
        name = type(error.orig).__name__
        nothing = f"nothing {f'of {entity} ' if entity else ''}was loaded"
        if code in OF_THE_QUERY:
            raise SourceMismatch(
                f"{entity}: the query fails: {arguments[1]}; {nothing}"
            ) from None
        if code in OF_THE_SERVER or code in CLIENT_ERRORS:
            raise SourceUnavailable(
                f"the shop database could not be read: {arguments[1]}; "
                f"{nothing}. See whether the source is up, then run again"
            ) from None
        if entity is None:
            raise SourceUnavailable(
                f"the shop database could not be read: {name}; {nothing}"
            ) from None
        raise SourceMismatch(
            f"{entity}: the query fails ({name}{f' {code}' * isinstance(code, int)}); "
            f"{nothing}. Run the query in the shop to see why"
        ) from None
