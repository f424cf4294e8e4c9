"""How a statement names the columns of tables, and compares them."""

from collections.abc import Sequence

from psycopg import sql

from warehouse.entity import Column, Derived


def names(
    columns: Sequence[Column | Derived] | Sequence[str], *table: str
) -> sql.Composable:
    """Column names, quoted, with commas, each behind the name of its table if given."""
    return sql.SQL(", ").join(
        sql.Identifier(*table, each if isinstance(each, str) else each.name)
        for each in columns
    )


def same(left: str, right: str, columns: Sequence[str]) -> sql.Composable:
    """The condition that two tables agree in `columns`."""
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(
            sql.Identifier(left, column), sql.Identifier(right, column)
        )
        for column in columns
    )
