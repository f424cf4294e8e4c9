"""Everything that the report shows, as one moment of the warehouse has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from danggol.environment import Environment
from warehouse import figures

NIGHTS = 7


@dataclass(frozen=True, slots=True)
class Told:
    """Figures by section; None or empty where their marts have nothing."""

    answer: figures.FirstAnswer
    growth: figures.GrowthBridge | None
    flows: figures.SegmentFlows | None
    curve: figures.LorenzCurve
    months: Sequence[figures.MonthConcentration]
    segments: figures.SegmentSummary
    cohorts: figures.Cohorts | None
    values: figures.LifetimeValues | None
    values_judged: figures.Evaluation | None
    churn: figures.Churn | None
    churn_judged: figures.Evaluation | None
    rules: figures.Rules | None
    campaigns: figures.Campaigns | None
    funnel: figures.Funnel | None
    cases: figures.OpenCases | None
    sayings: Sequence[figures.Saying]
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

    @property
    def as_of(self) -> Mapping[str, date]:
        """Night of each published mart."""
        return {each.mart: each.as_of_date for each in self.marts if each.as_of_date}

    @property
    def behind(self) -> list[figures.MartFreshness]:
        """Marts that the last attempt did not renew, or never published."""
        return [each for each in self.marts if each.last_status != "published"]

    @property
    def gates_by_night(self) -> dict[date, dict[str, figures.GateSummary]]:
        """Each night's gates, by name."""
        nights: dict[date, dict[str, figures.GateSummary]] = {}
        for each in self.gates:
            nights.setdefault(each.business_date, {})[each.gate] = each
        return nights


def read(here: Environment) -> Told:
    """Read everything in one snapshot: a night published meanwhile changes nothing.

    Raises
    ------
    warehouse.figures.NothingPublished
        If no segments are published yet.
    """
    with here.warehouse.connect("auditor") as connection:
        figures.hold_still(connection)
        nights = figures.recent_nights(connection, NIGHTS)
        marts = figures.freshness(connection)
        funnels = next((m.as_of_date for m in marts if m.mart == "ecrm_funnels"), None)
        return Told(
            answer=figures.first_answer(connection),
            growth=figures.growth_bridge(connection),
            flows=figures.segment_flows(connection),
            curve=figures.lorenz_curve(connection),
            months=figures.concentration_by_month(connection),
            segments=figures.segment_summary(connection),
            cohorts=figures.cohorts(connection),
            values=figures.lifetime_values(connection),
            values_judged=figures.evaluation(connection, "lifetime_values"),
            churn=figures.churn(connection),
            churn_judged=figures.evaluation(connection, "churn", "no_purchase"),
            rules=figures.rules(connection),
            campaigns=figures.campaigns(connection),
            funnel=figures.funnel(connection, funnels),
            cases=figures.open_cases(connection),
            sayings=figures.scoreboard(connection),
            gates=figures.gate_summary(connection, nights),
            stages=figures.stage_summary(connection, nights),
            marts=marts,
            batches=figures.batch_summary(connection),
        )
