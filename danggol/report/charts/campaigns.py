"""What campaigns moved, each with its interval."""

from matplotlib.ticker import FuncFormatter, MaxNLocator

from danggol.report.charts.labels import shortened
from danggol.report.charts.style import COLOURS, axes_of, style, svg
from danggol.report.language import MINUS, Language
from warehouse.figures import Campaigns

ROW = 40
VERDICT_COLOURS = {"works": "best", "does_not": "risk"}


def lifts(told: Campaigns, language: Language, *, width: int = 1020) -> str:
    """Lift of each campaign that was tested, in percentage points, above its name."""
    tested = [each for each in told.shown if each.low is not None]
    height = ROW * len(tested) + 48
    with style():
        figure, axes = axes_of(width, height, left=10, bottom=44, right=10, top=4)
        axes.axvline(0, color=COLOURS["ink"], lw=1)
        for place, each in enumerate(tested):
            colour = COLOURS[VERDICT_COLOURS.get(each.verdict_code, "gone")]
            low, middle, high = (
                100 * (part or 0.0) for part in (each.low, each.lift, each.high)
            )
            axes.plot([low, high], [place, place], color=colour, lw=3, alpha=0.55)
            axes.plot(middle, place, "o", ms=8, color=colour, mec=COLOURS["paper"])
            if each.break_even is not None:
                even, ends = 100 * each.break_even, [place - 0.2, place + 0.2]
                axes.plot([even, even], ends, color=COLOURS["soft"], lw=2)
            axes.annotate(
                shortened(each.name or each.campaign_id, width - 20, size=11),
                (0, place),
                xycoords=("axes fraction", "data"),
                xytext=(0, 9),
                textcoords="offset points",
                fontsize=11,
            )
        axes.set(ylim=(len(tested) - 0.6, -0.75), xlabel=language.say("campaigns.axis"))
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _signed(value)))
        axes.yaxis.set_visible(False)
        axes.grid(axis="y", visible=False)
        return svg(figure, f"campaigns-{language.code}-{width}")


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", MINUS) if value else "0"
