"""The map of the segments: how recently and how often their customers buy."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from danggol.report.charts.labels import Bubble, Label, place_labels
from danggol.report.charts.style import COLOURS, axes_of, family, style, svg
from danggol.report.language import Language
from warehouse.figures import Segment, SegmentSummary

DAYS = (0, 1, 2, 4, 7, 14, 30, 60, 120, 365, 730, 1825)
PURCHASES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 365, 1000)
LARGEST_RADIUS = 0.058  # of the map's width
SMALLEST_RADIUS = 4.0


def segment_map(
    summary: SegmentSummary,
    language: Language,
    *,
    width: int = 1040,
    height: int = 520,
) -> str:
    """Segments by how recently and how often they buy; area is money.

    Below a width of 600 a bubble bears only the segment's number in the table.
    """
    shown = [each for each in summary.segments if each.customers]
    days = [each.median_recency_days or 0.0 for each in shown]
    often = [each.median_frequency or 0.0 for each in shown]
    radii = _radii(shown, LARGEST_RADIUS * max(width, 600))
    room = max(radii, default=0.0) + 6
    with style():
        figure, axes = axes_of(width, height, left=50, bottom=46, right=12, top=12)
        x_room, y_room = room / (width - 62), room / (height - 58)
        _log_axis(axes, "x", days, DAYS, x_room, language.say("map.recency"))
        _log_axis(axes, "y", often, PURCHASES, y_room, language.say("map.frequency"))
        axes.invert_xaxis()  # the most recent to the right
        axes.scatter(
            days,
            often,
            s=[(2 * radius) ** 2 for radius in radii],
            c=[COLOURS[family(each.code)] for each in shown],
            edgecolors=COLOURS["paper"],
            linewidths=1.5,
            zorder=3,
        )
        places = axes.transData.transform(np.column_stack([days, often]))
        bubbles = [
            Bubble(float(x), float(y), radius)
            for (x, y), radius in zip(places, radii, strict=True)
        ]
        if width < 600:
            _write_numbers(axes, shown, bubbles)
        else:
            _write_names(axes, shown, bubbles, language)
        return svg(figure, f"segment-map-{language.code}-{width}")


def _radii(shown: Sequence[Segment], largest: float) -> list[float]:
    """Radii whose squares are as the money, the smallest still to be seen."""
    amounts = [max(float(each.money), 0.0) for each in shown]
    most = max(amounts, default=0.0) or 1.0
    return [max(SMALLEST_RADIUS, largest * (each / most) ** 0.5) for each in amounts]


def _write_numbers(
    axes: Axes, shown: Sequence[Segment], bubbles: Sequence[Bubble]
) -> None:
    lines = [(str(each.display_order),) for each in shown]
    for (text,), label in zip(
        lines, place_labels(bubbles, lines, _frame(axes)), strict=True
    ):
        colour = "paper" if label.is_inside else "ink"
        _write(axes, label, text, color=COLOURS[colour], fontweight="bold")


def _write_names(
    axes: Axes, shown: Sequence[Segment], bubbles: Sequence[Bubble], language: Language
) -> None:
    lines = [
        (
            language.name(each.name),
            f"{language.count(each.customers)} · {language.short_money(each.money)}",
        )
        for each in shown
    ]
    for (name, size), label in zip(
        lines, place_labels(bubbles, lines, _frame(axes)), strict=True
    ):
        up, down = label._replace(y=label.y + 8), label._replace(y=label.y - 8)
        name_colour = COLOURS["paper" if label.is_inside else "ink"]
        size_colour = COLOURS["paper" if label.is_inside else "soft"]
        _write(axes, up, name, color=name_colour, fontweight="bold")
        _write(axes, down, size, color=size_colour)


def _write(axes: Axes, label: Label, text: str, **style: Any) -> None:
    x, y = axes.transData.inverted().transform((label.x, label.y))
    axes.text(x, y, text, ha=label.align, va="center", zorder=5, **style)


def _frame(axes: Axes) -> tuple[float, float, float, float]:
    (left, bottom), (right, top) = axes.transAxes.transform([(0, 0), (1, 1)]).tolist()
    return left, bottom, right, top


def _log_axis(
    axes: Axes,
    which: Literal["x", "y"],
    values: Sequence[float],
    ticks: Sequence[int],
    room: float,
    label: str,
) -> None:
    """A logarithmic axis that can show zero; `room` is a share of it at each end."""
    low = max((t for t in ticks if t <= min(values, default=0)), default=ticks[0])
    high = min((t for t in ticks if t >= max(values, default=1)), default=ticks[-1])
    start, end = np.log1p(low), np.log1p(max(high, low + 1))
    margin = (end - start) * room / (1 - 2 * room)
    limits = np.expm1([start - margin, end + margin]).tolist()
    if which == "x":
        axes.set_xscale("function", functions=(np.log1p, np.expm1))
        axes.set_xlim(*limits)
    else:
        axes.set_yscale("function", functions=(np.log1p, np.expm1))
        axes.set_ylim(*limits)
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(FixedLocator([t for t in ticks if low <= t <= high]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{round(value):,}"))
    axis.set_label_text(label)
