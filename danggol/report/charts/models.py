"""What models expect, and what came of it."""

from collections.abc import Callable, Sequence

from matplotlib.ticker import FuncFormatter, MaxNLocator

from danggol.report.charts.style import COLOURS, axes_of, style, svg
from danggol.report.language import Language
from warehouse.figures import LifetimeValues, Measure

Say = Callable[[float], str]


def values(
    told: LifetimeValues, language: Language, *, width: int = 560, height: int = 300
) -> str:
    """How many customers are expected to bring how much."""
    places = range(len(told.bars))
    customers = [each.customers for each in told.bars]
    with style():
        figure, axes = axes_of(width, height, left=46, bottom=44, right=26, top=22)
        axes.bar(places, customers, width=0.86, color=COLOURS["accent"])
        for place, each in zip(places, told.bars, strict=True):
            if each.customers and width > 400:
                axes.annotate(
                    language.short(each.customers),
                    (place, each.customers),
                    xytext=(0, 4),
                    textcoords="offset points",
                    ha="center",
                    fontsize=11,
                    color=COLOURS["soft"],
                )
        step = max(1, -(-len(places) * 52 // (width - 72)))
        shown = list(places)[::step]
        axes.set_xticks(
            [place - 0.5 for place in shown],
            [language.short_money(told.bars[place].low) for place in shown],
        )
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: language.short(round(value)))
        )
        axes.set(xlabel=language.say("values.axis"), xlim=(-0.6, len(places) - 0.4))
        axes.set_title(
            language.say("values.customers_axis"),
            loc="left",
            fontsize=11,
            color=COLOURS["soft"],
            pad=8,
            x=-0.04,
        )
        axes.grid(axis="x", visible=False)
        return svg(figure, f"values-{language.code}-{width}")


def calibration(
    bins: Sequence[Measure],
    language: Language,
    what: str,
    say: Say,
    *,
    width: int = 430,
    height: int = 330,
) -> str:
    """What was expected of tenths of the customers, and what happened.

    Parameters
    ----------
    bins : sequence of Measure
        With an expected value each.
    language : Language
    what : str
        Section of the words for the axes, and part of the name: ``churn``, ``values``.
    say : callable
        How a value reads on an axis.
    width, height : int
        Pixels at full size.
    """
    expected = [each.expected or 0.0 for each in bins]
    happened = [each.value for each in bins]
    most = 1.08 * max(*expected, *happened, 1e-9)
    with style():
        figure, axes = axes_of(width, height, left=54, bottom=44, right=16, top=26)
        axes.plot([0, most], [0, most], color=COLOURS["soft"], dashes=(3, 4), lw=1.2)
        axes.plot(
            expected,
            happened,
            "o-",
            color=COLOURS["accent"],
            lw=1.4,
            ms=7,
            mec=COLOURS["paper"],
            clip_on=False,
            zorder=3,
        )
        axes.set(
            xlim=(0, most), ylim=(0, most), xlabel=language.say(f"{what}.expected_axis")
        )
        axes.set_title(
            language.say(f"{what}.happened_axis"),
            loc="left",
            fontsize=12,
            color=COLOURS["soft"],
            x=-0.1,
        )
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: say(value)))
        # one zero is enough in the corner
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: say(value) if value else "")
        )
        return svg(figure, f"{what}-calibration-{language.code}-{width}")


def lift(
    bins: Sequence[Measure], language: Language, *, width: int = 560, height: int = 300
) -> str:
    """How many times as many as on average stayed away, tenth by tenth."""
    values = [each.value for each in bins]
    places = [each.bin_number for each in bins]
    colours = [COLOURS["risk" if each > 1 else "gone"] for each in values]
    with style():
        figure, axes = axes_of(width, height, left=10, bottom=44, right=10, top=22)
        axes.bar(places, values, width=0.82, color=colours)
        axes.axhline(1, color=COLOURS["ink"], lw=1, dashes=(3, 4))
        axes.annotate(
            language.say("churn.average"),
            (10.45, 1),
            xytext=(0, 5),
            textcoords="offset points",
            ha="right",
            fontsize=11,
            color=COLOURS["soft"],
        )
        for place, value in zip(places, values, strict=True):
            if value > 1:
                axes.annotate(
                    language.times(value),
                    (place, value),
                    xytext=(0, 4),
                    textcoords="offset points",
                    ha="center",
                    fontweight="bold",
                )
        axes.set(xlim=(0.45, 10.55), xlabel=language.say("churn.tenths_axis"))
        axes.set_xticks(range(1, 11))
        axes.yaxis.set_visible(False)
        axes.grid(visible=False)
        return svg(figure, f"lift-{language.code}-{width}")
