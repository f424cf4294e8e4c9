"""Run every benchmark and print what they took: `make bench`, or one by `ONLY=flat`."""

import os
import sys

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    flat,
    loading,
    memory,
    publication,
    weblog_loading,
    weblogs,
)
from tests.benchmarks.measuring import ROUNDS, Comparison, ResultsDiffer
from warehouse.machine import memory_bytes


def main() -> int:
    """Exit code: 0, or 1 if results differ or a night grows with its history."""
    console = Console()
    only = os.environ.get("ONLY", "").split()
    comparisons: list[Comparison] = []
    try:
        for benchmark in (loading, weblog_loading, weblogs, publication):
            name = benchmark.__name__.rpartition(".")[2]
            if not only or name in only:
                with console.status(f"{name}, {ROUNDS} rounds"):
                    comparisons += benchmark.run()
        if comparisons:
            console.print(_table(comparisons))
            console.print(
                f"{_machine()}. Medians of {ROUNDS} rounds in turn, ours above the "
                "peer's; ratio: how many times the peer's speed ours is."
            )
        if not only or "memory" in only:
            with console.status("memory: loads of up to 16 million rows"):
                peaks = memory.run()
            console.print(memory.table(peaks))
            if max(each.megabytes for each in peaks) > memory.MOST_MB:
                print(f"a load held more than {memory.MOST_MB} MB", file=sys.stderr)
                return 1
        if not only or "flat" in only:
            with console.status("flat: two histories, five nights each"):
                month, year = flat.run()
            console.print(flat.table(month, year))
            console.print(f"{_machine()}. {flat.rows_told(year)}")
            if flat.growth(month, year) > flat.MOST:
                print(f"a night grew more than {flat.MOST} times", file=sys.stderr)
                return 1
    except ResultsDiffer as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _table(comparisons: list[Comparison]) -> Table:
    table = Table("what", "ours", "peer")
    for heading in ("median seconds", "rows/s", "ratio"):
        table.add_column(heading, justify="right")
    for each in comparisons:
        both = (each.our_seconds, each.peer_seconds)
        table.add_row(
            each.what,
            each.ours,
            each.peer,
            "\n".join(f"{seconds:.3f}" for seconds in both),
            "\n".join(f"{each.row_count / seconds:,.0f}" for seconds in both),
            f"{each.ratio:.2f}",
            end_section=True,
        )
    return table


def _machine() -> str:
    return f"{os.cpu_count()} cores, {memory_bytes() / 2**30:.0f} GiB"


if __name__ == "__main__":
    sys.exit(main())
