"""What customers bought, and where: sums a customer, of a window of days."""

from datetime import date, timedelta

import pandas as pd

from warehouse.connection import Connection
from warehouse.copying import read_frame

_CATEGORY_AMOUNTS = """
select
    lines.current_customer_id as customer_id,
    products.category,
    sum(lines.net_amount) as net_amount
from marts.fct_order_lines as lines
inner join marts.dim_products as products on lines.product_id = products.product_id
where
    lines.current_customer_id <> '(unknown)'
    and products.category is not null
    and lines.order_date > %(after)s
    and lines.order_date <= %(until)s
group by lines.current_customer_id, products.category
order by lines.current_customer_id, products.category
"""

_CHANNEL_ORDERS = """
select
    current_customer_id as customer_id,
    channel_code,
    count(*) as order_count
from marts.fct_orders
where
    current_customer_id <> '(unknown)'
    and not is_credit
    and channel_code <> '(unknown)'
    and order_date > %(after)s
    and order_date <= %(until)s
group by current_customer_id, channel_code
order by current_customer_id, channel_code
"""


def category_amounts(
    connection: Connection, until: date, window_days: int
) -> pd.DataFrame:
    """Net amount of each customer and known category in (until - window, until].

    Returns
    -------
    DataFrame
        customer_id, category, net_amount in the company's currency.
    """
    types = {"customer_id": "str", "category": "str", "net_amount": "float64"}
    return read_frame(
        connection, _CATEGORY_AMOUNTS, _days(until, window_days), types=types
    )


def channel_orders(
    connection: Connection, until: date, window_days: int
) -> pd.DataFrame:
    """Orders of each customer and known channel in (until - window, until].

    Returns
    -------
    DataFrame
        customer_id, channel_code, order_count; credits are none.
    """
    types = {"customer_id": "str", "channel_code": "str", "order_count": "int64"}
    return read_frame(
        connection, _CHANNEL_ORDERS, _days(until, window_days), types=types
    )


def _days(until: date, window_days: int) -> dict[str, date]:
    return {"after": until - timedelta(days=window_days), "until": until}
