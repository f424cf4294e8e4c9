"""A job that fails holds its marts and what follows them; the others go on."""

from datetime import timedelta

import pytest

from danggol import stages
from danggol.mining_jobs import MINING_JOBS
from danggol.stage_run import WarehouseFailed
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import LATER_NIGHTS, alone

pytestmark = pytest.mark.postgres


def test_a_mart_that_is_held_leaves_its_last_night_in_the_whole_customer(
    after_each_night: list[Saved], restore: Restore
):
    first = LATER_NIGHTS[0]
    with restore(after_each_night[-1]) as made:
        made.turn_clock_to(first)
        alone(stages.load_shop, first)
        alone(stages.load_weblog, first)
        alone(stages.build_star, first)
        made.tell_warehouse(
            "revoke insert on mined.customer_lifetime_values from miner"
        )
        for job in MINING_JOBS:
            if job == "lifetime_values":
                with pytest.raises(WarehouseFailed):
                    alone(stages.mine, job, first)
            else:
                alone(stages.mine, job, first)
        with pytest.raises(stages.MiningFailed):
            alone(stages.publish_mined, first)

        assert made.ask(
            "select distinct segments_as_of_date, values_as_of_date"
            " from marts.customer_360 where order_count > 0"
        ) == [(first, first - timedelta(days=1))]
        assert made.ask(
            "select count(*) from marts.customer_360 as whole"
            " inner join marts.customer_lifetime_values_current as told"
            " using (customer_id)"
            " where whole.clv_amount is distinct from told.clv_amount"
        ) == [(0,)]


def test_the_periods_wait_with_the_segments_that_are_held(
    after_each_night: list[Saved], restore: Restore
):
    first = LATER_NIGHTS[0]
    with restore(after_each_night[-1]) as made:
        before = made.marts()["customer_segment_periods"]
        made.turn_clock_to(first)
        alone(stages.load_shop, first)
        alone(stages.load_weblog, first)
        alone(stages.build_star, first)
        for job in MINING_JOBS:
            alone(stages.mine, job, first)
        made.tell_warehouse("revoke insert on mined.customer_segments from miner")
        with pytest.raises(WarehouseFailed):
            alone(stages.mine, "segments", first)
        with pytest.raises(stages.MiningFailed):
            alone(stages.publish_mined, first)

        assert made.marts()["customer_segment_periods"] == before
        assert made.ask(
            "select mart from marts.publications where status = 'held' order by mart"
        ) == [
            ("customer_segment_changes",),
            ("customer_segment_periods",),
            ("customer_segments",),
        ]
