"""The job `segments`: everybody's place, and the cluster of who bought of late."""

import pytest

from mining.jobs.segments import segment
from tests.mining.jobs.conftest import ANCHOR, NIGHT, Ask
from warehouse import Warehouse

pytestmark = pytest.mark.postgres


def test_everybody_who_has_bought_is_in_a_segment_and_a_stage(told: Ask):
    ((written,),) = told("select count(*) from mined.customer_segments")

    assert told(
        "select count(distinct customer_id) from marts.customer_days"
        f" where order_count > 0 and activity_date <= '{NIGHT}'"
    ) == [(written,)]
    assert told(
        "select count(rfm_segment_code), count(lifecycle_stage_code)"
        " from mined.customer_segments"
    ) == [(written, written)]


def test_who_bought_in_the_window_is_in_a_cluster_with_a_name(told: Ask):
    assert told(
        "select distinct frequency > 0, cluster_code is not null,"
        " cluster_name is not null from mined.customer_segments order by 1"
    ) == [(False, False, False), (True, True, True)]


def test_the_next_anchor_tells_how_many_kept_their_cluster(made: Warehouse, ask: Ask):
    with made.connect("admin") as connection:
        connection.execute(
            "update marts.company_settings set first_anchor_date = '2025-11-01'"
        )
    segment(made, NIGHT)

    told = dict(
        ask(
            "select measure_code, value from mined.model_evaluations"
            f" where anchor_date = '{ANCHOR}' and measure_code in"
            " ('kept_code_share', 'population_stability_index')"
        )
    )
    assert 0.5 < told["kept_code_share"] <= 1
    assert 0 <= told["population_stability_index"] < 0.25


def test_how_stable_the_clusters_are_is_told(told: Ask):
    measures = told(
        "select measure_code, subject_code, value from mined.model_evaluations"
        f" where model_code = 'segments' and anchor_date = '{ANCHOR}'"
    )
    shares = {code: value for name, code, value in measures if name == "cluster_share"}
    assert ("stability", "all") in {(name, code) for name, code, _ in measures}
    assert sum(shares.values()) == pytest.approx(1)
    codes = told("select distinct cluster_code from mined.customer_segments")
    assert {code for (code,) in codes if code} <= shares.keys()
