"""`danggol why`: one customer on one screen of 80 columns."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import exp

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from danggol import wording
from warehouse.customer_facts import (
    Churn,
    CustomerFacts,
    Identity,
    LifetimeValue,
    NextProduct,
    Permission,
)

LABELS = {"no_purchase": "no purchase", "visits_dropped": "visits halve"}
BECAUSE = {
    "published_rule": "goes with {}",
    "near_item": "like {}",
    "bestseller": "most buy it",
    "own_habit": "bought often",
}
STATUS_STYLES = {"active": "green", "dormant": "yellow"}


def why(told: CustomerFacts) -> RenderableType:
    """Everything that is said of a customer, with its night, and what it rests on."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=15, no_wrap=True)
    table.add_column(overflow="fold")
    for title, mart, lines in (
        ("Segments", "customer_segments", _standing(told)),
        ("Brought so far", "customer_360", _worth(told)),
        ("Lifetime value", "customer_lifetime_values", _value(told)),
        ("Churn", "churn_predictions", _churn(told.churn)),
        ("Next products", "next_best_products", _products(told.products)),
        (
            "Permissions",
            "customer_contact_permissions_current",
            _permissions(told.permissions),
        ),
        ("It rests on", "fct_interactions", _rows(told)),
    ):
        day = told.as_of.get(mart)
        shown = list(lines) if day else []
        night = Text(f"as of {day}" if day else "not published yet", style="dim")
        table.add_row(Text(title, style="bold"), night)
        for label, line in shown or [("", Text(wording.UNKNOWN))]:
            table.add_row(Text(f"  {label}"), line)
    return Group(*_head(told.company_name, told.identity), Text(), table)


def _head(company_name: str, who: Identity) -> Iterator[Text]:
    if who.number != who.current_number:
        yield Text(
            f"{who.number} was merged into {who.current_number}, who is shown here",
            style="yellow",
        )
    status = f"{who.status}{_since(who.status_since)}"
    line = Text.assemble(
        (f"{who.current_number}", "bold cyan"),
        f" of {company_name}  ",
        (status, STATUS_STYLES.get(who.status, "bold red")),
    )
    if who.registered_date:
        line.append(f"  registered {who.registered_date}", style="dim")
    yield line
    if who.joined_numbers:
        yield Text(f"with {', '.join(who.joined_numbers)}, merged into it", style="dim")
    if who.status == "withdrawn":
        yield Text(
            "the membership has ended: send nothing; the figures are of before",
            style="red",
        )
    elif who.status == "missing":
        yield Text(
            "the source does not have this customer any more: send nothing", style="red"
        )


def _since(day: date | None) -> str:
    return f" since {day}" if day else ""


def _standing(told: CustomerFacts) -> Iterator[tuple[str, Text]]:
    at = told.standing
    if at is None:
        yield "", Text("has not bought yet, so is in no segment")
        return
    yield (
        "segment",
        Text.assemble(
            (at.segment, "cyan"),
            f"  R{at.recency_score} F{at.frequency_score} M{at.monetary_score}",
            (f"  {at.suggested_action}", "dim"),
        ),
    )
    paid = wording.money(at.monetary_amount, told.currency_code)
    yield (
        "",
        Text(
            f"bought {at.recency_days} days ago; {at.frequency} purchase days and "
            f"{paid} in the window"
        ),
    )
    yield (
        "stage",
        Text.assemble(
            (at.stage_code, "cyan"), f"  value grade {at.value_grade} of the window"
        ),
    )
    yield "cluster", Text(at.cluster or "none is trained yet")


def _worth(told: CustomerFacts) -> Iterator[tuple[str, Text]]:
    worth = told.worth
    if worth is None:
        return
    brought = wording.money(worth.net_amount, told.currency_code)
    if worth.profit_amount is not None:
        profit = wording.money(worth.profit_amount, told.currency_code)
        brought += f", profit {profit}"
    yield "", Text(f"{worth.order_count:,} purchases, {brought}")
    if worth.grade_code:
        moved = f" ({worth.grade_movement_code})" if worth.grade_movement_code else ""
        yield "grade", Text(f"{worth.grade_code}{moved} since the last quarter's end")


def _value(told: CustomerFacts) -> Iterator[tuple[str, Text]]:
    value = told.value
    if value is None:
        yield "", Text("has not bought yet, so nothing is estimated")
        return
    if value.clv_amount is None:
        yield "", Text(f"not scorable: {value.status_reason_code or value.status}")
        return
    yield (
        f"{value.horizon_weeks} weeks",
        Text.assemble(
            (wording.money(value.clv_amount, told.currency_code), "cyan"),
            f" {value.value_basis_code}{_interval(value, told.currency_code)}",
        ),
    )
    if value.status != "estimated":
        yield (
            "",
            Text(
                f"{value.status}: {value.status_reason_code or 'no model'}",
                style="yellow",
            ),
        )
    if value.probability_alive is not None and value.expected_purchases is not None:
        yield (
            "",
            Text(
                f"{value.expected_purchases:.1f} purchase days expected; "
                f"{wording.share(value.probability_alive)} likely a customer still"
            ),
        )


def _interval(value: LifetimeValue, currency_code: str) -> str:
    if value.clv_low_amount is None or value.clv_high_amount is None:
        return ""
    low = wording.money(value.clv_low_amount, currency_code)
    high = wording.money(value.clv_high_amount, currency_code)
    return f"; in 9 of 10 cases {low} to {high}"


def _churn(predictions: Iterable[Churn]) -> Iterator[tuple[str, Text]]:
    for each in predictions:
        label = LABELS.get(each.label_code, each.label_code)
        if each.probability is None:
            why_not = (each.not_scorable_reason_code or "").replace("_", " ")
            yield label, Text(f"not scorable: {why_not}")
            continue
        reasons = ", ".join(
            f"{name} (odds x {exp(contribution):.1f})"
            for name, contribution in zip(each.reasons, each.contributions, strict=True)
        )
        yield (
            label,
            Text.assemble(
                (wording.share(each.probability), "cyan"),
                f" in {each.horizon_days} days, {each.risk_band} risk",
            ),
        )
        if reasons:
            yield "", Text(reasons)


def _products(products: Iterable[NextProduct]) -> Iterator[tuple[str, Text]]:
    last = None
    for each in products:
        because = BECAUSE.get(each.reason_code, each.reason_code)
        yield (
            each.list_code if each.list_code != last else "",
            Text.assemble(
                (each.product, "cyan"),
                f"  {because.format(each.because_of or wording.UNKNOWN)}",
            ),
        )
        last = each.list_code


def _permissions(permissions: Sequence[Permission]) -> Iterator[tuple[str, Text]]:
    if not permissions:
        yield "", Text.assemble(("✗ ", "red"), "nothing was ever said: send nothing")
    refused: dict[str, list[str]] = {}
    for each in permissions:
        if not each.may_contact_day:
            reason = f"{each.reason}{_since(each.since)}"
            refused.setdefault(reason, []).append(each.channel_code)
            continue
        yield (
            each.channel_code,
            Text.assemble(
                ("✓ ", "green"),
                "day and night" if each.may_contact_night else "by day, 8 to 21",
                f"{_since(each.since)}, ask again by {each.reconfirm_by}",
            ),
        )
    for reason, channels in refused.items():
        yield "", Text.assemble(("✗ ", "red"), f"{', '.join(channels)}: {reason}")


def _rows(told: CustomerFacts) -> Iterator[tuple[str, Text]]:
    if told.purchases:
        yield (
            f"{told.purchases[0].order_count:,} purchases",
            _listed(
                f"{each.order_date} "
                f"{wording.money(each.net_amount, told.currency_code)} "
                f"({each.line_count} lines)"
                for each in told.purchases
            ),
        )
    if told.cases:
        yield (
            f"{told.cases[0].case_count:,} cases",
            _listed(
                f"{each.opened_date} {each.reason or 'no reason'}"
                f"{' (open)' if each.is_open else ''}"
                for each in told.cases
            ),
        )
    if told.contacts:
        yield (
            f"{sum(each.contact_count for each in told.contacts):,} contacts",
            _listed(
                f"{each.type_code.replace('_', ' ')} {each.contact_count:,}, "
                f"last {each.last_date}"
                for each in told.contacts
            ),
        )


def _listed(parts: Iterable[str]) -> Text:
    return Text("; ".join(parts))
