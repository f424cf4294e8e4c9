"""What the changes of segments are read from: two nights, and what is told of them."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from warehouse.connection import Connection
from warehouse.copying import read_frame

_FIGURES = {
    "customer_id": "str",
    "last_purchase_date": "datetime64[s]",
    "frequency": "int64",
    "monetary_amount": "float64",
}


def published_before(connection: Connection, as_of: date) -> tuple[date, str] | None:
    """The last night before `as_of` whose segments were published, with its rules.

    Returns
    -------
    tuple of (date, str) or None
        The rules are empty text for a night mined before they were kept. None: there
        is no such night, or it was let go.
    """
    found: tuple[date, str] | None = connection.execute(
        "select as_of_date, coalesce(rule_version, '') from mined.customer_segments"
        " where as_of_date = (select max(as_of_date) from marts.publications"
        " where mart = 'customer_segments' and status = 'published'"
        " and as_of_date < %s) limit 1",
        [as_of],
    ).fetchone()
    return found


def segments_of(connection: Connection, night: date) -> pd.DataFrame:
    """Figures and segments of a night that was mined.

    Returns
    -------
    DataFrame
        By customer_id: last_purchase_date, frequency, monetary_amount,
        rfm_segment_code, has_left.
    """
    segments = read_frame(
        connection,
        "select customer_id, as_of_date - recency_days::integer as last_purchase_date,"
        " frequency, monetary_amount, rfm_segment_code, has_left::integer"
        " from mined.customer_segments where as_of_date = %(night)s",
        {"night": night},
        types=_FIGURES | {"rfm_segment_code": "str", "has_left": "int64"},
    )
    return segments.astype({"has_left": "bool"}).set_index("customer_id")


def customers_who_left(connection: Connection, as_of: date) -> pd.Series:
    """Customers who, at the end of `as_of`, had withdrawn or were not told any more."""
    found = read_frame(
        connection,
        "select customers.customer_id from marts.dim_customers as customers"
        " cross join (select ((%(as_of)s::date + 1)::timestamp"
        " at time zone time_zone) as ends_at from marts.company_settings) as night"
        " group by customers.customer_id"
        " having not bool_or(customers.valid_from < night.ends_at"
        " and customers.valid_to >= night.ends_at"
        " and coalesce(customers.customer_status, '')"
        " not in ('withdrawn', 'missing'))",
        {"as_of": as_of},
        types={"customer_id": "str"},
    )
    return found["customer_id"]


def merged_since(connection: Connection, night: date) -> pd.Series:
    """Current number of each customer of a mined night who goes by another now."""
    found = read_frame(
        connection,
        "select distinct customers.customer_id, customers.current_customer_id"
        " from marts.dim_customers as customers"
        " inner join mined.customer_segments as segments"
        " on segments.customer_id = customers.customer_id"
        " and segments.as_of_date = %(night)s"
        " where customers.customer_id <> customers.current_customer_id",
        {"night": night},
        types={"customer_id": "str", "current_customer_id": "str"},
    )
    return found.set_index("customer_id")["current_customer_id"]


_FIGURES_TOLD = """
select
    customer_id,
    max(activity_date) filter (where order_count > 0) as last_purchase_date,
    count(*) filter (
        where order_count > 0 and activity_date > %(window_before)s
    ) as frequency,
    coalesce(
        sum(net_amount) filter (where activity_date > %(window_before)s), 0
    ) as monetary_amount
from marts.customer_days
where
    customer_id = any(%(customers)s)
    and order_count + credit_count + return_count > 0
    and activity_date <= %(until)s
group by customer_id
"""


def figures_told(
    connection: Connection, customers: Sequence[str], until: date, window_before: date
) -> pd.DataFrame:
    """Figures of a few customers as they are told now.

    Parameters
    ----------
    connection : Connection
        As `miner`.
    customers : sequence of str
        Whose.
    until : date
        Last day that is seen.
    window_before : date
        Eve of the window.

    Returns
    -------
    DataFrame
        By customer_id: last_purchase_date, missing for who has nothing but credits;
        frequency, monetary_amount.
    """
    told = read_frame(
        connection,
        _FIGURES_TOLD,
        {
            "customers": list(customers),
            "until": until,
            "window_before": window_before,
        },
        types=_FIGURES,
    )
    return told.set_index("customer_id")
