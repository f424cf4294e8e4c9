"""Airflow itself: the real scheduler on a real PostgreSQL runs the real DAGs.

Only the stages are replaced, in a package that the tasks find before ours; each
writes down that it was called, so that a minute tells what ran, and in what order.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

import psycopg
import pytest
import yaml

from danggol import services
from danggol.airflow_api import NIGHT_DAGS, AirflowApi, Night
from danggol.mining_jobs import MINING_JOBS
from danggol.outbox import Outbox
from danggol.settings import PROJECT
from tests import databases
from warehouse import Warehouse

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

CALLS = [
    "load_shop",
    "load_weblog",
    "build_star",
    *(f"mine {job}" for job in MINING_JOBS),
    "publish_mined",
    "retain",
]
THREE_NIGHTS = [date(2017, 12, day) for day in range(29, 32)]
QUIET_SECONDS = 20  # the scheduler looks for runs to make several times a second

STAGES = """
import json, os
from datetime import date

def business_date(key):
    return date.fromisoformat(key)

def _called(name, day):
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(json.dumps([name, day.isoformat()]) + "\\n")

def load_shop(day, driver): _called("load_shop", day)
def load_weblog(day, driver): _called("load_weblog", day)
def build_star(day, driver): _called("build_star", day)
def mine(job, day, driver): _called(f"mine {job}", day)
def publish_mined(day, driver):
    _called("publish_mined", day)
    if day.isoformat() == os.environ["FAILS"]:
        raise RuntimeError("planted")
def retain(day, driver): _called("retain", day)
"""


class Company:
    """A company whose stages only write down that they were called."""

    def __init__(self, folder: Path, metadata: Warehouse) -> None:
        self.home = folder / "homes" / "called"
        self.home.mkdir(parents=True)
        self._metadata = metadata
        self._calls = folder / "calls"
        package = folder / "instead" / "danggol"
        package.mkdir(parents=True)
        (package / "stages.py").write_text(STAGES, "utf-8")
        real = str(PROJECT / "danggol")  # everything but the stages
        (package / "__init__.py").write_text(f"__path__.append({real!r})\n", "utf-8")
        self._environment = {
            "COMPANY": "called",
            "DANGGOL_HOME": str(self.home.parent),
            "DANGGOL_RETRIES": "0",
            "CALLS": str(self._calls),
            "FAILS": "2018-01-02",
            "PYTHONPATH": f"{package.parent}:{PROJECT}",
        }

    def ends_on(self, last_date: date) -> None:
        """Write the demo company's YAML with another end."""
        demo = PROJECT / "demo" / "complete_journey" / "company.yml"
        company = yaml.safe_load(demo.read_text("utf-8"))
        company |= {"code": "called", "last_date": last_date}
        company["history_last_date"] = THREE_NIGHTS[0] - timedelta(days=1)
        (self.home / "company.yml").write_text(yaml.safe_dump(company), "utf-8")

    def up(self) -> AirflowApi:
        """Start Airflow."""
        running = services.start(
            self.home, self._environment, self._metadata.url("admin")
        )
        return AirflowApi(running.url, running.login)

    def calls(self) -> list[tuple[str, str]]:
        """What ran so far: stage and business date."""
        lines = self._calls.read_text("utf-8").splitlines()
        return [tuple(json.loads(line)) for line in lines]


@pytest.fixture(scope="module")
def company(
    tmp_path_factory: pytest.TempPathFactory, template: Warehouse
) -> Iterator[Company]:
    """A company with a metadata database of its own, stopped at the end."""
    metadata = replace(template, database="airflow_nights")
    with databases.copied(metadata):
        company = Company(tmp_path_factory.mktemp("company"), metadata)
        company.ends_on(date(2017, 12, 31))
        yield company
        services.stop(company.home)


def finished(api: AirflowApi, days: list[date]) -> list[Night]:
    """Wait for these nights."""
    *_, nights = api.wait_for_nights(days, timeout_seconds=300)
    return nights


def stages_of(company: Company, day: date) -> list[str]:
    """What ran for a day; jobs, which run beside one another, as they are listed."""
    names = [name for name, key in company.calls() if key == day.isoformat()]
    beside = groupby(names, lambda name: name.startswith("mine "))
    return [
        name
        for are_jobs, some in beside
        for name in (sorted(some, key=CALLS.index) if are_jobs else some)
    ]


def test_the_missed_nights_run_and_then_nothing_more(company):
    """The nights in the order of a company's life; each step needs the one before."""
    with company.up() as api:
        assert all(night.is_done for night in finished(api, THREE_NIGHTS))
        assert [stages_of(company, day) for day in THREE_NIGHTS] == [CALLS] * 3
        shop = [key for name, key in company.calls() if name == "load_shop"]
        assert shop == [str(day) for day in THREE_NIGHTS]

        time.sleep(QUIET_SECONDS)
        assert set(api.nights()) == set(THREE_NIGHTS)
        assert len(company.calls()) == 3 * len(CALLS)

        again = [date(2017, 12, 30), date(2017, 12, 31)]
        before = {day: night.dags["load_shop"] for day, night in api.nights().items()}
        api.backfill(again[0], again[1])
        while any(
            api.nights()[day].dags[dag_id].queued_at <= before[day].ended_at
            or not api.nights()[day].is_done
            for day in again
            for dag_id in NIGHT_DAGS
        ):
            time.sleep(0.5)
        assert [stages_of(company, day) for day in again] == [CALLS + CALLS] * 2
        assert set(api.nights()) == set(THREE_NIGHTS)

    assert services.stop(company.home) == ["scheduler", "dag-processor", "api-server"]
    assert services.running(company.home) is None

    company.ends_on(date(2018, 1, 2))
    missed = [date(2018, 1, day) for day in (1, 2)]
    with company.up() as api:
        well, failed = finished(api, missed)
        assert well.is_done
        assert failed.is_failed
        time.sleep(QUIET_SECONDS)
        assert set(api.nights()) == {*THREE_NIGHTS, *missed}
    assert [stages_of(company, day) for day in missed] == [CALLS, CALLS[:-1]]


def test_a_task_that_fails_for_good_is_told_of(company):
    alerts = Outbox(company.home, {}).unsettled()

    # the stages are stand-ins: no warehouse adds what it knows
    assert {day: alert.kind for day, alert in alerts.items()} == {
        date(2018, 1, 2): "failed"
    }
    assert "planted" in alerts[date(2018, 1, 2)].text


def test_secrets_are_in_no_log(company):
    logs = [path.read_text("utf-8") for path in company.home.rglob("*.log")]
    state = json.loads((company.home / "airflow" / "state.json").read_text("utf-8"))
    secrets = [value for name, value in state.items() if name != "port"]

    assert len(logs) > 10
    assert not [secret for secret in secrets for text in logs if secret in text]


def test_a_service_that_cannot_start_is_named_with_its_last_words(company):
    services.stop(company.home)
    nowhere = replace(company._metadata, database="no_such_database")

    with pytest.raises((services.ServicesError, psycopg.OperationalError)) as refused:
        services.start(company.home, company._environment, nowhere.url("admin"))

    assert "no_such_database" in str(refused.value)
    assert services.running(company.home) is None
