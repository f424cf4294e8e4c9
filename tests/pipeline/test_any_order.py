"""Nights in any order, each twice, one of them twice at once: the same marts.

An order of three nights; `make chaos` runs twenty of all six.
"""

from random import Random

import pytest

from danggol import stages
from tests.chaos import orders
from tests.chaos.ground import Ground
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import (
    LATER_NIGHTS,
    Marts,
    alone,
    differences,
)

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture(scope="module")
def in_order(after_each_night: list[Saved], restore: Restore) -> Marts:
    """The marts after every night in its order, each mined again in the end."""
    with restore(after_each_night[-1]) as company:
        for day in LATER_NIGHTS:
            company.night(day)
        return orders.mined_again(company, LATER_NIGHTS)


def test_any_order_of_nights_ends_in_the_marts_of_a_rebuild(
    after_each_night: list[Saved], in_order: Marts, restore: Restore
):
    with restore(after_each_night[-1]) as company:
        ground = Ground(company, {})
        first, *others = orders.shuffled(LATER_NIGHTS, Random(1))
        orders.at_once(ground, first)
        orders.load_and_build(ground, [first, *others])

        assert differences(orders.mined_again(company, LATER_NIGHTS), in_order) == {}

        changed = [
            each for each in alone(stages.rebuild) if each.inserted or each.deleted
        ]
        assert changed == []
        assert differences(company.marts(), in_order) == {}
