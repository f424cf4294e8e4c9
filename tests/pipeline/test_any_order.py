"""Nights in any order, each twice, one of them twice at once: the same marts.

`make chaos` runs twenty orders, here are two.
"""

import pytest

from danggol import stages
from tests.chaos import orders
from tests.chaos.ground import Ground
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import (
    HISTORY,
    LATER_NIGHTS,
    NIGHTS,
    MadeCompany,
    Marts,
    differences,
)

pytestmark = pytest.mark.postgres
ALL_NIGHTS = (*NIGHTS, *LATER_NIGHTS)


def mine_all_again(company: MadeCompany) -> Marts:
    for day in (HISTORY, *ALL_NIGHTS):
        stages.mine_again(day)
    return company.marts()


@pytest.fixture(scope="module")
def in_order(after_each_night: list[Saved], restore: Restore) -> Marts:
    """The marts after every night in its order, each mined again in the end."""
    with restore(after_each_night[-1]) as company:
        for day in LATER_NIGHTS:
            company.night(day)
        return mine_all_again(company)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_of_nights_ends_in_the_marts_of_a_rebuild(
    seed: int, after_history: Saved, in_order: Marts, restore: Restore
):
    with restore(after_history) as company:
        order = orders.shuffled(ALL_NIGHTS, seed)
        orders.run(Ground(company, {}), order, twice_at_once=order[seed])

        assert differences(mine_all_again(company), in_order) == {}

        changed = [each for each in stages.rebuild() if each.inserted or each.deleted]
        assert changed == []
        assert differences(company.marts(), in_order) == {}
