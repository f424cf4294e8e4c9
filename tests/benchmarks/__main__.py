"""Run every benchmark and print what they took: `make bench`, or one by `ONLY=flat`."""

import os
import sys
from collections.abc import Iterable
from types import ModuleType

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    changed,
    churn,
    churn_speed,
    churn_truth,
    flat,
    lifetime_values,
    loading,
    memory,
    mining,
    publication,
    readers,
    rebuild,
    recommend,
    rules,
    rules_truth,
    scoreboard,
    values_truth,
    verdicts,
    weblog_loading,
    weblogs,
)
from tests.benchmarks.measuring import ROUNDS, Comparison, ResultsDiffer
from warehouse.machine import memory_bytes

COMPARISONS = (
    loading,
    weblog_loading,
    weblogs,
    publication,
    rebuild,
    lifetime_values,
    rules,
)
# those that fail where something grows too much, or is wrong too often
LIMITS = (
    memory,
    changed,
    flat,
    readers,
    lifetime_values,
    churn,
    churn_truth,
    churn_speed,
    recommend,
    rules,
    mining,
    verdicts,
    scoreboard,
    rules_truth,
    values_truth,
)


def main() -> int:
    """Exit code: 0, or 1 if results differ or something grows more than it may."""
    console = Console()
    # of processes that begin from here, as of those of a night
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        _compare(console)
        for benchmark in _chosen(LIMITS):
            with console.status(f"{_name(benchmark)}, which takes minutes"):
                told, broken = benchmark.report()
            console.print(*told, f"{_machine()}.", sep="\n")
            if broken:
                print(broken, file=sys.stderr)
                return 1
    except ResultsDiffer as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _compare(console: Console) -> None:
    comparisons: list[Comparison] = []
    for benchmark in _chosen(COMPARISONS):
        with console.status(f"{_name(benchmark)}, {ROUNDS} rounds"):
            comparisons += benchmark.run()
    if comparisons:
        console.print(_table(comparisons))
        console.print(
            f"{_machine()}. Medians of {ROUNDS} rounds in turn, of `rebuild` one, ours "
            "above the peer's; ratio: how many times the peer's speed ours is."
        )


def _chosen(benchmarks: Iterable[ModuleType]) -> list[ModuleType]:
    only = os.environ.get("ONLY", "").split()
    return [each for each in benchmarks if not only or _name(each) in only]


def _name(benchmark: ModuleType) -> str:
    return benchmark.__name__.rpartition(".")[2]


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
