"""What lifetime values are reckoned from: purchases after the first, margin, spending.

A module of its own: `warehouse.histories` is of the rules of segments, whose version is
a hash of its code.
"""

from datetime import date

import pandas as pd

from warehouse.connection import Connection
from warehouse.copying import read_frame

_REPEAT_PURCHASES = """
with days as (
    select
        customer_id,
        activity_date,
        net_amount,
        order_count > 0 as is_purchase_day,
        count(*) filter (where order_count > 0) over (
            partition by customer_id order by activity_date
        ) as purchase_number
    from marts.customer_days
    where
        customer_id <> '(unknown)'
        and order_count + credit_count + return_count > 0
        and activity_date <= %(until)s
), counted as (
    select
        customer_id,
        min(activity_date) as first_date,
        max(activity_date) filter (where is_purchase_day) as last_date,
        count(*) filter (where is_purchase_day) - 1 as frequency,
        -- what came back is taken off the purchase before it
        sum(net_amount) filter (where purchase_number > 1) as repeat_amount
    from days
    where purchase_number > 0
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
    and with what came back taken off the purchase day on or before it.

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
