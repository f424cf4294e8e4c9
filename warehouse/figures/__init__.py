"""Figures for the screen and the report, read as `auditor`; never a customer's own.

What is shown elsewhere is asked for here, so that a number has one query.
"""

from warehouse.connection import Connection
from warehouse.figures.customers import (
    FirstAnswer,
    LorenzCurve,
    MonthConcentration,
    NothingPublished,
    Segment,
    SegmentSummary,
    concentration_by_month,
    first_answer,
    lorenz_curve,
    segment_summary,
)
from warehouse.figures.night_facts import NightFacts, night_facts
from warehouse.figures.nights import (
    BatchSummary,
    FailedCheck,
    GateSummary,
    MartFreshness,
    NightSeconds,
    SchemaSize,
    StageSummary,
    batch_summary,
    freshness,
    gate_summary,
    last_attempts,
    night_seconds,
    recent_nights,
    schema_sizes,
    stage_summary,
)

__all__ = [
    "BatchSummary",
    "FailedCheck",
    "FirstAnswer",
    "GateSummary",
    "LorenzCurve",
    "MartFreshness",
    "MonthConcentration",
    "NightFacts",
    "NightSeconds",
    "NothingPublished",
    "SchemaSize",
    "Segment",
    "SegmentSummary",
    "StageSummary",
    "batch_summary",
    "concentration_by_month",
    "first_answer",
    "freshness",
    "gate_summary",
    "hold_still",
    "last_attempts",
    "lorenz_curve",
    "night_facts",
    "night_seconds",
    "recent_nights",
    "schema_sizes",
    "segment_summary",
    "stage_summary",
]


def hold_still(connection: Connection) -> None:
    """See one moment for the rest of the transaction, whatever is published."""
    connection.execute("set transaction isolation level repeatable read, read only")
