"""Which nights the scheduler makes, asked of Airflow's own scheduling code."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import DagRunInfo

pytestmark = pytest.mark.airflow

ReadDags = Callable[..., DagBag]


def as_the_scheduler_sees(dagbag: DagBag):
    """The first DAG of a night, through the database's form and back."""
    dag = dagbag.dags["load_shop"]
    return DagSerialization.from_dict(DagSerialization.to_dict(dag))


def scheduled(dagbag: DagBag, limit: int = 400) -> Iterator[DagRunInfo]:
    """What the scheduler would create, run after run, until it has no more."""
    dag = as_the_scheduler_sees(dagbag)
    last = None
    for _ in range(limit):
        last = dag.next_dagrun_info(last_automated_run_info=last)
        if last is None:
            return
        yield last


def backfilled(dagbag: DagBag, first: date, last: date) -> list[str]:
    """Keys of a backfill over these dates, both included."""
    dag = as_the_scheduler_sees(dagbag)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=UTC)
    return [info.partition_key for info in dag.iter_dagrun_infos_between(begin, end)]


def keys(dagbag: DagBag) -> list[str]:
    return [info.partition_key for info in scheduled(dagbag)]


def test_the_demo_company_has_its_five_nights_and_no_more(read_dags):
    assert keys(read_dags()) == [
        "2017-12-27",
        "2017-12-28",
        "2017-12-29",
        "2017-12-30",
        "2017-12-31",
    ]


def test_a_night_runs_at_four_on_the_day_after_it(read_dags):
    first = next(iter(scheduled(read_dags())))

    assert first.partition_key == "2017-12-27"
    assert first.run_after == datetime(2017, 12, 28, 4 + 5, tzinfo=UTC)  # New York


def test_a_company_that_ends_three_dates_later_gets_the_three_missed_dates(read_dags):
    before = keys(read_dags(last_date=date(2017, 12, 31)))
    after = keys(read_dags(last_date=date(2018, 1, 3)))

    assert after[: len(before)] == before
    assert after[len(before) :] == ["2018-01-01", "2018-01-02", "2018-01-03"]


def test_nights_that_ran_before_the_end_moved_are_not_made_again(read_dags):
    *_, last = scheduled(read_dags(last_date=date(2017, 12, 31)))
    dag = as_the_scheduler_sees(read_dags(last_date=date(2018, 1, 3)))

    following = dag.next_dagrun_info(last_automated_run_info=last)

    assert following.partition_key == "2018-01-01"


def test_a_company_whose_bootstrap_covers_everything_has_no_night(read_dags):
    assert keys(read_dags(last_date=date(2017, 12, 26))) == []


def test_a_live_company_has_every_night_since_its_bootstrap(read_dags):
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    history = yesterday - timedelta(days=3)
    dagbag = read_dags(history_last_date=history, last_date=None)

    due = [
        info.partition_key
        for info in scheduled(dagbag, limit=10)
        if info.run_after <= datetime.now(UTC)
    ]

    assert dagbag.dags["load_shop"].end_date is None
    assert dagbag.dags["load_shop"].catchup
    assert due[:2] == [str(history + timedelta(days=n)) for n in (1, 2)]
    assert set(due[2:]) <= {str(yesterday)}  # due after four o'clock


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York"])
def test_backfilled_and_scheduled_keys_of_a_date_are_equal(read_dags, zone):
    dagbag = read_dags(time_zone=zone)

    assert backfilled(dagbag, date(2017, 12, 27), date(2017, 12, 31)) == keys(dagbag)


@pytest.mark.parametrize(
    "zone",
    [
        "Asia/Seoul",
        "America/New_York",  # skips 02:00 on 2017-03-12
        "Europe/London",  # skips 01:00
        "Europe/Helsinki",  # skips 03:00
        "America/Santiago",  # skips midnight
        "Australia/Lord_Howe",  # moves by half an hour
    ],
)
def test_a_year_has_every_date_once_where_clocks_change(read_dags, zone):
    first, last = date(2017, 1, 1), date(2017, 12, 31)
    dagbag = read_dags(
        time_zone=zone,
        history_first_date=date(2016, 12, 1),
        history_last_date=date(2016, 12, 31),
        last_date=last,
    )
    every_date = [str(first + timedelta(days=n)) for n in range(365)]

    assert keys(dagbag) == every_date
    assert backfilled(dagbag, first, last) == every_date
