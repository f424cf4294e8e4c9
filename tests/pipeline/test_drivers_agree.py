"""A night has two drivers and one definition: both end in the same marts.

On its way the night by Airflow fails twice, each time on a row that names a person: no
log, page, table of Airflow's or argument of a process may quote it, nor any secret.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from danggol import services
from danggol.airflow_api import AirflowApi
from expectations import data_docs
from tests import databases
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import NIGHTS, MadeCompany, Marts, differences
from warehouse import Warehouse

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

LAST_NIGHT = NIGHTS[-1]
PERSON = ("member5@example.com", "Name of 5", "010-5555-0005")
PLANTED_SECRET = "a-planted-secret"
# Where secrets lie on purpose, readable by their owner alone; the logs are a source.
KEPT_APART = {
    "secrets.json", "hash_keys.json", "state.json", "passwords.json",
}  # fmt: skip
# The first reading fails in the shop, the second in the warehouse.
FAILS_IN_THE_SHOP = """
create table trouble ();
create function quote(text) returns text language plpgsql volatile as $$
begin
    if to_regclass('trouble') is not null then perform $1::numeric; end if;
    return $1;
end $$;
insert into member_versions select
    member_no, full_name, phone, email, address, born_on, province, district,
    joined_at, '2024-02-29 09:00+09'
from members where member_no = 'M05';
"""
FAILS_IN_THE_WAREHOUSE = """
create sequence vault.writings;
grant usage on sequence vault.writings to loader;
create function vault.quote_once() returns trigger language plpgsql as $$
begin
    if nextval('vault.writings') = 1 then
        raise check_violation using message = 'planted', detail = new.email;
    end if;
    return new;
end $$;
create trigger quote_once before insert on vault.customer_identifiers
for each row execute function vault.quote_once();
"""


@dataclass(frozen=True)
class NightByAirflow:
    """What it left: the marts, and every text in which something may have leaked."""

    marts: Marts
    attempts: list[tuple]
    secrets: set[str]
    texts: dict[str, str]


@contextmanager
def before_the_last_night(saved: Saved, restore: Restore) -> Iterator[MadeCompany]:
    """The company with one night left, the only one that Airflow may catch up."""
    with restore(saved) as made:
        made.change_settings(history_last_date=NIGHTS[-2], last_date=LAST_NIGHT)
        made.turn_clock_to(LAST_NIGHT)
        made.tell_shop(FAILS_IN_THE_SHOP)
        yield made


@pytest.fixture(scope="module")
def metadata(template: Warehouse) -> Iterator[Warehouse]:
    """An empty database for Airflow."""
    metadata = replace(template, database="airflow_drivers")
    with databases.copied(metadata):
        yield metadata


@pytest.fixture(scope="module")
def by_airflow(
    after_each_night: list[Saved], restore: Restore, metadata: Warehouse
) -> NightByAirflow:
    with (
        before_the_last_night(after_each_night[-2], restore) as made,
        pytest.MonkeyPatch.context() as patch,
        arguments_of_processes() as arguments,
    ):
        query = (
            "select member_no as customer_id, full_name, phone, quote(email) as"
            " email, address as street_address, born_on as birth_date, province,"
            " district, joined_at as registered_at, erased as is_deleted, updated_at"
            " from member_log"
        )
        made.change_query("customers", query)
        with made.warehouse.connect("admin") as connection:
            connection.execute(FAILS_IN_THE_WAREHOUSE)
        patch.setenv("ALERT_WEBHOOK_URL", f"http://127.0.0.1:1/{PLANTED_SECRET}")
        run_by_airflow(made, metadata)
        return NightByAirflow(
            made.marts(),
            made.ask(
                "select stage, error from ledger.stage_runs where business_date = %s"
                " order by stage_run_id",
                LAST_NIGHT,
            ),
            secrets_of(made),
            {
                "arguments": "\n".join(arguments),
                **texts_of_home(made),
                **texts_of_database(metadata),
                "server log": server_log(made.warehouse).read_text("utf-8"),
            },
        )


def run_by_airflow(made: MadeCompany, metadata: Warehouse) -> None:
    told = {
        "HANEUL_SHOP_URL": os.environ["HANEUL_SHOP_URL"],
        "COMPANY": made.home.name,
        "DANGGOL_HOME": str(made.home.parent),
        "DANGGOL_RETRIES": "5",
        "DANGGOL_RETRY_SECONDS": "1",
    }
    try:
        running = services.start(made.home, told, metadata.url("admin"))
        with AirflowApi(running.url, running.login) as api:
            for (night,) in api.wait_for_nights([LAST_NIGHT], timeout_seconds=300):
                failed = "select from ledger.stage_runs where status = 'failed'"
                if not night.is_done and made.ask(failed):
                    made.tell_shop("drop table if exists trouble")
        assert night.is_done
        data_docs.build(made.home)
    finally:
        services.stop(made.home)


@contextmanager
def arguments_of_processes() -> Iterator[set[str]]:
    """Arguments of every process that runs while the block does."""
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            for process in psutil.process_iter(["cmdline"]):
                seen.add(" ".join(process.info["cmdline"] or ()))
            time.sleep(0.1)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def secrets_of(made: MadeCompany) -> set[str]:
    """Every secret of the company, and one that was planted."""
    files = [path for path in files_of(made) if path.name in KEPT_APART]
    kept = [json.loads(path.read_text("utf-8")) for path in files]
    values = {str(value) for secrets in kept for value in secrets.values()}
    return {value for value in values if not value.isdigit()} | {PLANTED_SECRET}


def files_of(made: MadeCompany) -> list[Path]:
    return [path for path in made.home.rglob("*") if path.is_file()]


def texts_of_home(made: MadeCompany) -> dict[str, str]:
    """Logs, dbt's artefacts, gates' results, Data Docs, alerts."""
    return {
        str(path.relative_to(made.home)): path.read_bytes().decode("utf-8", "replace")
        for path in files_of(made)
        if path.name not in KEPT_APART
    }


def texts_of_database(metadata: Warehouse) -> dict[str, str]:
    """Every row of Airflow's: rendered templates, XCom, its log, its DAGs."""
    with metadata.connect("admin") as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
        return {
            f"Airflow's {table}": "\n".join(
                row for (row,) in connection.execute(f'select t::text from "{table}" t')
            )
            for (table,) in tables
        }


def server_log(warehouse: Warehouse) -> Path:
    with warehouse.connect("admin") as connection:
        (data,) = connection.execute("show data_directory").fetchone() or ("",)
    return Path(data).parent / "logs" / "postgres.log"


def test_a_night_by_airflow_ends_in_the_marts_of_the_same_night_by_command(
    after_each_night: list[Saved], restore: Restore, by_airflow: NightByAirflow
):
    saved = after_each_night[-2]
    with before_the_last_night(saved, restore) as made:
        made.night(LAST_NIGHT)
        by_command = made.marts()

    assert differences(by_airflow.marts, saved.look().marts())
    assert differences(by_airflow.marts, by_command) == {}


def test_the_night_failed_in_the_shop_and_in_the_warehouse(by_airflow: NightByAirflow):
    errors = [error for stage, error in by_airflow.attempts if stage == "load_shop"]

    assert errors[0].startswith("SourceMismatch: customers: the query fails on a row")
    assert errors[-2:] == ["CheckViolation: planted", None]


def test_no_person_and_no_secret_is_quoted_anywhere(by_airflow: NightByAirflow):
    wanted = {*PERSON, *by_airflow.secrets}
    found = {
        (place, text)
        for place, written in by_airflow.texts.items()
        for text in wanted
        if text in written
    }

    assert len(by_airflow.texts) > 80
    assert len(by_airflow.secrets) > 12
    assert found == set()
