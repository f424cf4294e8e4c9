"""All mining jobs of a night, at 10,000, 100,000 and 1,000,000 customers.

Marts are made up. Each job has a process of its own, whose peak the kernel tells, and
takes two nights: the first trains the model of its anchor, the second only scores.
"""

import os
from datetime import date
from functools import partial
from itertools import pairwise
from time import perf_counter
from typing import NamedTuple

from rich.table import Table

from mining.jobs import JOBS
from tests.benchmarks.embedded import embedded_warehouse
from tests.benchmarks.measuring import megabytes_of
from tests.made_marts import make
from warehouse import Warehouse

SIZES = [int(each) for each in os.environ.get("SIZES", "10000 100000 1000000").split()]
NIGHTS = (date(2025, 12, 30), date(2025, 12, 31))  # of one anchor


class Took(NamedTuple):
    """What one job came to with so many customers."""

    training_night: float  # seconds
    night: float
    megabytes: float


def report() -> tuple[list[Table], str]:
    """Run every job at every size; nothing of it is too much by itself."""
    took = {count: _at(count) for count in SIZES}
    told = Table("job")
    for count in SIZES:
        told.add_column(f"{count:,}: first night, s", justify="right")
        told.add_column("each night, s", justify="right")
        told.add_column("peak, MB", justify="right")
    for job in JOBS:
        told.add_row(
            job, *(cell for each in took.values() for cell in _told(each[job]))
        )
    grown = Table("job", "customers", "each night", "peak")
    for fewer, more in pairwise(SIZES):
        for job in JOBS:
            before, after = took[fewer][job], took[more][job]
            grown.add_row(
                job,
                f"{more / fewer:.0f} times",
                f"{after.night / before.night:.1f} times",
                f"{after.megabytes / before.megabytes:.1f} times",
            )
    return [told, grown], ""


def _told(took: Took) -> list[str]:
    seconds = (took.training_night, took.night)
    return [*(f"{each:.1f}" for each in seconds), f"{took.megabytes:,.0f}"]


def _at(customers: int) -> dict[str, Took]:
    with embedded_warehouse() as warehouse:
        make(warehouse, customers)
        found = {}
        for job in JOBS:
            (first, then), megabytes = megabytes_of(partial(_nights, warehouse, job))
            found[job] = Took(first, then, megabytes)
        return found


def _nights(warehouse: Warehouse, job: str) -> list[float]:
    seconds = []
    for night in NIGHTS:
        start = perf_counter()
        JOBS[job](warehouse, night)
        seconds.append(perf_counter() - start)
    return seconds
