"""What a load holds in memory at most, whatever its size: logs, and tables by source.

Each load has a process of its own, whose peak the kernel tells. PostgreSQL's memory is
not in it; its settings bound that.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import SecretStr
from rich.table import Table

from ingest.contract import ORDER_LINES
from ingest.shop_source import EntityQuery, ShopSource
from ingest.sources import Tables, database, files, postgresql
from ingest.sources.pace import Pace
from ingest.weblog import loading as weblog_loading
from tests.benchmarks import weblogs
from tests.benchmarks.embedded import SHOP, embedded_warehouse, tidy
from tests.benchmarks.loading import COLUMNS, DAY, KEY, WINDOW, fill_shop
from tests.benchmarks.measuring import ResultsDiffer, megabytes_of
from warehouse import Warehouse
from warehouse.batches import Reading, store

MOST_MB = 700
MILLION = 1_000_000
LOGS = (1, 4, 16)  # million lines
TABLES = (1, 4)  # million rows
FORGET = "truncate raw.order_lines, ledger.batches cascade"


@dataclass(frozen=True, slots=True)
class Peak:
    """What one load held at most.

    Attributes
    ----------
    what : str
    row_count : int
    megabytes : float
        2**20 bytes.
    """

    what: str
    row_count: int
    megabytes: float


def report() -> tuple[list[Table], str]:
    """Load everything; returns the peaks and, if one is too high, what is wrong.

    Raises
    ------
    ResultsDiffer
        If a load did not bring every row.
    """
    told = Table("load", "rows", f"peak MB, at most {MOST_MB}")
    peaks = [*_logs(), *_tables()]
    for each in peaks:
        told.add_row(each.what, f"{each.row_count:,}", f"{each.megabytes:,.0f}")
    is_too_high = max(each.megabytes for each in peaks) > MOST_MB
    return [told], f"a load held more than {MOST_MB} MB" if is_too_high else ""


def _logs() -> Iterator[Peak]:
    for millions in LOGS:
        with _home() as folder, embedded_warehouse() as warehouse:
            home = Path(folder)
            million = home / "million.gz"
            weblogs.write_log(million, MILLION)
            with (home / "access.log.gz").open("wb") as log:
                for _ in range(millions):  # a file of gzip members is a gzip file
                    with million.open("rb") as member:
                        shutil.copyfileobj(member, log)
            million.unlink()
            load = partial(_load_log, warehouse, home)
            yield _peak(
                warehouse, "web log, gzip", "web_requests", millions * MILLION, load
            )


def _tables() -> Iterator[Peak]:
    for millions in TABLES:
        with _home() as folder, embedded_warehouse() as warehouse:
            rows = millions * MILLION
            fill_shop(warehouse, rows)
            _write_csv(warehouse, Path(folder, "lines.csv"))
            for what, source in (
                ("table of a PostgreSQL", "postgresql"),
                ("table through SQLAlchemy", "postgresql+psycopg"),
                ("table in a CSV file", folder),
            ):
                tidy(warehouse, FORGET)
                load = partial(_load_table, warehouse, source)
                yield _peak(warehouse, what, "order_lines", rows, load)


def _home() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="danggol-bench-")


def _peak(
    warehouse: Warehouse,
    what: str,
    entity: str,
    row_count: int,
    load: Callable[[], object],
) -> Peak:
    _, megabytes = megabytes_of(load)
    with warehouse.connect("admin") as connection:
        asked = connection.execute(f"select count(*) from raw.{entity}".encode())
        (found,) = asked.fetchone() or (0,)
    if found != row_count:
        raise ResultsDiffer(f"{what}: {found} rows came out, {row_count} wanted")
    return Peak(what, row_count, megabytes)


def _load_log(warehouse: Warehouse, home: Path) -> None:
    window = (weblogs.START, weblogs.END)
    weblog_loading.load(
        warehouse, weblogs.SPEC, home, weblogs.DAY, window, weblogs.KEYS, uuid4()
    )


def _load_table(warehouse: Warehouse, source: str) -> None:
    spec = EntityQuery(
        query=f"select {COLUMNS} from order_lines",
        mode="incremental",
        stamp="changed_at",
    )
    reading = Reading(ORDER_LINES, "shop", DAY, spec.mode, WINDOW, uuid4())
    with _opened(warehouse, source) as tables, warehouse.connect("loader") as target:
        extract = tables.compare(ORDER_LINES, spec)
        fill = partial(extract.fill, WINDOW)
        store(target, reading, extract.fit.columns, fill, KEY)


def _opened(warehouse: Warehouse, source: str) -> AbstractContextManager[Tables]:
    if source.startswith("postgresql"):
        url = SecretStr(warehouse.url("admin", driver=source, database=SHOP))
        if source == "postgresql":
            return postgresql.snapshot(url, timeout_seconds=600, pace=Pace())
        return database.snapshot(url, timeout_seconds=600, zone=None, pace=Pace())
    told: dict[str, Any] = {
        "files": {
            "order_lines": {
                "path": "lines.csv",
                "types": {"changed_at": "TIMESTAMPTZ"},
            }
        },
        "entities": {
            name: {"query": "select 1", "mode": "full"}
            for name in ("customers", "orders", "order_lines")
        },
    }
    return files.snapshot(ShopSource.model_validate(told), Path(source))


def _write_csv(warehouse: Warehouse, file: Path) -> None:
    with (
        warehouse.connect("admin", database=SHOP) as shop,
        file.open("wb") as lines,
        shop.cursor().copy(
            f"copy (select {COLUMNS} from order_lines) to stdout (format csv, header)"
        ) as told,
    ):
        lines.writelines(told)
