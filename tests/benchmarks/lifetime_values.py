"""BG/NBD against `lifetimes`, and the values of a million customers.

The peer's package is archived and needs `autograd`. It takes a row a customer, and can
be told how often a row occurs: it is also given each history once.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rich.table import Table
from scipy.special import betaln, gammaln

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
    """Value a million; returns what it took and, if too much, what is wrong.

    Raises
    ------
    ResultsDiffer
        If a customer has no value, or no interval.
    """
    histories = _million()
    models = (BetaGeo().fit(histories), GammaGamma().fit(histories))
    told = Table("a million customers", "seconds", "at most", f"MB, at most {MOST_MB}")
    broken = []
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
    return [told], "\n".join(broken)


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
