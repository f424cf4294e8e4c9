"""Churn on The Complete Journey: is the champion above the naive rule, and honest?

The features are those of the warehouse, after a night over the whole year. Candidates
are judged by a rolling origin over four cutoffs, none of which any of them has seen.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml
from rich.table import Table

from danggol import provisioning, stages
from danggol.environment import Environment
from danggol.settings import PROJECT
from mining.churn import (
    LABELS,
    NO_PURCHASE,
    ChurnConfig,
    Examples,
    Judgement,
    horizon_of,
    judge,
    plan_cutoffs,
)
from warehouse import Warehouse, features
from warehouse.server import Server

COMPANY = "complete_journey"
FIRST, LAST, ANCHOR = date(2017, 1, 1), date(2017, 12, 31), date(2018, 1, 1)
CONFIG = ChurnConfig()
FEWEST_TESTS = 4
SLOPE, MOST_INTERCEPT, MOST_ERROR = (0.85, 1.15), 0.15, 1.5


def report() -> tuple[list[Table], str]:
    """Judge both labels; returns what was measured and, if any, what is wrong."""
    with journey() as warehouse:
        judged = {label: judgement(warehouse, label) for label in LABELS}
    told = [table(label, each) for label, each in judged.items()]
    return told, "; ".join(faults(judged[NO_PURCHASE]))


@contextmanager
def journey() -> Iterator[Warehouse]:
    """The company's warehouse after its whole year, gone when the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix="danggol-bench-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        place = Path(folder, COMPANY)
        place.mkdir()
        told = yaml.safe_load(
            (PROJECT / "demo" / COMPANY / "company.yml").read_text("utf-8")
        )
        told["history_last_date"] = LAST
        (place / "company.yml").write_text(yaml.safe_dump(told), "utf-8")
        patch.setenv("COMPANY", COMPANY)
        patch.setenv("DANGGOL_HOME", folder)
        for name in ("SHOP_URL", "WAREHOUSE_URL", "WAREHOUSE_URL_FILE"):
            patch.delenv(name, raising=False)
        here = Environment.current()
        try:
            provisioning.start_warehouse(here)
            provisioning.prepare_demo(here, lambda _what, _share: None)
            stages.night(LAST, history=True)
            yield here.warehouse
        finally:
            Server(here.home).remove()


def judgement(warehouse: Warehouse, label: str) -> Judgement:
    """What the rolling origin finds of one label."""
    with warehouse.connect("miner") as connection:
        horizon = horizon_of(features.typical_long_gap(connection, LAST))
        plan = plan_cutoffs(ANCHOR, FIRST, horizon, CONFIG)
        active = CONFIG.active_days(horizon)
        counts = features.customer_counts(connection, plan.cutoffs, active)
        visits = features.visits_around(connection, plan.cutoffs, horizon, active)
    return judge(Examples.of(counts, visits, label), plan, CONFIG)


def table(label: str, judged: Judgement) -> Table:
    """Each candidate's measures, and the differences with their limits."""
    told = Table(f"{label}: {len(judged.tests)} cutoffs, champion {judged.champion}")
    for heading in ("measure", "value", "low", "high"):
        told.add_column(heading, justify="right")
    for each in judged.measures.itertuples():
        versus = f" - {each.versus}" if isinstance(each.versus, str) else ""
        numbers = (each.value, each.low_value, each.high_value)
        told.add_row(
            f"{each.candidate}{versus}",
            str(each.measure),
            *("" if pd.isna(number) else f"{number:.4f}" for number in numbers),
        )
    return told


def faults(judged: Judgement) -> Iterator[str]:
    """Which of the limits do not hold."""
    measures = judged.measures.set_index(["candidate", "measure"])
    differences = measures[measures["versus"].notna()].set_index("versus", append=True)
    own = measures[measures["versus"].isna()].loc[judged.champion]["value"]
    naive = {"rfm_rule", "logistic"} - {judged.champion}
    if len(judged.tests) < FEWEST_TESTS:
        yield f"{len(judged.tests)} cutoffs were judged, wanted {FEWEST_TESTS}"
    if judged.champion == "rfm_rule":
        yield "no candidate is above the RFM rule"
        return
    for measure in ("auc", "average_precision"):
        for other in sorted(naive):
            low = differences.loc[judged.champion, measure, other]["low_value"]
            if not low > 0:
                yield f"{measure}: {judged.champion} is not above {other}"
    if not SLOPE[0] < own["calibration_slope"] < SLOPE[1]:
        yield f"the calibration slope is {own['calibration_slope']:.2f}"
    if not abs(own["calibration_intercept"]) < MOST_INTERCEPT:
        yield f"the calibration intercept is {own['calibration_intercept']:.2f}"
    if not own["calibration_error"] <= MOST_ERROR * own["calibration_error_limit"]:
        yield f"the calibration error is {own['calibration_error']:.4f}"
    if not own["brier_skill"] > 0:
        yield "the Brier skill is not above 0"
