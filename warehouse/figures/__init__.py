"""Figures for the screen and the report, read as `auditor`.

What is shown elsewhere is asked for here, so that a number has one query. Of single
customers there are numbers alone, of those at risk and those who wait.
"""

from warehouse.connection import Connection
from warehouse.figures.changes import (
    CohortQuarter,
    Cohorts,
    GrowthBridge,
    GrowthComponent,
    SegmentFlows,
    SegmentMove,
    cohorts,
    growth_bridge,
    segment_flows,
)
from warehouse.figures.customers import (
    AT_RISK,
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
from warehouse.figures.offers import (
    Campaign,
    Campaigns,
    Rule,
    Rules,
    campaigns,
    rules,
)
from warehouse.figures.predictions import (
    Churn,
    ChurnBand,
    CustomerAtRisk,
    Evaluation,
    LifetimeValues,
    Measure,
    ValueBar,
    churn,
    evaluation,
    lifetime_values,
)
from warehouse.figures.reading import (
    Name,
)
from warehouse.figures.service import (
    Funnel,
    FunnelStep,
    OpenCase,
    OpenCases,
    Saying,
    funnel,
    open_cases,
    scoreboard,
)

__all__ = [
    "AT_RISK",
    "BatchSummary",
    "Campaign",
    "Campaigns",
    "Churn",
    "ChurnBand",
    "CohortQuarter",
    "Cohorts",
    "CustomerAtRisk",
    "Evaluation",
    "FailedCheck",
    "FirstAnswer",
    "Funnel",
    "FunnelStep",
    "GateSummary",
    "GrowthBridge",
    "GrowthComponent",
    "LifetimeValues",
    "LorenzCurve",
    "MartFreshness",
    "Measure",
    "MonthConcentration",
    "Name",
    "NightFacts",
    "NightSeconds",
    "NothingPublished",
    "OpenCase",
    "OpenCases",
    "Rule",
    "Rules",
    "Saying",
    "SchemaSize",
    "Segment",
    "SegmentFlows",
    "SegmentMove",
    "SegmentSummary",
    "StageSummary",
    "ValueBar",
    "batch_summary",
    "campaigns",
    "churn",
    "cohorts",
    "concentration_by_month",
    "evaluation",
    "first_answer",
    "freshness",
    "funnel",
    "gate_summary",
    "growth_bridge",
    "hold_still",
    "last_attempts",
    "lifetime_values",
    "lorenz_curve",
    "night_facts",
    "night_seconds",
    "open_cases",
    "recent_nights",
    "rules",
    "schema_sizes",
    "scoreboard",
    "segment_flows",
    "segment_summary",
    "stage_summary",
]


def hold_still(connection: Connection) -> None:
    """See one moment for the rest of the transaction, whatever is published."""
    connection.execute("set transaction isolation level repeatable read, read only")
