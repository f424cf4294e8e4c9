"""Purchase histories, a row a customer, summed by the warehouse."""

from datetime import date, timedelta

import pandas as pd

from warehouse.connection import Connection
from warehouse.copying import read_frame

_PURCHASE_HISTORIES = """
with days as (
    select
        customer_id,
        net_amount,
        margin_amount,
        activity_date > %(window_before)s as is_in_window,
        -- null on a day that brought nothing but credits and returns
        case when order_count > 0 then activity_date end as purchase_date
    from marts.customer_days
    where
        customer_id <> '(unknown)'
        and order_count + credit_count + return_count > 0
        and activity_date <= %(as_of)s
), ordered as (
    select
        *,
        lag(purchase_date) over history as previous_date,
        row_number() over (
            partition by customer_id order by purchase_date desc nulls last
        ) as days_from_last
    from days
    window history as (
        partition by customer_id order by purchase_date nulls first
    )
)
select
    customer_id,
    min(purchase_date) as first_purchase_date,
    max(purchase_date) as last_purchase_date,
    max(previous_date) filter (where days_from_last = 1) as previous_purchase_date,
    count(purchase_date) as purchase_day_count,
    count(purchase_date) filter (where is_in_window) as window_purchase_day_count,
    coalesce(sum(net_amount) filter (where is_in_window), 0) as window_amount,
    -- a day of unknown margin leaves the customer's margin unknown
    case
        when
            count(margin_amount) filter (where is_in_window)
            = count(*) filter (where is_in_window)
            then sum(margin_amount) filter (where is_in_window)
    end as window_margin_amount
from ordered
group by customer_id
having count(purchase_date) > 0
order by customer_id
"""


def purchase_histories(
    connection: Connection, as_of: date, window_days: int
) -> pd.DataFrame:
    """Purchases of each customer with a purchase on or before `as_of`.

    Credits and returns lessen the amounts of their window; who has none but such is
    left out.

    Parameters
    ----------
    connection : Connection
        As `miner`.
    as_of : date
        Business date; later days are not seen.
    window_days : int
        Length of the window that ends with `as_of`, in days.

    Returns
    -------
    DataFrame
        One row a customer: customer_id, first_purchase_date, last_purchase_date,
        previous_purchase_date (missing for one purchase day), purchase_day_count,
        window_purchase_day_count, window_amount, window_margin_amount (missing
        where costs are not known), amounts in the company's currency.
    """
    return read_frame(
        connection,
        _PURCHASE_HISTORIES,
        {"as_of": as_of, "window_before": as_of - timedelta(days=window_days)},
        types={
            "customer_id": "str",
            "first_purchase_date": "datetime64[s]",
            "last_purchase_date": "datetime64[s]",
            "previous_purchase_date": "datetime64[s]",
            "purchase_day_count": "int64",
            "window_purchase_day_count": "int64",
            "window_amount": "float64",
            "window_margin_amount": "float64",
        },
    )
