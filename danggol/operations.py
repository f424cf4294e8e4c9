"""What an operator does between nights: start, stop, look, document, remove."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
from rich.console import Console

from danggol import alerts, provisioning, services, status_screen
from danggol.airflow_api import AirflowApi, AirflowApiError, half_filled
from danggol.company import is_demo
from danggol.environment import Environment
from danggol.status_screen import ServiceRow
from warehouse import figures, ledger
from warehouse.connection import Connection
from warehouse.dump import DumpError, read_manifest
from warehouse.dump import dump as write_dump
from warehouse.dump import restore as fill
from warehouse.server import Server

NIGHTS_SHOWN = 5


def up(console: Console) -> services.Services:
    """Start PostgreSQL and Airflow; what runs already stays as it is."""
    here = Environment.current()
    warehouse = provisioning.start_warehouse(here)
    console.print(f"PostgreSQL  {warehouse.host}:{warehouse.port}")
    started = services.start(
        here.home, airflow_variables(here), provisioning.airflow_url(here)
    )
    console.print(f"Airflow     {started.url}  login {started.login.user}")
    return started


def airflow_variables(here: Environment) -> dict[str, str]:
    """What a task must know to find the same company."""
    variables = {
        "COMPANY": here.company.code,
        "DANGGOL_HOME": str(here.settings.danggol_home.absolute()),
    }
    external = here.settings.external_url()
    if external is not None:
        variables["WAREHOUSE_URL"] = external.get_secret_value()
    return variables


def down(console: Console) -> None:
    """Stop the company's Airflow, then its PostgreSQL."""
    here = Environment.current()
    stopped = services.stop(here.home)
    if here.settings.external_url() is None:
        Server(here.home).stop()
        stopped.append("PostgreSQL")
    console.print(f"stopped {', '.join(stopped)}")


def status(console: Console) -> None:
    """One screen: services, last night, marts, failed gates."""
    here = Environment.current()
    server = Server(here.home).status()
    rows = [
        ServiceRow(
            "PostgreSQL",
            server.running or here.settings.external_url() is not None,
            f"{here.warehouse.host}:{here.warehouse.port}",
        ),
        *(
            ServiceRow(
                each.name, each.is_running, f"pid {each.pid}" if each.pid else ""
            )
            for each in services.status(here.home)
        ),
    ]
    with here.warehouse.connect("auditor") as connection:
        nights = figures.recent_nights(connection, NIGHTS_SHOWN)
        console.print(
            status_screen.status(
                company=here.company.name,
                services=rows,
                stages=figures.last_attempts(connection, nights[-1]) if nights else [],
                marts=figures.freshness(connection),
                gates=figures.gate_summary(connection, nights),
                sizes=figures.schema_sizes(connection),
                alerts={
                    day: f"{each.subject} ({each.kind})"
                    for day, each in alerts.outbox(here).unsettled().items()
                },
                half_filled=_half_filled(here, connection),
                skipped=alerts.skipped(here),
            )
        )


def _half_filled(here: Environment, connection: Connection) -> dict[date, list[str]]:
    """Nights on whose way Airflow stopped a day ago or earlier, and no command since.

    Empty while Airflow does not run: it is the only one who knows.
    """
    running = services.running(here.home)
    if running is None:
        return {}
    yesterday = datetime.now(UTC) - timedelta(days=1)
    try:
        with AirflowApi(running.url, running.login) as api:
            nights = half_filled(api.nights(with_tasks=False).values(), yesterday)
    except (httpx.HTTPError, AirflowApiError):
        return {}
    return {
        night.business_date: night.filled
        for night in nights
        if not ledger.is_night_complete(connection, night.business_date)
    }


def dump(console: Console, folder: Path) -> None:
    """Write the warehouse to a folder."""
    here = Environment.current()
    written = write_dump(here.warehouse, folder)
    console.print(
        f"wrote {folder / written.file_name}: {here.company.name} as of "
        f"{written.as_of}, {sum(written.rows.values()):,} rows of "
        f"{len(written.rows)} marts.\n"
        "It holds the vault: keep it as you keep the warehouse. It does not hold "
        f"{here.home / 'hash_keys.json'}: keep that apart, nothing can be restored "
        "without it"
    )


def restore(console: Console, folder: Path) -> None:
    """Fill the company's empty warehouse with a dump.

    Raises
    ------
    warehouse.dump.DumpError
        If the hash keys are not there, or are not those of the dump.
    """
    here = Environment.current()
    keys = here.home / "hash_keys.json"
    if not keys.exists():
        raise DumpError(
            f"{keys} is missing: bring back the one that the dump was made beside"
        )
    told = read_manifest(folder).founding
    if told != here.founding:
        raise DumpError(
            f"the dump is of company {told.company_code} in {told.time_zone}, this is "
            f"{here.company.code} in {here.company.time_zone}"
            + (
                ""
                if told.hash_keys == here.founding.hash_keys
                else f", and {keys} is not the one that the dump was made beside"
            )
        )
    provisioning.start_server(here)
    restored = fill(here.warehouse, folder)
    provisioning.start_warehouse(here)
    console.print(
        f"restored {here.company.name} as of {restored.as_of}: "
        f"{sum(restored.rows.values()):,} rows of {len(restored.rows)} marts. "
        "Whoever was forgotten since then must be forgotten again"
    )


def clean(console: Console) -> None:
    """Stop a demo company and remove its home, logs and data."""
    here = Environment.current()
    if not is_demo(here.settings):
        raise PermissionError(
            f"company {here.company.code!r} is not a demo; `clean` touches demos only"
        )
    services.stop(here.home)
    Server(here.home).remove()
    shutil.rmtree(here.home, ignore_errors=True)
    console.print(f"removed demo company {here.company.code}")


def docs(console: Console) -> None:
    """Build Data Docs out of the gates' kept results, and dbt's documentation."""
    from danggol.transformation import describe
    from expectations import data_docs

    here = Environment.current()
    console.print(f"wrote {data_docs.build(here.home)}")
    page = describe(here.warehouse, here.company.dbt_vars(), here.home / "dbt" / "docs")
    console.print(f"wrote {page}")


def last_nights(here: Environment) -> list[date]:
    """The nights that a demo runs after its bootstrap."""
    company = here.company
    if company.last_date is None:
        return []
    count = (company.last_date - company.history_last_date).days
    return [company.history_last_date + timedelta(days=n + 1) for n in range(count)]
