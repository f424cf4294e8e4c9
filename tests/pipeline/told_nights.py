"""Nights told row by row, on a warehouse of their own: no shop, no loader, no gate."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg import sql

from danggol.transformation import STAR, STAR_AGAIN, build
from ingest.contract import ENTITIES
from tests import databases
from warehouse import Warehouse
from warehouse.ledger import begin_build
from warehouse.migrations import migrate
from warehouse.publication import publish

DAY = date(2025, 1, 6)
FIRST_TOLD = "2025-01-01"
Row = dict[str, object]
Night = dict[str, list[Row]]
Ask = Callable[[str], list[tuple]]
Rows = dict[str, list[str]]  # of each mart, as text
# what of the star others are made of, and tests of nothing else
CORE = ("+path:models/marts/core", "--indirect-selection", "buildable")


@contextmanager
def copied(template: Warehouse, name: str) -> Iterator[Warehouse]:
    """A migrated warehouse of that name, for as long as the block runs."""
    mine = replace(template, database=name)
    with databases.copied(mine, template.database):
        # rights on a database are not copied with it
        migrate(mine, ENTITIES.values())
        yield mine


_numbers = itertools.count(1)


def tell(warehouse: Warehouse, night: Night, day: date = DAY) -> None:
    """Store one batch an entity, as the loader does."""
    with warehouse.connect("loader") as connection:
        for entity, rows in night.items():
            (batch_id,) = connection.execute(
                "insert into ledger.batches (source_name, entity, business_date, mode,"
                " window_from, window_to, reading_number, read_count, loaded_count,"
                " quarantined_count, known_count, run_id)"
                " values ('test', %s, %s, 'incremental', %s, %s, %s, %s, %s, 0, 0, %s)"
                " returning batch_id",
                [entity, day, day, day, next(_numbers), len(rows), len(rows), uuid4()],
            ).fetchone() or (0,)
            for row in rows:
                told = raw_row(entity, row) | {"_batch_id": batch_id}
                connection.execute(
                    sql.SQL("insert into {} ({}) values ({})").format(
                        sql.Identifier("raw", entity),
                        sql.SQL(", ").join(map(sql.Identifier, told)),
                        sql.SQL(", ").join([sql.Placeholder()] * len(told)),
                    ),
                    list(told.values()),
                )


def raw_row(entity: str, row: Row) -> Row:
    """A row with what raw wants beside the contract's columns."""
    of_the_web: Row = {
        "file_hash": "log",
        "line_number": next(_numbers),
        "kind": "human",
        "visitor_kind": "cookie",
        "page_code": "product" if "product_id" in row else "other",
    }
    return {
        **(of_the_web if entity == "web_requests" else {}),
        "_batch_date": DAY,
        "_source_stamp": FIRST_TOLD,
        "_content_hash": uuid4(),
        "_occurrence": 1,
        "_is_deleted": False,
        **row,
    }


def run_night(
    warehouse: Warehouse,
    target: Path,
    *,
    day: date = DAY,
    variables: dict[str, object] | None = None,
    only_build: bool = False,
    selected: Sequence[str] = (),
    after_mining: Sequence[str] = (),
) -> None:
    """Build what no build has covered, and publish it as a stage would.

    All of the star, or the models `selected` of it; and the models named of those that
    follow the mining jobs, which run nowhere here.
    """
    star = STAR_AGAIN if _has_views_of_raw(warehouse) else STAR
    stages = {"star": (*(("--select", *selected) if selected else ()), *star)}
    if after_mining:
        stages["mined"] = ("--select", *after_mining)
    for stage, selection in stages.items():
        run_id = uuid4()
        with warehouse.connect("publisher") as connection:
            build_id = begin_build(connection, day, run_id, stage)
        built = build(warehouse, selection, variables or {}, target)
        if not only_build:
            publish(warehouse, built.marts, day, run_id, build_id)


def _has_views_of_raw(warehouse: Warehouse) -> bool:
    with warehouse.connect("admin") as connection:
        return bool(
            connection.execute(
                "select from pg_views where schemaname = 'staging' limit 1"
            ).fetchone()
        )


def forget_builds(warehouse: Warehouse) -> None:
    """Make every batch new again, and empty what dbt builds."""
    with warehouse.connect("admin") as connection:
        connection.execute("update ledger.batches set build_id = null")
        tables = connection.execute(
            "select relnamespace::regnamespace::text, relname from pg_class"
            " where relnamespace::regnamespace::text in ('marts_next', 'intermediate')"
            " and relkind = 'r'"
        ).fetchall()
        for schema, table in tables:
            connection.execute(
                sql.SQL("drop table {} cascade").format(sql.Identifier(schema, table))
            )


def published_and_rebuilt(
    warehouse: Warehouse, target: Path, **how: Any
) -> tuple[Rows, Rows]:
    """Every mart as the nights left it, and as building all of it anew makes it."""
    ask = asking(warehouse)
    marts = [mart for (mart,) in ask("select distinct mart from marts.publications")]
    published = {mart: rows_of(ask, f"marts.{mart}") for mart in marts}
    forget_builds(warehouse)
    run_night(warehouse, target, only_build=True, **how)
    return published, {mart: rows_of(ask, f"marts_next.{mart}") for mart in marts}


def asking(warehouse: Warehouse) -> Ask:
    """A function that asks the warehouse."""

    def ask(query: str) -> list[tuple]:
        with warehouse.connect("admin") as connection:
            return connection.execute(query.encode()).fetchall()

    return ask


def rows_of(ask: Ask, table: str) -> list[str]:
    """Every row of a table as text, sorted."""
    return sorted(row for (row,) in ask(f"select t::text from {table} as t"))
