"""How much hangs on few customers: the curve of the window, and month by month."""

from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import FixedLocator, PercentFormatter

from danggol.report.charts.style import COLOURS, axes_of, style, svg
from danggol.report.language import Language
from warehouse.figures import LorenzCurve, MonthConcentration


def concentration(
    curve: LorenzCurve, language: Language, *, width: int = 560, height: int = 510
) -> str:
    """Share of sales that the best customers bring, the best 20 % marked.

    The Lorenz curve seen from its other end: cumulated from the best customer down.
    """
    best = np.arange(101)
    brought = 100 * (1 - np.asarray(curve.shares)[::-1])
    top = 100 * (curve.top_share(20) or 0.0)
    with style():
        figure, axes = axes_of(width, height, left=46, bottom=44, right=22, top=10)
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
            language.say("curve.best_bring", share=language.share(top / 100)),
            (20, top),
            xytext=(14, -30),
            textcoords="offset points",
            fontweight="bold",
            linespacing=1.35,
        )
        axes.annotate(
            language.say("curve.equal"),
            (62, 62),
            xytext=(10, -20),
            textcoords="offset points",
            color=COLOURS["soft"],
            fontsize=11,
        )
        axes.set(xlim=(0, 100), ylim=(0, 102), xlabel=language.say("curve.customers"))
        axes.xaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
        axes.yaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
        axes.xaxis.set_major_locator(FixedLocator(range(20, 101, 20)))
        axes.yaxis.set_major_locator(FixedLocator(range(0, 101, 20)))
        axes.grid(axis="x", visible=False)
        return svg(figure, f"concentration-{language.code}-{width}")


def by_month(
    months: Sequence[MonthConcentration],
    language: Language,
    *,
    width: int = 430,
    height: int = 200,
) -> str:
    """Share of the best 20 % of each month's customers, at least 20 points high."""
    known = [(i, m.top_20_share) for i, m in enumerate(months) if m.top_20_share]
    at = [place for place, _ in known]
    values = [100 * value for _, value in known]
    middle = (max(values) + min(values)) / 2 if values else 50.0
    half = max(10.0, (max(values, default=0) - min(values, default=0)) / 2 + 4)
    with style():
        figure, axes = axes_of(width, height, left=40, bottom=38, right=16, top=12)
        axes.plot(at, values, color=COLOURS["accent"], lw=2.2)
        axes.plot(at[-1:], values[-1:], "o", ms=7, color=COLOURS["accent"])
        if values:
            axes.annotate(
                language.share(values[-1] / 100),
                (at[-1], values[-1]),
                # on the side from which the line does not come
                xytext=(0, 10 if values[-1] >= values[-2:][0] else -20),
                textcoords="offset points",
                ha="right",
                fontweight="bold",
            )
        axes.set(ylim=(middle - half, middle + half), xlim=(-0.3, len(months) - 0.7))
        axes.yaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
        axes.locator_params(axis="y", nbins=4)
        step = max(1, -(-len(months) * 34 // width))  # a name needs 34 units
        shown = range(0, len(months), step)
        axes.set_xticks(list(shown), _names(months, shown, language))
        axes.grid(axis="x", visible=False)
        return svg(figure, f"by-month-{language.code}-{width}")


def _names(
    months: Sequence[MonthConcentration], shown: Sequence[int], language: Language
) -> list[str]:
    """Names of the months shown, with the year where a new one begins."""
    names, year = [], None
    for index in shown:
        day = months[index].month_start_date
        name = language.short_month(day)
        names.append(f"{name}\n{day.year}" if day.year != year else name)
        year = day.year
    return names
