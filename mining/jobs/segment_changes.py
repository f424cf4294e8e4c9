"""Part of the job `segments`: who stands elsewhere than on the night before, and why.

The night before is the last one whose segments were published. How a cause is told,
`mining.segments.changes` says.
"""

from datetime import date, timedelta

import pandas as pd

from mining.config import SegmentsConfig
from mining.histories import checked_histories
from mining.jobs.anchors import code_hash
from mining.segments import (
    causes_of_changes,
    history_scores,
    segment_changes,
    segment_codes,
)
from warehouse.connection import Connection
from warehouse.histories import purchase_histories
from warehouse.segments import (
    figures_told,
    merged_since,
    published_before,
    segments_of,
)

# What makes the rules, beside the window: the scores and their table, and what counts
# as a purchase.
MODULES = ("mining.segments.rfm", "warehouse.histories")
COLUMNS = (
    "as_of_date",
    "customer_id",
    "previous_as_of_date",
    "change",
    "from_code",
    "to_code",
    "cause_code",
)


def rule_version(config: SegmentsConfig) -> str:
    """Names the rules of RFM segments: their window, and the hash of their code."""
    return f"rfm-{config.window_days}-{code_hash(MODULES)[:12]}"


def changes_since(
    connection: Connection, as_of: date, config: SegmentsConfig, segments: pd.DataFrame
) -> pd.DataFrame:
    """Rows of `mined.customer_segment_changes` for one night.

    Parameters
    ----------
    connection : Connection
        The snapshot out of which `segments` were made.
    as_of : date
        Business date.
    config : SegmentsConfig
        The rules of tonight.
    segments : DataFrame of shape (n_customers, 15)
        Rows of `mined.customer_segments` for the night.

    Returns
    -------
    DataFrame of shape (n_changes, 7)
        `COLUMNS`; none if no earlier night is published.
    """
    found = published_before(connection, as_of)
    if found is None:
        return pd.DataFrame(columns=list(COLUMNS))
    previous, version = found
    before, after = segments_of(connection, previous), _by_customer(segments, as_of)
    are_other_rules = False
    if version != rule_version(config):
        before, are_other_rules = _under_rules_of_now(
            connection, previous, config, before
        )
    changes = segment_changes(before, after)
    asked = changes.index[changes["change"] != "left"].tolist()
    eve_of_window = previous - timedelta(days=config.window_days)
    causes = causes_of_changes(
        changes,
        before,
        after,
        {
            "before": figures_told(connection, asked, previous, eve_of_window),
            "since": figures_told(connection, asked, as_of, eve_of_window),
        },
        merged_since(connection, previous),
        are_other_rules=are_other_rules,
    )
    return changes.reset_index().assign(
        as_of_date=as_of, previous_as_of_date=previous, cause_code=causes
    )[list(COLUMNS)]


def _by_customer(segments: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Tonight, as `warehouse.segments.segments_of` tells the night before."""
    silence = pd.to_timedelta(segments["recency_days"], unit="D")
    return segments.assign(
        last_purchase_date=(pd.Timestamp(as_of) - silence).astype("datetime64[s]")
    ).set_index("customer_id")


def _under_rules_of_now(
    connection: Connection, night: date, config: SegmentsConfig, told: pd.DataFrame
) -> tuple[pd.DataFrame, bool]:
    """The night before by the rules of now, and whether anybody stands elsewhere so.

    Other code need not be other rules: a comment that was edited moves nobody.
    """
    histories = checked_histories(
        purchase_histories(connection, night, config.window_days),
        night,
        config.window_days,
    )
    frequency = histories["window_purchase_day_count"]
    found = pd.DataFrame(
        {
            "customer_id": histories["customer_id"],
            "last_purchase_date": histories["last_purchase_date"],
            "frequency": frequency,
            "monetary_amount": histories["window_amount"],
            "rfm_segment_code": segment_codes(
                history_scores(histories), frequency.to_numpy() > 0
            ),
        }
    ).set_index("customer_id")
    both = told.index.intersection(found.index)
    new, old = (each.loc[both, "rfm_segment_code"] for each in (found, told))
    if bool((new.to_numpy(dtype=object) != old.to_numpy(dtype=object)).any()):
        return told, True
    figures = ["last_purchase_date", "frequency", "monetary_amount"]
    now = found.loc[both, figures].reindex(told.index).fillna(told[figures])
    return told.assign(**now.astype({"frequency": "int64"})), False
