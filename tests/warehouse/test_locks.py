"""Who waits for whom, on a real PostgreSQL."""

import pytest

from warehouse import Warehouse
from warehouse.locks import Busy, night_lock

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("held_by", "asked_by"),
    [
        pytest.param(None, None, id="stage and stage"),
        pytest.param(None, "segments", id="stage and job"),
        pytest.param("segments", None, id="job and stage"),
        pytest.param("segments", "segments", id="a job and itself"),
    ],
)
def test_one_waits_for_the_other(
    held_by: str | None, asked_by: str | None, warehouse: Warehouse
):
    with (
        night_lock(warehouse, "miner", job=held_by),
        pytest.raises(Busy, match="another stage of this company"),
        night_lock(warehouse, "miner", job=asked_by, wait_seconds=1),
    ):
        pytest.fail("both have the lock")

    with night_lock(warehouse, "miner", job=asked_by, wait_seconds=1):
        pass  # it is free again


def test_two_mining_jobs_run_side_by_side(warehouse: Warehouse):
    with (
        night_lock(warehouse, "miner", job="segments"),
        night_lock(warehouse, "miner", job="churn", wait_seconds=1),
    ):
        pass
