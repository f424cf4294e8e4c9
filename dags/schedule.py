"""When the company's nights are: zone, first and last tick, retries.

A night's *business date* is its partition key. Its *tick* is the moment on the
following day at which Airflow may run it.
"""

import os
from datetime import date, datetime, time, timedelta
from typing import Any

from airflow.sdk import CronPartitionTimetable

from danggol.company import load_company

# Clocks change at 00:00, 01:00, 02:00 or 03:00 somewhere. A tick at an hour that a
# clock skips gets its own date as the day before: at 02:00, New York would lose
# 2017-03-11 and run 2017-03-12 twice. No zone has skipped 04:00 since 2010 but two
# Antarctic stations.
TICK_HOUR = 4

_company = load_company()

COMPANY_ZONE = _company.time_zone


def _local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=_company.zone)


# The tick of the first night after the bootstrap, whose date is history_last_date.
COMPANY_START = _local(_company.history_last_date + timedelta(days=2), 0)

# An hour after the tick of the last night; a live company has no end.
COMPANY_END = (
    _local(_company.last_date + timedelta(days=1), TICK_HOUR + 1)
    if _company.last_date
    else None
)

# How a task is told its night; the only thing that differs between two runs.
BUSINESS_DATE = "{{ dag_run.partition_key }}"


def tell(context: dict[str, Any]) -> None:
    """Tell of a night whose task has failed for good."""
    from danggol import alerts
    from danggol.environment import Environment

    key = context["dag_run"].partition_key
    if key is not None:
        error = context.get("exception")
        alerts.night_failed(Environment.current(), date.fromisoformat(key), error)


# 2, 4, 8 minutes: a restarted database or a source's short failure heals by itself.
NIGHTLY_ARGS: dict[str, Any] = {
    "retries": int(os.environ.get("DANGGOL_RETRIES", "3")),
    "retry_delay": timedelta(seconds=int(os.environ.get("DANGGOL_RETRY_SECONDS", 120))),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=30),
    "on_failure_callback": tell,
}


def nightly() -> CronPartitionTimetable:
    """A run every night, keyed by the day before its tick."""
    return CronPartitionTimetable(
        f"0 {TICK_HOUR} * * *",
        timezone=COMPANY_ZONE,
        run_offset=-1,
        key_format="%Y-%m-%d",
    )
