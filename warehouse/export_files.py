"""The files of an export: CSV and XLSX for spreadsheets, Parquet for programs.

Rows come by COPY and are written as they come; no mart is ever whole in memory.
"""

import io
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import IO, Any

import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from psycopg import sql

from warehouse.connection import Connection
from warehouse.exports import Export, ExportError

# Without it spreadsheets take UTF-8 for another encoding.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# A text that begins so is a formula for spreadsheets; in some full width ones, too.
FORMULA = r"^[=+@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20-]"
IDENTIFIERS = ("_id", "_key", "_hash")
XLSX_ROWS = 1_048_575  # below the header
BLOCK_BYTES = 16_000_000  # of CSV, that become one row group of Parquet

# Writes the rows of an export into a file that is open, and returns how many.
Writer = Callable[[Connection, Export, IO[bytes]], int]


def write_csv(connection: Connection, export: Export, file: IO[bytes]) -> int:
    """UTF-8 with byte order mark; numbers of customers and the like as text cells.

    ``="0012"`` keeps its zeros, and a text that would be a formula begins with ``'``.
    """
    file.write(BYTE_ORDER_MARK)
    cells = [_csv_cell(name, kind) for name, kind in export.columns.items()]
    with connection.cursor() as cursor:
        with cursor.copy(_copy(export, cells, "format csv, header")) as copy:
            for block in copy:
                file.write(block)
        return cursor.rowcount


def _csv_cell(name: str, kind: str) -> sql.Composable:
    column = _finite(name, kind)
    if kind == "boolean":
        return sql.SQL("{}::text").format(column)
    if _sheet_kind(kind) != "text" or kind.startswith("timestamp"):
        return column
    if name.endswith(IDENTIFIERS):
        return sql.SQL("""'="' || replace({}, '"', '""') || '"'""").format(column)
    return sql.SQL("case when {0} ~ {1} then '''' || {0} else {0} end").format(
        column, FORMULA
    )


def write_xlsx(connection: Connection, export: Export, file: IO[bytes]) -> int:
    """One sheet; texts are texts, days are days, moments are texts in UTC.

    Raises
    ------
    ExportError
        If a sheet cannot hold so many rows.
    """
    import xlsxwriter

    kinds = [_sheet_kind(kind) for kind in export.columns.values()]
    cells = [
        sql.SQL("{}::{}").format(_finite(name, kind), sql.SQL(shown))
        for (name, kind), shown in zip(export.columns.items(), kinds, strict=True)
    ]
    with (
        tempfile.TemporaryDirectory() as scratch,
        connection.cursor() as cursor,
        cursor.copy(_copy(export, cells, "format text")) as copy,
    ):
        copy.set_types(kinds)
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": scratch})
        # as the rows, not as the moment, so that equal rows give equal bytes
        day = export.publication.as_of_date
        book.set_properties({"created": datetime(day.year, day.month, day.day)})
        sheet = book.add_worksheet(export.name[:31])
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        day_format = book.add_format({"num_format": "yyyy-mm-dd"})
        writers: list[Callable[[int, int, Any], object]] = []
        for place, (name, kind) in enumerate(zip(export.columns, kinds, strict=True)):
            shown_as = day_format if kind == "date" else None
            sheet.set_column(place, place, max(10, len(name) + 2), shown_as)
            sheet.write_string(0, place, name, bold)
            writers.append(getattr(sheet, _SHEET_WRITERS[kind]))
        count = 0
        for count, row in enumerate(copy.rows(), 1):
            if count > XLSX_ROWS:
                raise ExportError(
                    f"{export.name} has more than {XLSX_ROWS:,} rows, a sheet cannot; "
                    "take csv or parquet"
                )
            for place, (write, value) in enumerate(zip(writers, row, strict=True)):
                if value is not None:
                    write(count, place, value)
        book.close()
    return count


_SHEET_WRITERS = {
    "bigint": "write_number",
    "double precision": "write_number",
    "boolean": "write_boolean",
    "date": "write_datetime",
    "text": "write_string",
}


def _sheet_kind(kind: str) -> str:
    if kind.startswith("numeric") or kind == "real":
        return "double precision"
    if kind in ("integer", "smallint"):
        return "bigint"
    return kind if kind in _SHEET_WRITERS else "text"


def write_parquet(connection: Connection, export: Export, file: IO[bytes]) -> int:
    """Columns of the contract's types; an endless moment is null, as in all formats."""
    types = {name: _arrow_type(kind) for name, kind in export.columns.items()}
    cells = [_finite(name, kind) for name, kind in export.columns.items()]
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(_copy(export, cells, "format csv, header")) as copy,
        pa.parquet.ParquetWriter(file, pa.schema(list(types.items()))) as written,
    ):
        for batch in _batches(_Blocks(copy), types):
            written.write_batch(batch)
            count += batch.num_rows
    return count


def _batches(blocks: "_Blocks", types: dict[str, Any]) -> Iterable[Any]:
    batches: Iterable[Any] = pa.csv.open_csv(
        io.BufferedReader(blocks),
        read_options=pa.csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    return batches


class _Blocks(io.RawIOBase):
    """What COPY sends, as a file that is read once."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._blocks = iter(copy)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _arrow_type(kind: str) -> Any:
    if kind.startswith("numeric("):
        precision, scale = kind.removeprefix("numeric(").rstrip(")").split(",")
        return pa.decimal128(int(precision), int(scale))
    return {
        "bigint": pa.int64(),
        "integer": pa.int32(),
        "smallint": pa.int16(),
        "double precision": pa.float64(),
        "real": pa.float32(),
        "numeric": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp with time zone": pa.timestamp("us", tz="UTC"),
    }.get(kind, pa.string())


WRITERS: dict[str, Writer] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}


def _copy(export: Export, cells: Iterable[sql.Composable], form: str) -> sql.Composed:
    """COPY of an export's rows in the order of their key."""
    named = sql.SQL(", ").join(
        sql.SQL("{} as {}").format(cell, sql.Identifier(name))
        for cell, name in zip(cells, export.columns, strict=True)
    )
    order = sql.SQL(", ").join(sql.Identifier("exported", name) for name in export.key)
    return sql.SQL("copy (select {} from ({}) as exported{}{}) to stdout ({})").format(
        named,
        export.query,
        sql.SQL(" order by " if export.key else ""),
        order,
        sql.SQL(form),
    )


def _finite(name: str, kind: str) -> sql.Composable:
    """A column, null where a day or moment is endless: no spreadsheet knows that."""
    column = sql.Identifier("exported", name)
    if kind == "date" or kind.startswith("timestamp"):
        return sql.SQL("case when isfinite({0}) then {0} end").format(column)
    return column
