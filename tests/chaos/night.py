"""One night with one fault: what it left, and whether running it again mends it."""

import time
from dataclasses import dataclass
from datetime import date
from random import Random

from tests.chaos.command import night_command, run_night
from tests.chaos.faults import Fault, make_space
from tests.chaos.ground import Ground
from tests.chaos.looks import Look, Side, miscounted, side_of

KILLED = -9


@dataclass(frozen=True)
class Outcome:
    """What came of a night that a fault struck.

    Attributes
    ----------
    stage : str
        Stage that the command was in when it ended.
    code : int
        Its exit code; 0 if the fault did not stop it.
    side : Side
        What it left.
    losses : tuple of str
        What was lost, doubled, torn or not said; empty if all was well.
    seconds : float
        From the fault to the end of the night that was run again.
    """

    fault: Fault
    stage: str
    code: int
    side: Side
    losses: tuple[str, ...]
    seconds: float


def strike(
    ground: Ground, day: date, fault: Fault, random: Random, old: Look, new: Look
) -> Outcome:
    """Run `day`, let the fault strike it, look, and run it again.

    Parameters
    ----------
    old, new : Look
        The company before the night and after it, undisturbed.
    """
    company = ground.company
    with (
        fault.arm(ground, day) as (environment, act),
        night_command(company, day, environment) as command,
    ):
        if command.wait_for(fault.stage):
            act(command, random)
        ended = command.end()
    begun = time.monotonic()
    make_space(ground)
    ground.recover()
    found = Look.at(company)
    side = side_of(found, old, new)
    losses = [*side.torn, *miscounted(company)]
    if ended.code not in (0, KILLED) and f"danggol night {day}" not in ended.message:
        losses.append(f"the message does not say how to go on: {ended.message}")
    again, _ = run_night(company, day, ground.environment)
    if again.code:
        losses.append(f"running it again failed: {again.message}")
    losses += [f"after running it again, {x}" for x in Look.at(company).losses(new)]
    losses += miscounted(company)
    return Outcome(
        fault,
        command.last_stage,
        ended.code,
        side,
        tuple(losses),
        time.monotonic() - begun,
    )
