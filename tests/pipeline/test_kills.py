"""A night that is killed leaves the old state or the new one, and runs again.

`make chaos` kills at hundreds of moments and has the other faults; here are two kills
a stage.
"""

from random import Random

import pytest

from tests.chaos import faults
from tests.chaos.command import run_night
from tests.chaos.faults import Fault
from tests.chaos.ground import Ground
from tests.chaos.looks import Look
from tests.chaos.night import KILLED, strike
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import NIGHTS

pytestmark = pytest.mark.postgres
NIGHT = NIGHTS[0]
STAGES = ("load_shop", "build_star", "mine_segments", "publish_mined")
TRANSACTIONS = ("load", "build", "publish", "mine")


@pytest.fixture(scope="module")
def old(after_history: Saved) -> Look:
    return Look.at(after_history.look())


@pytest.fixture(scope="module")
def new(after_each_night: list[Saved]) -> Look:
    return Look.at(after_each_night[0].look())


@pytest.fixture(scope="module")
def seconds(after_history: Saved, new: Look, restore: Restore) -> dict[str, float]:
    """How long each stage takes when nobody disturbs it."""
    with restore(after_history) as company:
        ended, seconds = run_night(company, NIGHT, Ground(company, {}).environment)
        assert (ended.code, Look.at(company).losses(new)) == (0, [])
    return seconds


@pytest.mark.parametrize(
    ("fault", "seed"),
    [
        *((faults.kill(stage), number) for number, stage in enumerate(STAGES)),
        *((faults.kill_inside(each), 0) for each in TRANSACTIONS),
    ],
    ids=lambda each: f"{each.name} {each.stage}" if isinstance(each, Fault) else "",
)
def test_a_killed_night_is_whole_and_runs_again(
    fault: Fault,
    seed: int,
    after_history: Saved,
    old: Look,
    new: Look,
    seconds: dict[str, float],
    restore: Restore,
):
    with restore(after_history) as company:
        outcome = strike(Ground(company, seconds), NIGHT, fault, Random(seed), old, new)

    assert outcome.losses == ()
    assert outcome.code == KILLED
