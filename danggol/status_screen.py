"""`make status`: one screen that says whether readers have what they should."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from danggol import wording
from danggol.summary_screen import failures
from warehouse.figures import (
    GateSummary,
    MartFreshness,
    SchemaSize,
    StageSummary,
)

# So that a bad night still fits one screen.
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service as it is now: where it listens, or why not."""

    name: str
    is_running: bool
    detail: str = ""


def status(
    *,
    company: str,
    services: Iterable[ServiceRow],
    stages: Sequence[StageSummary],
    marts: Sequence[MartFreshness],
    gates: Sequence[GateSummary],
    sizes: Sequence[SchemaSize] = (),
    alerts: Mapping[date, str] | None = None,
    half_filled: Mapping[date, Sequence[str]] | None = None,
    skipped: str = "",
) -> RenderableType:
    """Services, last night, marts, sizes, failed gates, and what is unsettled.

    Parameters
    ----------
    company : str
        Name of the company.
    services : iterable of ServiceRow
        What should run.
    stages : sequence of StageSummary
        Latest attempts of the last night.
    marts : sequence of MartFreshness
        What readers see.
    gates : sequence of GateSummary
        Gates of the last nights.
    sizes : sequence of SchemaSize
        How large each schema is, and how it grows.
    alerts : mapping of date to str
        What was told of nights that have not recovered.
    half_filled : mapping of date to sequence of str
        Assets of nights that stopped on their way through Airflow.
    skipped : str
        Which nights were never run, and what to do.
    """
    top = Table.grid(padding=(0, 4))
    top.add_row(services_table(services), last_night_table(stages))
    return Group(
        Text(company, style="bold"),
        Text(),
        top,
        *_errors(stages),
        *_unsettled(alerts or {}, half_filled or {}, skipped),
        Text(),
        *_marts(marts),
        Text(),
        *_sizes(sizes),
        *_gates(gates),
    )


def services_table(services: Iterable[ServiceRow]) -> Table:
    """Each service, whether it runs, and where."""
    table = _table("Services", "", "")
    table.columns[2].max_width = 24
    for each in services:
        state = (
            Text("✓ up", style="green")
            if each.is_running
            else Text("✗ down", style="red")
        )
        table.add_row(
            each.name,
            state,
            Text(each.detail, style="dim", no_wrap=True, overflow="ellipsis"),
        )
    return table


def last_night_table(stages: Sequence[StageSummary]) -> Table:
    """Each stage of the last night, as it ended last."""
    night = stages[-1].business_date if stages else "none yet"
    table = _table(f"Last night {night}", "", "rows out", "seconds")
    table.columns[2].justify = table.columns[3].justify = "right"
    for each in stages:
        ended_well = each.status == "succeeded"
        table.add_row(
            each.stage,
            Text("✓", style="green") if ended_well else Text("✗", style="red"),
            wording.count(each.rows_out),
            f"{each.work_seconds + each.not_work_seconds:.1f}",
        )
    return table


def _errors(stages: Iterable[StageSummary]) -> list[Text]:
    return _first(
        [
            Text(f"✗ {each.stage}: {_cut(each.error)}", style="red")
            for each in stages
            if each.status == "failed"
        ]
    )


def _unsettled(
    alerts: Mapping[date, str],
    half_filled: Mapping[date, Sequence[str]],
    skipped: str,
) -> list[Text]:
    return _first(
        [Text(f"✗ {_cut(subject)}", style="red") for subject in alerts.values()]
        + [Text(f"✗ {line}", style="yellow") for line in skipped.splitlines()]
        + [
            Text(
                f"✗ {day}: Airflow stopped after {', '.join(assets) or 'nothing'}; "
                f"danggol night {day} goes on",
                style="yellow",
            )
            for day, assets in half_filled.items()
        ]
    )


def _sizes(sizes: Sequence[SchemaSize]) -> list[RenderableType]:
    """Schemas side by side; the second line is what a night adds."""
    if not sizes:
        return []
    table = Table.grid(padding=(0, 1), pad_edge=False)
    table.add_column(min_width=9, no_wrap=True)
    for _ in sizes:
        table.add_column(justify="right", min_width=9, no_wrap=True)
    names = [Text(each.schema_name, style="dim") for each in sizes]
    table.add_row(Text("Size", style="bold"), *names)
    table.add_row("", *(Text(wording.size(each.size_bytes)) for each in sizes))
    growth = [Text(_growth(each.growth_bytes), style="dim") for each in sizes]
    table.add_row(Text("a night", style="dim"), *growth)
    return [table, Text()]


def _growth(size_bytes: int | None) -> str:
    if size_bytes is None:
        return wording.UNKNOWN
    return ("-" if size_bytes < 0 else "+") + wording.size(abs(size_bytes))


def _marts(marts: Sequence[MartFreshness]) -> list[RenderableType]:
    """Marts in two columns, since there are many, then those that were held."""
    if not marts:
        return [Text("No mart is published yet.", style="yellow")]
    newest = max((each.as_of_date for each in marts if each.as_of_date), default=None)
    table = Table.grid(padding=(0, 1), pad_edge=False)
    for side in range(2):
        table.add_column(min_width=24 + side, no_wrap=True)
        table.add_column(min_width=10, no_wrap=True)
        table.add_column(justify="right", min_width=5, no_wrap=True)
        table.add_column(justify="right", min_width=6, no_wrap=True)
    header = [Text(text, style="dim") for text in ("as of", "rows", "size")]
    table.add_row(Text("Marts", style="bold"), *header, "", *header)
    half = -(-len(marts) // 2)
    for left, right in zip_longest(marts[:half], marts[half:]):
        cells = _mart(left, newest)
        if right:
            name, *others = _mart(right, newest)
            cells += [Text.assemble(" ", name), *others]
        table.add_row(*cells)
    return [table, *_held(marts)]


def _held(marts: Iterable[MartFreshness]) -> list[Text]:
    """Why marts were not renewed; those held for one reason share a line."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for each in marts:
        if each.last_status != "published":
            why = (each.last_status, str(each.last_as_of_date), _cut(each.last_reason))
            alike.setdefault(why, []).append(each.mart)
    return _first(
        [
            Text(
                f"✗ {names[0] if len(names) == 1 else f'{len(names)} marts'} "
                f"{status} on {day}: {reason}",
                style="yellow",
            )
            for (status, day, reason), names in alike.items()
        ]
    )


def _mart(mart: MartFreshness, newest: date | None) -> list[Text]:
    is_fresh = mart.as_of_date == newest and mart.last_status == "published"
    style = "" if is_fresh else "yellow"
    rows = wording.UNKNOWN if mart.row_count is None else wording.short(mart.row_count)
    return [
        Text(mart.mart, style=style),
        Text(str(mart.as_of_date or "never"), style=style),
        Text(rows),
        Text(wording.size(mart.size_bytes), style="dim"),
    ]


def _gates(gates: Sequence[GateSummary]) -> list[RenderableType]:
    failed = failures(gates)
    nights = len({each.business_date for each in gates})
    if not gates:
        return [Text("No gate was asked yet.", style="dim")]
    if not failed:
        held = sum(each.passed for each in gates)
        over = f"{nights} nights" if nights > 1 else f"{gates[-1].business_date}"
        return [
            Text.assemble(
                ("Gates  ", "bold"),
                ("✓ ", "green"),
                f"all {held:,} expectations of {over} passed",
            )
        ]
    return [Text("Failed gates", style="bold"), *_first(failed)]


def _first(lines: list[Text]) -> list[Text]:
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
    if len(lines) <= MOST_LINES:
        return lines
    rest = len(lines) - MOST_LINES
    return [
        *lines[:MOST_LINES],
        Text(f"  and {rest} more, see the report", style="dim"),
    ]


def _cut(text: str | None) -> str:
    return " ".join((text or "no reason given").split())


def _table(*titles: str) -> Table:
    table = Table(
        *titles,
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    for number, column in enumerate(table.columns):
        column.no_wrap = True
        column.header_style = "dim" if number else "bold"
    return table
