"""`make demo`: a company's whole year and its last nights, in six numbered steps.

Every step continues what an earlier run left, so that Ctrl-C costs nothing but time.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from danggol import operations, provisioning, services, stages, summary_screen
from danggol.airflow_api import AirflowApi, Night, scheduling_seconds
from danggol.company import is_demo
from danggol.environment import Environment
from danggol.mining_jobs import MINING_JOBS
from warehouse import figures, ledger

STEPS = 6
Tell = Callable[[str, float], None]

# Share of the history's time that has about passed when a stage begins; all models are
# trained in it, which takes as long as all that comes before.
STAGE_SHARES = {
    "load_shop": 0.0,
    "load_weblog": 0.2,
    "build_star": 0.25,
    **{
        f"mine_{job}": 0.5 + 0.45 * place / len(MINING_JOBS)
        for place, job in enumerate(MINING_JOBS)
    },
    "publish_mined": 0.95,
    "retain": 0.99,
}


class NightsFailed(RuntimeError):
    """A night of the demo did not end well."""


def run(console: Console) -> None:
    """Run the demo of the selected company.

    Raises
    ------
    PermissionError
        If the company is not a demo.
    NightsFailed
        If one of the last nights failed; names it and where to look.
    """
    here = Environment.current()
    if not is_demo(here.settings):
        raise PermissionError(f"company {here.company.code!r} is not a demo")
    begun = time.monotonic()
    console.print(f"[bold]{here.company.name}[/], a demo company of Danggol\n")
    with _step(console, 1, "Python environment") as tell:
        tell("as requirements.lock", 1.0)
    with _step(console, 2, "PostgreSQL") as tell:
        warehouse = provisioning.start_warehouse(here)
        tell(f"on {warehouse.host}:{warehouse.port}", 1.0)
    with _step(console, 3, _what_is_made(here)) as tell:
        rows = provisioning.prepare_demo(here, tell)
        tell(f"{sum(rows.values()):,} rows", 1.0)
    with _step(console, 4, f"history up to {here.company.history_last_date}") as tell:
        _bootstrap(here, tell)
    _show_first_answer(here, console)
    nights = operations.last_nights(here)
    with _step(console, 5, f"Airflow and {len(nights)} nights") as tell:
        running, found = _run_nights(here, nights, tell)
    with _step(console, 6, "the report") as tell:
        places = _where_to_look(here, running)
        tell(f"{time.monotonic() - begun:.0f} s in all", 1.0)
    with here.warehouse.connect("auditor") as connection:
        console.print(
            summary_screen.summary(
                stages=figures.stage_summary(connection, nights),
                gates=figures.gate_summary(connection, nights),
                segments=figures.segment_summary(connection),
                scheduling=scheduling_seconds(list(found.values())),
                places=places,
            )
        )


def _what_is_made(here: Environment) -> str:
    return f"shop{' and synthetic web logs' if here.company.weblog else ''}"


def _bootstrap(here: Environment, tell: Tell) -> None:
    day = here.company.history_last_date
    if provisioning.is_loaded(here):
        tell("there already", 1.0)
        return
    loaded = STAGE_SHARES["load_weblog"]
    stages.night(
        day,
        history=True,
        starting=lambda stage: tell(stage, STAGE_SHARES[stage]),
        progress=lambda entity, share: tell(f"load_shop: {entity}", loaded * share),
    )
    tell("loaded, built, mined", 1.0)


def _show_first_answer(here: Environment, console: Console) -> None:
    with here.warehouse.connect("auditor") as connection:
        console.print(summary_screen.first_answer(figures.first_answer(connection)))


def _run_nights(
    here: Environment, nights: list[date], tell: Tell
) -> tuple[services.Services, dict[date, Night]]:
    """Start Airflow and wait until its own catch-up has run every night."""
    tell("starting Airflow", 0.02)
    running = services.start(
        here.home, operations.airflow_variables(here), provisioning.airflow_url(here)
    )
    found: dict[date, Night] = {}
    with AirflowApi(running.url, running.login) as api:
        for told in api.wait_for_nights(nights, poll_seconds=2):
            found = {night.business_date: night for night in told}
            share = sum(night.done_share for night in told) / max(len(told), 1)
            done = sum(night.is_done for night in told)
            tell(f"{done} of {len(told)} nights done", 0.05 + 0.95 * share)
    failed = [night for night in found.values() if not night.is_done]
    if failed:
        raise NightsFailed(
            f"nights that failed: {', '.join(str(n.business_date) for n in failed)}; "
            f"{_last_error(here)}see {running.url} and `make status`, then run "
            "`make demo` again"
        )
    tell(f"{len(nights)} nights done", 1.0)
    return running, found


def _last_error(here: Environment) -> str:
    with here.warehouse.connect("auditor") as connection:
        error = ledger.last_error(connection)
    return f"the last error was\n{error}\n" if error else ""


def _where_to_look(here: Environment, running: services.Services) -> dict[str, str]:
    from danggol.report import write_report
    from expectations import data_docs

    company = f"COMPANY={here.company.code} "
    return {
        "report": str(write_report(here)),
        "Airflow": f"{running.url}  login {running.login.user}, password in "
        f"{here.home / 'airflow' / 'passwords.json'}",
        "psql": f'psql "$({company}make -s url ROLE=bi_reader)"',
        "Data Docs": str(data_docs.build(here.home)),
    }


@contextmanager
def _step(console: Console, number: int, title: str) -> Iterator[Tell]:
    """A numbered step with a bar; without a terminal, a line at its end."""
    columns = (
        TextColumn(f"[bold cyan]{number}/{STEPS}[/] {title:<29}"),
        BarColumn(bar_width=12),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=1.0)

        def tell(what: str, share: float) -> None:
            progress.update(task, description=what, completed=share)

        yield tell
