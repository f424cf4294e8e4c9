"""The same nights with one and with twelve months behind them: what grows.

The Complete Journey's last nights run in two homes. One shop has the whole year, the
other lost its orders of the first eleven months; customers, products and logs are the
same. Starting dbt and importing is not counted.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from rich.table import Table

from danggol import provisioning, stages
from danggol.environment import Environment
from tests.benchmarks.measuring import ResultsDiffer
from warehouse.publication import Published, publish
from warehouse.server import Server

HISTORY = date(2017, 12, 26)
# the first night parses the models, and is not counted
NIGHTS = [HISTORY + timedelta(days=n) for n in range(1, 6)]
MONTH_BEGINS = date(2017, 12, 1)
MODEL = "model "
COUNTED = ("load_", MODEL, "publication", "mine_")
STAGES = ("load_", "build_", "mine_", "publish_")
MOST = 1.2  # times as long may a night with the year behind it take
# What a night adds to a fact may not depend on the facts before it.
FACTS = ("fct_orders", "fct_order_lines", "fct_web_sessions", "fct_page_views")
SHORTENED = (
    "delete from receipt_items using receipts where receipt_items.receipt_no"
    " = receipts.receipt_no and sold_at < %s",
    "delete from receipts where sold_at < %s",
)


@dataclass
class Nights:
    """What the counted nights of one home took.

    Attributes
    ----------
    seconds : Counter
        Work of each stage, of each dbt model as ``model <name>``, of publications.
    published : Counter
        Rows inserted into and deleted from each mart.
    """

    seconds: Counter[str] = field(default_factory=Counter)
    published: Counter[str] = field(default_factory=Counter)

    def total(self, *prefixes: str) -> float:
        """Seconds of everything whose name begins so."""
        return sum(s for what, s in self.seconds.items() if what.startswith(prefixes))


def report() -> tuple[list[Table | str], str]:
    """Run the nights; returns what to print and, if they grow, what is wrong.

    Raises
    ------
    ResultsDiffer
        If month and year wrote different numbers of rows to a fact.
    """
    month, year = _run_in_turn()
    rows = ", ".join(f"{year.published[fact]:,} of {fact}" for fact in FACTS)
    told = f"Means of {len(NIGHTS) - 1} nights. Rows published, as many in both: {rows}"
    grows = year.total(*COUNTED) > MOST * month.total(*COUNTED)
    broken = f"a night grew more than {MOST} times with its history"
    return [_table(month, year), told], broken if grows else ""


def _run_in_turn() -> tuple[Nights, Nights]:
    found = Nights(), Nights()
    with _home(MONTH_BEGINS) as month, _home(None) as year:
        for night in NIGHTS:
            for home, nights in zip((month, year), found, strict=True):
                with _selected(home):
                    _run(night, nights if night != NIGHTS[0] else Nights())
    for fact in FACTS:
        written = [nights.published[fact] for nights in found]
        if written[0] != written[1]:
            raise ResultsDiffer(f"{fact}: {written} rows written, wanted as many")
    return found


def _table(month: Nights, year: Nights) -> Table:
    """What a night takes, and each model that takes longer after a year."""
    told = Table("seconds of a night, start-up left out")
    for heading in ("after 1 month", "after 12 months", "ratio"):
        told.add_column(heading, justify="right")

    def add(what: str, *prefixes: str) -> None:
        before, after = (
            each.total(*prefixes) / (len(NIGHTS) - 1) for each in (month, year)
        )
        told.add_row(what, f"{before:.2f}", f"{after:.2f}", f"{after / before:.2f}")

    add("load", "load_")
    add("dbt models", MODEL)
    add("publication", "publication")
    add("mining", "mine_")
    add("these together", *COUNTED)
    add("all stages, with dbt's tests and the gates", *STAGES)
    told.add_section()
    for what, seconds in sorted(month.seconds.items()):
        if what.startswith(MODEL) and year.seconds[what] > MOST * seconds:
            add(what.removeprefix(MODEL), what)
    return told


@contextmanager
def _home(begins: date | None) -> Iterator[Path]:
    """A home whose shop has orders from that day on, after its history."""
    with (
        tempfile.TemporaryDirectory(prefix="danggol-bench-") as folder,
        _selected(Path(folder)),
    ):
        here = Environment.current()
        try:
            provisioning.start_warehouse(here)
            provisioning.prepare_demo(here, lambda _what, _share: None)
            if begins is not None:
                with here.warehouse.connect("admin", database="shop") as shop:
                    for statement in SHORTENED:
                        shop.execute(statement.encode(), [begins])
            stages.night(HISTORY, history=True)
            yield Path(folder)
        finally:
            Server(here.home).remove()


@contextmanager
def _selected(folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPANY", "complete_journey")
        patch.setenv("DANGGOL_HOME", str(folder))
        for name in ("SHOP_URL", "WAREHOUSE_URL", "WAREHOUSE_URL_FILE"):
            patch.delenv(name, raising=False)
        yield


def _run(night: date, nights: Nights) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_WRITE_JSON", "true")  # each model's seconds are in it
        patch.setattr(stages, "publish", partial(_timed, nights.seconds, publish))
        stages.load_shop(night)
        stages.load_weblog(night)
        published = stages.build_star(night)
        for job in stages.MINING_JOBS:
            stages.mine(job, night)
        published += stages.publish_mined(night)
    for each in published:
        nights.published[each.mart] += each.inserted + each.deleted
    here = Environment.current()
    with here.warehouse.connect("auditor") as connection:
        runs = connection.execute(
            "select stage, work_seconds from ledger.stage_runs"
            " where business_date = %s",
            [night],
        )
        nights.seconds.update(dict(runs.fetchall()))
    for stage in ("build_star", "publish_mined"):
        results = here.home / "dbt" / stage / "run_results.json"
        for each in json.loads(results.read_text("utf-8"))["results"]:
            kind, _, name = each["unique_id"].split(".", 2)
            if kind == "model":
                nights.seconds[MODEL + name] += each["execution_time"]


def _timed(
    seconds: Counter[str],
    function: Callable[..., list[Published]],
    *given: Any,
    **how: Any,
) -> list[Published]:
    start = perf_counter()
    published = function(*given, **how)
    seconds["publication"] += perf_counter() - start
    return published
