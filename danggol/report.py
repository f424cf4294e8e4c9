"""The report: one page that shows what the nights brought, for people without SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import jinja2
from markupsafe import Markup

from danggol import wording
from danggol.company import Company
from danggol.environment import Environment
from warehouse import figures

TEMPLATES = Path(__file__).parent / "templates"
NIGHTS = 7


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """Everything that the report shows, as one moment of the warehouse has it."""

    answer: figures.FirstAnswer
    curve: figures.LorenzCurve
    months: Sequence[figures.MonthConcentration]
    segments: figures.SegmentSummary
    gates: Sequence[figures.GateSummary]
    stages: Sequence[figures.StageSummary]
    marts: Sequence[figures.MartFreshness]
    batches: Sequence[figures.BatchSummary]

    @property
    def nights(self) -> list[figures.NightSeconds]:
        """Where the shown nights' seconds went."""
        return figures.night_seconds(self.stages)

    @property
    def published(self) -> figures.MartFreshness:
        """The publication that the customers' figures come from."""
        return next(each for each in self.marts if each.mart == "customer_segments")


def write_report(here: Environment, path: Path | None = None) -> Path:
    """Write what is published now as one page, that asks nothing of a network.

    The page says nothing about when it was written: equal figures give equal bytes.

    Parameters
    ----------
    here : Environment
        The company's surroundings.
    path : Path, optional
        Where to; else ``report.html`` in the company's home. Written aside, then
        renamed, so that nobody reads half a page.

    Raises
    ------
    warehouse.figures.NothingPublished
        If no segments are published yet.
    """
    path = path or here.home / "report.html"
    page = render(here.company, read_figures(here))
    aside = path.with_suffix(".new")
    aside.write_text(page, "utf-8")
    aside.replace(path)
    return path


def read_figures(here: Environment) -> ReportFigures:
    """Read everything in one snapshot: a night published meanwhile changes nothing."""
    with here.warehouse.connect("auditor") as connection:
        figures.hold_still(connection)
        nights = figures.recent_nights(connection, NIGHTS)
        return ReportFigures(
            answer=figures.first_answer(connection),
            curve=figures.lorenz_curve(connection),
            months=figures.concentration_by_month(connection),
            segments=figures.segment_summary(connection),
            gates=figures.gate_summary(connection, nights),
            stages=figures.stage_summary(connection, nights),
            marts=figures.freshness(connection),
            batches=figures.batch_summary(connection),
        )


def render(company: Company, told: ReportFigures) -> str:
    """The page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        name: getattr(wording, name) for name in ("count", "share", "seconds", "size")
    }

    environment.filters |= {
        "day": lambda value: f"{value.day} {value:%B %Y}",
        "moment": lambda value: f"{value.astimezone(company.zone):%Y-%m-%d %H:%M}",
        "money": lambda amount: wording.money(amount, told.answer.currency_code),
    }
    return environment.get_template("report.html.j2").render(
        company=company,
        charts=_charts(told),
        families=_families(told),
        gates=_by_night(told.gates),
        told=told,
    )


def _charts(told: ReportFigures) -> dict[str, Markup]:
    """Charts, each twice: a reader with a telephone sees the small ones."""
    # a second that only this page spends
    from danggol import charts

    drawn = {
        "by_month": charts.by_month(told.months),
        "by_month_small": charts.by_month(told.months, width=340),
        "segments": charts.segment_map(told.segments),
        "segments_small": charts.segment_map(told.segments, width=340, height=400),
    }
    if told.curve.shares:
        drawn |= {
            "concentration": charts.concentration(told.curve),
            "concentration_small": charts.concentration(
                told.curve, width=340, height=320
            ),
        }
    return {name: Markup(svg) for name, svg in drawn.items()}  # names are escaped


def _families(told: ReportFigures) -> dict[str, str]:
    from danggol.charts import family

    return {each.code: family(each.code) for each in told.segments.segments}


def _by_night(
    gates: Iterable[figures.GateSummary],
) -> dict[date, dict[str, figures.GateSummary]]:
    nights: dict[date, dict[str, figures.GateSummary]] = {}
    for each in gates:
        nights.setdefault(each.business_date, {})[each.gate] = each
    return nights
