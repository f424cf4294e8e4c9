"""Lifetime values of the simulated company against what its customers then brought.

Models are fitted to all that happened up to a cutoff, and the company lives on for the
horizon. Its customers are none of BG/NBD's: they buy in a rhythm and by the season,
leave for causes of all kinds, who buys often buys much, and prices rise. Counted is how
often the interval holds the margin that a customer brought, discounted as the value is.
`SEEDS="1 2 3"` and `CUSTOMERS=3000` say how much is lived.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd
import polars as pl
from rich.table import Table

from demo.simulated.plan import Plan
from mining.lifetime_value import (
    BetaGeo,
    GammaGamma,
    LifetimeValueConfig,
    customer_lifetime_value,
)
from mining.lifetime_value.present_value import WEEKS_A_YEAR
from mining.purchases import DAYS_A_WEEK, purchase_histories
from tests.benchmarks.measuring import table_of
from tests.benchmarks.written import day_of, sold_lines, written

CUSTOMERS = int(os.environ.get("CUSTOMERS", "10000"))
SEEDS = tuple(map(int, os.environ.get("SEEDS", "").split())) or tuple(range(1, 21))
CUTOFF, MONTHS = date(2025, 12, 31), 48
CONFIG = LifetimeValueConfig()
COVERED = (0.85, 0.96)
TERCILES = ("low", "middle", "high")


def report() -> tuple[list[Table], str]:
    """Measure all seeds together; returns what was found and, if any, what is wrong."""
    plans = [Plan(customers=CUSTOMERS, months=MONTHS, seed=seed) for seed in SEEDS]
    values = pd.concat([valued(plan).assign(seed=plan.seed) for plan in plans])
    found = pd.DataFrame(covered(values))
    return [table_of(f"intervals of {CONFIG.interval:.0%}", found)], "; ".join(
        faults(found)
    )


def valued(plan: Plan) -> pd.DataFrame:
    """Values as the nightly job tells them, and what then was `brought`.

    Returns
    -------
    DataFrame
        `clv_amount`, `clv_low_amount`, `clv_high_amount`, `brought`, `tercile`; a row a
        customer whose value is estimated.
    """
    days = customer_days(plan)
    histories = purchase_histories(days, CUTOFF)
    fewest = CONFIG.min_repeat_customers
    values = customer_lifetime_value(
        histories,
        BetaGeo(min_repeat_customers=fewest).fit(histories),
        GammaGamma(min_repeat_customers=fewest).fit(histories),
        horizon_weeks=CONFIG.horizon_weeks,
        yearly_rate=CONFIG.yearly_rate,
        margin_rate=margin_rate(days),
        interval=CONFIG.interval,
        n_draws=CONFIG.n_draws,
        random_state=CONFIG.random_state,
    )
    values = values[values["status"] == "estimated"]
    amount = values["clv_amount"].rank(method="first")
    return values.assign(
        brought=values["customer_id"].map(brought(days)).fillna(0.0),
        tercile=pd.qcut(amount, len(TERCILES), labels=TERCILES),
    )


def customer_days(plan: Plan) -> pd.DataFrame:
    """What `marts.customer_days` tells of known customers, by the merges so far.

    Returns
    -------
    DataFrame
        `customer_id`, `order_date`, `net_amount` and `margin_amount` less what came
        back, `is_purchase`; a row an order or a return.
    """
    rows = written(plan, ("orders", "order_items", "takebacks", "membership_joins"))
    lines = sold_lines(rows["orders"], rows["order_items"])
    cost = pl.col("quantity") * pl.col("unit_cost")
    sold = lines.group_by("order_no", "member_no", order_date="day").agg(
        net_amount=pl.col("paid_amount").sum(),
        margin_amount=(pl.col("paid_amount") - cost).sum(),
    )
    costs = lines.select("order_no", "line_no", "unit_cost")
    returned = rows["takebacks"].join(costs, ["order_no", "line_no"])
    back = returned.select(
        "order_no",
        "member_no",
        order_date=day_of("returned_at"),
        net_amount=-pl.col("refund"),
        margin_amount=cost * pl.col("is_restocked") - pl.col("refund"),
    )
    merges = rows["membership_joins"].filter(day_of("joined_at") <= CUTOFF)
    current = pl.coalesce("kept_member_no", "member_no").cast(pl.String)
    is_sold = pl.col("net_amount") >= 0  # others are credits
    return (
        pl.concat(
            [
                sold.with_columns(is_purchase=is_sold),
                back.with_columns(is_purchase=pl.lit(value=False)),
            ]
        )
        .drop_nulls("member_no")
        .join(merges.select("member_no", "kept_member_no"), "member_no", "left")
        .with_columns(pl.col("order_date").cast(pl.Datetime("ms")), customer_id=current)
        .to_pandas()
    )


def margin_rate(days: pd.DataFrame) -> float:
    """As `warehouse.repeat_purchases.known_margin_rate` tells it."""
    ago = pd.Timestamp(CUTOFF) - days["order_date"]
    year = days[(ago >= timedelta(0)) & (ago < timedelta(days=365))]
    return float(year["margin_amount"].sum() / year["net_amount"].sum())


def brought(days: pd.DataFrame) -> pd.Series:
    """Margin of each customer within the horizon, discounted from the weeks' ends."""
    ago = (days["order_date"] - pd.Timestamp(CUTOFF)).dt.days
    week = -(-ago // DAYS_A_WEEK)
    worth = days["margin_amount"] * (1 + CONFIG.yearly_rate) ** (-week / WEEKS_A_YEAR)
    later = (week > 0) & (week <= CONFIG.horizon_weeks)
    told: pd.Series = worth[later].groupby(days["customer_id"]).sum()
    return told


def covered(values: pd.DataFrame) -> Iterator[dict[str, str | int | float]]:
    """How often the intervals hold what was brought, of all and by tercile."""
    above = values["brought"] > values["clv_high_amount"]
    below = values["brought"] < values["clv_low_amount"]
    values = values.assign(above=above, below=below, covered=~(above | below))
    for name in ("all", *TERCILES):
        own = values if name == "all" else values[values["tercile"] == name]
        of_seeds = own.groupby("seed")["covered"].mean()
        yield {
            "expected value": name,
            "customers": len(own),
            "covered": own["covered"].mean(),
            "least": of_seeds.min(),
            "most": of_seeds.max(),
            "below": own["below"].mean(),
            "above": own["above"].mean(),
            "brought nothing": own["brought"].eq(0).mean(),
            "brought / expected": own["brought"].sum() / own["clv_amount"].sum(),
        }


def faults(found: pd.DataFrame) -> Iterator[str]:
    """Which of the limits do not hold."""
    columns = ("expected value", "covered", "brought nothing")
    for name, share, nothing in zip(*(found[each] for each in columns), strict=True):
        # nothing is in every interval that begins at 0: more than so many hold it
        most = COVERED[1] if nothing <= COVERED[1] else 1.0
        if not COVERED[0] <= share <= most:
            yield f"expected value {name}: intervals hold {share:.1%}"
