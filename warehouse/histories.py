"""What mining reads: compact tables, a row a customer, summed by the warehouse."""

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


_REPEAT_PURCHASES = """
with days as (
    select
        customer_id,
        activity_date,
        net_amount,
        order_count > 0 as is_purchase_day,
        min(activity_date) filter (where order_count > 0) over (
            partition by customer_id
        ) as first_date
    from marts.customer_days
    where
        customer_id <> '(unknown)'
        and order_count + credit_count + return_count > 0
        and activity_date <= %(until)s
), counted as (
    select
        customer_id,
        min(first_date) as first_date,
        max(activity_date) filter (where is_purchase_day) as last_date,
        count(*) filter (where is_purchase_day) - 1 as frequency,
        -- what came back is taken off, on whatever day it came
        sum(net_amount) filter (where activity_date > first_date) as repeat_amount
    from days
    where first_date is not null
    group by customer_id
)
select
    customer_id,
    frequency,
    (last_date - first_date) / 7.0 as recency_weeks,
    (%(until)s::date - first_date) / 7.0 as age_weeks,
    case
        when frequency > 0 then repeat_amount / frequency
    end as average_amount
from counted
order by customer_id
"""


def repeat_purchases(connection: Connection, until: date) -> pd.DataFrame:
    """What BG/NBD and Gamma-Gamma know of each customer with a purchase.

    As `mining.purchases.purchase_histories` counts them, but summed by the warehouse,
    and with what came back taken off the amounts.

    Parameters
    ----------
    connection : Connection
        As `miner`.
    until : date
        Last day that is seen.

    Returns
    -------
    DataFrame
        One row a customer: customer_id; frequency, purchase days after the first;
        recency_weeks, age at the last purchase; age_weeks; average_amount, net amount
        of a repeat purchase day in the company's currency, missing without any.
    """
    return read_frame(
        connection,
        _REPEAT_PURCHASES,
        {"until": until},
        types={
            "customer_id": "str",
            "frequency": "int64",
            "recency_weeks": "float64",
            "age_weeks": "float64",
            "average_amount": "float64",
        },
    )


_MARGIN_RATE = """
select
    case
        when bool_and(margin_amount is not null) and sum(net_amount) > 0
            then sum(margin_amount)::float8 / sum(net_amount)::float8
    end
from marts.customer_days
where
    order_count + credit_count + return_count > 0
    and activity_date > %(until)s - 365
    and activity_date <= %(until)s
"""


def known_margin_rate(connection: Connection, until: date) -> float | None:
    """Margin of a year's net amount, 0 to 1; None unless every cost of it is known."""
    (rate,) = connection.execute(_MARGIN_RATE, {"until": until}).fetchone() or (None,)
    return None if rate is None else float(rate)


_SPENDING = """
select
    customer_id,
    count(*) filter (where order_count > 0) as purchase_day_count,
    sum(net_amount) as net_amount
from marts.customer_days
where
    customer_id <> '(unknown)'
    and order_count + credit_count + return_count > 0
    and activity_date > %(after)s
    and activity_date <= %(until)s
group by customer_id
order by customer_id
"""


def spending(connection: Connection, after: date, until: date) -> pd.DataFrame:
    """What customers bought in (after, until], what came back taken off.

    Returns
    -------
    DataFrame
        customer_id, purchase_day_count, net_amount; a row a customer with any.
    """
    types = {
        "customer_id": "str",
        "purchase_day_count": "int64",
        "net_amount": "float64",
    }
    return read_frame(
        connection, _SPENDING, {"after": after, "until": until}, types=types
    )
