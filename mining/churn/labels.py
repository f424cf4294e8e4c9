"""What churn means: who stays away, and who comes half as often, after a cutoff.

A **visit** is a day with a purchase. At a cutoff day c only customers with a visit in
the `active_days` up to c are looked at, c included. In the `horizon_days` after it,
(c, c + horizon_days],

- ``no_purchase``: no visit;
- ``visits_dropped``: fewer than half the visits of the same length before,
  (c - horizon_days, c]; not defined for who had none there.

The horizon comes from the customers themselves: twice the median, over customers who
came back, of the 90th percentile of their own gaps, in whole weeks, so that every day
of the week is in it equally often.
"""

from datetime import date, datetime, timedelta

import pandas as pd

SHORTEST_HORIZON, LONGEST_HORIZON = 28, 180  # days
LONG_GAP = 0.9  # percentile of a customer's own gaps
HORIZON_GAPS = 2

NO_PURCHASE, VISITS_DROPPED = "no_purchase", "visits_dropped"
LABELS = (NO_PURCHASE, VISITS_DROPPED)
LABEL_VERSION = "1"  # raise it whenever what a label means changes


def churn_labels(
    orders: pd.DataFrame,
    cutoff: date,
    horizon_days: int,
    active_days: int,
    *,
    until: date | None = None,
) -> pd.DataFrame:
    """Who of the active customers churned in the days after a cutoff.

    Parameters
    ----------
    orders : DataFrame of shape (n_orders, 2 or more)
        customer_id (text) and order_date; with net_amount, rows below 0 are credits
        and no visits.
    cutoff : date
        Last day that counts as known.
    horizon_days : int
        Length of the label window, which begins the day after.
    active_days : int
        Length of the window that ends with the cutoff, in which the customers looked
        at came at least once.
    until : date, optional
        Last day that `orders` tell of, if they are still to grow.

    Returns
    -------
    DataFrame of shape (n_active, 6)
        customer_id, cutoff_date, visits_before_count, visits_after_count (both of
        `horizon_days`), no_purchase (bool), visits_dropped (boolean, missing where
        nothing could drop); sorted by customer.

    Raises
    ------
    TypeError
        If `cutoff` is not a plain date.
    ValueError
        If a column is missing, a length is not positive, a date is missing, or the
        label window is not over at `until`.
    """
    _check(cutoff, horizon_days, active_days, until)
    visits = _visits(orders)
    days = (visits["order_date"] - pd.Timestamp(cutoff)).dt.days
    counts = pd.DataFrame(
        {
            "is_active": (days > -active_days) & (days <= 0),
            "visits_before_count": (days > -horizon_days) & (days <= 0),
            "visits_after_count": (days > 0) & (days <= horizon_days),
        }
    )
    counts = counts.groupby(visits["customer_id"], sort=True).sum()
    active = counts[counts["is_active"] > 0].drop(columns="is_active").reset_index()
    active.insert(1, "cutoff_date", pd.Timestamp(cutoff).as_unit("s"))
    return labels_of_visits(active)


def labels_of_visits(visits: pd.DataFrame) -> pd.DataFrame:
    """The labels, where the warehouse has counted the visits.

    Parameters
    ----------
    visits : DataFrame of shape (n_active, 4)
        customer_id, cutoff_date, visits_before_count, visits_after_count of active
        customers.

    Returns
    -------
    DataFrame of shape (n_active, 6)
        As from `churn_labels`, in the order of `visits`.
    """
    before = visits["visits_before_count"].to_numpy(dtype="int64")
    after = visits["visits_after_count"].to_numpy(dtype="int64")
    dropped = pd.array(2 * after < before, dtype="boolean")
    dropped[before == 0] = pd.NA
    return pd.DataFrame(
        {
            "customer_id": visits["customer_id"].astype("str"),
            "cutoff_date": visits["cutoff_date"],
            "visits_before_count": before,
            "visits_after_count": after,
            "no_purchase": after == 0,
            "visits_dropped": dropped,
        }
    )


def churn_horizon_days(orders: pd.DataFrame, until: date) -> int:
    """Days without a purchase that count as churn in this company.

    Parameters
    ----------
    orders : DataFrame of shape (n_orders, 2 or more)
        As for `churn_labels`.
    until : date
        Last day that counts as known.

    Returns
    -------
    int
        As `horizon_of` gives it.
    """
    visits = _visits(orders)
    visits = visits[visits["order_date"] <= pd.Timestamp(until)]
    visits = visits.drop_duplicates().sort_values(["customer_id", "order_date"])
    same = visits["customer_id"].eq(visits["customer_id"].shift())
    gaps = visits["order_date"].diff().dt.days[same]
    long_gaps = gaps.groupby(visits["customer_id"][same]).quantile(LONG_GAP)
    return horizon_of(float(long_gaps.median()) if len(long_gaps) else None)


def horizon_of(typical_long_gap: float | None) -> int:
    """The horizon for the median, over customers, of their gaps' 90th percentile.

    Parameters
    ----------
    typical_long_gap : float or None
        In days; None where nobody has come back yet.

    Returns
    -------
    int
        Twice that, cut to whole weeks, but from 28 to 180; 180 where it is not known.
    """
    if typical_long_gap is None:
        return LONGEST_HORIZON
    weeks = int(HORIZON_GAPS * typical_long_gap // 7)
    return min(max(7 * weeks, SHORTEST_HORIZON), LONGEST_HORIZON)


def _check(
    cutoff: date, horizon_days: int, active_days: int, until: date | None
) -> None:
    # a timestamp is a date to Python, and would cut in the middle of a day
    if not isinstance(cutoff, date) or isinstance(cutoff, datetime):
        raise TypeError(f"cutoff must be a datetime.date, got {type(cutoff).__name__}")
    for name, days in (("horizon_days", horizon_days), ("active_days", active_days)):
        if days < 1:
            raise ValueError(f"{name} must be at least 1, got {days}")
    if until is not None and cutoff + timedelta(days=horizon_days) > until:
        raise ValueError(
            f"the label window of {cutoff} ends {cutoff + timedelta(days=horizon_days)}"
            f" and orders are known until {until}: take an earlier cutoff"
        )


def _visits(orders: pd.DataFrame) -> pd.DataFrame:
    """Customer and day of each purchase, days once."""
    missing = {"customer_id", "order_date"} - set(orders.columns)
    if missing:
        raise ValueError(f"orders lack the columns {', '.join(sorted(missing))}")
    if "net_amount" in orders.columns:
        orders = orders[~(orders["net_amount"] < 0)]
    told = pd.to_datetime(orders["order_date"])
    if told.isna().any() or orders["customer_id"].isna().any():
        raise ValueError("orders hold rows without a customer_id or an order_date")
    if getattr(told.dtype, "tz", None) is not None:
        raise ValueError("order_date must hold days without a time zone")
    days = told.dt.normalize().astype("datetime64[s]")
    visits = pd.DataFrame({"customer_id": orders["customer_id"], "order_date": days})
    return visits.drop_duplicates()
