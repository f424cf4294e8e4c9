"""The job `lifetime_values`: what every customer will bring."""

import warnings
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
from sklearn.exceptions import ConvergenceWarning

from mining.evaluation.measured import as_frame, reason_to_hold
from mining.jobs.anchors import Recipe, Training, anchor_before, model_of
from mining.jobs.reading import Settings, settings, snapshot
from mining.lifetime_value import (
    BetaGeo,
    GammaGamma,
    LifetimeValueConfig,
    customer_lifetime_value,
)
from mining.lifetime_value.holdout import NAIVE, judge, look_back
from warehouse import Warehouse, copying
from warehouse.connection import Connection
from warehouse.repeat_purchases import known_margin_rate, repeat_purchases, spending

TABLE = "mined.customer_lifetime_values"
JUDGED_DAYS = 91  # a quarter, told a quarter ago

Models = dict[str, BetaGeo | GammaGamma]


def value_customers(warehouse: Warehouse, as_of: date, *, again: bool = False) -> int:
    """Lifetime values of every customer with an order up to `as_of`.

    Parameters
    ----------
    warehouse : Warehouse
        Reads marts, replaces the rows of `as_of` in `mined.customer_lifetime_values`,
        both as the role ``miner``.
    as_of : date
        Business date.
    again : bool
        As `model_of` takes it.

    Returns
    -------
    int
        Rows written, one a customer.
    """
    models, run = model_of(warehouse, RECIPE, as_of, again=again)
    with snapshot(warehouse) as connection:
        config = _configuration(settings(connection))
        histories = repeat_purchases(connection, as_of)
        rate = known_margin_rate(connection, as_of)
    if rate is not None and 0 < rate <= 1:
        config = replace(config, margin_rate=rate)
    values = customer_lifetime_value(
        histories,
        models["purchases"],
        models["amounts"],
        horizon_weeks=config.horizon_weeks,
        yearly_rate=config.yearly_rate,
        margin_rate=config.margin_rate,
        interval=config.interval,
        n_draws=config.n_draws,
        random_state=config.random_state,
    )
    is_estimated = values["status"] == "estimated"
    values = values.assign(
        as_of_date=as_of,
        value_basis_code="amount" if config.margin_rate is None else "margin",
        model_version=pd.Series(run.model_version, values.index).where(is_estimated),
        horizon_weeks=int(config.horizon_weeks),
    )
    with warehouse.connect("miner") as connection:
        return copying.replace(connection, TABLE, values, where={"as_of_date": as_of})


def _configuration(company: Settings) -> LifetimeValueConfig:
    return LifetimeValueConfig(
        horizon_weeks=company.clv_horizon_weeks,
        yearly_rate=company.yearly_rate,
        margin_rate=company.margin_rate,
    )


def _train(
    connection: Connection,
    anchor: date,
    config: LifetimeValueConfig,
    previous: Models | None,
) -> Training[Models]:
    """Fit on all that happened before the anchor; judge on its last quarter."""
    eve = anchor - timedelta(days=1)
    cutoff = eve - timedelta(days=JUDGED_DAYS)
    quarter = timedelta(days=JUDGED_DAYS)
    histories = repeat_purchases(connection, cutoff)
    judged = _fitted(histories, config)
    measures = judge(
        histories,
        judged["purchases"],
        judged["amounts"],
        spending(connection, cutoff - quarter, cutoff),
        spending(connection, cutoff, eve),
        weeks=JUDGED_DAYS / 7,
        cutoff=cutoff,
    )
    histories = repeat_purchases(connection, eve)
    if previous is not None:
        day = anchor_before(anchor) - timedelta(days=1)
        measures += look_back(
            previous["purchases"],
            repeat_purchases(connection, day),
            histories,
            spending(connection, day, eve),
            weeks=(eve - day).days / 7,
        )
    oldest = histories["age_weeks"].max() if len(histories) else 0
    return Training(
        model=_fitted(histories, config),
        count=len(histories),
        first_date=eve - timedelta(weeks=float(oldest)),
        evaluations=as_frame(measures),
        reason=reason_to_hold(measures, "purchase_error_avoided", NAIVE),
    )


def _fitted(histories: pd.DataFrame, config: LifetimeValueConfig) -> Models:
    """Models of all customers; where they do not hold, their `status_` says so."""
    fewest = config.min_repeat_customers
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return {
            "purchases": BetaGeo(min_repeat_customers=fewest).fit(histories),
            "amounts": GammaGamma(min_repeat_customers=fewest).fit(histories),
        }


RECIPE = Recipe(
    code="lifetime_values",
    modules=(
        "mining.purchases",
        "mining.lifetime_value.estimator",
        "mining.lifetime_value.fitting",
        "mining.lifetime_value.purchase_model",
        "mining.lifetime_value.beta_geo",
        "mining.lifetime_value.gamma_gamma",
        "mining.lifetime_value.holdout",
        "warehouse.repeat_purchases",
    ),
    configuration=_configuration,
    train=_train,
    types=(BetaGeo, GammaGamma),
)
