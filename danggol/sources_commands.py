"""`danggol sources`: whether a night could be read, and what it would take."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from danggol.days import Day, parse_day

if TYPE_CHECKING:
    from danggol.environment import Environment
    from ingest.checking import Look
    from ingest.estimating import Estimate
    from ingest.weblog.source import WeblogSource

app = typer.Typer(
    name="sources", help="What the company's sources give.", no_args_is_help=True
)
console = Console(highlight=False)


@app.command()
def check(
    day: Day,
    queries: Annotated[bool, typer.Option(help="Print each query.")] = False,
) -> None:
    """Read a night of every source, show what would become of it, and keep nothing."""
    if not show(parse_day(day), queries=queries):
        raise typer.Exit(1)


@app.command()
def estimate() -> None:
    """Say what the bootstrap, a night and the disk will take; keep nothing."""
    from danggol.environment import Environment
    from danggol.provisioning import start_warehouse
    from ingest.estimating import Estimate, try_log, try_shop

    here = Environment.current()
    start_warehouse(here)
    company = here.company
    night = here.night(company.history_last_date, uuid4())
    trials = []
    with console.status("") as status:
        for trial in try_shop(here.warehouse, company.shop, night):
            trials.append(trial)
            status.update(f"{trial.entity} is tried")
        if company.weblog is not None:
            log = try_log(here.warehouse, company.weblog, night, here.weblog_keys)
            trials += [log] if log else []
    _tell(Estimate(trials), company.history_last_date)


def draft(url_env: str, time_zone: str, currency: str, schema: str | None) -> Path:
    """Write a first company.yml about a shop; where it is.

    Raises
    ------
    ValueError
        If the URL itself was given, or there is no such time zone.
    FileExistsError
        If the company has one.
    """
    from danggol.settings import Settings
    from ingest import drafting
    from ingest.shop_source import check_zone, url_in
    from ingest.sources.database import catalogue

    if "://" in url_env:
        raise ValueError(
            "everybody on this machine can read a command; put the URL into a "
            "variable and name that: export SHOP_URL=... and danggol init SHOP_URL"
        )
    check_zone("--time-zone", time_zone)
    settings = Settings()
    path = settings.home / "company.yml"
    if path.exists():
        raise FileExistsError(f"{path} is there already; move it away to draft anew")
    text = drafting.draft(
        catalogue(url_in(url_env), schema),
        settings.company,
        url_env,
        time_zone,
        currency,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def show(day: date, *, queries: bool) -> bool:
    """Print what a night would take in; whether all of it can be read."""
    from danggol.environment import Environment
    from danggol.provisioning import start_warehouse
    from ingest import checking

    here = Environment.current()
    start_warehouse(here)
    night = here.night(day, uuid4())
    with console.status("") as status:
        looks = list(
            checking.look(here.warehouse, here.company.shop, night, status.update)
        )
    console.print(_table(looks))
    for each in looks:
        for line in _remarks(each):
            console.print(Text(f"{each.entity.name}: {line}"), style="yellow")
        if each.problem:
            console.print(Text(each.problem), style="red")
        if queries:
            console.print(Text(f"\n-- {each.entity.name}\n{each.spec.query.strip()}"))
    if here.company.weblog is not None:
        _show_log(here, here.company.weblog)
    console.print("nothing was kept")
    return all(each.problem is None for each in looks)


def _tell(found: "Estimate", last_day: date) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("entity", no_wrap=True)
    for name in ("rows", "a night", "tried", "rows/s", "bytes a row"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in found.trials:
        table.add_row(
            each.entity,
            f"{each.history_rows:,}",
            f"{each.night_rows:,.0f}",
            f"{each.row_count:,}",
            f"{1 / each.seconds_a_row:,.0f}",
            f"{each.bytes_a_row:,.0f}",
        )
    console.print(table)
    after, one_year, three_years = (
        f"{found.disk_bytes(round(365.25 * years)) / 1e9:,.1f}" for years in (0, 1, 3)
    )
    console.print(
        f"\nbootstrap  about {_minutes(found.bootstrap_seconds)}\n"
        f"a night    about {_minutes(found.night_seconds)}, without starting Airflow's "
        "tasks\n"
        f"disk       {after} GB then, {one_year} GB a year later, {three_years} GB "
        "after three\n"
        f"Reading and storing were tried with rows up to {last_day}; building is "
        "reckoned as it was for the demo company.\nnothing was kept"
    )


def _minutes(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:,.0f} minutes" if minutes >= 2 else f"{seconds:,.0f} seconds"


def _show_log(here: "Environment", source: "WeblogSource") -> None:
    from ingest.weblog import checking

    found = checking.look(source, here.home, here.weblog_keys)
    console.print(
        f"\n[bold]web log[/]  {found.line_count:,} lines of the newest "
        f"{found.file_count} files: {found.matched_share:.2%} have the format; of "
        f"people's requests {found.cookie_share:.0%} have a cookie, "
        f"{found.login_share:.0%} a login"
    )
    shares = ", ".join(f"{name} {share:.0%}" for name, share in found.agents)
    console.print(
        Text(
            f"agents: {shares}; largest network (/24): "
            f"{found.largest_network_share:.0%} of the requests"
        )
    )
    for place, reason in found.refused:
        console.print(Text(f"{place} would be refused: {reason}"), style="yellow")
    if found.is_behind_balancer:
        console.print(
            f"{found.largest_network_share:.0%} of the requests come from one network "
            "with many browsers: this is your load balancer or CDN; log the address "
            "that it forwards",
            style="yellow",
        )
    if found.undecoded_share:
        console.print(
            f"{found.undecoded_share:.1%} of the searches are in no encoding that is "
            "known; query_encoding says which ones are tried",
            style="yellow",
        )
    if found.unmatched_paths:
        console.print("paths that no rule of `pages` names, most frequent first:")
    for path, count in found.unmatched_paths:
        console.print(Text(f"  {count:>7,}  {path}"))
    for question in found.unanswerable:
        console.print(Text(f"this log will not answer {question}"), style="yellow")


def _table(looks: "list[Look]") -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("entity", "mode", "since"):
        table.add_column(name, no_wrap=True)
    for name in ("rows", "new", "known", "refused", "deleted"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in looks:
        told = each.counts
        numbers = (
            ("-",) * 5
            if told is None
            else (told.read, told.loaded, told.known, told.quarantined, told.deleted)
        )
        table.add_row(
            each.entity.name,
            each.spec.mode,
            "all" if each.spec.mode == "full" else f"{each.window[0]:%m-%d}",
            *(f"{n:,}" if isinstance(n, int) else n for n in numbers),
        )
    return table


def _remarks(each: "Look") -> list[str]:
    lines = [f"{place} would be refused: {reason}" for place, reason in each.refused]
    lines += each.warnings
    if each.absent:
        lines.append(f"the query does not have {', '.join(each.absent)}")
    if each.extra:
        lines.append(
            f"{', '.join(each.extra)} would be kept as JSON in raw, and read by no "
            "model; leave out what is personal"
        )
    return lines
