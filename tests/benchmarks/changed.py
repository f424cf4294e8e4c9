"""The rows of a large table that changed since yesterday: what taking them in costs.

Three nights each: one changed row in a hundred of a small and of a large table, and as
many of the large one as of the small one.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from rich.table import Table

from ingest.windows import day_window
from tests.benchmarks import loading
from tests.benchmarks.embedded import SHOP, embedded_warehouse, tidy
from tests.benchmarks.measuring import ROUNDS, ResultsDiffer
from warehouse import Warehouse
from warehouse.raw_tables import analyze_raw

SMALL, LARGE = 500_000, 5_000_000
CASES = ((SMALL, SMALL // 100), (LARGE, SMALL // 100), (LARGE, LARGE // 100))
MOST = 1.2  # times as long may equally many changed rows of the large table take
CHANGE = """
update order_lines set net_amount = net_amount + 1, changed_at = '{moment}'
where number % {step} = 0
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """Nights of one table.

    Attributes
    ----------
    row_count, changed_count : int
    seconds : float
        Median.
    """

    row_count: int
    changed_count: int
    seconds: float


def report() -> tuple[list[Table], str]:
    """Take in the nights of each case; returns them and, if they grow, what is wrong.

    Raises
    ------
    ResultsDiffer
        If a night did not store just the rows that changed.
    """
    told = Table("rows", "changed", "median seconds", "changed rows/s")
    found = [_nights(*case) for case in CASES]
    for each in found:
        told.add_row(
            f"{each.row_count:,}",
            f"{each.changed_count:,}",
            f"{each.seconds:.3f}",
            f"{each.changed_count / each.seconds:,.0f}",
        )
    small, large, _ = found
    grows = large.seconds > MOST * small.seconds
    return [
        told
    ], f"a night grew more than {MOST} times with its table" if grows else ""


def _nights(row_count: int, changed_count: int) -> Changed:
    with embedded_warehouse() as warehouse:
        loading.fill_shop(warehouse, row_count)
        with warehouse.connect("admin", database=SHOP) as shop:
            shop.execute("create index on order_lines (changed_at)")
        loading.load(warehouse)
        analyze_raw(warehouse)
        seconds = [
            _night(warehouse, number, row_count // changed_count, changed_count)
            for number in range(1, ROUNDS + 1)
        ]
    return Changed(row_count, changed_count, median(seconds))


def _night(warehouse: Warehouse, number: int, step: int, changed_count: int) -> float:
    window = day_window(loading.DAY + timedelta(days=number), ZoneInfo("UTC"))
    with warehouse.connect("admin", database=SHOP) as shop:
        shop.execute(CHANGE.format(moment=window[0], step=step).encode())
    tidy(warehouse)
    start = perf_counter()
    counts = loading.load(warehouse, window)
    seconds = perf_counter() - start
    wanted = replace(counts, read=changed_count, loaded=changed_count, known=0)
    if counts != wanted:
        raise ResultsDiffer(f"{counts} came out, {wanted} wanted")
    return seconds
