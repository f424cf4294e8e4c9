"""A web log to raw, against COPY of its parsed rows, dlt, pandas and `re` by line."""

import gzip
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd
from sqlalchemy import create_engine

from ingest.weblog import loading
from tests.benchmarks.embedded import embedded_warehouse, tidy
from tests.benchmarks.measuring import Comparison, Contender, compare
from tests.benchmarks.weblogs import (
    DAY,
    END,
    GROUPS,
    KEYS,
    SPEC,
    START,
    Fields,
    typed,
    write_log,
)
from warehouse import Warehouse

LINES = 2_000_000
# All lines would take the slower peers most of an hour.
DLT_LINES, PANDAS_LINES = LINES // 10, LINES // 50
CREATE_PEERS = (
    "create table public.limit_of_raw (like raw.web_requests including all)",
    "create table public.fields (time_local timestamptz, status integer,"
    " body_bytes_sent bigint, remote_addr text, method text, path text, query text,"
    " http_referer text, http_user_agent text, visitor_cookie text, login text)",
)
FORGET = "truncate raw.web_requests, ledger.batches, ledger.log_files cascade"


def run() -> list[Comparison]:
    """Load one file: ours, and the peers."""
    with (
        tempfile.TemporaryDirectory(prefix="danggol-bench-") as folder,
        embedded_warehouse() as warehouse,
    ):
        home = Path(folder)
        log = home / "access.log.gz"
        sizes = write_log(log, LINES)
        tidy(warehouse, *CREATE_PEERS)
        rows = home / "parsed.rows"
        _load(warehouse, home)
        _export(warehouse, rows)

        def contender(
            name: str, load: Callable[[], Any], table: str, count: int = LINES
        ) -> Contender:
            return Contender(
                name=name,
                row_count=count,
                run=load,
                outcome=lambda _: _told(warehouse, table),
                expected=(count, sum(sizes[:count])),
                prepare=lambda: tidy(warehouse, _emptied(table)),
            )

        return compare(
            f"load {LINES:,} log lines, gzip",
            [
                contender(
                    "the night's batch, all lines accounted for",
                    partial(_load, warehouse, home),
                    "raw.web_requests",
                )
            ],
            [
                contender(
                    r"\copy of the parsed rows, same table and indexes (the limit)",
                    partial(_copy, warehouse, rows),
                    "public.limit_of_raw",
                ),
                contender(
                    "re by line, COPY, no index",
                    partial(_loop, warehouse, log),
                    "public.fields",
                ),
                contender(
                    "dlt, re by line, a tenth x 10",
                    partial(_dlt, warehouse, log),
                    "dlt.fields",
                    DLT_LINES,
                ),
                contender(
                    "pandas to_sql, re by line, a 50th x 50",
                    partial(_pandas, warehouse, log),
                    "public.fields",
                    PANDAS_LINES,
                ),
            ],
        )


def _emptied(table: str) -> str:
    if table == "raw.web_requests":
        return FORGET
    return (
        "drop schema if exists dlt cascade" if "dlt" in table else f"truncate {table}"
    )


def _told(warehouse: Warehouse, table: str) -> tuple[Any, ...] | None:
    column = "body_bytes_sent" if table.endswith("fields") else "byte_count"
    with warehouse.connect("admin") as connection:
        return connection.execute(
            f"select count(*), sum({column})::bigint from {table}".encode()
        ).fetchone()


def _load(warehouse: Warehouse, home: Path) -> None:
    loading.load(warehouse, SPEC, home, DAY, (START, END), KEYS, uuid4())


def _export(warehouse: Warehouse, rows: Path) -> None:
    with (
        warehouse.connect("admin") as connection,
        rows.open("wb") as file,
        connection.cursor().copy("copy raw.web_requests to stdout") as told,
    ):
        file.writelines(told)


def _copy(warehouse: Warehouse, rows: Path) -> None:
    with (
        warehouse.connect("admin") as connection,
        rows.open("rb") as file,
        connection.cursor().copy("copy public.limit_of_raw from stdin") as told,
    ):
        while block := file.read(1 << 20):
            told.write(block)


def _fields(log: Path) -> Iterator[Fields]:
    match = re.compile(SPEC.log_format.pattern).match
    with gzip.open(log, "rt", encoding="utf-8") as lines:
        for each in map(match, lines):
            if each is not None:
                yield typed(*each.group(*GROUPS))


def _loop(warehouse: Warehouse, log: Path) -> None:
    with (
        warehouse.connect("admin") as connection,
        connection.cursor().copy("copy public.fields from stdin") as fields,
    ):
        for row in _fields(log):
            fields.write_row(row)


def _dlt(warehouse: Warehouse, log: Path) -> None:
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt  # after it was told so

    @dlt.resource(name="fields", write_disposition="append")
    def lines() -> Iterator[list[dict[str, object]]]:
        for rows in _batches(log, DLT_LINES):
            yield [dict(zip(GROUPS, row, strict=True)) for row in rows]

    with tempfile.TemporaryDirectory(prefix="danggol-bench-") as folder:
        destination = dlt.destinations.postgres(
            warehouse.url("admin", driver="postgresql")
        )
        dlt.pipeline(
            "bench", pipelines_dir=folder, destination=destination, dataset_name="dlt"
        ).run(lines())


def _pandas(warehouse: Warehouse, log: Path) -> None:
    engine = create_engine(warehouse.url("admin"))
    try:
        for rows in _batches(log, PANDAS_LINES):
            frame = pd.DataFrame(rows, columns=list(GROUPS))
            frame.to_sql("fields", engine, if_exists="append", index=False)
    finally:
        engine.dispose()


def _batches(log: Path, count: int) -> Iterator[list[Fields]]:
    lines = islice(_fields(log), count)
    while rows := list(islice(lines, 10_000)):
        yield rows
