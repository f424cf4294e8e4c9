"""What one job of `make chaos` does on a company of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import NamedTuple

from rich.console import Console

from danggol import stages
from tests.chaos import faults, orders
from tests.chaos.arena import ALL_NIGHTS, Arena, arena, has_small_disk
from tests.chaos.faults import TRANSACTIONS, Fault
from tests.chaos.night import finish, strike
from tests.chaos.readers import faults_of, reading, truth_of
from tests.pipeline.made_company import HISTORY, Marts, differences

STAGES = ("load_shop", "load_weblog", "build_star", "mine_segments", "publish_mined")
console = Console(width=120, highlight=False, markup=False)


@dataclass(frozen=True)
class Plan:
    """What is to be done, and which share of it is this job's."""

    night_count: int
    order_count: int
    query_seconds: float
    seed: int
    job_count: int
    first_night: int = 0
    job: int = 0

    def mine(self, count: int, first: int = 0) -> range:
        """Numbers of the nights or orders that are this job's."""
        return range(first + self.job, count, self.job_count)

    def random(self, what: str, number: int = 0) -> Random:
        """Draws of one night or order, whichever job runs it."""
        return Random(f"{self.seed} {what} {number}")

    def faults(self) -> list[Fault]:
        """A fault a night: twenty kills a stage to three to five of all else."""
        others = [faults.stop_server, faults.terminate, faults.cut_connections]
        if has_small_disk():
            others.append(faults.fill_disk)
        kinds = [faults.kill(stage) for stage in STAGES for _ in range(20)]
        kinds += [faults.kill_inside(each) for each in TRANSACTIONS for _ in range(5)]
        kinds += [each(stage) for each in others for stage in STAGES for _ in range(3)]
        self.random("faults").shuffle(kinds)
        return [kinds[number % len(kinds)] for number in range(self.night_count)]


class Told(NamedTuple):
    """One night or order, or what the readers saw; `losses` are sentences.

    `ended`, `star_new` and `mined_new` say of a night whether the fault ended it and
    what readers saw before it was run again.
    """

    what: str
    stage: str
    ended: bool
    star_new: bool
    mined_new: bool
    losses: list[str]


def work(plan: Plan) -> list[Told]:
    """Do this job's share."""
    with arena() as here:
        told = [*_struck(here, plan), *_in_any_order(here, plan)]
        if plan.query_seconds and plan.job == 0:
            told.append(_looked_at(here, plan.query_seconds))
    return told


def _struck(here: Arena, plan: Plan) -> Iterator[Told]:
    drawn = plan.faults()
    for number in plan.mine(plan.night_count, plan.first_night):
        random, fault = plan.random("night", number), drawn[number]
        day = random.choice(ALL_NIGHTS)
        old, new = here.looks[here.before(day)], here.looks[day]
        here.bring_back(here.before(day))
        outcome = strike(here.ground, day, fault, random, old, new)
        losses = [*outcome.losses, *finish(here.ground, day, new)]
        console.print(
            f"{number:>4} {day} {fault.name}, {fault.stage}: exit {outcome.code}, "
            f"{outcome.side}, {len(losses)} losses"
        )
        for loss in losses:
            console.print(f"     {loss}")
        yield Told(
            fault.name,
            fault.stage,
            outcome.code != 0,
            outcome.side.star == "new",
            outcome.side.mined == "new",
            [f"night {number}: {each}" for each in losses],
        )


def _in_any_order(here: Arena, plan: Plan) -> Iterator[Told]:
    company, numbers = here.ground.company, plan.mine(plan.order_count)
    if not numbers:
        return
    here.bring_back(ALL_NIGHTS[-1])
    company.turn_clock_to(ALL_NIGHTS[-1])
    wanted = orders.mined_again(company, ALL_NIGHTS)
    for number in numbers:
        order = orders.shuffled(ALL_NIGHTS, plan.random("order", number))
        try:
            losses = _lost_in_order(here, order, wanted)
        except Exception as error:  # a loss too; the orders after it go on
            losses = [f"{type(error).__name__}: {error}"]
        told = f"order {number}: {' '.join(f'{day:%m-%d}' for day in order)}"
        console.print(f"{told}: {len(losses)} losses")
        losses = [f"{told}: {each}" for each in losses]
        yield Told("any order, each night twice", "all", False, True, True, losses)


def _lost_in_order(here: Arena, order: list[date], wanted: Marts) -> list[str]:
    """Run the nights in this order, the first by two commands; which marts differ."""
    company = here.ground.company
    here.bring_back(HISTORY)
    orders.at_once(here.ground, order[0])
    orders.load_and_build(here.ground, order)
    found = orders.mined_again(company, ALL_NIGHTS)
    stages.rebuild()
    differ = differences(found, wanted) | differences(company.marts(), wanted)
    return [f"{mart} differs" for mart in differ]


def _looked_at(here: Arena, query_seconds: float) -> Told:
    company = here.ground.company
    truth = {}
    for night in (HISTORY, *ALL_NIGHTS):
        here.bring_back(night)
        truth[night] = truth_of(company.warehouse)
    here.bring_back(HISTORY)
    with reading(company.warehouse, query_seconds) as seen:
        for night in ALL_NIGHTS:
            company.night(night)
    for reader, count in seen.looks.items():
        console.print(f"{count:>7} looks of {reader}")
    for (star, mined), count in sorted(seen.pairs.items()):
        console.print(f"{count:>7} looks at star {star}, mined {mined}")
    losses = faults_of(seen, truth)
    return Told("readers look on", "publication", False, True, True, losses)
