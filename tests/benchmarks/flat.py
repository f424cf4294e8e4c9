"""The same nights with 3 and with 24 months behind them: what grows.

Two homes of the simulated company, one of which was told only of the last three months
what happened, take in the same nights in turn. Starting dbt and importing is not
counted.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from rich.table import Table

from danggol import stages
from danggol.environment import Environment
from demo.simulated.plan import FIRST_DATE, Plan
from expectations import gates
from tests.benchmarks.measuring import ResultsDiffer
from tests.benchmarks.simulated import home, lived, selected, show_log
from warehouse import Warehouse, publication
from warehouse.connection import Connection
from warehouse.publication import Mart, Published

PLAN = Plan(customers=50_000, months=24)
HISTORY = date(2024, 12, 26)
THREE_MONTHS = date(2024, 10, 1)
# the first night parses the models, and is not counted
NIGHTS = [HISTORY + timedelta(days=n) for n in range(1, 6)]
MODEL, TEST, GATE, PUBLICATION = "model ", "test ", "gate ", "publication "
WORK = ("load_", MODEL, TEST, GATE, PUBLICATION, "mine_")
STAGES = ("load_", "build_", "mine_", "publish_")
LEAST = 20.0  # seconds of work that must have been measured
NOTICED = 0.2  # seconds of all nights, below which a ratio is noise
MOST = 1.3  # times as long may a night with 24 months behind it take
A_ROW_A_BUYER = "a row a customer who ever bought"
EXEMPT = {
    "model dim_customers": "a row a customer and version",
    "mine_segments": f"{A_ROW_A_BUYER}, out of 365 days",
    "gate mined.customer_segments": A_ROW_A_BUYER,
    "model customer_segments": A_ROW_A_BUYER,
    "publication customer_segments": A_ROW_A_BUYER,
    "model value_concentration": "buyers of every month in which one who merged bought",
    "model customer_360": "a row a customer",
    "publication customer_360": "a row a customer, whose values are other every night",
    "model customer_segment_periods": A_ROW_A_BUYER,
    "publication customer_segment_periods": A_ROW_A_BUYER,
}
"""What grows by nature: with customers, or with a window of a year."""


@dataclass
class Nights:
    """What the counted nights of one home took.

    Attributes
    ----------
    seconds : Counter
        Work of each stage; of each dbt model and test, as ``model <name>`` and
        ``test <name>``; of each table behind a gate after dbt, as ``gate <table>``; of
        each mart published, as ``publication <name>``.
    taken_in : list of int
        Rows that each load stored.
    published : Counter
        Rows inserted into and deleted from each mart.
    """

    seconds: Counter[str] = field(default_factory=Counter)
    taken_in: list[int] = field(default_factory=list)
    published: Counter[str] = field(default_factory=Counter)

    def total(self, *prefixes: str) -> float:
        """Seconds of everything whose name begins so."""
        return sum(s for what, s in self.seconds.items() if what.startswith(prefixes))

    @property
    def must_be_flat(self) -> float:
        """Seconds of all work but that which grows by nature."""
        return self.total(*WORK) - sum(self.seconds[what] for what in EXEMPT)


def report() -> tuple[list[Table | str], str]:
    """Run the nights; returns what to print and, if they grow, what is wrong.

    Raises
    ------
    ResultsDiffer
        If the nights brought other rows to one home than to the other.
    """
    short, long = _run_in_turn()
    told = (
        f"Means of {len(NIGHTS) - 1} nights; {sum(short.taken_in):,} rows came to each "
        f"home, {short.published.total():,} and {long.published.total():,} were "
        "published."
    )
    broken = ""
    if short.must_be_flat < LEAST:
        broken = f"less than {LEAST} s of work were measured, which says little"
    elif long.must_be_flat > MOST * short.must_be_flat:
        broken = f"a night grew more than {MOST} times with its history"
    return [_table(short, long), told], broken


def _run_in_turn() -> tuple[Nights, Nights]:
    found = Nights(), Nights()
    with (
        lived(PLAN) as life,
        home(life, THREE_MONTHS, HISTORY) as short,
        home(life, FIRST_DATE, HISTORY) as long,
    ):
        homes = list(zip((short, long), found, strict=True))
        for place, _ in homes:
            with selected(life, place):
                stages.night(HISTORY, history=True)
        for night in NIGHTS:
            homes.reverse()  # who comes second finds the shop's rows in memory
            for place, nights in homes:
                show_log(life, place, night)
                with selected(life, place) as here:
                    _run(here, night, nights if night != NIGHTS[0] else Nights())
    if found[0].taken_in != found[1].taken_in:
        raise ResultsDiffer(f"{[each.taken_in for each in found]} rows came")
    return found


def _table(short: Nights, long: Nights) -> Table:
    """What a night takes, and each part that takes longer after 24 months."""
    told = Table("seconds of a night, start-up left out")
    for heading in ("after 3 months", "after 24 months", "ratio"):
        told.add_column(heading, justify="right")
    told.add_column("grows with")

    def add(what: str, before: float, after: float, why: str = "") -> None:
        before, after = before / (len(NIGHTS) - 1), after / (len(NIGHTS) - 1)
        ratio = after / before if before else float("nan")
        told.add_row(what, f"{before:.2f}", f"{after:.2f}", f"{ratio:.2f}", why)

    def add_total(what: str, *prefixes: str) -> None:
        add(what, short.total(*prefixes), long.total(*prefixes))

    add_total("load, with its gates", "load_")
    add_total("dbt models", MODEL)
    add_total("dbt tests", TEST)
    add_total("gates after dbt", GATE)
    add_total("publication", PUBLICATION)
    add_total("mining", "mine_")
    add_total("these together", *WORK)
    add("without what grows by nature", short.must_be_flat, long.must_be_flat)
    add_total("by the clock, all stages", *STAGES)
    told.add_section()
    for what, why in EXEMPT.items():
        add(what, short.seconds[what], long.seconds[what], why)
    told.add_section()
    for what, seconds in long.seconds.most_common():
        before = short.seconds[what]
        is_part = what.startswith((MODEL, TEST, GATE, PUBLICATION))
        grows = seconds > max(MOST * before, before + NOTICED)
        if is_part and grows and what not in EXEMPT:
            add(what, before, seconds)
    return told


def _run(here: Environment, night: date, nights: Nights) -> None:
    with _watched(nights.seconds):
        stages.load_shop(night)
        stages.load_weblog(night)
        published = stages.build_star(night)
        _keep_seconds_of_dbt(here, "build_star", nights.seconds)
        for job in stages.MINING_JOBS:
            stages.mine(job, night)
        published += stages.publish_mined(night)
        _keep_seconds_of_dbt(here, "publish_mined", nights.seconds)
    for each in published:
        nights.published[each.mart] += each.inserted + each.deleted
    with here.warehouse.connect("auditor") as connection:
        runs = connection.execute(
            "select stage, work_seconds, rows_out from ledger.stage_runs"
            " where business_date = %s order by stage_run_id",
            [night],
        ).fetchall()
    for stage, seconds, rows in runs:
        nights.seconds[stage] += seconds
        if stage.startswith("load_"):
            nights.taken_in.append(rows)


@contextmanager
def _watched(seconds: Counter[str]) -> Iterator[None]:
    """Keep the seconds of publications and gates, and let dbt keep those of its nodes.

    Of gates only those after dbt: what those after loading take is in its stages.
    """

    def publish_one(connection: Connection, mart: Mart, *given: Any) -> Published:
        start = perf_counter()
        published = publish(connection, mart, *given)
        seconds[PUBLICATION + mart.name] += perf_counter() - start
        return published

    def check_gate(warehouse: Warehouse, gate: str, *given: Any, **how: Any) -> Any:
        result = check(warehouse, gate, *given, **how)
        if gate in ("star", "mined"):
            for table, taken in result.seconds.items():
                if table != "connecting":
                    seconds[GATE + table] += taken
        return result

    publish, check = publication._publish_one, gates.check
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_WRITE_JSON", "true")
        patch.setattr(publication, "_publish_one", publish_one)
        patch.setattr(gates, "check", check_gate)
        yield


def _keep_seconds_of_dbt(here: Environment, stage: str, seconds: Counter[str]) -> None:
    results: Path = here.home / "dbt" / stage / "run_results.json"
    for each in json.loads(results.read_text("utf-8"))["results"]:
        kind, _, name = each["unique_id"].split(".")[:3]
        seconds[f"{kind} {name}"] += each["execution_time"]
