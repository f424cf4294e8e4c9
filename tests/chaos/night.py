"""A night that faults strike: what each leaves, and whether a rerun mends it."""

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
    """What a fault left of a night.

    Attributes
    ----------
    stage : str
        Stage that the command was in when it ended.
    code : int
        Its exit code; 0 if the fault did not stop it.
    side : Side
        Which state is there.
    losses : tuple of str
        What was torn, lost, doubled or not said; empty if all was well.
    """

    fault: Fault
    stage: str
    code: int
    side: Side
    losses: tuple[str, ...]


def strike(
    ground: Ground, day: date, fault: Fault, random: Random, old: Look, new: Look
) -> Outcome:
    """Run `day` and let the fault strike it; then look what is there.

    Parameters
    ----------
    old, new : Look
        The company before the night and after it, undisturbed.
    """
    with (
        fault.arm(ground, day) as (environment, act),
        night_command(ground.company, day, environment) as command,
    ):
        if command.wait_for(fault.stage):
            act(command, random)
        ended = command.end()
    make_space(ground)
    ground.recover()
    side = side_of(Look.at(ground.company), old, new)
    losses = [*side.torn, *miscounted(ground.company)]
    if ended.code not in (0, KILLED) and f"danggol night {day}" not in ended.message:
        losses.append(f"the message does not say how to go on: {ended.message}")
    return Outcome(fault, command.last_stage, ended.code, side, tuple(losses))


def finish(ground: Ground, day: date, new: Look) -> list[str]:
    """Run `day` again, undisturbed; says what is not as it should be in the end."""
    ended, _ = run_night(ground.company, day, ground.environment)
    losses = [f"running it again failed: {ended.message}"] if ended.code else []
    losses += Look.at(ground.company).losses(new)
    return losses + miscounted(ground.company)
