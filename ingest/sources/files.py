"""Tables in files, delimited text or Parquet, asked by SQL through DuckDB.

Nothing is held whole: DuckDB streams and spills, rows leave it as Arrow batches. A
line of text that cannot be read is refused with its file and number.
"""

import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from ingest.shop_source import EntityQuery, FileTable, ShopSource
from ingest.sources import frames
from ingest.sources.fitting import Fit, SourceMismatch, fit
from ingest.sources.found_files import FoundFiles, by_columns
from ingest.windows import Window
from warehouse.connection import Connection
from warehouse.copying import copy_frame
from warehouse.entity import Entity

MEMORY = "256MB"
BATCH_ROWS = 50_000
# What DuckDB says in these errors is about a query, and quotes no row.
OF_THE_QUERY = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
)
REASONS = {
    "CAST": "cannot be read as the type that is asked for",
    "MISSING COLUMNS": "is missing: the line has too few values",
    "TOO MANY COLUMNS": "has too many values",
    "UNQUOTED VALUE": "has a quote that does not end",
    "LINE SIZE OVER MAXIMUM": "is too long",
    "INVALID ENCODING": "has bytes that are not in the file's encoding",
}
# One row a line, the first thing that is wrong with it.
REFUSED_LINES = """
select distinct on (scans.file_path, errors.line)
    scans.file_path as file,
    errors.line,
    errors.column_name,
    errors.error_type as error,
    trim(errors.csv_line, chr(13) || chr(10)) as told
from reject_errors as errors
inner join reject_scans as scans
    on errors.scan_id = scans.scan_id and errors.file_id = scans.file_id
where errors.scan_id > ?
order by scans.file_path, errors.line, errors.column_idx
"""


@dataclass(frozen=True, slots=True)
class FileTables:
    """The files' tables, in a DuckDB of one night.

    Attributes
    ----------
    zone : ZoneInfo, optional
        Zone of times that have none.
    told_names : mapping of str to str
        What the company calls a file, by what DuckDB calls it.
    """

    connection: duckdb.DuckDBPyConnection
    zone: ZoneInfo | None
    told_names: Mapping[str, str]

    def compare(self, entity: Entity, spec: EntityQuery) -> "FilesExtract":
        """Hold the query of an entity against the contract.

        Raises
        ------
        SourceMismatch
            If it does not fit, or fails.
        """
        with _told(entity.name):
            schema = self.connection.sql(spec.query).limit(0).pl().schema
        found = {name: frames.kind(dtype) for name, dtype in schema.items()}
        fitted = fit(entity, spec, found, frames.accepted(self.zone))
        is_naive = found.get(spec.stamp or "") == frames.WITHOUT_ZONE
        return FilesExtract(entity, spec, fitted, self, is_naive)


@dataclass(frozen=True, slots=True)
class FilesExtract:
    """One entity's query, ready to be read; whether its stamp has no zone."""

    entity: Entity
    spec: EntityQuery
    fit: Fit
    tables: FileTables
    is_naive: bool

    def fill(self, window: Window, target: Connection) -> Generator[int]:
        """Copy the window's rows, batch by batch, and lines that cannot be read."""
        last_scan = self._last_scan()
        stamp = self.spec.stamp or window[0].astimezone(UTC)
        for frame in self._frames(window):
            for each in frames.staged(
                frame, self.entity, self.fit, stamp, self.tables.zone
            ):
                copy_frame(target, "staged", each)
            yield frame.height
        refused = self._refused_since(last_scan)
        copy_frame(target, "refused", refused)
        yield refused.height

    def count(self, window: Window) -> int:
        """Rows of `window`, which are read for it."""
        with _told(self.entity.name):
            ((count,),) = self._asked(window).count("*").fetchall()
        return int(count)

    def warnings(self, _window: Window) -> list[str]:
        """Nothing: files have no index, and are read whole."""
        return []

    def _asked(self, window: Window) -> duckdb.DuckDBPyRelation:
        asked = self.tables.connection.sql(self.spec.query)
        if self.spec.stamp is None:
            return asked
        stamp = duckdb.ColumnExpression(self.spec.stamp)
        begin, end = map(self._edge, window)
        # a row without a stamp is read every night, so that it is refused aloud
        return asked.filter(((stamp >= begin) & (stamp < end)) | stamp.isnull())

    def _frames(self, window: Window) -> Iterator[pl.DataFrame]:
        with _told(self.entity.name):
            batches = self._asked(window).to_arrow_reader(BATCH_ROWS)
        while True:
            with _told(self.entity.name):
                batch = next(batches, None)
            if batch is None:
                return
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            yield frame

    def _edge(self, moment: datetime) -> duckdb.Expression:
        if self.is_naive:
            moment = moment.astimezone(self.tables.zone).replace(tzinfo=None)
        return duckdb.ConstantExpression(moment)

    def _last_scan(self) -> int:
        scans = self.tables.connection.sql(
            "select coalesce(max(scan_id), 0) from reject_scans"
        )
        return int(scans.fetchall()[0][0])

    def _refused_since(self, scan: int) -> pl.DataFrame:
        """Lines that were refused in later scans, as ``refused`` takes them."""
        asked = self.tables.connection.sql(REFUSED_LINES, params=[scan])
        lines: pl.DataFrame = asked.pl()
        file = pl.col("file").replace(dict(self.tables.told_names))
        place = pl.concat_str([file, pl.col("line").cast(pl.String)], separator=":")
        return lines.select(
            place.alias("identity"),
            place.alias("locator"),
            pl.concat_str(
                pl.col("column_name").fill_null("the line"),
                pl.lit(" "),
                pl.col("error").replace_strict(REASONS, default="cannot be read"),
            ).alias("reason"),
            # bytea's own way of writing bytes
            pl.concat_str(
                pl.lit("\\x"), pl.col("told").cast(pl.Binary).bin.encode("hex")
            ).alias("payload"),
        )


@contextmanager
def snapshot(source: ShopSource, home: Path) -> Iterator[FileTables]:
    """The files as tables; a file that changes meanwhile fails the night.

    Parameters
    ----------
    source : ShopSource
        Says which files there are.
    home : Path
        Folder that relative paths begin in.

    Raises
    ------
    SourceUnavailable
        If a table has no file, or one changed.
    SourceMismatch
        If a file lacks a column that those before it have.
    """
    assert source.files is not None
    found = [FoundFiles.of(name, table, home) for name, table in source.files.items()]
    with (
        tempfile.TemporaryDirectory(prefix="danggol-files-") as scratch,
        duckdb.connect(config=_config(scratch)) as connection,
    ):
        connection.execute("set timezone = 'UTC'")
        _read_nothing(connection)
        told_names: dict[str, str] = {}
        for files in found:
            readable = files.readable(Path(scratch, files.name))
            if "://" in files.table.path:
                connection.register_filesystem(files.system)
            with _told(f"files.{files.name}"):
                tables = _read(connection, files, list(readable))
                tables.create_view(files.name)
            told_names |= {
                path.removeprefix("file://"): Path(told).name
                for path, told in readable.items()
            }
        yield FileTables(connection, source.zone, told_names)
    for files in found:
        files.refuse_changed()


def _config(scratch: str) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": MEMORY,
        "temp_directory": f"{scratch}/spilled",
        "autoinstall_known_extensions": "false",
    }


def _read_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    """Have the tables of refused lines made, which a first scan makes."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("nothing\n")
        file.flush()
        connection.read_csv(file.name, store_rejects=True, header=True).fetchall()


def _read(
    connection: duckdb.DuckDBPyConnection, files: FoundFiles, paths: list[str]
) -> duckdb.DuckDBPyRelation:
    """All files of a table as one, columns matched by name."""
    if files.table.is_parquet:
        return connection.read_parquet(paths, union_by_name=True)
    groups = by_columns(files.name, files.table, paths)
    every = list(dict.fromkeys(name for header in groups for name in header))
    each = [
        _read_text(connection, files.table, header, same).select(
            *(_column(name, header, files.table) for name in every)
        )
        for header, same in groups.items()
    ]
    return reduce(duckdb.DuckDBPyRelation.union, each)


def _column(name: str, header: tuple[str, ...], table: FileTable) -> duckdb.Expression:
    """A column of a file, or null where the file was written before it had it."""
    if name in header:
        return duckdb.ColumnExpression(name)
    kind = duckdb.sqltypes.DuckDBPyType(table.types.get(name, "VARCHAR"))
    return duckdb.ConstantExpression(None).cast(kind).alias(name)


def _read_text(
    connection: duckdb.DuckDBPyConnection,
    table: FileTable,
    header: tuple[str, ...],
    paths: list[str],
) -> duckdb.DuckDBPyRelation:
    return connection.read_csv(
        paths,
        header=table.header is None,
        names=list(header),
        delimiter=table.delimiter,
        quotechar=table.quote,
        escapechar=table.quote,
        decimal=table.decimal,
        thousands=table.thousands,
        timestamp_format=table.timestamp_format,
        date_format=table.date_format,
        dtype={name: kind for name, kind in table.types.items() if name in header},
        auto_type_candidates=["VARCHAR"],  # what no type is given for stays text
        ignore_errors=True,
        store_rejects=True,
    )


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Errors in the block are the source's; what they quote of a row is left out."""
    try:
        yield
    except OF_THE_QUERY as error:
        raise SourceMismatch(
            f"{what}: the query fails: {str(error).splitlines()[0]}; nothing of it was "
            "loaded"
        ) from None
    except duckdb.Error as error:
        raise SourceMismatch(
            f"{what}: the query fails on a row ({type(error).__name__}); nothing of it "
            "was loaded. Use try_cast and try_strptime where a value may not fit"
        ) from None
