"""The job `next_best_products`: what to offer, and when something is due again."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
from scipy import sparse

from mining.days import day_number, day_of
from mining.evaluation import (
    Interval,
    population_stability_index,
    stability_of_kinds,
)
from mining.evaluation.measured import MODEL, Measured, as_frame, moved, reason_to_hold
from mining.jobs.anchors import Recipe, Training, anchor_before, model_of
from mining.jobs.cross_sell import published_rules
from mining.jobs.reading import SEEN_DAYS, Settings, snapshot
from mining.recommend import (
    NextBestConfig,
    NextBestProducts,
    Purchases,
    bought_once,
    repurchase_dues,
)
from mining.recommend.holdout import HeldOut
from mining.recommend.neighbours import Neighbours
from mining.recommend.products import NAIVE
from warehouse import Warehouse, copying
from warehouse.connection import Connection
from warehouse.purchases import assortment, product_days

OFFERS, DUES = "mined.next_best_products", "mined.repurchase_dues"
LENGTH = 10
NDCG = Measured(measure_code="ndcg_at_10", subject_code="new", value=None, row_count=0)
# What is due later is looked at by no campaign yet.
DUE_DAYS = 91

DUE_COLUMNS = (
    *("customer_id", "product_id", "purchase_day_count"),
    *("last_purchase_date", "due_date"),
)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a company's recommendations are set to.

    Attributes
    ----------
    lists : NextBestConfig
        As production runs.
    seen_days : int
        Days of purchases that are looked at.
    """

    lists: NextBestConfig
    seen_days: int


def recommend(warehouse: Warehouse, as_of: date, *, again: bool = False) -> int:
    """Two lists of products for everybody who bought lately, and what is due again.

    Parameters
    ----------
    warehouse : Warehouse
        Reads marts, replaces the rows of `as_of` in `mined.next_best_products` and
        `mined.repurchase_dues`, both as the role ``miner``.
    as_of : date
        Business date.
    again : bool
        As `model_of` takes it.

    Returns
    -------
    int
        Rows written to both.
    """
    model, run = model_of(warehouse, RECIPE, as_of, again=again)
    rules = published_rules(warehouse, as_of, again=again)
    with snapshot(warehouse) as connection:
        purchases = _purchases(connection, as_of, SEEN_DAYS)
        products = assortment(connection, as_of)
    once = products["product_id"].isin(bought_once(purchases))
    lists = model.recommend_by_chunk(
        pd.Series(purchases.customers),
        LENGTH,
        products.assign(is_once_enough=once),
        purchases=purchases,
        rules=rules,
    )
    dues = repurchase_dues(purchases)[list(DUE_COLUMNS)]
    dues = dues[dues["due_date"] <= pd.Timestamp(as_of + timedelta(days=DUE_DAYS))]
    told: dict[str, Any] = {"as_of_date": as_of, "model_version": run.model_version}
    with warehouse.connect("miner") as connection:
        night = {"as_of_date": as_of}
        written = copying.replace(connection, DUES, dues.assign(**told), where=night)
        copying.remove(connection, OFFERS, night)
        for part in lists:
            written += copying.append(connection, OFFERS, part.assign(**told))
    return written


def _purchases(connection: Connection, until: date, seen_days: int) -> Purchases:
    days = product_days(connection, until - timedelta(days=seen_days), until)
    return Purchases(
        customers=days.customers,
        products=days.products,
        customer=days.customer,
        product=days.product,
        day=days.day,
        until=day_number(until),
    )


def _configuration(company: Settings) -> Configuration:
    return Configuration(NextBestConfig(), SEEN_DAYS)


def _train(
    connection: Connection,
    anchor: date,
    config: Configuration,
    previous: NextBestProducts | None,
) -> Training[NextBestProducts]:
    """Choose what ranks new products, and find each product's neighbours."""
    eve = anchor - timedelta(days=1)
    purchases = _purchases(connection, eve, config.seen_days)
    model = NextBestProducts(config.lists).fit(purchases)
    first = purchases.day.min() if len(purchases.day) else day_number(eve)
    measures = _measures(model, len(purchases.customers))
    if previous is not None:
        measures += _of_last_period(previous, purchases, config.lists)
        measures += _drifted(previous, model, purchases, anchor_before(anchor))
    return Training(
        model=model.without_customers(),
        count=len(purchases.customers),
        first_date=day_of(int(first)),
        evaluations=as_frame(measures),
        reason=reason_to_hold(measures, NDCG.measure_code, [NAIVE]),
    )


def _measures(model: NextBestProducts, count: int) -> list[Measured]:
    """Each method on the days held out, and how far the chosen one is ahead."""
    own = replace(NDCG, row_count=count)
    told = [
        replace(
            own, contender_code=MODEL if name == model.method_ else name, value=value
        )
        for name, value in model.measured_.items()
    ]
    if model.gained_ is not None:
        value, low, high = model.gained_
        versus = f"{MODEL} - {NAIVE}"
        told.append(
            replace(
                own,
                contender_code=versus,
                value=value,
                value_low=low,
                value_high=high,
            )
        )
    return told or [replace(own, status="too_few")]


def _of_last_period(
    previous: NextBestProducts, purchases: Purchases, config: NextBestConfig
) -> list[Measured]:
    """What the model of the anchor before would have shown in the last days."""
    held = HeldOut.of(purchases, config)
    if held is None:
        return []
    by_customer = held.ndcg(Neighbours(previous.items_, previous.weights_))
    value = float(by_customer.mean())
    count = len(by_customer)
    own = replace(NDCG, measure_code="last_period_ndcg_at_10")
    return [replace(own, value=value, row_count=count)]


def _drifted(
    previous: NextBestProducts,
    model: NextBestProducts,
    purchases: Purchases,
    since: date,
) -> list[Measured]:
    """How far what is bought has moved since the anchor before, and what scores it."""
    is_new = purchases.day >= day_number(since)
    products = stability_of_kinds(purchases.product[~is_new], purchases.product[is_new])
    told = [moved("product_id", products, int(is_new.sum()))]
    then, now = previous.weights_.data, model.weights_.data
    if len(then) and len(now):  # bestsellers have no weights
        told.append(moved("weight", population_stability_index(then, now), len(now)))
    return told


RECIPE = Recipe(
    code="next_best_products",
    modules=(
        "mining.recommend.assortment",
        "mining.recommend.holdout",
        "mining.recommend.measures",
        "mining.recommend.neighbours",
        "mining.recommend.night",
        "mining.recommend.products",
        "mining.recommend.purchases",
        "mining.recommend.ranking",
        "mining.sampling",
    ),
    configuration=_configuration,
    train=_train,
    types=(Interval, NextBestConfig, NextBestProducts, sparse.csr_array),
)
