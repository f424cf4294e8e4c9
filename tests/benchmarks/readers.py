"""Readers at work over ten nights of the simulated company: what they saw and waited.

Four pollers (one REPEATABLE READ, one with a prepared statement, two joining marts in
both orders), a user's view, row and column grants, and a BI query of three minutes.
The nights are run twice: undisturbed, for what each shows, and under the readers.
"""

import os
from dataclasses import replace
from datetime import date, timedelta

from danggol import stages
from demo.simulated.plan import Plan
from tests import databases
from tests.benchmarks.simulated import home, lived, selected, show_log
from tests.chaos.readers import Seen, faults_of, reading, truth_of

PLAN = Plan(customers=1_000, months=6)
FIRST = date(2023, 1, 1)
HISTORY = date(2023, 6, 20)
NIGHTS = tuple(HISTORY + timedelta(days=number) for number in range(1, 11))
QUERY_SECONDS = float(os.environ.get("QUERY_SECONDS", "180"))


def report() -> tuple[list[str], str | None]:
    """What was seen, and what no reader should have seen, if there was any."""
    with (
        lived(PLAN) as life,
        home(life, FIRST, HISTORY) as place,
        selected(life, place) as here,
    ):
        stages.night(HISTORY, history=True)
        kept = replace(here.warehouse, database="after_history")
        databases.create(kept, here.warehouse.database)
        truth = {HISTORY: truth_of(here.warehouse)}
        for night in NIGHTS:
            show_log(life, place, night)
            stages.night(night)
            truth[night] = truth_of(here.warehouse)
        databases.drop(here.warehouse)
        databases.create(here.warehouse, kept.database)
        with reading(here.warehouse, QUERY_SECONDS) as seen:
            for night in NIGHTS:
                stages.night(night)
    faults = faults_of(seen, truth)
    return _told(seen), "; ".join(faults) or None


def _told(seen: Seen) -> list[str]:
    pollers = ", ".join(f"{name} {count:,}" for name, count in seen.looks.items())
    return [
        f"{len(NIGHTS)} nights under readers, a BI query of {QUERY_SECONDS:.0f} s:",
        f"  looks: {pollers}",
        f"  nights seen whole: star {len(seen.star)}, mined {len(seen.mined)}; "
        f"waits for a lock {sum(seen.waits.values())}, "
        f"errors {len(seen.troubles)}",
    ]
