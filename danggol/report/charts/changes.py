"""What changed: sales from month to month, and customers from segment to segment."""

from decimal import Decimal

import numpy as np
from matplotlib.axes import Axes

from danggol.report.charts.labels import text_width
from danggol.report.charts.style import (
    COLOURS,
    FAMILY_NAMES,
    axes_of,
    family,
    style,
    svg,
)
from danggol.report.language import Language
from warehouse.figures import GrowthBridge, SegmentFlows

ROW = 34  # of the bridge
NOT_THERE = "none"  # who was no customer yet, or is one by this number no more
SIDE = (*FAMILY_NAMES, NOT_THERE)  # from the top
GAP = 0.03  # between two families, of the height


def growth(bridge: GrowthBridge, language: Language, *, width: int = 1020) -> str:
    """From the sales of one month to those of the next, a bar a cause."""
    before, after = bridge.previous_amount, bridge.amount
    rows: list[tuple[str, Decimal, Decimal, str, str]] = [
        (language.say("growth.before"), Decimal(0), before, "gone", "")
    ]
    level = before
    for each in bridge.components:
        colour = "best" if each.change >= 0 else "risk"
        called = language.code_name("component", each.code)
        rows.append((called, level, level + each.change, colour, "change"))
        level += each.change
    rows.append((language.say("growth.after"), Decimal(0), after, "accent", ""))
    ends = [float(end) for row in rows for end in row[1:3]]
    span = (max(ends) - min(ends)) or 1.0
    left = max(text_width(row[0]) for row in rows) + 14
    with style():
        figure, axes = axes_of(
            width, ROW * len(rows) + 8, left=left, bottom=4, right=12, top=4
        )
        # the values stand right of the bars
        room = span * 76 / (width - left - 12 - 76)
        axes.set(xlim=(min(ends), max(ends) + room), ylim=(len(rows) - 0.5, -0.5))
        for place, (_, begin, end, colour, kind) in enumerate(rows):
            low, high = sorted((float(begin), float(end)))
            axes.barh(place, high - low, left=low, height=0.62, color=COLOURS[colour])
            amount = end - begin
            said = language.short_change if kind else language.short_money
            axes.annotate(
                said(amount),
                (high, place),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontweight="normal" if kind else "bold",
            )
            if place:
                axes.plot(
                    [float(begin)] * 2 if kind else [float(end)] * 2,
                    [place - 0.69, place - 0.31],
                    color=COLOURS["soft"],
                    lw=1,
                )
        axes.set_yticks(range(len(rows)), [row[0] for row in rows])
        axes.tick_params(axis="y", labelcolor=COLOURS["ink"])
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.grid(visible=False)
        return svg(figure, f"growth-{language.code}-{width}")


def flows(
    told: SegmentFlows, language: Language, *, width: int = 640, height: int = 380
) -> str:
    """Bands from where customers stood, left, to where they stand, by families."""
    counts = _by_family(told)
    before, now = _sides(counts)
    most = max(sum(before.values()), sum(now.values()))
    # a side has gaps, and a family of few is as high as a gap
    scale = (1 - 2 * GAP * (max(len(before), len(now)) - 1)) / most
    margin = max(
        text_width(f"{language.say(f'family.{each}')} {most:,}") for each in SIDE
    )
    with style():
        figure, axes = axes_of(
            width, height, left=margin + 10, bottom=6, right=margin + 10, top=22
        )
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.axis("off")
        begin, end = _tops(before, scale), _tops(now, scale)
        for (source, target), number in counts.items():
            thick = number * scale
            _band(axes, begin[source], end[target], thick, source, target)
            begin[source] -= thick
            end[target] -= thick
        _side(axes, before, scale, language, is_left=True)
        _side(axes, now, scale, language, is_left=False)
        top, soft = 1 - 4 / height, COLOURS["soft"]
        days = language.day(told.previous_date), language.day(told.as_of_date)
        figure.text(0, top, days[0], ha="left", va="top", color=soft, fontsize=11)
        figure.text(1, top, days[1], ha="right", va="top", color=soft, fontsize=11)
        return svg(figure, f"flows-{language.code}-{width}")


def _side(
    axes: Axes,
    customers: dict[str, int],
    scale: float,
    language: Language,
    *,
    is_left: bool,
) -> None:
    """One side's families, with their names and customers."""
    tops = _tops(customers, scale)
    bar, beside = ((0.0, 0.02), -0.02) if is_left else ((0.98, 1.0), 1.02)
    for each, number in customers.items():
        low = tops[each] - number * scale
        axes.fill_between(bar, tops[each], low, color=_colour(each), lw=0)
        axes.text(
            beside,
            (tops[each] + low) / 2,
            f"{language.say(f'family.{each}')} {number:,}",
            ha="right" if is_left else "left",
            va="center",
        )


def _by_family(told: SegmentFlows) -> dict[tuple[str, str], int]:
    """Customers by the families they come from and go to, in the order of families."""
    counts = {(source, target): 0 for source in SIDE for target in SIDE}
    for each in told.flows:
        source = family(each.from_code) if each.from_code else NOT_THERE
        target = family(each.to_code) if each.to_code else NOT_THERE
        counts[source, target] += each.customers
    return {pair: number for pair, number in counts.items() if number}


def _sides(
    counts: dict[tuple[str, str], int],
) -> tuple[dict[str, int], dict[str, int]]:
    def summed(place: int) -> dict[str, int]:
        return {
            each: number
            for each in SIDE
            if (number := sum(n for pair, n in counts.items() if pair[place] == each))
        }

    return summed(0), summed(1)


def _tops(customers: dict[str, int], scale: float) -> dict[str, float]:
    """Upper edge of each family, from the top."""
    tops, top = {}, 1.0
    for each, number in customers.items():
        tops[each] = top
        top -= max(number * scale, GAP) + GAP
    return tops


def _band(
    axes: Axes, start: float, end: float, thick: float, source: str, target: str
) -> None:
    along = np.linspace(0.02, 0.98, 41)
    bend = (1 - np.cos(np.pi * np.linspace(0, 1, 41))) / 2
    upper = start + (end - start) * bend
    stays = source == target
    axes.fill_between(
        along,
        upper,
        upper - thick,
        color=_colour(source if target == NOT_THERE else target),
        alpha=0.16 if stays else 0.5,
        lw=0,
    )


def _colour(name: str) -> str:
    return COLOURS["line" if name == NOT_THERE else name]
