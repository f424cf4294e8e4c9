"""Contenders take turns, must bring equal results, and are told by their medians."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import pandas as pd
from rich.table import Table

ROUNDS = 3

Returned = TypeVar("Returned")


class ResultsDiffer(AssertionError):
    """A contender did not do the work, so its time says nothing."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do the work.

    Parameters
    ----------
    name : str
        What readers of the table are told.
    row_count : int
        Rows that it works on.
    run : callable
        Does the work; alone on the clock.
    outcome : callable
        Given what `run` returned, says what came of it.
    expected : object
        What must come of it; counted from the input, never by a contender.
    prepare : callable
        Brings everything back to how it was before `run`.
    """

    name: str
    row_count: int
    run: Callable[[], Any]
    outcome: Callable[[Any], object]
    expected: object
    prepare: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours against one peer.

    Attributes
    ----------
    what : str
        The work.
    ours, peer : str
        Names of the two.
    row_count : int
        Rows of the work.
    our_seconds, peer_seconds : float
        Medians; of a peer that worked on fewer rows, scaled to `row_count`.
    """

    what: str
    ours: str
    peer: str
    row_count: int
    our_seconds: float
    peer_seconds: float

    @property
    def ratio(self) -> float:
        """How many times the peer's speed ours is."""
        return self.peer_seconds / self.our_seconds


def compare(
    what: str,
    ours: Sequence[Contender],
    peers: Sequence[Contender],
    rounds: int = ROUNDS,
) -> list[Comparison]:
    """Let all contenders run in turn.

    Parameters
    ----------
    what : str
        The work.
    ours : sequence of Contender
        What the nights run, and parts of it.
    peers : sequence of Contender
        Other ways to the same results.
    rounds : int
        How often each runs.

    Returns
    -------
    list of Comparison
        Each of ours against each peer.

    Raises
    ------
    ResultsDiffer
        If a contender's outcome is not the expected one.
    """
    everyone = [*ours, *peers]
    seconds: dict[str, list[float]] = {each.name: [] for each in everyone}
    for _ in range(rounds):
        for contender in everyone:
            seconds[contender.name].append(_seconds_of(contender))
    return [
        Comparison(
            what=what,
            ours=mine.name,
            peer=peer.name,
            row_count=mine.row_count,
            our_seconds=median(seconds[mine.name]),
            peer_seconds=median(seconds[peer.name]) * mine.row_count / peer.row_count,
        )
        for mine in ours
        for peer in peers
    ]


def table_of(title: str, rows: pd.DataFrame) -> Table:
    """A frame as it is printed."""
    told = Table(*map(str, rows.columns), title=title)
    for row in rows.itertuples(index=False):
        told.add_row(
            *(f"{each:.3f}" if isinstance(each, float) else str(each) for each in row)
        )
    return told


def _seconds_of(contender: Contender) -> float:
    contender.prepare()
    start = perf_counter()
    returned = contender.run()
    seconds = perf_counter() - start
    found = contender.outcome(returned)
    if found != contender.expected:
        raise ResultsDiffer(
            f"{contender.name}: {found} came out, {contender.expected} wanted"
        )
    return seconds


def megabytes_of(work: Callable[[], Returned]) -> tuple[Returned, float]:
    """Work in a process of its own, whose peak the kernel tells.

    Parameters
    ----------
    work : callable
        Can be pickled, and so can what it returns.

    Returns
    -------
    tuple
        What it returned, and 2**20 bytes held at most, imports included.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        return alone.submit(_with_peak, work).result()


def _with_peak(work: Callable[[], Returned]) -> tuple[Returned, float]:
    returned = work()
    status = Path("/proc/self/status").read_text("ascii")
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return returned, int(peak.split()[1]) / 1024
