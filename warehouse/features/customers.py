"""Who is active on a day, and who has bought but left."""

from datetime import date

import pandas as pd

from warehouse.connection import Connection
from warehouse.copying import read_frame

_LAST_PURCHASES = """
last_purchases as (
    select customer_id, max(activity_date) as purchase_date
    from marts.customer_days
    where order_count > 0
        and customer_id <> '(unknown)'
        and activity_date <= %(until)s
    group by customer_id
)
"""
_COUNT_ACTIVE = f"""
with {_LAST_PURCHASES}
select count(*) from last_purchases
where purchase_date > %(until)s::date - %(active_days)s::integer
"""
_WHO_LEFT = f"""
with {_LAST_PURCHASES}
select customer_id from last_purchases
where purchase_date <= %(until)s::date - %(active_days)s::integer
order by customer_id
"""


def count_active(connection: Connection, until: date, active_days: int) -> int:
    """How many bought in the `active_days` up to a day, the rows of `customer_counts`.

    Parameters
    ----------
    connection : Connection
        As `miner`.
    until : date
        Last day that counts as known.
    active_days : int
        Length of the window that ends with it.
    """
    days = {"until": until, "active_days": active_days}
    (count,) = connection.execute(_COUNT_ACTIVE, days).fetchone() or (0,)
    return int(count)


def customers_who_left(
    connection: Connection, until: date, active_days: int
) -> pd.Series:
    """Customers whose last purchase is too old for them to be active.

    Parameters
    ----------
    connection, until, active_days
        As for `count_active`.

    Returns
    -------
    Series of str
        Sorted.
    """
    days = {"until": until, "active_days": active_days}
    told = read_frame(connection, _WHO_LEFT, days, types={"customer_id": "str"})
    left: pd.Series = told["customer_id"]
    return left
