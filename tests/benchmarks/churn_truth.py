"""Churn on the simulated company: probabilities and reasons against what is true.

At the eve of each anchor the champion scores who is active. Its probabilities stand
beside the true ones; the reasons of those who left for a cause beside the reasons of
others at the same risk. `SEEDS="1 2 3"` and `CUSTOMERS=3000` say how much is lived.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rich.table import Table
from scipy.special import logit

from danggol import stages
from demo.simulated.plan import Plan, Trigger
from mining.churn import (
    NO_PURCHASE,
    ChurnConfig,
    ChurnModel,
    Examples,
    churn_features,
    horizon_of,
    judge,
    judged_until,
    plan_cutoffs,
)
from mining.evaluation import recalibration
from tests.benchmarks.measuring import table_of
from tests.benchmarks.simulated import home, lived, selected
from tests.benchmarks.written import written
from warehouse import Warehouse, features

CUSTOMERS = int(os.environ.get("CUSTOMERS", "3000"))
SEEDS = tuple(map(int, os.environ.get("SEEDS", "1").split()))
FIRST, LAST, MONTHS = date(2023, 1, 1), date(2025, 12, 31), 36
ANCHORS = (date(2025, 1, 1), date(2025, 7, 1), date(2026, 1, 1))
CONFIG = ChurnConfig()
REASONS = 3
DECILES, PERMUTATIONS = 10, 1_000
FEWEST_CASES, LEAST_RATIO, PLACEBO_RATIO = 200, 1.5, (0.9, 1.1)
SLOPE, MOST_INTERCEPT = (0.85, 1.15), 0.15

# What each trigger shows itself in; the last two change nothing.
GROUPS = {
    Trigger.REP_LEFT: "rep",
    Trigger.INQUIRY_UNANSWERED: "service",
    Trigger.FAILED_SEARCHES: "web_search",
    Trigger.PRICE_RISE: "price",
    Trigger.LATE_REPAIR: "service",
    Trigger.HARMFUL_CALL: "campaign_pressure",
    Trigger.REP_MOVED: "rep",
    Trigger.SURVEY_ASKED: "service",
}
PLACEBOS = (Trigger.REP_MOVED, Trigger.SURVEY_ASKED)
OF_REPS = (Trigger.REP_LEFT, Trigger.REP_MOVED)


class Truth(NamedTuple):
    """What is true: of each customer and cutoff, and of each trigger that met one."""

    chances: pd.DataFrame
    triggers: pd.DataFrame


def report() -> tuple[list[Table], str]:
    """Measure all seeds together; returns what was found and, if any, what is wrong."""
    # companies of their own, and no time is taken
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as companies:
        told = list(companies.map(_of_seed, SEEDS))
    scored = pd.concat([each for each, _ in told], ignore_index=True)
    triggers = pd.concat([each.triggers for _, each in told], ignore_index=True)
    causes = pd.DataFrame(found_causes(scored, triggers))
    calibration = calibrated(scored)
    tables = [table_of("calibration against the truth", calibration)]
    tables.append(table_of("reasons of those who left, or were only met", causes))
    return tables, "; ".join(faults(calibration, causes))


def _of_seed(seed: int) -> tuple[pd.DataFrame, Truth]:
    plan = Plan(customers=CUSTOMERS, months=MONTHS, seed=seed)
    with (
        lived(plan) as life,
        home(life, FIRST, LAST) as place,
        selected(life, place) as here,
    ):
        stages.load_shop(LAST, history=True)
        stages.load_weblog(LAST, history=True)
        stages.build_star(LAST)
        scored = pd.concat([score(here.warehouse, each) for each in ANCHORS])
    truth = true_of(plan, scored["horizon_days"].unique().tolist())
    scored = scored.merge(truth.chances, on=["customer_id", "cutoff", "horizon_days"])
    triggers = truth.triggers.assign(seed=seed)
    return scored.assign(seed=seed), truth._replace(triggers=triggers)


def score(warehouse: Warehouse, anchor: date) -> pd.DataFrame:
    """What the champion of an anchor says of its eve, a row a customer."""
    eve = anchor - timedelta(days=1)
    types = CONFIG.save_campaign_types
    with warehouse.connect("miner") as connection:
        horizon = horizon_of(features.typical_long_gap(connection, eve))
        contacts = features.save_contacts(connection, eve, types)
        plan = plan_cutoffs(anchor, FIRST, horizon, CONFIG, judged_until(contacts))
        active = CONFIG.active_days(horizon)
        counts = features.customer_counts(
            connection, plan.cutoffs, active, save_campaign_types=types
        )
        visits = features.visits_around(connection, plan.cutoffs, horizon, active)
        now = features.customer_counts(
            connection, [eve], active, save_campaign_types=types
        )
    examples = Examples.of(counts, visits, NO_PURCHASE)
    champion = judge(examples, plan, CONFIG, contacts).champion
    learnt = examples.at(plan.closed_at(plan.known_until))
    model = ChurnModel(champion, CONFIG).fit(
        learnt.features, learnt.outcomes, learnt.customers, learnt.cutoffs
    )
    matrix = churn_features(now)
    reasons = model.explain(matrix, REASONS)
    codes = [f"reason_{place}_code" for place in range(1, REASONS + 1)]
    return pd.DataFrame(
        {
            "customer_id": now["customer_id"],
            "cutoff": pd.Timestamp(eve),
            "horizon_days": horizon,
            "champion": champion,
            "has_rep": now["has_rep"].eq(1),
            "probability": model.predict_proba(matrix)[:, 1],
            **{
                group: reasons[codes].eq(group).any(axis=1)
                for group in sorted(set(GROUPS.values()))
            },
        }
    )


def true_of(plan: Plan, horizons: Iterable[int]) -> Truth:
    """Live the company again, without its web, for what is true of it."""
    tables = ("truth.customer_months", "truth.triggers")
    chances, triggers = (
        each.to_pandas() for each in written(plan, tables, tuple(horizons)).values()
    )
    return Truth(
        pd.DataFrame(
            {
                "customer_id": chances["member_no"].astype("str"),
                "cutoff": pd.to_datetime(chances["cutoff_on"]),
                "horizon_days": chances["horizon_days"].astype("int64"),
                "true_probability": chances["no_purchase_probability"],
            }
        ),
        pd.DataFrame(
            {
                "customer_id": triggers["member_no"].astype("str"),
                "met": pd.to_datetime(triggers["met_on"]),
                "kind": triggers["kind"].astype("str"),
                "has_left": triggers["has_left"].astype("bool"),
            }
        ),
    )


def calibrated(scored: pd.DataFrame) -> pd.DataFrame:
    """Means, and the logistic regression of the true chance on the one told."""
    rows = []
    for cutoff, own in [*scored.groupby("cutoff"), ("all", scored)]:
        told = own["probability"].to_numpy().clip(1e-6, 1 - 1e-6)
        true = own["true_probability"].to_numpy()
        intercept, slope = recalibration(logit(told), true, np.ones(len(own)))
        tenth = pd.qcut(own["probability"], DECILES, duplicates="drop")
        gaps = own.groupby(tenth, observed=True)[["probability", "true_probability"]]
        rows.append(
            {
                "cutoff": str(cutoff)[:10],
                "champion": "/".join(sorted(own["champion"].unique())),
                "customers": len(own),
                "mean_told": told.mean(),
                "mean_true": true.mean(),
                "slope": slope,
                "intercept": intercept,
                "largest_gap": gaps.mean().diff(axis=1).iloc[:, 1].abs().max(),
                "rank_correlation": own[["probability", "true_probability"]]
                .corr("spearman")
                .iloc[0, 1],
            }
        )
    return pd.DataFrame(rows)


def found_causes(
    scored: pd.DataFrame, triggers: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """How often a cause's group is a reason, beside customers at the same risk.

    Cases were met within the horizon before the cutoff, and left over it; a placebo's
    were only met. They are compared with who could have been met: whoever has a
    representative, where it is about one.
    """
    rng = np.random.Generator(np.random.PCG64(1))
    for trigger, group in GROUPS.items():
        met = triggers[triggers["kind"] == trigger.name.lower()]
        if trigger not in PLACEBOS:
            met = met[met["has_left"]]
        exposed = scored[scored["has_rep"]] if trigger in OF_REPS else scored
        is_case = _met_before(exposed, met)
        own = exposed.assign(is_case=is_case, is_told=exposed[group])
        own["decile"] = own.groupby(["seed", "cutoff"])["probability"].transform(
            lambda each: pd.qcut(each.rank(method="first"), DECILES, labels=False)
        )
        strata = own.groupby(["seed", "cutoff", "decile"]).agg(
            rows=("is_case", "size"), told=("is_told", "sum"), cases=("is_case", "sum")
        )
        told, rows, cases = (
            strata[name].to_numpy() for name in ("told", "rows", "cases")
        )
        drawn = rng.hypergeometric(
            told, rows - told, cases, size=(PERMUTATIONS, len(strata))
        ).sum(axis=1)
        found, count = int((own["is_case"] & own["is_told"]).sum()), int(cases.sum())
        yield {
            "trigger": trigger.name.lower(),
            "is_placebo": trigger in PLACEBOS,
            "group": group,
            "cases": count,
            "share": found / max(count, 1),
            "mean_of_others": drawn.mean() / max(count, 1),
            "p99_of_others": np.percentile(drawn, 99) / max(count, 1),
            "ratio": found / max(drawn.mean(), 1e-9),
        }


def _met_before(scored: pd.DataFrame, met: pd.DataFrame) -> np.ndarray:
    """Whether each row's customer was met within the horizon before the cutoff."""
    keys = ["seed", "customer_id"]
    both = scored[[*keys, "cutoff", "horizon_days"]].reset_index().merge(met, on=keys)
    ago = (both["cutoff"] - both["met"]).dt.days
    hit = both.loc[(ago >= 0) & (ago < both["horizon_days"]), "index"]
    return scored.index.isin(hit)


def faults(calibration: pd.DataFrame, causes: pd.DataFrame) -> Iterator[str]:
    """Which of the limits do not hold."""
    overall = calibration.iloc[-1]
    if not SLOPE[0] < overall["slope"] < SLOPE[1]:
        yield f"the slope against the truth is {overall['slope']:.2f}"
    if not abs(overall["intercept"]) < MOST_INTERCEPT:
        yield f"the intercept against the truth is {overall['intercept']:.2f}"
    for each in causes[causes["cases"] >= FEWEST_CASES].itertuples():
        if each.is_placebo:
            if not PLACEBO_RATIO[0] <= each.ratio <= PLACEBO_RATIO[1]:
                yield f"{each.trigger} is told {each.ratio:.2f} times as often"
        elif each.ratio < LEAST_RATIO or each.share <= each.p99_of_others:
            yield f"{each.trigger} is told only {each.ratio:.2f} times as often"
