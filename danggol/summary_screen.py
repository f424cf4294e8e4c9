"""What the end of the demo shows: what the nights took in, checked and brought."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from danggol import wording
from warehouse.figures import (
    FirstAnswer,
    GateSummary,
    NightSeconds,
    SegmentSummary,
    StageSummary,
    night_seconds,
)

# What a night may spend on starting, importing and scheduling.
NOT_WORK_BUDGET_SECONDS = 40
SHORTEST_SECONDS = 0.05
SCHEDULING = "scheduling"


def first_answer(answer: FirstAnswer) -> RenderableType:
    """The first answer in one sentence."""
    worth = wording.money(answer.at_risk_money, answer.currency_code)
    text = Text.assemble(
        (f"{answer.customers:,}", "bold cyan"),
        " customers; the best 20 % ",
        ""
        if answer.buyers == answer.customers
        else f"of the {answer.buyers:,} buyers ",
        "bring ",
        (wording.share(answer.top_20_share), "bold cyan"),
        " of sales; ",
        (f"{answer.at_risk_customers:,}", "bold yellow"),
        " good customers at risk, worth ",
        (worth, "bold yellow"),
        (
            f"\nas of {answer.as_of_date}, sales of the last {answer.window_days} days",
            "dim",
        ),
    )
    return Padding(text, (1, 2))


def summary(
    *,
    stages: Sequence[StageSummary],
    gates: Sequence[GateSummary],
    segments: SegmentSummary,
    scheduling: Mapping[date, float],
    places: Mapping[str, str],
) -> RenderableType:
    """Everything that the nights brought, and where to look next.

    Parameters
    ----------
    stages, gates, segments
        As `warehouse.figures` tells them.
    scheduling : mapping of date to float
        Seconds of each night in which no task ran, as Airflow tells them.
    places : mapping of str to str
        Where to look next, by name.
    """
    return Group(
        rows_table(stages),
        gates_table(gates),
        *failures(gates),
        segments_table(segments),
        seconds_table(night_seconds(stages), scheduling),
        places_table(places),
    )


def rows_table(stages: Iterable[StageSummary]) -> Table:
    """Rows into and out of each stage, a line a night."""
    stages = list(stages)
    names = list(dict.fromkeys(each.stage for each in stages))
    table = _table("Rows in and out")
    table.add_column("night")
    for name in names:
        table.add_column(name, justify="right")
    runs = {(each.business_date, each.stage): each for each in stages}
    for night in sorted({each.business_date for each in stages}):
        table.add_row(
            str(night), *(_in_and_out(runs.get((night, name))) for name in names)
        )
    return table


def _in_and_out(run: StageSummary | None) -> Text:
    if run is None:
        return Text("not run", style="dim")
    into = "" if run.rows_in is None else f"{run.rows_in:,} "
    return Text.assemble((f"{into}→ ", "dim"), wording.count(run.rows_out))


def gates_table(gates: Iterable[GateSummary]) -> Table:
    """Expectations that held and did not, a line a night."""
    gates = list(gates)
    names = list(dict.fromkeys(each.gate for each in gates))
    table = _table("Gates")
    table.add_column("night")
    for name in names:
        table.add_column(name)
    found = {(each.business_date, each.gate): each for each in gates}
    for night in sorted({each.business_date for each in gates}):
        table.add_row(str(night), *(_verdict(found.get((night, n))) for n in names))
    return table


def _verdict(gate: GateSummary | None) -> Text:
    if gate is None:
        return Text("not checked", style="dim")
    if gate.failed:
        return Text.assemble(
            (f"✗ {gate.failed} failed", "red"), f", {gate.passed} passed"
        )
    return Text.assemble(("✓ ", "green"), f"{gate.passed} passed")


def failures(gates: Iterable[GateSummary]) -> list[Text]:
    """A line for each expectation that did not hold."""
    return [
        Text.assemble(
            ("  ✗ ", "red"),
            f"{gate.business_date} {gate.gate}",
            (" stopped the night" if check.is_required else "", "red"),
            f": {check.table_name}",
            f".{check.column_name}" if check.column_name else "",
            f" {check.expectation}",
            f", {check.failing_key_count:,} rows" if check.failing_key_count else "",
        )
        for gate in gates
        for check in gate.failures
    ]


def segments_table(summary: SegmentSummary) -> Table:
    """Sizes and money of the segments, the best first."""
    table = _table(f"Segments on {summary.as_of_date}")
    table.add_column("segment")
    table.add_column("customers", justify="right")
    table.add_column("share", justify="right", style="dim")
    table.add_column(f"sales of {summary.window_days} days", justify="right")
    table.add_column("share", justify="right", style="dim")
    # last, since not every terminal makes Hangul twice as wide
    table.add_column("")
    for each in summary.segments:
        table.add_row(
            each.name_en,
            wording.count(each.customers),
            wording.share(each.customer_share),
            wording.money(each.money, summary.currency_code),
            wording.share(each.share),
            each.name_ko,
        )
    whole = wording.money(summary.money, summary.currency_code)
    table.add_row("all", wording.count(summary.customers), "", whole, style="bold")
    return table


def seconds_table(
    nights: Sequence[NightSeconds], scheduling: Mapping[date, float]
) -> Table:
    """Seconds of work and not-work, itemised, a column a night."""
    not_work = [
        {**night.not_work, SCHEDULING: scheduling[night.business_date]}
        if night.business_date in scheduling
        else dict(night.not_work)
        for night in nights
    ]
    table = _table("Seconds")
    table.add_column("")
    for night in nights:
        table.add_column(str(night.business_date), justify="right")
    _add_items(table, [night.work for night in nights])
    _add_sums(table, "work", [sum(night.work.values()) for night in nights])
    _add_items(table, not_work)
    _add_sums(
        table,
        "not-work",
        [sum(items.values()) for items in not_work],
        limit=NOT_WORK_BUDGET_SECONDS,
    )
    return table


def _add_items(table: Table, nights: Sequence[Mapping[str, float]]) -> None:
    for name in dict.fromkeys(name for night in nights for name in night):
        if all(night.get(name, 0.0) < SHORTEST_SECONDS for night in nights):
            continue  # in the sum, but not worth a line
        seconds = [
            f"{night[name]:.1f}" if name in night else wording.UNKNOWN
            for night in nights
        ]
        table.add_row(f"  {name}", *seconds, style="dim")


def _add_sums(
    table: Table, name: str, sums: Iterable[float], limit: float | None = None
) -> None:
    label = name if limit is None else f"{name}, at most {limit:.0f}"
    table.add_row(
        Text(label, style="bold"),
        *(
            Text(
                f"{each:.1f}",
                style="bold red" if limit is not None and each > limit else "bold",
            )
            for each in sums
        ),
        end_section=True,
    )


def places_table(places: Mapping[str, str]) -> Table:
    """Where to look next; nothing is cut, so that it can be copied."""
    table = _table("Where to look next")
    table.show_header = False
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, place in places.items():
        table.add_row(name, Text(place))
    return table


def _table(title: str) -> Table:
    return Table(
        title=f"\n{title}",
        title_style="bold",
        title_justify="left",
        header_style="dim",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
