"""The job `churn`: who is likely to stay away, and why."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from mining.churn import (
    LABELS,
    ChurnConfig,
    ChurnModel,
    Examples,
    Plan,
    churn_features,
    churn_predictions,
    horizon_of,
    judged_until,
    learn,
    plan_cutoffs,
)
from mining.churn.candidates import RFM_RULE
from mining.churn.terms import Additive, LogLine, Steps
from mining.churn.told import measures_of, measures_of_drift, measures_of_last_period
from mining.evaluation.measured import Measured, as_frame, reason_to_hold
from mining.jobs.anchors import Recipe, Training, model_of
from mining.jobs.reading import Settings, snapshot
from warehouse import Warehouse, copying, features
from warehouse.connection import Connection

TABLE = "mined.churn_predictions"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a company's churn models are set to.

    Attributes
    ----------
    churn : ChurnConfig
        As production runs.
    horizon_days : int or None
        Chosen by the company; None: twice the typical long gap of its customers.
    history_first_date : str
        First day of the company's history.
    """

    churn: ChurnConfig
    horizon_days: int | None
    history_first_date: str


@dataclass(frozen=True)
class ChurnModels:
    """A model of each label, or why there is none.

    Attributes
    ----------
    horizon_days : int
        Days ahead that they speak of.
    by_label : dict of str to ChurnModel
    not_learnt : dict of str to str
        Why there is no model of a label.
    """

    horizon_days: int
    by_label: dict[str, ChurnModel]
    not_learnt: dict[str, str]

    def of(self, label: str, horizon_days: int) -> ChurnModel | None:
        """The model of a label, if it speaks of as many days."""
        return self.by_label.get(label) if self.horizon_days == horizon_days else None


def predict_churn(warehouse: Warehouse, as_of: date, *, again: bool = False) -> int:
    """Predictions of both labels for everybody who has bought up to `as_of`.

    Parameters
    ----------
    warehouse : Warehouse
        Reads marts, replaces the rows of `as_of` in `mined.churn_predictions`, both as
        the role ``miner``.
    as_of : date
        Business date.
    again : bool
        As `model_of` takes it.

    Returns
    -------
    int
        Rows written, one a customer and label.
    """
    models, run = model_of(warehouse, RECIPE, as_of, again=again)
    config = ChurnConfig()
    active_days = config.active_days(models.horizon_days)
    with snapshot(warehouse) as connection:
        counts = _known_at(connection, (as_of,), active_days, config)
        left = features.customers_who_left(connection, as_of, active_days)
    known = churn_features(counts)
    told = [
        churn_predictions(
            models.by_label.get(label),
            known,
            counts["customer_id"],
            as_of=as_of,
            label_code=label,
            horizon_days=models.horizon_days,
            model_version=run.model_version,
            not_learnt_code=models.not_learnt.get(label),
            left=left.tolist(),
        )
        for label in LABELS
    ]
    with warehouse.connect("miner") as connection:
        return copying.replace(
            connection, TABLE, pd.concat(told), where={"as_of_date": as_of}
        )


def _configuration(company: Settings) -> Configuration:
    first = company.history_first_date.isoformat()
    return Configuration(ChurnConfig(), company.churn_horizon_days, first)


def _train(
    connection: Connection,
    anchor: date,
    config: Configuration,
    previous: ChurnModels | None,
) -> Training[ChurnModels]:
    """Learn both labels from what was over before the anchor; judge on its past."""
    eve = anchor - timedelta(days=1)
    typical = features.typical_long_gap(connection, eve)
    horizon = config.horizon_days or horizon_of(typical)
    types = config.churn.save_campaign_types
    saves = features.save_contacts(connection, eve, types)
    first = date.fromisoformat(config.history_first_date)
    until = judged_until(saves)
    plan = plan_cutoffs(anchor, first, horizon, config.churn, until)
    counts, visits = _past(connection, plan, config.churn)
    of_eve = counts["cutoff_date"].dt.date == eve
    now = churn_features(counts[of_eve])
    past = counts[~of_eve].reset_index(drop=True)
    models = ChurnModels(horizon, {}, {})
    measures: list[Measured] = []
    for label in LABELS:
        examples = Examples.of(past, visits, label)
        learnt = learn(examples, plan, config.churn, saves)
        measures += measures_of(learnt.judgement, label)
        closed = plan.closed_at(eve)
        if learnt.model is None:
            models.not_learnt[label] = learnt.not_learnt_code or "not_learnt"
        else:
            models.by_label[label] = learnt.model
            before = examples.at(closed).features
            measures += measures_of_drift(learnt.model, before, now, label)
        former = None if previous is None else previous.of(label, horizon)
        if former is not None and closed:
            measures += measures_of_last_period(former, examples, closed[-1], label)
    return Training(
        model=models,
        count=past["customer_id"].nunique(),
        first_date=min((first, *plan.cutoffs)),
        evaluations=as_frame(measures),
        reason=reason_to_hold(measures, "auc", [RFM_RULE]),
    )


def _past(
    connection: Connection, plan: Plan, config: ChurnConfig
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What was known at each cutoff and on the eve; visits around the cutoffs."""
    active_days = config.active_days(plan.horizon_days)
    active = features.count_active(connection, plan.known_until, active_days)
    share = min(config.sample_customers / max(active, 1), 1.0)
    days = (*plan.cutoffs, plan.known_until)
    counts = _known_at(connection, days, active_days, config, share)
    visits = features.visits_around(
        connection, plan.cutoffs, plan.horizon_days, active_days, share=share
    )
    return counts, visits


def _known_at(
    connection: Connection,
    days: tuple[date, ...],
    active_days: int,
    config: ChurnConfig,
    share: float = 1.0,
) -> pd.DataFrame:
    return features.customer_counts(
        connection,
        days,
        active_days,
        share=share,
        save_campaign_types=config.save_campaign_types,
    )


RECIPE = Recipe(
    code="churn",
    modules=(
        "mining.churn.candidates",
        "mining.churn.cutoffs",
        "mining.churn.features",
        "mining.churn.judging",
        "mining.churn.labels",
        "mining.churn.learning",
        "mining.churn.model",
        "mining.churn.terms",
        "mining.evaluation.calibration",
        "warehouse.features",
    ),
    configuration=_configuration,
    train=_train,
    types=(Additive, ChurnConfig, ChurnModel, ChurnModels, LogLine, Steps),
)
