"""A large table of a shop to raw, against COPY alone and against pandas."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pandas as pd
from pydantic import SecretStr
from sqlalchemy import create_engine

from ingest.contract import ORDER_LINES
from ingest.shop_source import EntityQuery
from ingest.sources.pace import Pace
from ingest.sources.postgresql import snapshot
from ingest.windows import Window, day_window
from tests.benchmarks.embedded import SHOP, embedded_warehouse, tidy
from tests.benchmarks.measuring import Comparison, Contender, compare
from warehouse import Warehouse
from warehouse.batches import Counts, Reading, store
from warehouse.entity import Entity
from warehouse.keyed_hash import KeyedHash

ROWS = 5_000_000
PANDAS_ROWS = ROWS // 100  # all of them would take most of an hour
DAY = date(2026, 3, 1)
WINDOW = day_window(DAY, ZoneInfo("UTC"))
KEY = KeyedHash(b"a key of the benchmarks")

# Four lines an order, in the contract's types, so that no contender has to cast.
FILL_SHOP = """
create table order_lines as
select
    number,
    (1000000 + number / 4)::text as order_id,
    (number % 4)::text as line_id,
    (number::bigint * 7919 % 20000)::text as product_id,
    (1 + number % 5)::numeric as quantity,
    (number % 9973 + 500)::numeric / 100 as gross_amount,
    (number % 400)::numeric / 100 as discount_amount,
    (number % 9973 + 500 - number % 400)::numeric / 100 as net_amount,
    0.00::numeric as coupon_amount,
    (number % 5003)::numeric / 100 as unit_cost,
    timestamptz '2026-03-01 00:00:00+00' + number * interval '16 ms' as changed_at,
    -- what raw adds, for who only copies
    1::bigint as batch_id, date '2026-03-01' as batch_date, 1 as occurrence,
    md5(number::text)::uuid as content_hash, false as is_deleted
from generate_series(1, {row_count}) as number
"""
COLUMNS = ", ".join([*(column.name for column in ORDER_LINES.columns), "changed_at"])
QUERY = f"select {COLUMNS} from order_lines"
META = "batch_id, batch_date, occurrence, content_hash, is_deleted"
RAW_COLUMNS = (
    COLUMNS.replace("changed_at", "_source_stamp") + ", _" + (META.replace(", ", ", _"))
)
SUMS = "select count(*), sum(quantity), sum(net_amount) from {}"
CREATE_PEERS = (
    # the limit of what any loader can reach
    "create table public.limit_of_raw (like raw.order_lines including all)",
    f"create table public.heap as select {RAW_COLUMNS} from raw.order_lines",
)


def run() -> list[Comparison]:
    """Load the lines in three ways."""
    with embedded_warehouse() as warehouse:
        fill_shop(warehouse, ROWS)
        tidy(warehouse, *CREATE_PEERS)
        ours, without_hash, *peers = (
            _contender(warehouse, name, load, table, rows)
            for name, load, table, rows in (
                (
                    "the night's batch: contract, key, hash, quarantine, ledger",
                    load,
                    "raw.order_lines",
                    ROWS,
                ),
                (
                    "the same without a hash of the content",
                    partial(load, entity=replace(ORDER_LINES, told=())),
                    "raw.order_lines",
                    ROWS,
                ),
                (
                    "bare binary COPY, same table and indexes (the limit)",
                    partial(_copy, "public.limit_of_raw"),
                    "public.limit_of_raw",
                    ROWS,
                ),
                (
                    "bare binary COPY, no index",
                    partial(_copy, "public.heap"),
                    "public.heap",
                    ROWS,
                ),
                (
                    "pandas to_sql, a 100th x 100",
                    _load_by_pandas,
                    "public.heap",
                    PANDAS_ROWS,
                ),
            )
        )
        return compare(f"load {ROWS:,} order lines", [ours, without_hash], peers)


def fill_shop(warehouse: Warehouse, row_count: int) -> None:
    """Give the shop its order lines."""
    with warehouse.connect("admin", database=SHOP) as shop:
        shop.execute(FILL_SHOP.format(row_count=row_count).encode())


def _contender(
    warehouse: Warehouse,
    name: str,
    load: Callable[[Warehouse], Any],
    table: str,
    rows: int,
) -> Contender:
    wanted = f"order_lines where number <= {rows}"
    return Contender(
        name=name,
        row_count=rows,
        run=lambda: load(warehouse),
        outcome=lambda _: _sums(warehouse, warehouse.database, table),
        expected=_sums(warehouse, SHOP, wanted),
        # analysed while empty, which misleads the planner, as a vacuum may leave it
        prepare=lambda: tidy(warehouse, f"truncate {table}", f"analyze {table}"),
    )


def _sums(warehouse: Warehouse, database: str, table: str) -> tuple[Any, ...] | None:
    with warehouse.connect("admin", database=database) as connection:
        return connection.execute(SUMS.format(table).encode()).fetchone()


def load(
    warehouse: Warehouse, window: Window = WINDOW, entity: Entity = ORDER_LINES
) -> Counts:
    """Take in the shop's lines that changed in a window, as a night does."""
    url = SecretStr(warehouse.url("admin", driver="postgresql", database=SHOP))
    spec = EntityQuery(query=QUERY, mode="incremental", stamp="changed_at")
    reading = Reading(entity, "shop", window[0].date(), spec.mode, window, uuid4())
    with snapshot(url, timeout_seconds=600, pace=Pace()) as shop:
        extract = shop.compare(entity, spec)
        with warehouse.connect("loader") as target:
            fill = partial(extract.fill, window)
            return store(target, reading, extract.fit.columns, fill, KEY)


def _copy(table: str, warehouse: Warehouse) -> None:
    into = f"copy {table} ({RAW_COLUMNS}) from stdin (format binary)"
    with (
        warehouse.connect("admin", database=SHOP) as shop,
        warehouse.connect("admin") as target,
        shop.cursor().copy(
            f"copy (select {COLUMNS}, {META} from order_lines)"
            " to stdout (format binary)".encode()
        ) as told,
        target.cursor().copy(into.encode()) as copied,
    ):
        for block in told:
            copied.write(block)


def _load_by_pandas(warehouse: Warehouse) -> None:
    shop = create_engine(warehouse.url("admin", database=SHOP))
    target = create_engine(warehouse.url("admin"))
    try:
        lines = pd.read_sql(f"{QUERY} where number <= {PANDAS_ROWS}", shop)
        lines = lines.rename(columns={"changed_at": "_source_stamp"})
        lines.to_sql("heap", target, if_exists="append", index=False, method=None)
    finally:
        shop.dispose()
        target.dispose()
