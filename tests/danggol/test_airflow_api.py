"""What is read out of Airflow's answers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from danggol.airflow_api import (
    NIGHT_ASSETS,
    NIGHT_DAGS,
    DagNight,
    Night,
    TaskRun,
    half_filled,
    scheduling_seconds,
)
from danggol.settings import PROJECT

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


def moment(second: float) -> datetime:
    return MIDNIGHT + timedelta(seconds=second)


def task(queued: float, started: float, ended: float) -> TaskRun:
    return TaskRun(
        "dag", "task", -1, 1, "success", moment(queued), moment(started), moment(ended)
    )


def night(states: dict[str, str], *tasks: TaskRun) -> Night:
    dags = {
        name: DagNight(name, "run", state, None, None, None, tasks)
        for name, state in states.items()
    }
    return Night(date(2025, 12, 31), dags)


def test_a_night_is_done_when_every_dag_ended_well():
    assert night(dict.fromkeys(NIGHT_DAGS, "success")).is_done


def test_a_night_whose_last_dag_has_no_run_yet_is_not_done():
    assert not night(dict.fromkeys(NIGHT_DAGS[:-1], "success")).is_done


def test_a_night_failed_when_a_dag_failed_and_none_is_at_work():
    assert night({"load_shop": "success", "load_weblog": "failed"}).is_failed
    assert not night({"load_shop": "running", "load_weblog": "failed"}).is_failed


def test_half_the_dags_are_half_a_night():
    assert night({"load_shop": "success", "load_weblog": "success"}).done_share == 0.5


def test_a_night_that_stopped_on_its_way_is_half_filled_after_a_while():
    on_its_way = night({"load_shop": "success", "load_weblog": "success"})
    for run in on_its_way.dags.values():
        on_its_way.dags[run.dag_id] = replace(run, ended_at=moment(60))
    done = night(dict.fromkeys(NIGHT_DAGS, "success"))

    assert half_filled([on_its_way, done], before=moment(60)) == []
    (found,) = half_filled([on_its_way, done], before=moment(61))
    assert found.filled == ["raw_shop", "raw_weblog"]


def test_every_asset_of_a_night_is_an_asset_of_the_dags():
    text = (PROJECT / "dags" / "assets.py").read_text("utf-8")

    assert [f'Asset("{name}")' in text for name in NIGHT_ASSETS.values()] == [True] * 4


def test_scheduling_is_the_time_in_which_a_night_could_have_gone_on():
    # queued at 0, one task from 2 to 5, two at once from 6 to 9: 2 s and 1 s alone
    tasks = task(0, 2, 5), task(5, 6, 8), task(5, 7, 9)

    alone = night({"load_shop": "success"}, *tasks)

    assert scheduling_seconds([alone]) == {alone.business_date: pytest.approx(3)}


def test_waiting_for_the_night_before_is_not_scheduling():
    before = night({"load_shop": "success"}, task(0, 2, 8))
    after = replace(
        night({"load_shop": "success"}, task(0, 9, 10)), business_date=date(2030, 1, 1)
    )

    # 8 to 9: nothing of the other night stood in the way
    assert scheduling_seconds([before, after])[date(2030, 1, 1)] == pytest.approx(1)


def test_a_night_without_tasks_costs_nothing():
    assert list(scheduling_seconds([night({})]).values()) == [0]
