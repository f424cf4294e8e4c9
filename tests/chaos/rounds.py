"""What one job of `make chaos` does on a company of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from rich.console import Console

from danggol import stages
from tests.chaos import faults, orders
from tests.chaos.arena import ALL_NIGHTS, Arena, arena, has_small_disk
from tests.chaos.faults import TRANSACTIONS, Fault
from tests.chaos.night import finish, strike
from tests.chaos.readers import faults_of, reading, truth_of
from tests.pipeline.made_company import HISTORY, differences

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
    job: int = 0

    def mine(self, count: int) -> range:
        """Numbers of the nights or orders that are this job's."""
        return range(self.job, count, self.job_count)

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
    for number in plan.mine(plan.night_count):
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
        here.bring_back(HISTORY)
        first, *others = orders.shuffled(ALL_NIGHTS, plan.random("order", number))
        orders.at_once(here.ground, first)
        orders.load_and_build(here.ground, [first, *others])
        found = orders.mined_again(company, ALL_NIGHTS)
        stages.rebuild()
        differ = differences(found, wanted) | differences(company.marts(), wanted)
        order = " ".join(f"{day:%m-%d}" for day in (first, *others))
        console.print(f"order {number}: {order}: {len(differ)} marts differ")
        losses = [f"order {number}: {mart} differs" for mart in differ]
        yield Told("any order, each night twice", "all", False, True, True, losses)


def _looked_at(here: Arena, query_seconds: float) -> Told:
    company = here.ground.company
    truth = {}
    for night in (HISTORY, *ALL_NIGHTS):
        here.bring_back(night)
        truth[night] = truth_of(company.warehouse)
    here.bring_back(HISTORY)
    with reading(company, query_seconds) as seen:
        for night in ALL_NIGHTS:
            company.night(night)
    for reader, count in seen.looks.items():
        console.print(f"{count:>7} looks of {reader}")
    for (star, mined), count in sorted(seen.pairs.items()):
        console.print(f"{count:>7} looks at star {star}, mined {mined}")
    losses = faults_of(seen, truth)
    return Told("readers look on", "publication", False, True, True, losses)
