"""A night has two drivers and one definition: both end in the same marts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from danggol import services
from danggol.airflow_api import AirflowApi
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import NIGHTS, MadeCompany, differences
from warehouse import Warehouse

pytestmark = [pytest.mark.airflow, pytest.mark.postgres]

LAST_NIGHT = NIGHTS[-1]


@contextmanager
def before_the_last_night(saved: Saved, restore: Restore) -> Iterator[MadeCompany]:
    """The company with one night left, the only one that Airflow may catch up."""
    with restore(saved) as made:
        made.change_settings(history_last_date=NIGHTS[-2], last_date=LAST_NIGHT)
        made.turn_clock_to(LAST_NIGHT)
        yield made


@pytest.fixture
def metadata(template: Warehouse) -> Iterator[Warehouse]:
    """An empty database for Airflow."""
    with template.connect("admin", autocommit=True) as connection:
        connection.execute("create database airflow_drivers")
    yield replace(template, database="airflow_drivers")
    with template.connect("admin", autocommit=True) as connection:
        connection.execute("drop database airflow_drivers with (force)")


def run_by_airflow(made: MadeCompany, metadata: Warehouse) -> None:
    told = {
        name: os.environ[name]
        for name in ("COMPANY", "DANGGOL_HOME", "HANEUL_SHOP_URL")
    }
    try:
        running = services.start(
            made.home, told | {"DANGGOL_RETRIES": "0"}, metadata.url("admin")
        )
        with AirflowApi(running.url, running.login) as api:
            *_, (night,) = api.wait_for_nights([LAST_NIGHT], timeout_seconds=300)
        assert night.is_done
    finally:
        services.stop(made.home)


def test_a_night_by_airflow_ends_in_the_marts_of_the_same_night_by_command(
    after_each_night: list[Saved], restore: Restore, metadata: Warehouse
) -> None:
    saved = after_each_night[-2]
    with before_the_last_night(saved, restore) as made:
        made.night(LAST_NIGHT)
        by_command = made.marts()
    with before_the_last_night(saved, restore) as made:
        run_by_airflow(made, metadata)
        by_airflow = made.marts()

    assert differences(by_airflow, saved.look().marts())
    assert differences(by_airflow, by_command) == {}
