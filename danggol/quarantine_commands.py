"""`danggol quarantine`: what was refused, and what becomes of it."""

from functools import partial
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from danggol.days import Day, parse_day

if TYPE_CHECKING:
    from danggol.environment import Environment
    from warehouse import quarantine

app = typer.Typer(
    name="quarantine",
    help="Refused rows: see them, read them again, or accept that they stay out.",
    no_args_is_help=True,
)
console = Console(highlight=False)
Entity = Annotated[str, typer.Argument(help="Such as orders.")]


@app.command("list")
def list_heaps() -> None:
    """What was refused, night by night, and why."""
    from danggol.environment import Environment
    from warehouse import quarantine

    with Environment.current().warehouse.connect("auditor") as connection:
        heaps = quarantine.heaps(connection)
    if not heaps:
        console.print("nothing is in the quarantine")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("night", "entity", "reason"):
        table.add_column(name, overflow="fold")
    for name in ("open", "retried", "accepted"):
        table.add_column(name, justify="right")
    table.add_column("one of them", overflow="fold")
    for heap in heaps:
        table.add_row(
            str(heap.business_date),
            heap.entity,
            Text(heap.reason),
            f"{heap.open_count:,}",
            f"{heap.retried_count:,}",
            f"{heap.accepted_count:,}",
            Text(heap.locator),
        )
    console.print(table)


@app.command()
def show(
    entity: Entity,
    day: Day,
    limit: Annotated[int, typer.Option(help="At most so many rows.")] = 10,
) -> None:
    """Refused rows of a night, whole: personal data."""
    from danggol.environment import Environment
    from warehouse import quarantine

    here = Environment.current()
    for row in quarantine.rows(here.warehouse, entity, parse_day(day), limit):
        settled = f" ({row.settled_as}: {row.settled_why or 'taken in'})"
        console.print(
            Text(f"{row.locator}: {row.reason}{settled if row.settled_as else ''}"),
            style="bold",
        )
        console.print(Text(row.payload.decode("utf-8", "backslashreplace").strip()))


@app.command()
def retry(entity: Entity, day: Day) -> None:
    """Read open rows of a night again, under the rules of today."""
    from danggol.environment import Environment
    from ingest.contract import ENTITIES
    from warehouse import quarantine
    from warehouse.locks import night_lock

    here = Environment.current()
    if entity not in ENTITIES:
        raise ValueError(f"no entity {entity!r}; there are {', '.join(ENTITIES)}")
    with (
        night_lock(here.warehouse, "loader"),
        here.warehouse.connect("loader") as connection,
    ):
        counts = quarantine.retry(
            connection,
            ENTITIES[entity],
            parse_day(day),
            uuid4(),
            here.keyed_hashes[ENTITIES[entity].hashed_by],
            _line_reader(here),
        )
    console.print(
        f"{counts.read:,} rows read again: {counts.loaded:,} taken in, "
        f"{counts.known:,} were known, {counts.quarantined:,} refused again"
    )
    if counts.loaded:
        console.print(f"have them checked and built: {here.command_of(parse_day(day))}")


def _line_reader(here: "Environment") -> "quarantine.ReadAgain | None":
    """What reads lines of the company's web log again."""
    if here.company.weblog is None:
        return None
    from ingest.weblog.loading import read_again
    from ingest.windows import day_window
    from warehouse import ledger

    with here.warehouse.connect("auditor") as connection:
        newest = ledger.newest_day(connection)
    if newest is None:
        return None
    _, until = day_window(newest, here.company.zone)
    return partial(
        read_again, source=here.company.weblog, keys=here.weblog_keys, until=until
    )


@app.command()
def accept(
    entity: Entity,
    day: Day,
    why: Annotated[str, typer.Option(help="Kept beside the rows.")],
) -> None:
    """Accept that the open rows of a night stay out; the gate counts them no more."""
    from danggol.environment import Environment
    from warehouse import quarantine
    from warehouse.locks import night_lock

    here = Environment.current()
    if not why.strip():
        raise ValueError("--why is empty; wanted the reason, in words")
    with (
        night_lock(here.warehouse, "loader"),
        here.warehouse.connect("loader") as connection,
    ):
        count = quarantine.accept(connection, entity, parse_day(day), why.strip())
    console.print(f"{count:,} rows of {entity} of {day} stay out: {why.strip()}")
