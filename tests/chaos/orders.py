"""Nights of the made company in any order, each twice, one of them twice at once."""

from collections.abc import Sequence
from datetime import date
from random import Random

from danggol import stages
from tests.chaos.command import night_command
from tests.chaos.ground import Ground
from tests.pipeline.made_company import MadeCompany, Marts, alone


def shuffled(nights: Sequence[date], random: Random) -> list[date]:
    """Every night twice, in random order."""
    return random.sample([*nights, *nights], 2 * len(nights))


def load_and_build(ground: Ground, order: Sequence[date]) -> None:
    """Load and build the nights in this order; mining comes after all of them."""
    for day in order:
        ground.company.turn_clock_to(day)
        alone(stages.load_shop, day)
        alone(stages.load_weblog, day)
        alone(stages.build_star, day)


def mined_again(company: MadeCompany, nights: Sequence[date]) -> Marts:
    """The marts once each night was mined again, in its order."""
    for day in nights:
        alone(stages.mine_again, day)
    return company.marts()


def at_once(ground: Ground, day: date) -> None:
    """Run one night by two commands at the same time.

    Raises
    ------
    AssertionError
        If one of the two fails.
    """
    with (
        night_command(ground.company, day, ground.environment) as one,
        night_command(ground.company, day, ground.environment) as other,
    ):
        for ended in (one.end(), other.end()):
            assert ended.code == 0, ended.message
