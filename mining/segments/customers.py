"""A night's segments: everything that is told of a customer, in one row."""

from datetime import date

import pandas as pd

from mining.config import SegmentsConfig
from mining.histories import checked_histories
from mining.lifecycle import lifecycle_stages
from mining.segments.grades import cents, contribution_cents, value_grades
from mining.segments.rfm import history_scores, segment_codes

COLUMNS = (
    "as_of_date",
    "customer_id",
    "recency_days",
    "frequency",
    "monetary_amount",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "rfm_segment_code",
    "value_grade",
    "lifecycle_stage_code",
    "cluster_code",
    "cluster_name",
)


def segment_customers(
    histories: pd.DataFrame,
    as_of: date,
    config: SegmentsConfig,
    clusters: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rows of `mined.customer_segments` for one business date.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 8)
        One row a customer with an order on or before `as_of`; `mining.histories`
        says which columns. None and one customer are fine.
    as_of : date
        Business date. The window is (as_of - config.window_days, as_of]: it
        includes the business date, and a purchase `window_days` days before it is
        just outside.
    config : SegmentsConfig
        Window, grades and thresholds.
    clusters : DataFrame of shape (n_clustered, 3), optional
        `customer_id`, `cluster_code`, `cluster_name`, each customer at most once.

    Returns
    -------
    DataFrame of shape (n_customers, 13)
        `COLUMNS`, sorted by `customer_id`. `recency_days` counts from the last
        purchase ever and may exceed the window; `monetary_amount` is float64, the
        nearest to a whole number of cents; both cluster columns are null for whom
        `clusters` does not tell of.

    Raises
    ------
    TypeError, ValueError
        If the histories cannot be used; see `mining.histories.checked_histories`.
    """
    histories = checked_histories(histories, as_of, config.window_days)
    scores = history_scores(histories)
    silence = pd.Timestamp(as_of) - histories["last_purchase_date"]
    silence_days = silence.dt.days.to_numpy(dtype="int64")
    segments = pd.DataFrame(
        {
            "as_of_date": pd.Series(as_of, index=histories.index, dtype="object"),
            "customer_id": histories["customer_id"],
            "recency_days": silence_days,
            "frequency": histories["window_purchase_day_count"],
            "monetary_amount": cents(histories["window_amount"]) / 100,
            **{name: scores[name] for name in scores.columns},
            "rfm_segment_code": segment_codes(
                scores, histories["window_purchase_day_count"].to_numpy() > 0
            ),
            "value_grade": value_grades(
                contribution_cents(histories, config), config.grade_percents
            ),
            "lifecycle_stage_code": lifecycle_stages(histories, silence_days, config),
        }
    )
    segments = _with_clusters(segments, clusters)[list(COLUMNS)]
    codes = [name for name in COLUMNS if name.endswith(("_code", "_name", "_grade"))]
    return segments.astype(dict.fromkeys(codes, "str"))


def _with_clusters(
    segments: pd.DataFrame, clusters: pd.DataFrame | None
) -> pd.DataFrame:
    names = ["cluster_code", "cluster_name"]
    if clusters is None:
        return segments.assign(**dict.fromkeys(names))
    told = clusters[["customer_id", *names]]
    return segments.merge(told, how="left", on="customer_id", validate="1:1")
