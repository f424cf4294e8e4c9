"""The report's charts as inline SVG, each twice: a telephone shows the small ones."""

from collections.abc import Callable, Mapping
from functools import partial

from danggol.report.charts import (
    campaigns,
    changes,
    concentration,
    models,
    segments,
)
from danggol.report.language import Language
from danggol.report.told import Told

SMALL = 340


def draw(told: Told, language: Language) -> Mapping[str, str]:
    """Charts of all there is to show, by name; the small ones end in ``_small``."""
    return {
        **_of_customers(told, language),
        **_of_changes(told, language),
        **_of_models(told, language),
        **_of_campaigns(told, language),
    }


def _twice(name: str, chart: Callable[..., str], **small: int) -> dict[str, str]:
    """A chart at full size, and one as wide as a telephone with what it needs there."""
    return {name: chart(), f"{name}_small": chart(width=SMALL, **small)}


def _of_customers(told: Told, language: Language) -> dict[str, str]:
    by_month = partial(concentration.by_month, told.months, language)
    segment_map = partial(segments.segment_map, told.segments, language)
    curve = partial(concentration.concentration, told.curve, language)
    drawn = _twice("by_month", by_month) | _twice("segments", segment_map, height=400)
    if told.curve.shares:
        drawn |= _twice("concentration", curve, height=320)
    return drawn


def _of_changes(told: Told, language: Language) -> dict[str, str]:
    drawn: dict[str, str] = {}
    if told.growth:
        drawn |= _twice("growth", partial(changes.growth, told.growth, language))
    if told.flows:
        drawn |= _twice("flows", partial(changes.flows, told.flows, language))
    return drawn


def _of_models(told: Told, language: Language) -> dict[str, str]:
    drawn: dict[str, str] = {}
    if told.values:
        drawn |= _twice("values", partial(models.values, told.values, language))
    for what, judged, say in (
        ("values", told.values_judged, lambda value: f"{value:g}"),
        ("churn", told.churn_judged, lambda value: language.share(value, 0)),
    ):
        bins = judged.bins("calibration_bin") if judged else []
        if bins:
            chart = partial(models.calibration, bins, language, what, say)
            drawn |= _twice(f"{what}_calibration", chart, height=300)
    tenths = told.churn_judged.bins("lift") if told.churn_judged else []
    if tenths:
        drawn |= _twice("lift", partial(models.lift, tenths, language), height=260)
    return drawn


def _of_campaigns(told: Told, language: Language) -> dict[str, str]:
    if told.campaigns and any(each.low is not None for each in told.campaigns.shown):
        return _twice("campaigns", partial(campaigns.lifts, told.campaigns, language))
    return {}
