"""BG/NBD against `lifetimes`, values against naive ones, and those of a million.

The peer's package is archived and needs `autograd`. It takes a row a customer, and can
be told how often a row occurs: it is also given each history once.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
from rich.table import Table
from scipy.special import betaln, gammaln
from scipy.stats import spearmanr

from demo.complete_journey import data_set
from mining.lifetime_value import BetaGeo, GammaGamma, customer_lifetime_value
from mining.purchases import purchase_histories
from tests.benchmarks.measuring import (
    Comparison,
    Contender,
    ResultsDiffer,
    compare,
    megabytes_of,
)
from tests.mining.lifetime_value.cdnow import EVERYBODY, orders_of
from tests.mining.lifetime_value.populations import BG_NBD, live

MILLION = 1_000_000
TIMES = ["frequency", "recency_weeks", "age_weeks"]
END_OF_CALIBRATION = date(1997, 9, 30)
PUBLISHED_LOG_LIKELIHOOD = -95368.44  # of all customers of CDNOW
MOST_SCORING_SECONDS = 10
MOST_INTERVAL_SECONDS = 120
MOST_MB = 2048
HOLDOUT = timedelta(weeks=39)  # as published
QUARTER, QUARTER_BEGINS = timedelta(days=91), date(2017, 10, 1)
MOST_RANK_LOST = 0.03
Params = dict[str, float]
TERMS: dict[str, Any] = {"horizon_weeks": 52, "yearly_rate": 0.1}


class Took(NamedTuple):
    """What a piece of work came to."""

    seconds: float
    outcome: bool


def run() -> list[Comparison]:
    """Fit the published data and a million simulated customers."""
    published = purchase_histories(orders_of(EVERYBODY), END_OF_CALIBRATION)
    simulated = _million()

    def is_published(params: Params) -> bool:
        found = _log_likelihood(published, params)
        return abs(found - PUBLISHED_LOG_LIKELIHOOD) < 0.5

    def is_best(params: Params) -> bool:
        found = _log_likelihood(simulated, params)
        others = [BG_NBD] + [
            {**params, name: value * factor}
            for name, value in params.items()
            for factor in (0.999, 1.001)
        ]
        return all(found > _log_likelihood(simulated, each) for each in others)

    return [*_fits(published, is_published), *_fits(simulated, is_best)]


def report() -> tuple[list[Table], str]:
    """Look back, and value a million; returns the figures and what is wrong.

    Raises
    ------
    ResultsDiffer
        If a customer has no value, or no interval.
    """
    looked_back, broken = _looked_back()
    histories = _million()
    models = (BetaGeo().fit(histories), GammaGamma().fit(histories))
    told = Table("a million customers", "seconds", "at most", f"MB, at most {MOST_MB}")
    for what, interval, most in (
        ("values", None, MOST_SCORING_SECONDS),
        ("values and intervals, 200 draws", 0.9, MOST_INTERVAL_SECONDS),
    ):
        work = partial(_value, histories, models, interval)
        took, megabytes = megabytes_of(work)
        if not took.outcome:
            raise ResultsDiffer(f"{what}: customers were left out")
        told.add_row(what, f"{took.seconds:.1f}", f"{most}", f"{megabytes:,.0f}")
        if took.seconds > most or megabytes > MOST_MB:
            broken.append(f"{what} of a million customers took too much")
    return [looked_back, told], "\n".join(broken)


def _looked_back() -> tuple[Table, list[str]]:
    """CDNOW's holdout beside two naive rules, The Complete Journey's last quarter."""
    told = Table("told by", "error in purchases", "top tenth's share", "rank")
    orders = orders_of(EVERYBODY)
    histories = _until(orders, END_OF_CALIBRATION)
    spent, bought = _within(orders, END_OF_CALIBRATION, HOLDOUT, histories.index)
    purchases, values = _expected(histories, HOLDOUT / timedelta(weeks=1))
    own_rate = histories["frequency"] * HOLDOUT / timedelta(weeks=1)
    own_rate /= histories["age_weeks"]
    shares, errors = {}, {}
    for name, rate, value in (
        ("BG/NBD and Gamma-Gamma", purchases, values),
        ("own rate", own_rate, own_rate * histories["average_amount"].fillna(0)),
        ("nobody comes again", 0 * own_rate, 0 * own_rate),
    ):
        best = np.argsort(-value.to_numpy(), kind="stable")[: len(value) // 10]
        shares[name] = spent.to_numpy()[best].sum() / spent.sum()
        errors[name] = (rate - bought).abs().mean()
        told.add_row(f"CDNOW: {name}", f"{errors[name]:.3f}", f"{shares[name]:.1%}", "")
    ours, *naive = errors
    broken = [
        f"CDNOW: {each} is better"
        for each in naive
        if errors[each] <= errors[ours] or shares[each] >= shares[ours]
    ]
    eve = QUARTER_BEGINS - timedelta(days=1)
    orders = _journey()
    histories = _until(orders, eve)
    _, values = _expected(histories, QUARTER / timedelta(weeks=1))
    last, spent = (
        _within(orders, day, QUARTER, histories.index)[0]
        for day in (eve - QUARTER, eve)
    )
    ranks = [float(spearmanr(spent, each).statistic) for each in (values, last)]
    for name, rank in zip((ours, "last quarter's spend"), ranks, strict=True):
        told.add_row(f"The Complete Journey: {name}", "", "", f"{rank:.3f}")
    if ranks[0] < ranks[1] - MOST_RANK_LOST:
        broken.append("The Complete Journey: last quarter's spend ranks better")
    return told, broken


def _until(orders: pd.DataFrame, day: date) -> pd.DataFrame:
    return purchase_histories(orders, day).set_index("customer_id", drop=False)


def _within(
    orders: pd.DataFrame, day: date, span: timedelta, customers: pd.Index
) -> tuple[pd.Series, pd.Series]:
    """What each customer spent in the span after a day, and on how many days."""
    ago = orders["order_date"] - pd.Timestamp(day)
    own = orders[(ago > timedelta(0)) & (ago <= span)].groupby("customer_id")
    spent, bought = own["net_amount"].sum(), own["order_date"].nunique()
    return spent.reindex(customers).fillna(0), bought.reindex(customers).fillna(0)


def _expected(histories: pd.DataFrame, weeks: float) -> tuple[pd.Series, pd.Series]:
    """Purchases and amounts of the weeks to come."""
    purchases = BetaGeo().fit(histories).predict(histories, weeks)
    amounts = GammaGamma().fit(histories).predict(histories)
    return (
        pd.Series(purchases, histories.index),
        pd.Series(purchases * amounts, histories.index),
    )


def _journey() -> pd.DataFrame:
    zone = str(data_set.ZONE)
    lines = data_set.read_lines().select(
        customer_id=pl.col("household_id").cast(pl.String),
        order_date=pl.col("sold_at").dt.convert_time_zone(zone).dt.date(),
        net_amount=pl.col("sales_value").cast(pl.Float64),
    )
    days = lines.group_by("customer_id", "order_date").sum().to_pandas()
    return days.astype({"order_date": "datetime64[s]"})


def _fits(
    histories: pd.DataFrame, is_right: Callable[[Params], bool]
) -> list[Comparison]:
    from lifetimes import BetaGeoFitter  # 2 s, for those alone who compare

    def ours() -> Params:
        return BetaGeo().fit(histories).params_

    def peer(condensed: bool) -> Params:
        rows, weights = histories[TIMES], None
        if condensed:
            sizes = rows.groupby(TIMES, sort=False).size()
            rows, weights = sizes.index.to_frame(), sizes.to_numpy()
        fitter = BetaGeoFitter()
        fitter.fit(*(rows[name].to_numpy() for name in TIMES), weights=weights)
        return dict(fitter.params_)

    def contender(name: str, fit: Callable[[], Params]) -> Contender:
        return Contender(name, len(histories), fit, is_right, expected=True)

    return compare(
        f"fit BG/NBD to {len(histories):,} customers",
        [contender("BetaGeo", ours)],
        [
            contender("lifetimes, a row a customer", lambda: peer(condensed=False)),
            contender("lifetimes, each history once", lambda: peer(condensed=True)),
        ],
    )


def _value(
    histories: pd.DataFrame, models: tuple[BetaGeo, GammaGamma], interval: float | None
) -> Took:
    start = perf_counter()
    values = customer_lifetime_value(histories, *models, **TERMS, interval=interval)
    seconds = perf_counter() - start
    bounds = values["clv_high_amount"].notna().all() or interval is None
    return Took(seconds, bool(values["status"].eq("estimated").all() and bounds))


def _million() -> pd.DataFrame:
    return live(BG_NBD, MILLION, seed=1, age_weeks=(27, 104), by_day=True).histories


def _log_likelihood(histories: pd.DataFrame, params: Params) -> float:
    """Equation 6 of Fader, Hardie & Lee (2005), row by row."""
    r, alpha, a, b = params.values()
    x, t_x, age = (histories[name].to_numpy() for name in TIMES)
    of_all = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
    again = np.maximum(x, 1)
    left = betaln(a + 1, b + again - 1) - betaln(a, b)
    left -= (r + x) * np.log(alpha + t_x)
    either = np.where(x > 0, np.logaddexp(alive, left), alive)
    return float((of_all + either).sum())
