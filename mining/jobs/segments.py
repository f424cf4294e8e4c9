"""The job `segments`: where every customer stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from mining.config import SegmentsConfig
from mining.evaluation import stability_of_shares
from mining.evaluation.measured import Measured, as_frame, moved
from mining.histories import checked_histories
from mining.jobs.anchors import Recipe, Training, model_of
from mining.jobs.reading import Settings, settings, snapshot
from mining.jobs.segment_changes import changes_since, rule_version
from mining.segments import (
    ClustersConfig,
    CustomerClusters,
    behaviour_features,
    segment_customers,
)
from warehouse import Warehouse, copying
from warehouse.behaviour import category_amounts, channel_orders
from warehouse.connection import Connection
from warehouse.histories import purchase_histories
from warehouse.segments import customers_who_left

TABLE = "mined.customer_segments"
CHANGES = "mined.customer_segment_changes"

# None where nobody had bought yet
Clusters = dict[str, CustomerClusters | None]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a company's segments are set to.

    Attributes
    ----------
    segments : SegmentsConfig
        With the company's window.
    clusters : ClustersConfig
        As production runs.
    """

    segments: SegmentsConfig
    clusters: ClustersConfig


def segment(
    warehouse: Warehouse,
    as_of: date,
    *,
    again: bool = False,
    forgotten: Collection[str] = (),
) -> int:
    """Segments, grades, stages and clusters of everyone with an order up to `as_of`.

    And whose segment is another than on the last published night, with the cause.

    Parameters
    ----------
    warehouse : Warehouse
        Reads marts, replaces the rows of `as_of` in `mined.customer_segments` and
        `mined.customer_segment_changes`, both as the role ``miner``.
    as_of : date
        Business date.
    again : bool
        As `model_of` takes it.
    forgotten : collection of str
        Numbers of customers who asked to be forgotten; they have left.

    Returns
    -------
    int
        Rows written: one a customer, and one a change.
    """
    trained, _ = model_of(warehouse, RECIPE, as_of, again=again)
    with snapshot(warehouse) as connection:
        config = _configuration(settings(connection)).segments
        histories = purchase_histories(connection, as_of, config.window_days)
        clusters = trained["clusters"]
        placed = clusters and _placed(connection, as_of, config, histories, clusters)
        segments = segment_customers(histories, as_of, config, placed)
        left = customers_who_left(connection, as_of)
        segments = segments.assign(
            rule_version=rule_version(config),
            has_left=segments["customer_id"].isin({*left, *forgotten}),
        )
        changes = changes_since(connection, as_of, config, segments)
    with warehouse.connect("miner") as connection:
        return sum(
            copying.replace(connection, table, rows, where={"as_of_date": as_of})
            for table, rows in ((TABLE, segments), (CHANGES, changes))
        )


def _placed(
    connection: Connection,
    as_of: date,
    config: SegmentsConfig,
    histories: pd.DataFrame,
    clusters: CustomerClusters,
) -> pd.DataFrame:
    """The cluster of everyone who bought in the window."""
    features = _behaviour(
        connection, as_of, config, histories, like=clusters.feature_names_in_.tolist()
    )
    codes = pd.Series(clusters.predict(features), features.index, name="cluster_code")
    placed = codes.dropna().astype("str").reset_index()
    return placed.assign(cluster_name=placed["cluster_code"].map(clusters.names_))


def _behaviour(
    connection: Connection,
    until: date,
    config: SegmentsConfig,
    histories: pd.DataFrame,
    *,
    like: list[str] | None = None,
) -> pd.DataFrame:
    return behaviour_features(
        checked_histories(histories, until, config.window_days),
        category_amounts(connection, until, config.window_days),
        channel_orders(connection, until, config.window_days),
        lifecycle=config,
        like=like,
    )


def _configuration(company: Settings) -> Configuration:
    return Configuration(
        SegmentsConfig(window_days=company.rfm_window_days), ClustersConfig()
    )


def _train(
    connection: Connection,
    anchor: date,
    config: Configuration,
    previous: Clusters | None,
) -> Training[Clusters]:
    """Find the clusters of those who bought in the window before the anchor."""
    eve = anchor - timedelta(days=1)
    window_days = config.segments.window_days
    histories = purchase_histories(connection, eve, window_days)
    features = _behaviour(connection, eve, config.segments, histories)
    clusters = None
    measures: list[Measured] = []
    if len(features):
        clusters = CustomerClusters(config.clusters)
        before = previous and previous["clusters"]
        if before:
            known = before.feature_names_in_.tolist()
            then = _behaviour(connection, eve, config.segments, histories, like=known)
            codes = pd.Series(before.predict(then), then.index)
            clusters.fit(features, before=codes).align(before)
            kept = float((codes.to_numpy() == clusters.predict(features)).mean())
            measures += _moved(before, clusters, kept, len(features))
        else:
            clusters.fit(features)
    return Training(
        model={"clusters": clusters},
        count=len(features),
        first_date=anchor - timedelta(days=window_days),
        evaluations=as_frame([*_measures(clusters, len(features)), *measures]),
    )


def _measures(clusters: CustomerClusters | None, count: int) -> list[Measured]:
    """How stable the clusters are, and how large."""
    if clusters is None:
        return [
            Measured(
                measure_code="stability", value=None, row_count=0, status="too_few"
            )
        ]
    return [
        Measured(
            measure_code="stability",
            value=clusters.stability_,
            expected_value=clusters.config.least_stability,
            row_count=count,
            status="measured" if clusters.is_stable_ else "not_stable",
        ),
        *(
            Measured(
                measure_code="cluster_share",
                subject_code=code,
                bin_number=number,
                value=share,
                row_count=round(share * count),
            )
            for number, (code, share) in enumerate(
                zip(clusters.codes_, clusters.shares_, strict=True), start=1
            )
        ),
    ]


def _moved(
    before: CustomerClusters, after: CustomerClusters, kept: float, count: int
) -> list[Measured]:
    """How many keep their code by the new clusters, and how far the shares moved."""
    both = (before, after)
    told = [dict(zip(each.codes_, each.shares_, strict=True)) for each in both]
    codes = sorted(set().union(*told))
    was, now = ([each.get(code, 0.0) for code in codes] for each in told)
    return [
        Measured(measure_code="kept_code_share", value=kept, row_count=count),
        moved("cluster_code", stability_of_shares(was, now), count),
    ]


RECIPE = Recipe(
    code="segments",
    modules=(
        "mining.segments.alignment",
        "mining.segments.behaviour",
        "mining.segments.clusters",
        "mining.lifecycle",
        "mining.sampling",
    ),
    configuration=_configuration,
    train=_train,
    types=(ClustersConfig, CustomerClusters),
)
