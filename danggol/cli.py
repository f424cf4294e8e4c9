"""The command line: what `make` fronts, and what cron calls."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danggol import quarantine_commands, sources_commands
from danggol.days import Day, parse_day, parse_days
from danggol.stage_run import explain

app = typer.Typer(
    name="danggol",
    help="An analytic CRM warehouse that is built every night.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(sources_commands.app)
app.add_typer(quarantine_commands.app)
console = Console(highlight=False)
INTERRUPTED = 130  # what typer makes of Ctrl-C

CompanyOption = Annotated[
    str | None,
    typer.Option(
        "--company", envvar="COMPANY", help="Which company.", show_default=False
    ),
]


@app.callback()
def choose(company: CompanyOption = None) -> None:
    """Choose the company for everything below."""
    if company:
        os.environ["COMPANY"] = company


@app.command()
def demo() -> None:
    """Start everything, run the nights, show what came out."""
    from danggol import demo_run

    demo_run.run(console)


@app.command()
def up() -> None:
    """Start the company's PostgreSQL and Airflow."""
    from danggol import operations

    operations.up(console)


@app.command()
def down() -> None:
    """Stop what `up` started."""
    from danggol import operations

    operations.down(console)


@app.command()
def status() -> None:
    """Services, last night, freshness and size of each mart, failed gates."""
    from danggol import operations

    operations.status(console)


@app.command()
def init(
    url_env: Annotated[str, typer.Argument(help="Variable that holds the shop's URL.")],
    time_zone: Annotated[str, typer.Option(help="Such as Asia/Seoul.")],
    currency: Annotated[str, typer.Option(help="Such as KRW.")],
    schema: Annotated[
        str | None, typer.Option(help="Where the shop's tables are.")
    ] = None,
) -> None:
    """Draft the company's YAML out of the shop's catalogue, for you to correct."""
    path = sources_commands.draft(url_env, time_zone, currency, schema)
    todo = path.read_text("utf-8").count("TODO")
    console.print(f"wrote {path}: read it, {todo} places say TODO")


@app.command()
def migrate() -> None:
    """Bring the warehouse's schemas and roles up to date."""
    from danggol.environment import Environment
    from danggol.provisioning import start_warehouse

    start_warehouse(Environment.current())


@app.command()
def night(
    day: Day,
    history: Annotated[
        bool, typer.Option(help="Take in everything up to that day, month by month.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(help="Print queries and counts of the shop, keep nothing."),
    ] = False,
    sample: Annotated[
        str | None,
        typer.Option(
            help="Take that share of the customers, such as 1%, with all their rows "
            "into the company <company>_sample.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run one night without Airflow; one that broke off goes on where it stopped."""
    if sample is not None:
        from danggol.sampling import share_of, write_sample
        from danggol.settings import Settings

        os.environ["COMPANY"] = write_sample(Settings(), share_of(sample))
        console.print(f"company {os.environ['COMPANY']}")
    if dry_run:
        sources_commands.check(day, queries=True)
        return
    from danggol import alerts, stages
    from danggol.environment import Environment
    from danggol.provisioning import start_warehouse

    business_date = parse_day(day)
    here = Environment.current()
    with alerts.telling_of(here, business_date):
        start_warehouse(here)
        ran = stages.night(
            business_date,
            history=history,
            starting=lambda stage: console.print(f"{stage} ..."),
        )
    console.print(f"{day}: {', '.join(ran) or 'nothing to do'}")


@app.command()
def backfill(first: Day, last: Day) -> None:
    """Run all nights from FIRST to LAST again, in order."""
    from danggol import stages
    from danggol.environment import Environment
    from danggol.provisioning import start_warehouse

    days = parse_days(first, last)
    start_warehouse(Environment.current())
    for day in days:
        console.print(f"[bold]{day}[/]")
        stages.night(
            day, anew=True, starting=lambda stage: console.print(f"  {stage} ...")
        )


@app.command()
def rebuild() -> None:
    """Build every core mart anew from raw; readers see only the rows that differ."""
    from danggol import stages
    from danggol.environment import Environment
    from danggol.provisioning import start_warehouse

    start_warehouse(Environment.current())
    for each in stages.rebuild():
        console.print(f"{each.mart}: {each.inserted:,} rows in, {each.deleted:,} out")


@app.command()
def mine(first: Day, last: Day) -> None:
    """Mine the nights from FIRST to LAST again, out of the marts there are now."""
    from danggol import stages
    from danggol.environment import Environment
    from danggol.provisioning import start_warehouse

    days = parse_days(first, last)
    start_warehouse(Environment.current())
    for day in days:
        console.print(f"{day} ...")
        stages.mine_again(day)


@app.command()
def check_late() -> None:
    """Say whether the night is published by its time; for cron, without a scheduler."""
    from danggol import alerts
    from danggol.environment import Environment

    here = Environment.current()
    late = alerts.check_late(here, datetime.now(here.company.zone))
    if late:
        typer.echo(late, err=True)  # cron mails it
        raise typer.Exit(1)
    console.print("nothing is late")


@app.command()
def dump(folder: Annotated[Path, typer.Argument(help="Where to.")]) -> None:
    """Write the whole warehouse to a folder, without its hash keys."""
    from danggol import operations

    operations.dump(console, folder)


@app.command()
def restore(folder: Annotated[Path, typer.Argument(help="Of `danggol dump`.")]) -> None:
    """Fill an empty warehouse with a dump."""
    from danggol import operations

    operations.restore(console, folder)


@app.command()
def forget(
    customer: Annotated[str, typer.Argument(help="A number of the customer's.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a customer's name, addresses and birth day for good."""
    from danggol.environment import Environment
    from warehouse import vault
    from warehouse.founding import refuse_another

    here = Environment.current()
    with here.warehouse.connect("auditor") as connection:
        refuse_another(connection, here.founding)  # a hash under another key is none
    if not yes:
        typer.confirm(
            f"Remove all identifiers of customer {customer} of {here.company.name}?",
            abort=True,
        )
    gone = vault.forget(here.warehouse, customer, here.keyed_hash)
    console.print(
        f"forgot {', '.join(gone.memberships)}: {gone.identifiers} rows of identifiers "
        f"and {gone.refused_rows} refused rows removed; no load stores them again"
    )


@app.command()
def export(
    mart: Annotated[str, typer.Argument(help="Such as customer_segments.")],
    to: Annotated[str, typer.Option(help="A folder, or its URL.")],
    file_format: Annotated[
        str, typer.Option("--format", help="csv, xlsx or parquet.")
    ] = "csv",
    changes: Annotated[
        bool, typer.Option("--changes", help="Only what that place does not have yet.")
    ] = False,
    everybody: Annotated[
        str | None,
        typer.Option(
            metavar="WHY",
            help="Customers without permission as well; the reason is kept.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a mart's newest night to a file: customers who permit it, no others."""
    from danggol import exporting
    from danggol.environment import Environment

    done = exporting.export(
        Environment.current(),
        mart,
        changes=changes,
        file_format=file_format,
        target=to,
        everybody_because=everybody,
    )
    for sentence in exporting.sentences(done):
        console.print(sentence, markup=False, soft_wrap=True)


@app.command()
def why(
    customer: Annotated[str, typer.Argument(help="A number of the customer's.")],
) -> None:
    """One customer on one screen: what is said of them, why, and what it rests on."""
    from danggol import why_screen
    from danggol.environment import Environment
    from warehouse import customer_reading

    here = Environment.current()
    console.print(why_screen.why(customer_reading.read(here.warehouse, customer)))


@app.command()
def report(
    day: Annotated[
        str | None,
        typer.Argument(help="The night it must be of: YYYY-MM-DD, or yesterday."),
    ] = None,
) -> None:
    """Write report.html from what is published now."""
    from danggol.environment import Environment
    from danggol.report import write_report

    wanted = parse_day(day) if day else None
    console.print(f"wrote {write_report(Environment.current(), wanted=wanted)}")


@app.command()
def docs() -> None:
    """Build the pages of what the gates found, and of what every column means."""
    from danggol import operations

    operations.docs(console)


@app.command()
def url(
    role: Annotated[str, typer.Option(envvar="ROLE", help="As whom.")] = "bi_reader",
) -> None:
    """Print a connection URL, password included, and nothing else."""
    from danggol.environment import Environment
    from warehouse import ROLES

    if role not in ROLES:
        raise ValueError(f"no role {role!r}; there are {', '.join(ROLES)}")
    print(Environment.current().warehouse.url(role, driver="postgresql"))


@app.command()
def clean() -> None:
    """Stop a demo company and remove its data; your own companies stay."""
    from danggol import operations

    operations.clean(console)


def main() -> None:
    """Run a command; an error is one message, not a traceback with values in it."""
    # before scikit-learn is imported: a thread that waits must not keep a core busy
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            console.print("\nstopped; run the same command again to go on")
        raise
    except Exception as exception:
        if os.environ.get("DANGGOL_TRACEBACK"):
            raise
        screen = Console(stderr=True, highlight=False, markup=False)
        screen.print(explain(exception), style="red")
        for note in getattr(exception, "__notes__", ()):
            screen.print(note)
        sys.exit(1)


if __name__ == "__main__":
    main()
