"""The report's charts as inline SVG, each twice: a telephone shows the small ones."""

from collections.abc import Mapping

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
    drawn = {
        **_of_customers(told, language),
        **_of_changes(told, language),
        **_of_models(told, language),
    }
    if told.campaigns and any(each.low is not None for each in told.campaigns.shown):
        drawn["campaigns"] = campaigns.lifts(told.campaigns, language)
        drawn["campaigns_small"] = campaigns.lifts(
            told.campaigns, language, width=SMALL
        )
    return drawn


def _of_customers(told: Told, language: Language) -> dict[str, str]:
    drawn = {
        "by_month": concentration.by_month(told.months, language),
        "by_month_small": concentration.by_month(told.months, language, width=SMALL),
        "segments": segments.segment_map(told.segments, language),
        "segments_small": segments.segment_map(
            told.segments, language, width=SMALL, height=400
        ),
    }
    if told.curve.shares:
        drawn["concentration"] = concentration.concentration(told.curve, language)
        drawn["concentration_small"] = concentration.concentration(
            told.curve, language, width=SMALL, height=320
        )
    return drawn


def _of_changes(told: Told, language: Language) -> dict[str, str]:
    drawn = {}
    if told.growth:
        drawn["growth"] = changes.growth(told.growth, language)
        drawn["growth_small"] = changes.growth(told.growth, language, width=SMALL)
    if told.flows:
        drawn["flows"] = changes.flows(told.flows, language)
        drawn["flows_small"] = changes.flows(told.flows, language, width=SMALL)
    return drawn


def _of_models(told: Told, language: Language) -> dict[str, str]:
    drawn = {}
    if told.values:
        drawn["values"] = models.values(told.values, language)
        drawn["values_small"] = models.values(told.values, language, width=SMALL)
    for what, judged, say in (
        ("values", told.values_judged, lambda value: f"{value:g}"),
        ("churn", told.churn_judged, lambda value: language.share(value, 0)),
    ):
        bins = judged.bins("calibration_bin") if judged else []
        if bins:
            name = f"{what}_calibration"
            drawn[name] = models.calibration(bins, language, what, say)
            drawn[f"{name}_small"] = models.calibration(
                bins, language, what, say, width=SMALL, height=300
            )
    tenths = told.churn_judged.bins("lift") if told.churn_judged else []
    if tenths:
        drawn["lift"] = models.lift(tenths, language)
        drawn["lift_small"] = models.lift(tenths, language, width=SMALL, height=260)
    return drawn
