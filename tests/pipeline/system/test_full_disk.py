"""The disk of the warehouse is full while a night loads, and while it builds."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.chaos import faults
from tests.chaos.arena import Arena, arena
from tests.chaos.night import finish, strike
from tests.pipeline.made_company import HISTORY, NIGHTS

pytestmark = pytest.mark.system
NIGHT = NIGHTS[0]


@pytest.fixture(scope="module")
def on_a_small_disk() -> Iterator[Arena]:
    with arena([NIGHT]) as here:
        yield here


@pytest.mark.parametrize("stage", ["load_shop", "build_star"])
def test_a_full_disk_loses_nothing_and_the_night_goes_on_when_there_is_space(
    on_a_small_disk: Arena, stage: str
):
    here = on_a_small_disk
    old, new = here.looks[HISTORY], here.looks[NIGHT]
    here.bring_back(HISTORY)

    # a moment early in the stage, lest a fast night be through before it
    outcome = strike(here.ground, NIGHT, faults.fill_disk(stage), Random(1), old, new)

    assert outcome.code != 0
    assert outcome.losses == ()
    assert finish(here.ground, NIGHT, new) == []
