"""Customer segments: RFM scores and segments, grades by contribution.

Each customer is seen in three ways that answer different questions. The **RFM
segment** compares customers with each other: there is always a lowest fifth, however
well all of them do. The **value grade** says who brings the money. The **lifecycle
stage** (`mining.lifecycle`) compares customers with their own past only.

`mining.histories` says what a purchase day and the window are. Nothing here reads or
writes the warehouse; names for readers live with `dim_segments`.
"""

from datetime import date
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining.config import SegmentsConfig
from mining.histories import checked_histories
from mining.lifecycle import lifecycle_stages

Scores = NDArray[np.int64]

SCORES = (1, 2, 3, 4, 5)  # 5 is best
LOST = "lost"  # has orders, none in the window
GRADES = ("A", "B", "C", "D")

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


class Cells(NamedTuple):
    """A block of the score table and the segment of the customers in it."""

    code: str
    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary: tuple[int, ...] = SCORES


# The usual recency x frequency map. Money decides where it changes what one would
# do: no champion without spending, no big spender among those one lets go.
# Every one of the 125 combinations lies in exactly one row; a test counts them.
RFM_TABLE = (
    Cells("champions", (5,), (4, 5), (4, 5)),
    Cells("loyal", (5,), (4, 5), (1, 2, 3)),
    Cells("loyal", (3, 4), (4, 5)),
    Cells("potential_loyalists", (4, 5), (2, 3)),
    Cells("new_customers", (5,), (1,)),
    Cells("promising", (4,), (1,)),
    Cells("needs_attention", (3,), (3,)),
    Cells("needs_attention", (3,), (1, 2), (4, 5)),
    Cells("about_to_sleep", (3,), (1, 2), (1, 2, 3)),
    Cells("at_risk", (1, 2), (3, 4), (1, 2, 3, 4)),
    Cells("at_risk", (1, 2), (1, 2), (5,)),
    Cells("cannot_lose", (1, 2), (5,)),
    Cells("cannot_lose", (1, 2), (3, 4), (5,)),
    Cells("hibernating", (1, 2), (1, 2), (1, 2, 3, 4)),
)

# In the order in which a marketer reads them.
SEGMENT_CODES = (*dict.fromkeys(cells.code for cells in RFM_TABLE), LOST)


def segment_customers(
    histories: pd.DataFrame, as_of: date, config: SegmentsConfig
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

    Returns
    -------
    DataFrame of shape (n_customers, 13)
        `COLUMNS`, sorted by `customer_id`. `recency_days` counts from the last
        purchase ever and may exceed the window; `monetary_amount` is float64, the
        nearest to a whole number of cents; both cluster columns are null.

    Raises
    ------
    TypeError, ValueError
        If the histories cannot be used; see `mining.histories.checked_histories`.
    """
    histories = checked_histories(histories, as_of, config.window_days)
    scores = rfm_scores(histories)
    silence = pd.Timestamp(as_of) - histories["last_purchase_date"]
    silence_days = silence.dt.days.to_numpy(dtype="int64")
    segments = pd.DataFrame(
        {
            "as_of_date": pd.Series(as_of, index=histories.index, dtype="object"),
            "customer_id": histories["customer_id"],
            "recency_days": silence_days,
            "frequency": histories["window_purchase_day_count"],
            "monetary_amount": _cents(histories["window_amount"]) / 100,
            **{name: scores[name] for name in scores.columns},
            "rfm_segment_code": segment_codes(
                scores, histories["window_purchase_day_count"].to_numpy() > 0
            ),
            "value_grade": value_grades(
                contribution_cents(histories, config), config.grade_percents
            ),
            "lifecycle_stage_code": lifecycle_stages(histories, silence_days, config),
            "cluster_code": None,
            "cluster_name": None,
        },
        columns=list(COLUMNS),
    )
    codes = [name for name in COLUMNS if name.endswith(("_code", "_name", "_grade"))]
    return segments.astype(dict.fromkeys(codes, "str"))


def rfm_scores(histories: pd.DataFrame) -> pd.DataFrame:
    """Scores from 1 to 5, 5 best, for recency, frequency and monetary amount.

    Customers who bought in the window are scored among each other by
    `quantile_scores`; otherwise those lost over the years would push everyone else
    upwards. Two rules are absolute: a single purchase day in the window is not a
    frequency and scores 1, and customers without one score 1 in all three.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 8)
        As `mining.histories.checked_histories` returns them.

    Returns
    -------
    DataFrame of shape (n_customers, 3)
        `recency_score`, `frequency_score`, `monetary_score`, int64, with the index
        of `histories`.
    """
    frequency = histories["window_purchase_day_count"].to_numpy()
    bought = frequency > 0
    measures = {
        "recency_score": histories["last_purchase_date"].to_numpy().astype("int64"),
        "frequency_score": frequency,
        "monetary_score": _cents(histories["window_amount"]),
    }
    scores = pd.DataFrame(1, index=histories.index, columns=list(measures))
    for name, values in measures.items():
        scores.loc[bought, name] = quantile_scores(values[bought])
    scores.loc[frequency == 1, "frequency_score"] = 1
    return scores


def quantile_scores(values: NDArray[np.int64]) -> Scores:
    """Fifth of the distribution in which each value lies, equal values together.

    The score is that of the middle of the value's ties:
    1 + floor(5 * (below + equal / 2) / n), with the number of values below it and
    equal to it. Whole numbers throughout, so nothing depends on rounding or on the
    order of the rows. Distinct values fill the five scores evenly; a value that all
    share, one customer's included, scores 3: it tells nobody apart.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Whole numbers, more is better.

    Returns
    -------
    ndarray of shape (n,)
        1 to 5, never lower for a larger value.

    References
    ----------
    Bross (1958), How to Use Ridit Analysis, Biometrics 14(1), 18-38: the share
    (below + equal / 2) / n is the ridit of a value.
    """
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")  # below + equal
    scores: Scores = 1 + 5 * (below + up_to) // (2 * max(len(values), 1))
    return scores


def segment_codes(
    scores: pd.DataFrame, bought_in_window: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Segment of each customer: `RFM_TABLE` by the scores, or ``lost``.

    Parameters
    ----------
    scores : DataFrame of shape (n_customers, 3)
        As `rfm_scores` returns them.
    bought_in_window : ndarray of shape (n_customers,)
        False for customers whose last purchase lies before the window.

    Returns
    -------
    ndarray of shape (n_customers,)
        Text, one of `SEGMENT_CODES`.
    """
    table = np.empty((5, 5, 5), dtype=object)
    for code, *blocks in RFM_TABLE:
        for cell in product(*blocks):
            table[tuple(score - 1 for score in cell)] = code
    names = ("recency_score", "frequency_score", "monetary_score")
    cells = tuple(scores[name].to_numpy() - 1 for name in names)
    codes: NDArray[np.object_] = np.where(bought_in_window, table[cells], LOST)
    return codes


def contribution_cents(
    histories: pd.DataFrame, config: SegmentsConfig
) -> NDArray[np.int64]:
    """What each customer brought in the window, in hundredths of the currency.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 8)
        As `mining.histories.checked_histories` returns them.
    config : SegmentsConfig
        `grade_measure` chooses between margin and amount.

    Returns
    -------
    ndarray of shape (n_customers,)
        Margins if that of every customer of the window is known, else amounts.
    """
    margin = histories["window_margin_amount"]
    bought = histories["window_purchase_day_count"] > 0
    known = bool(bought.any()) and bool(margin[bought].notna().all())
    if config.grade_measure == "margin_when_known" and known:
        return _cents(margin.fillna(0.0))
    return _cents(histories["window_amount"])


def value_grades(
    contribution: NDArray[np.int64], percents: tuple[int, int, int]
) -> NDArray[np.object_]:
    """Grade of each customer by contribution: A, B, C or D.

    Of the positive contributions, largest first, A is the smallest group that brings
    `percents[0]` of their sum, B the next that brings `percents[1]` more, C the next
    `percents[2]`; D is the rest. Equal contributions share a grade, the better one.
    Zero and negative contributions, lost customers among them, are D: a grade says
    what someone brought, and they brought nothing.

    Parameters
    ----------
    contribution : ndarray of shape (n_customers,)
        Whole numbers, such as cents.
    percents : tuple of int
        Percent of the sum that A, B and C bring.

    Returns
    -------
    ndarray of shape (n_customers,)
        Text, one of `GRADES`.
    """
    positive = np.maximum(contribution, 0)
    values, group = np.unique(-positive, return_inverse=True)
    sums = np.bincount(group, minlength=len(values)).astype("int64") * -values
    total = int(sums.sum())
    # What the customers ahead of a group bring: short of the limit, the group is
    # still needed to reach it. All of it lies ahead of those who bring nothing.
    ahead = np.cumsum(sums) - sums
    limits = [-(-percent * total // 100) for percent in np.cumsum(percents).tolist()]
    grade = np.searchsorted(limits, ahead, side="right")
    grades: NDArray[np.object_] = np.array(GRADES, dtype=object)[grade[group]]
    return grades


def _cents(amounts: pd.Series) -> NDArray[np.int64]:
    """Hundredths, exact: a sum of doubles is off by far less than half a cent."""
    cents: NDArray[np.int64] = np.rint(amounts.to_numpy() * 100).astype("int64")
    return cents
