"""How marts are read: of one moment, row by row, where a company has them."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from psycopg.rows import class_row

from warehouse.connection import Connection

Row = TypeVar("Row")


class Name(NamedTuple):
    """What people call a code; None where it was not told."""

    code: str
    en: str | None
    ko: str | None


def hold_still(connection: Connection) -> None:
    """See one moment for the rest of the transaction, whatever is published."""
    connection.execute("set transaction isolation level repeatable read, read only")


def has(connection: Connection, *marts: str) -> bool:
    """Whether each of these has ever been published to `marts`."""
    found = connection.execute(
        "select bool_and(to_regclass('marts.' || mart) is not null)"
        " from unnest(%s::text[]) as wanted (mart)",
        [list(marts)],
    ).fetchone()
    return found is not None and bool(found[0])


def read(
    connection: Connection,
    kind: type[Row],
    query: str,
    values: Mapping[str, Any] | None = None,
) -> list[Row]:
    """Rows of a query, a `kind` each; its columns are named as the fields."""
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query.encode(), values).fetchall()
