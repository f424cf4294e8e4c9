"""Nights of the made company in any order, each twice, one of them twice at once."""

from collections.abc import Sequence
from datetime import date
from random import Random

from tests.chaos.command import night_command
from tests.chaos.ground import Ground


def shuffled(nights: Sequence[date], seed: int) -> list[date]:
    """Every night twice, in an order that the seed decides."""
    order = [*nights, *nights]
    Random(seed).shuffle(order)
    return order


def run(ground: Ground, order: Sequence[date], twice_at_once: date) -> None:
    """Run nights in order; at the first time of one, two commands run it at once.

    Raises
    ------
    AssertionError
        If one of the two commands fails.
    """
    waiting = True
    for day in order:
        if waiting and day == twice_at_once:
            at_once(ground, day)
            waiting = False
        else:
            ground.company.night(day, anew=True)


def at_once(ground: Ground, day: date) -> None:
    """Run one night by two commands at the same time; both end well."""
    with (
        night_command(ground.company, day, ground.environment) as one,
        night_command(ground.company, day, ground.environment) as other,
    ):
        for ended in (one.end(), other.end()):
            assert ended.code == 0, ended.message
