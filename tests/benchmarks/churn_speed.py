"""Churn of a million customers: the job against bare scikit-learn and the same SQL.

Ours plans and reads, judges four cutoffs, trains the champion and makes the rows of a
night. The peer reads the same, does the same fits on the same arrays, and predicts
once; that rows are sorted, scores calibrated and intervals drawn is ours alone. Reasons
are apart. Each has a process of its own, whose peak the kernel tells.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from time import perf_counter
from typing import NamedTuple

import numpy as np
import pandas as pd
from rich.table import Table

from mining.churn import (
    NO_PURCHASE,
    ChurnConfig,
    ChurnModel,
    Examples,
    Plan,
    churn_features,
    churn_predictions,
    horizon_of,
    judge,
    judged_until,
    plan_cutoffs,
)
from mining.churn.candidates import LOGISTIC_FEATURES, booster
from tests.benchmarks.embedded import embedded_warehouse
from tests.benchmarks.measuring import megabytes_of
from tests.made_marts import make
from warehouse import Warehouse, features

CUSTOMERS = int(os.environ.get("CUSTOMERS", "1000000"))
FIRST, AS_OF, ANCHOR = date(2023, 1, 1), date(2025, 12, 31), date(2026, 1, 1)
CONFIG = ChurnConfig()
MOST_RATIO, MOST_REASON_SECONDS, MOST_GB = 1.3, 30.0, 6.0


class Taken(NamedTuple):
    """Seconds of each part, and the peak of the process in GiB."""

    seconds: dict[str, float]
    gigabytes: float


def report() -> tuple[list[Table], str]:
    """Let ours and the peer work; returns their seconds and, if any, what is wrong."""
    with embedded_warehouse() as warehouse:
        make(warehouse, CUSTOMERS)
        ours, peer = (taken(partial(run, warehouse)) for run in (run_ours, run_peer))
    return [table(ours, peer)], "; ".join(faults(ours, peer))


def table(ours: Taken, peer: Taken) -> Table:
    """Seconds of each part, ours beside the peer's."""
    told = Table(f"churn of {CUSTOMERS:,} customers, seconds")
    for heading in ("ours", "scikit-learn"):
        told.add_column(heading, justify="right")
    for what in {**ours.seconds, **peer.seconds}:
        told.add_row(
            what, *(f"{each.seconds.get(what, 0):.1f}" for each in (ours, peer))
        )
    told.add_row("peak, GiB", f"{ours.gigabytes:.1f}", f"{peer.gigabytes:.1f}")
    return told


def faults(ours: Taken, peer: Taken) -> list[str]:
    """Which of the limits do not hold."""
    reasons = ours.seconds["reasons"]
    ratio = (sum(ours.seconds.values()) - reasons) / sum(peer.seconds.values())
    told = {
        f"ours takes {ratio:.2f} times the peer's time": ratio > MOST_RATIO,
        f"reasons take {reasons:.0f} s": reasons > MOST_REASON_SECONDS,
        f"ours holds {ours.gigabytes:.1f} GiB": ours.gigabytes > MOST_GB,
    }
    return [each for each, is_so in told.items() if is_so]


def taken(run: Callable[[], dict[str, float]]) -> Taken:
    """Run in a process of its own."""
    seconds, megabytes = megabytes_of(run)
    return Taken(seconds, megabytes / 1024)


class Read(NamedTuple):
    """What both read, and when."""

    plan: Plan
    horizon: int
    contacts: pd.DataFrame
    counts: pd.DataFrame
    visits: pd.DataFrame
    tonight: pd.DataFrame


def read(warehouse: Warehouse) -> Read:
    """The SQL of a night that is an anchor."""
    with warehouse.connect("miner") as connection:
        horizon = horizon_of(features.typical_long_gap(connection, AS_OF))
        contacts = features.save_contacts(connection, AS_OF, CONFIG.save_campaign_types)
        until = judged_until(contacts)
        plan = plan_cutoffs(ANCHOR, FIRST, horizon, CONFIG, until)
        active = CONFIG.active_days(horizon)
        share = CONFIG.sample_customers / CUSTOMERS
        types = CONFIG.save_campaign_types
        counts = features.customer_counts(
            connection, plan.cutoffs, active, share=share, save_campaign_types=types
        )
        visits = features.visits_around(
            connection, plan.cutoffs, horizon, active, share=share
        )
        tonight = features.customer_counts(
            connection, [AS_OF], active, save_campaign_types=types
        )
    return Read(plan, horizon, contacts, counts, visits, tonight)


def run_ours(warehouse: Warehouse) -> dict[str, float]:
    """What the job does, the first time at an anchor."""
    clock = Clock()
    told = read(warehouse)
    clock.lap("SQL")
    examples = Examples.of(told.counts, told.visits, NO_PURCHASE)
    clock.lap("features")
    judged = judge(examples, told.plan, CONFIG, told.contacts)
    clock.lap("fits: judging")
    learnt = examples.at(told.plan.closed_at(told.plan.known_until))
    model = ChurnModel("additive", CONFIG).fit(
        learnt.features, learnt.outcomes, learnt.customers, learnt.cutoffs
    )
    clock.lap("fits: champion")
    matrix = churn_features(told.tonight)
    clock.lap("features")
    chance = model.predict_proba(matrix)
    clock.lap("predict")
    rows = churn_predictions(
        model,
        matrix,
        told.tonight["customer_id"],
        as_of=AS_OF,
        label_code=NO_PURCHASE,
        horizon_days=told.horizon,
    )
    clock.lap("reasons")  # and the rows that hold them
    assert len(rows) == len(chance)
    assert len(judged.tests) == CONFIG.test_cutoffs
    return clock.seconds


def run_peer(warehouse: Warehouse) -> dict[str, float]:
    """The same SQL, fits on the same rows, one prediction."""
    clock = Clock()
    told = read(warehouse)
    clock.lap("SQL")
    examples = Examples.of(told.counts, told.visits, NO_PURCHASE)
    learnt = [
        examples.at(told.plan.closed_at(day))
        for day in (*told.plan.tests, told.plan.known_until)
    ]
    configs = [chosen(each) for each in learnt]
    # nothing at all is nothing that scikit-learn can cut into steps
    known = [
        name
        for name in examples.features
        if all(each.features[name].notna().any() for each in learnt)
    ]
    learnt = [replace(each, features=each.features[known]) for each in learnt]
    tonight = churn_features(told.tonight)[known].to_numpy()
    clock.forget()
    for each, config in zip(learnt[:-1], configs[:-1], strict=True):
        fit_bare(each, config, with_reference=True)
    clock.lap("fits: judging")
    model = fit_bare(learnt[-1], configs[-1], with_reference=False)
    clock.lap("fits: champion")
    model.predict_proba(tonight)
    clock.lap("predict")
    return clock.seconds


def chosen(examples: Examples) -> ChurnConfig:
    """How many trees ours found best, for the peer to grow no more than them."""
    model = ChurnModel("additive", CONFIG).fit(
        examples.features, examples.outcomes, examples.customers, examples.cutoffs
    )
    return model.fitted_config_


def fit_bare(examples: Examples, config: ChurnConfig, *, with_reference: bool):
    """As many fits as ours, of the same size, and nothing else."""
    X, y = examples.features.to_numpy(), examples.outcomes
    parts = np.arange(len(y)) % CONFIG.calibration_folds
    for fold in range(CONFIG.calibration_folds):
        own = parts != fold
        booster(CONFIG, interaction_cst="no_interactions").fit(X[own], y[own])
        if with_reference:
            fit_logistic_bare(examples, own)
    if with_reference:
        fit_logistic_bare(examples, slice(None))
        booster(config).fit(X, y)
    return booster(config, interaction_cst="no_interactions").fit(X, y)


def fit_logistic_bare(examples: Examples, own) -> None:
    from sklearn.linear_model import LogisticRegression

    chosen = examples.features[list(LOGISTIC_FEATURES)].to_numpy()[own]
    logs = np.nan_to_num(np.log1p(np.maximum(chosen, 0)))
    LogisticRegression(C=1.0, max_iter=1_000, tol=1e-8).fit(
        (logs - logs.mean(axis=0)) / np.maximum(logs.std(axis=0), 1e-9),
        examples.outcomes[own],
    )


class Clock:
    """Seconds between laps, summed by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, what: str) -> None:
        """Book the time since the last lap."""
        spent = perf_counter() - self._last
        self.seconds[what] = self.seconds.get(what, 0.0) + spent
        self._last = perf_counter()

    def forget(self) -> None:
        """Let the time since the last lap be nobody's."""
        self._last = perf_counter()
