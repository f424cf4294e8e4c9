"""Rows move by COPY, in and out."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from warehouse.connection import Connection


def identifier(name: str) -> sql.Identifier:
    """``schema.table`` quoted by the driver."""
    return sql.Identifier(*name.split("."))


@dataclass(frozen=True, slots=True)
class EncodedRows:
    """Rows as COPY takes them: names of the columns, and CSV in blocks."""

    columns: Sequence[str]
    blocks: Iterable[bytes]


def encode(frame: pl.DataFrame) -> EncodedRows:
    """Write rows as `copy_rows` takes them; text as it is, null as null."""
    return EncodedRows(frame.columns, list(_blocks(frame)))


def _blocks(frame: pl.DataFrame) -> Iterator[bytes]:
    for part in frame.iter_slices(100_000):
        block = io.BytesIO()
        # texts are quoted, so that only null is bare
        part.write_csv(block, include_header=False, **_CSV)
        yield block.getvalue()


def copy_rows(connection: Connection, table: str, rows: EncodedRows) -> int:
    """Append rows to `table`, matched by column name.

    Parameters
    ----------
    connection : Connection
        May write `table`; the caller commits.
    table : str
        ``schema.table``, or the name of a temporary table.
    rows : EncodedRows
        From `encode`.

    Returns
    -------
    int
        Rows written.
    """
    statement = sql.SQL("copy {} ({}) from stdin (format csv, null '\\N')").format(
        identifier(table), sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in rows.blocks:
                copy.write(block)
        return cursor.rowcount


def copy_frame(connection: Connection, table: str, frame: pl.DataFrame) -> int:
    """Append the rows of `frame` to `table` as `copy_rows` does, slice by slice."""
    return copy_rows(connection, table, EncodedRows(frame.columns, _blocks(frame)))


_CSV: dict[str, Any] = {
    "null_value": "\\N",
    "quote_style": "non_numeric",
    "datetime_format": "%Y-%m-%dT%H:%M:%S%.6f+00:00",
}


def read_frame(
    connection: Connection,
    query: sql.Composable | str,
    params: Mapping[str, Any] | Sequence[Any] = (),
    types: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Rows of `query` as a frame, through COPY.

    Parameters
    ----------
    connection : Connection
        May read what `query` names.
    query : str or Composable
        A select, with placeholders for `params`.
    params : mapping or sequence
        Values for the placeholders.
    types : mapping of str to str, optional
        pandas dtype of each column that is not left to be inferred; columns of
        type ``datetime64[s]`` are parsed as dates.
    """
    text = query if isinstance(query, str) else query.as_string(connection)
    # COPY takes no parameters on the server: the driver writes them in, quoted.
    bound = psycopg.ClientCursor(connection).mogrify(text, params or None)
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        statement = sql.SQL("copy ({}) to stdout (format csv, header)").format(
            sql.SQL(bound)
        )
        with cursor.copy(statement) as copy:
            for block in copy:
                buffer.write(block)
    buffer.seek(0)
    plain = {k: v for k, v in (types or {}).items() if not v.startswith("datetime")}
    dates = [k for k, v in (types or {}).items() if v.startswith("datetime")]
    frame = pd.read_csv(
        buffer,
        dtype=plain,
        parse_dates=dates,
        keep_default_na=False,
        na_values=[""],
    )
    # a column in which nothing is told is parsed as text
    return frame.astype(dict.fromkeys(dates, "datetime64[s]"))


def read_integers(
    connection: Connection,
    query: str,
    params: Mapping[str, Any],
    names: Sequence[str],
) -> dict[str, NDArray[np.int32]]:
    """Columns of whole numbers that `query` selects, through binary COPY.

    Parameters
    ----------
    connection : Connection
        May read what `query` names.
    query : str
        A select of columns of type integer, none of which is null.
    params : mapping
        Values for the placeholders.
    names : sequence of str
        What the columns are to be called.

    Returns
    -------
    dict of str to ndarray of shape (n_rows,)
    """
    row = np.dtype(
        [("count", ">i2")]
        + [(part, ">i4") for name in names for part in (f"length of {name}", name)]
    )
    bound = psycopg.ClientCursor(connection).mogrify(query, params)
    parts: list[dict[str, NDArray[np.int32]]] = []
    with connection.cursor() as cursor:
        statement = sql.SQL("copy ({}) to stdout (format binary)").format(
            sql.SQL(bound)
        )
        with cursor.copy(statement) as copy:
            rest = bytearray()
            header = 19  # signature, flags, length of an extension
            for block in copy:
                rest += block
                if len(rest) - header >= _READ_AT_ONCE:
                    whole = (len(rest) - header) // row.itemsize
                    parts.append(_taken(rest, row, header, whole, names))
                    del rest[: header + whole * row.itemsize]
                    header = 0
            whole = (len(rest) - header) // row.itemsize  # the end has two bytes
            parts.append(_taken(rest, row, header, whole, names))
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


_READ_AT_ONCE = 16_000_000  # bytes


def _taken(
    block: bytearray, row: np.dtype[Any], start: int, count: int, names: Sequence[str]
) -> dict[str, NDArray[np.int32]]:
    rows = np.frombuffer(bytes(block), row, count, start)
    return {name: rows[name].astype("int32") for name in names}


def replace(
    connection: Connection, table: str, frame: pd.DataFrame, where: Mapping[str, Any]
) -> int:
    """Replace the rows of `table` that `where` selects by those of `frame`.

    Both happen in the caller's transaction: readers see the old rows or the new.
    """
    remove(connection, table, where)
    return append(connection, table, frame)


def remove(connection: Connection, table: str, where: Mapping[str, Any]) -> None:
    """Remove the rows of `table` whose columns equal those of `where`."""
    conditions: Iterable[sql.Composable] = (
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(column))
        for column in where
    )
    connection.execute(
        sql.SQL("delete from {} where {}").format(
            identifier(table), sql.SQL(" and ").join(conditions)
        ),
        dict(where),
    )


def append(connection: Connection, table: str, frame: pd.DataFrame) -> int:
    """Append the rows of a pandas frame to `table`, matched by column name."""
    return copy_frame(connection, table, pl.from_pandas(frame))
