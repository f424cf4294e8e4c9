"""A night that is killed leaves the old state or the new one, and runs again.

Two kills a stage; `make chaos` kills at hundreds of moments and has the other faults.
"""

from random import Random

import pytest

from tests.chaos import faults
from tests.chaos.command import run_night
from tests.chaos.faults import Fault
from tests.chaos.ground import Ground
from tests.chaos.looks import Look
from tests.chaos.night import KILLED, finish, strike
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import NIGHTS

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
NIGHT = NIGHTS[0]
# each of the two takes up the night where the one before was killed
INSIDE = [faults.kill_inside(each) for each in ("load", "build", "publish", "mine")]
AT_RANDOM = [
    faults.kill(stage)
    for stage in ("load_shop", "build_star", "mine_segments", "publish_mined")
]


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
    "kills",
    [
        pytest.param(INSIDE, id="inside each transaction"),
        pytest.param(AT_RANDOM, id="at random"),
    ],
)
def test_a_night_that_is_killed_again_and_again_is_never_torn(
    kills: list[Fault],
    after_history: Saved,
    old: Look,
    new: Look,
    seconds: dict[str, float],
    restore: Restore,
):
    with restore(after_history) as company:
        ground = Ground(company, seconds)
        outcomes = [
            strike(ground, NIGHT, fault, Random(number), old, new)
            for number, fault in enumerate(kills)
        ]

        assert [each.losses for each in outcomes] == [()] * len(kills)
        assert {each.code for each in outcomes} == {KILLED}
        assert finish(ground, NIGHT, new) == []
