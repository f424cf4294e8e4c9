"""Repeat-purchase histories: what the lifetime value models know of a customer.

A history is a row a customer with a purchase on or before the last day observed:

==================  =============================================================
``customer_id``     text, unique
``frequency``       *x*: purchase days after the first
``recency_weeks``   *t_x*: age of the customer at the last purchase; 0 when x is 0
``age_weeks``       *T*: from the first purchase to the last day observed
``average_amount``  mean net amount of the purchase days after the first, missing
                    when there is none
==================  =============================================================

A week is seven days. These are the definitions of Fader, Hardie & Lee (2005), and
not those of `mining.histories`, from which the segments are made: there a recency
is the silence since the last purchase and a frequency counts all purchase days of
a window, the first one too. Nothing is cut to a window here.

A **purchase day** is a day with an order that is no credit. A **credit**, an order
below 0, lessens the purchase day on or before it: what came back was bought by
then. So a mean may be 0 or less. A credit before the first purchase is left out.
"""

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DAYS_A_WEEK = 7
ORDERS = ("customer_id", "order_date", "net_amount")
HISTORIES = (
    "customer_id",
    "frequency",
    "recency_weeks",
    "age_weeks",
    "average_amount",
)
# 1997-09-30 less 1997-01-01 is 38.857 weeks, which a file may round to 38.86.
ROUNDING_WEEKS = 0.01

Vector = NDArray[np.float64]


class Repeats(NamedTuple):
    """Columns of histories, in the letters of the formulas.

    Attributes
    ----------
    x, t_x, T : ndarray of shape (n_customers,)
        Frequency, recency in weeks, age in weeks.
    """

    x: Vector
    t_x: Vector
    T: Vector

    def at(self, rows: slice | NDArray[Any]) -> "Repeats":
        """Some of the customers."""
        return Repeats(self.x[rows], self.t_x[rows], self.T[rows])


def purchase_histories(orders: pd.DataFrame, until: date) -> pd.DataFrame:
    """Sum orders up to repeat-purchase histories.

    Parameters
    ----------
    orders : DataFrame of shape (n_orders, 3 or more)
        `customer_id`, `order_date` (a day in the company's time zone; times of a
        day are cut off), `net_amount` (below 0: a credit). In any order; the orders
        of a day may be one row or many. If there is a column `is_purchase`, it says
        what is a purchase instead of the sign of the amount: a day's sum may fall
        below 0 by credits though something was bought.
    until : date
        Last day observed, included. Later orders are left out.

    Returns
    -------
    DataFrame of shape (n_customers, 5)
        `HISTORIES`, sorted by `customer_id`, index 0..n-1; `frequency` is int64,
        the rest float64. This module says what each means.

    Raises
    ------
    ValueError
        If a column is missing, or of a type or with values that cannot be used.
        Tells columns and counts, never a value.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing
    Science 24(2), 275-284, section 3; the same (2005), RFM and CLV, Journal of
    Marketing Research 42(4), 415-430, for the mean without the first purchase.
    """
    end = pd.Timestamp(until).normalize()
    rows = _checked_orders(orders)
    rows = rows[rows["order_date"] <= end]
    # The amount is a key, too: a sum must not depend on the order of the rows.
    rows = rows.sort_values(["customer_id", "order_date", "net_amount"])
    days = rows.groupby(["customer_id", "order_date"], as_index=False, sort=False).agg(
        net_amount=("net_amount", "sum"), is_purchase=("is_purchase", "any")
    )
    # 0 is the first purchase day and the credits that follow it, and so on.
    days["number"] = days.groupby("customer_id")["is_purchase"].cumsum() - 1
    days = days[days["number"] >= 0]
    bought = days[days["is_purchase"]].groupby("customer_id")
    first, last = bought["order_date"].min(), bought["order_date"].max()
    frequency = bought.size() - 1
    repeat_amount = days[days["number"] >= 1].groupby("customer_id")["net_amount"].sum()
    return pd.DataFrame(
        {
            "frequency": frequency.astype("int64"),
            "recency_weeks": (last - first).dt.days / DAYS_A_WEEK,
            "age_weeks": (end - first).dt.days / DAYS_A_WEEK,
            "average_amount": repeat_amount / frequency[frequency > 0],
        },
        index=frequency.index.rename("customer_id"),
    ).reset_index()


def repeats_of(histories: pd.DataFrame) -> Repeats:
    """Columns of histories, or an error if they cannot have happened.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 3 or more)
        `frequency`, `recency_weeks`, `age_weeks`.

    Returns
    -------
    Repeats
        In the order of the rows.

    Raises
    ------
    ValueError
        If a column is missing or not numeric, or if rows break
        0 <= recency <= age, with a recency exactly where there is a frequency.
        Lists every fault with its number of rows, never a value.
    """
    _require(histories, ("frequency", "recency_weeks", "age_weeks"), "histories")
    x, t_x, age = (
        numbers(histories[name]) for name in ("frequency", "recency_weeks", "age_weeks")
    )
    faults = {
        "whose frequency is not a count": ~((x >= 0) & (x % 1 == 0)),
        "whose age_weeks is negative or missing": ~((age >= 0) & np.isfinite(age)),
        "whose recency_weeks is negative, missing or beyond age_weeks": ~(
            (t_x >= 0) & (t_x <= age + ROUNDING_WEEKS)
        ),
        "with a frequency but no recency, or the reverse": (x > 0) != (t_x > 0),
    }
    _refuse(faults)
    return Repeats(x, np.minimum(t_x, age), age)


def amounts_of(histories: pd.DataFrame) -> tuple[Vector, Vector]:
    """Frequency and average amount of histories, missing where nothing is known.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 2 or more)
        `frequency`, `average_amount`.

    Returns
    -------
    tuple of ndarray of shape (n_customers,)
        An amount is NaN where there is no repeat purchase, whatever was told.

    Raises
    ------
    ValueError
        If a column is missing or not numeric, or a frequency is not a count.
    """
    _require(histories, ("frequency", "average_amount"), "histories")
    x = numbers(histories["frequency"])
    amount = numbers(histories["average_amount"])
    _refuse(
        {
            "whose frequency is not a count": ~((x >= 0) & (x % 1 == 0)),
            "whose average_amount is infinite": np.isinf(amount),
        }
    )
    return x, np.where(x > 0, amount, np.nan)


def numbers(column: pd.Series) -> Vector:
    """A column as float64, missing ones as NaN, or an error that names it."""
    try:
        values: Vector = column.to_numpy(dtype="float64", na_value=np.nan)
    except (ValueError, TypeError):
        # without the cause, which quotes the value
        raise ValueError(f"{column.name} must be numeric, got {column.dtype}") from None
    return values


def _checked_orders(orders: pd.DataFrame) -> pd.DataFrame:
    _require(orders, ORDERS, "orders")
    amount = numbers(orders["net_amount"])
    rows = pd.DataFrame(
        {
            "customer_id": orders["customer_id"].to_numpy(),
            "order_date": _days(orders["order_date"]).to_numpy(),
            "net_amount": amount,
            "is_purchase": amount >= 0,
        }
    )
    if "is_purchase" in orders.columns:
        rows["is_purchase"] = orders["is_purchase"].to_numpy(dtype="bool")
    _refuse(
        {
            "without a customer_id": rows["customer_id"].isna().to_numpy(),
            "without an order_date": rows["order_date"].isna().to_numpy(),
            "without a finite net_amount": ~np.isfinite(amount),
        }
    )
    return rows.astype({"customer_id": "str"})


def _days(column: pd.Series) -> pd.Series:
    wanted = f"order_date must hold days without a time zone, got {column.dtype}"
    if pd.api.types.is_numeric_dtype(column) and column.notna().any():
        raise ValueError(wanted)  # pandas would take a number for nanoseconds
    try:
        days = pd.to_datetime(column, format="ISO8601")
    except (ValueError, TypeError):
        raise ValueError(wanted) from None
    if getattr(days.dtype, "tz", None) is not None:
        raise ValueError(wanted)
    return days.dt.normalize().astype("datetime64[s]")


def _require(frame: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise ValueError(f"{what} lack the columns {', '.join(missing)}")


def _refuse(faults: dict[str, NDArray[np.bool_]]) -> None:
    told = [f"{int(rows.sum())} rows {what}" for what, rows in faults.items()]
    told = [each for each in told if not each.startswith("0 ")]
    if told:
        raise ValueError("\n".join(told))
