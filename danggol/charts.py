"""The report's charts as inline SVG.

Texts stay texts, in the page's own font, so that Hangul shows everywhere; colours
become the page's CSS variables, so that a chart follows its light or dark theme.
Lengths are SVG user units, which are pixels at full size. Equal figures give equal
bytes.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter

from danggol.labels import Bubble, Label, place_labels
from danggol.wording import count, share, short_money
from warehouse.figures import LorenzCurve, MonthConcentration, Segment, SegmentSummary

# Which way a segment's customers are going; a colour of the page each.
FAMILIES = {
    "champions": "best",
    "loyal": "best",
    "potential_loyalists": "growing",
    "new_customers": "growing",
    "promising": "growing",
    "needs_attention": "slipping",
    "about_to_sleep": "slipping",
    "at_risk": "risk",
    "cannot_lose": "risk",
    "hibernating": "gone",
    "lost": "gone",
}
# Colours that no chart uses, each standing for a CSS variable of the page.
COLOURS = {
    name: f"#0a0b{number:02x}"
    for number, name in enumerate(
        ["ink", "soft", "line", "paper", "accent", *sorted(set(FAMILIES.values()))]
    )
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "danggol",
    "figure.dpi": 72,
    "font.size": 12,
    "text.color": COLOURS["ink"],
    "axes.labelcolor": COLOURS["soft"],
    "axes.labelsize": 12,
    "axes.edgecolor": COLOURS["line"],
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": COLOURS["line"],
    "grid.linewidth": 1,
    "xtick.color": COLOURS["line"],
    "ytick.color": COLOURS["line"],
    "xtick.labelcolor": COLOURS["soft"],
    "ytick.labelcolor": COLOURS["soft"],
    "ytick.major.size": 0,
    "figure.facecolor": "none",
}
DAYS = (0, 1, 2, 4, 7, 14, 30, 60, 120, 365, 730, 1825)
PURCHASES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 365, 1000)
LARGEST_RADIUS = 0.058  # of the map's width
SMALLEST_RADIUS = 4.0


def family(code: str) -> str:
    """Which way the customers of a segment are going; a colour of the page."""
    return FAMILIES.get(code, "gone")


def concentration(curve: LorenzCurve, *, width: int = 560, height: int = 510) -> str:
    """Share of sales that the best customers bring, the best 20 % marked.

    The Lorenz curve seen from its other end: cumulated from the best customer down.
    """
    best = np.arange(101)
    brought = 100 * (1 - np.asarray(curve.shares)[::-1])
    top = 100 * (curve.top_share(20) or 0.0)
    with _style():
        figure, axes = _figure(width, height, left=46, bottom=44, right=22, top=10)
        axes.plot([0, 100], [0, 100], color=COLOURS["soft"], dashes=(3, 4), lw=1.2)
        axes.fill_between(
            best, brought, best, color=COLOURS["accent"], alpha=0.10, lw=0
        )
        axes.plot(best, brought, color=COLOURS["accent"], lw=2.6)
        axes.plot([20, 20, 0], [0, top, top], color=COLOURS["ink"], lw=1)
        axes.plot(
            20, top, "o", ms=9, mfc=COLOURS["accent"], mec=COLOURS["paper"], mew=2
        )
        axes.annotate(
            f"the best 20 %\nbring {share(top / 100)}",
            (20, top),
            xytext=(14, -30),
            textcoords="offset points",
            fontweight="bold",
            linespacing=1.35,
        )
        axes.annotate(
            "if all brought the same",
            (62, 62),
            xytext=(10, -20),
            textcoords="offset points",
            color=COLOURS["soft"],
            fontsize=11,
        )
        axes.set(xlim=(0, 100), ylim=(0, 102), xlabel="customers, the best first")
        axes.xaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
        axes.yaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
        axes.xaxis.set_major_locator(FixedLocator(range(20, 101, 20)))
        axes.yaxis.set_major_locator(FixedLocator(range(0, 101, 20)))
        axes.grid(axis="x", visible=False)
        return _svg(figure, f"concentration-{width}")


def by_month(
    months: Sequence[MonthConcentration], *, width: int = 430, height: int = 200
) -> str:
    """Share of the best 20 % of each month's customers, at least 20 points high."""
    known = [(i, m.top_20_share) for i, m in enumerate(months) if m.top_20_share]
    at = [place for place, _ in known]
    values = [100 * value for _, value in known]
    middle = (max(values) + min(values)) / 2 if values else 50.0
    half = max(10.0, (max(values, default=0) - min(values, default=0)) / 2 + 4)
    with _style():
        figure, axes = _figure(width, height, left=40, bottom=38, right=16, top=12)
        axes.plot(at, values, color=COLOURS["accent"], lw=2.2)
        axes.plot(at[-1:], values[-1:], "o", ms=7, color=COLOURS["accent"])
        if values:
            axes.annotate(
                share(values[-1] / 100),
                (at[-1], values[-1]),
                xytext=(0, 10),
                textcoords="offset points",
                ha="right",
                fontweight="bold",
            )
        axes.set(ylim=(middle - half, middle + half), xlim=(-0.3, len(months) - 0.7))
        axes.yaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
        axes.locator_params(axis="y", nbins=4)
        step = max(1, -(-len(months) * 34 // width))  # a name needs 34 units
        shown = range(0, len(months), step)
        axes.set_xticks(list(shown), [_month(months, i) for i in shown])
        axes.grid(axis="x", visible=False)
        return _svg(figure, f"by-month-{width}")


def _month(months: Sequence[MonthConcentration], index: int) -> str:
    day = months[index].month_start_date
    return f"{day:%b}\n{day:%Y}" if index == 0 or day.month == 1 else f"{day:%b}"


def segment_map(
    summary: SegmentSummary, *, width: int = 1040, height: int = 520
) -> str:
    """Segments by how recently and how often they buy; area is money.

    Below a width of 600 a bubble bears only the segment's number in the table.
    """
    shown = [each for each in summary.segments if each.customers]
    days = [each.median_recency_days or 0.0 for each in shown]
    often = [each.median_frequency or 0.0 for each in shown]
    radii = _radii(shown, LARGEST_RADIUS * max(width, 600))
    room = max(radii, default=0.0) + 6
    with _style():
        figure, axes = _figure(width, height, left=50, bottom=46, right=12, top=12)
        x_room, y_room = room / (width - 62), room / (height - 58)
        _log_axis(axes, "x", days, DAYS, x_room, "median days since the last purchase")
        _log_axis(axes, "y", often, PURCHASES, y_room, "purchase days in the window")
        axes.invert_xaxis()  # the most recent to the right
        axes.scatter(
            days,
            often,
            s=[(2 * radius) ** 2 for radius in radii],
            c=[COLOURS[family(each.code)] for each in shown],
            edgecolors=COLOURS["paper"],
            linewidths=1.5,
            alpha=0.85,
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
            _write_names(axes, shown, bubbles, summary.currency_code)
        return _svg(figure, f"segment-map-{width}")


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
    axes: Axes, shown: Sequence[Segment], bubbles: Sequence[Bubble], currency: str
) -> None:
    lines = [
        (
            f"{each.name_en} {each.name_ko}",
            f"{count(each.customers)} · {short_money(each.money, currency)}",
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


@contextmanager
def _style() -> Iterator[None]:
    """Our style alone, whatever the user's own configuration says."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def _figure(
    width: int, height: int, *, left: int, bottom: int, right: int, top: int
) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    inner = (width - left - right) / width, (height - bottom - top) / height
    return figure, figure.add_axes((left / width, bottom / height, *inner))


def _svg(figure: Figure, name: str) -> str:
    """The figure as an SVG element; the ids it needs begin with `name`."""
    written = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with warnings.catch_warnings():
        # the browser has the glyphs that Matplotlib's font for measuring lacks
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(written, format="svg", metadata=nothing)
    text = written.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<svg [^>]*(viewBox=\"[^\"]*\")[^>]*>", r"<svg \1>", text, count=1)
    text = re.sub(r"<(metadata|defs)>\s*<(rdf|style).*?</\1>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
    needed = set(re.findall(r"(?:url\(|href=\")#([\w-]+)", text))
    for found in set(re.findall(r" id=\"([^\"]*)\"", text)):
        kept = f' id="{name}-{found}"' if found in needed else ""
        text = text.replace(f' id="{found}"', kept)
    text = text.replace("url(#", f"url(#{name}-")
    text = text.replace('xlink:href="#', f'href="#{name}-')
    text = re.sub(r"font-family:[^;\"]*;?", "", text)  # the page chooses it
    for variable, colour in COLOURS.items():
        text = text.replace(colour, f"var(--{variable})")
    return re.sub(r"\s*\n\s*", "\n", text).strip()
