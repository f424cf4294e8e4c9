"""Nights under fire for as long as one likes: `make chaos NIGHTS=200`.

Variables: `NIGHTS` are struck by a fault each, `ORDERS` run all nights in an order of
their own, `QUERY_SECONDS` is how long a BI query takes that looks on while nights are
published (0: nobody looks on). `JOBS` companies are struck side by side; `SEED` draws
the same faults, days and orders again, and `FIRST=154` goes on with the 155th of them.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from rich.table import Table

from tests.chaos.rounds import Plan, Told, console, work


def main() -> int:
    """Exit code: 0, or 1 if anything was torn, lost, doubled or not said."""
    told = os.environ.get
    plan = Plan(
        night_count=int(told("NIGHTS", "20")),
        order_count=int(told("ORDERS", "1")),
        query_seconds=float(told("QUERY_SECONDS", "180")),
        seed=int(told("SEED", time.time_ns() % 10**6)),
        job_count=int(told("JOBS", "1")),
        first_night=int(told("FIRST", "0")),
    )
    console.print(f"SEED={plan.seed}")
    jobs = [replace(plan, job=number) for number in range(plan.job_count)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(plan.job_count, spawn) as pool:
        done = [each for share in pool.map(work, jobs) for each in share]
    losses = [loss for each in done for loss in each.losses]
    console.print(_tally(done))
    for loss in losses:
        console.print(loss)
    console.print(f"{len(losses)} losses")
    return 1 if losses else 0


def _tally(done: Sequence[Told]) -> Table:
    table = Table("what", "stage")
    for heading in ("times", "it ended", "star new", "mined new", "losses"):
        table.add_column(heading, justify="right")
    for what, stage in sorted({(each.what, each.stage) for each in done}):
        group = [each for each in done if (each.what, each.stage) == (what, stage)]
        counts = (
            len(group),
            sum(each.ended for each in group),
            sum(each.star_new for each in group),
            sum(each.mined_new for each in group),
            sum(len(each.losses) for each in group),
        )
        table.add_row(what, stage, *map(str, counts))
    return table


if __name__ == "__main__":
    sys.exit(main())
