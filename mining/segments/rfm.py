"""RFM scores and segments: customers compared with each other.

`mining.histories` says what a purchase day and the window are; names for readers live
with `dim_segments`.
"""

from datetime import date
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining import columns
from mining.segments.grades import cents

Scores = NDArray[np.int64]

SCORES = (1, 2, 3, 4, 5)  # 5 is best
SCORED = ("recency_score", "frequency_score", "monetary_score")
LOST = "lost"  # has orders, none in the window


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


def rfm_scores(
    orders: pd.DataFrame, as_of: date, window_days: int = 365
) -> pd.DataFrame:
    """RFM measures, scores and segment of everyone who ordered up to `as_of`.

    Parameters
    ----------
    orders : DataFrame of shape (n_orders, 3 or more)
        A row an order: `customer_id`; `order_date`, a day in the company's time zone;
        `net_amount`, in the company's currency. An order of less than 0 is a credit:
        it lessens the amount and is no purchase. Orders after `as_of` are not seen.
    as_of : date
        Business date.
    window_days : int
        The window is (as_of - window_days, as_of].

    Returns
    -------
    DataFrame of shape (n_customers, 8)
        `customer_id`, in its order; `recency_days`, from the last purchase ever;
        `frequency`, purchase days of the window; `monetary_amount`, of the window, in
        whole cents; `recency_score`, `frequency_score`, `monetary_score`, 1 to 5, 5
        best; `rfm_segment_code`. Who has nothing but credits is left out.

    Raises
    ------
    ValueError
        If a column is missing or of another type, or a value is missing.
    """
    histories = _window_histories(orders, pd.Timestamp(as_of), window_days)
    scores = history_scores(histories)
    frequency = histories["window_purchase_day_count"]
    silence = pd.Timestamp(as_of) - histories["last_purchase_date"]
    return pd.DataFrame(
        {
            "customer_id": histories["customer_id"],
            "recency_days": silence.dt.days.astype("int64"),
            "frequency": frequency,
            "monetary_amount": cents(histories["window_amount"]) / 100,
            **{name: scores[name] for name in scores.columns},
            "rfm_segment_code": pd.Series(
                segment_codes(scores, frequency.to_numpy() > 0), dtype="str"
            ),
        }
    )


def _window_histories(
    orders: pd.DataFrame, as_of: pd.Timestamp, window_days: int
) -> pd.DataFrame:
    """What `history_scores` needs, a row a customer with a purchase."""
    columns.require(orders, "orders", ("customer_id", "order_date", "net_amount"))
    told = pd.DataFrame(
        {
            "customer_id": orders["customer_id"],
            "order_date": columns.days(orders["order_date"]),
            "net_amount": columns.numbers(orders["net_amount"]),
        }
    )
    columns.refuse(
        "orders", ((told[name].isna(), f"without a {name}") for name in told.columns)
    )
    told = told[told["order_date"] <= as_of]
    start = as_of - pd.Timedelta(days=window_days)
    in_window = told["order_date"] > start
    bought = told[told["net_amount"] >= 0]
    days = bought[["customer_id", "order_date"]].drop_duplicates()
    histories = days.groupby("customer_id")["order_date"].agg(["max"])
    histories.columns = ["last_purchase_date"]
    counted = days[days["order_date"] > start]
    for name, summed in (
        ("window_purchase_day_count", counted.groupby("customer_id").size()),
        ("window_amount", told[in_window].groupby("customer_id")["net_amount"].sum()),
    ):
        histories[name] = summed.reindex(histories.index, fill_value=0)
    return histories.reset_index()


def history_scores(histories: pd.DataFrame) -> pd.DataFrame:
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
    scores = pd.DataFrame(1, index=histories.index, columns=list(SCORED))
    values = measures(
        histories["last_purchase_date"], frequency, histories["window_amount"]
    )
    for name in SCORED:
        scores.loc[bought, name] = quantile_scores(values[name][bought])
    scores.loc[frequency == 1, "frequency_score"] = 1
    return scores


def measures(
    last_purchase_date: pd.Series,
    frequency: NDArray[np.int64],
    amount: pd.Series,
) -> dict[str, NDArray[np.int64]]:
    """What each score is of, in whole numbers, more is better.

    Parameters
    ----------
    last_purchase_date : Series of datetime64[s]
        Of each customer. All grow older alike, so that the day is compared, not its
        distance.
    frequency : ndarray of shape (n_customers,)
        Purchase days in the window.
    amount : Series of float64
        Net amount in the window.

    Returns
    -------
    dict of str to ndarray of shape (n_customers,)
        By `SCORED`.
    """
    return {
        "recency_score": last_purchase_date.to_numpy().astype("int64"),
        "frequency_score": frequency,
        "monetary_score": cents(amount),
    }


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
    return tie_scores(below, up_to, len(values))


def tie_scores(
    below: NDArray[np.int64], up_to: NDArray[np.int64], count: int | NDArray[np.int64]
) -> Scores:
    """Fifth in which the middle of each value's ties lies, as `quantile_scores` says.

    Parameters
    ----------
    below, up_to : ndarray of shape (n,)
        Number of values below each value, and of those below it or equal to it.
    count : int or ndarray of shape (n,)
        Number of all values.

    Returns
    -------
    ndarray of shape (n,)
        1 to 5.
    """
    scores: Scores = 1 + 5 * (below + up_to) // (2 * np.maximum(count, 1))
    return scores


def segment_codes(
    scores: pd.DataFrame, bought_in_window: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Segment of each customer: `RFM_TABLE` by the scores, or ``lost``.

    Parameters
    ----------
    scores : DataFrame of shape (n_customers, 3)
        As `history_scores` returns them.
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
    cells = tuple(scores[name].to_numpy() - 1 for name in SCORED)
    codes: NDArray[np.object_] = np.where(bought_in_window, table[cells], LOST)
    return codes
