"""Who bought what, and when, as whole numbers: what matrices are made of.

Ids are told once, sorted as Python sorts text; rows name them by their place. So a year
of purchases is read as a few arrays of numbers, and nothing of it is text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from warehouse.connection import Connection
from warehouse.copying import read_frame, read_integers

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ProductDays:
    """Days on which customers bought products.

    Attributes
    ----------
    customers, products : Index
        Ids, sorted, each once.
    customer, product : ndarray of shape (n_days,)
        Places in them.
    day : ndarray of shape (n_days,)
        Days since 1970-01-01. Rows are distinct, sorted by customer, product and day.
    """

    customers: pd.Index
    products: pd.Index
    customer: Places
    product: Places
    day: Places


def _lines(condition: str = "") -> str:
    """Lines of known products that were bought, not credited, in the days asked for."""
    return f"""
lines as (
    select
        order_id,
        current_customer_id collate "C" as customer_id,
        product_id collate "C" as product_id,
        order_date
    from marts.fct_order_lines
    where
        product_id <> '(unknown)'
        and quantity > 0
        and order_date > %(after)s
        and order_date <= %(until)s
        {condition}
)"""


_LINES = _lines()
_KNOWN_LINES = _lines("and current_customer_id <> '(unknown)'")


def _places(of: str, column: str, lines: str = "lines") -> str:
    """Each id once, with its place in their order."""
    return f"""{of} as (
    select {column}, (row_number() over (order by {column}) - 1)::integer as place
    from {lines} group by {column}
)"""


_PRODUCT_DAYS = f"""
with {_KNOWN_LINES}, {_places("customers", "customer_id")},
{_places("products", "product_id")}
select distinct
    customers.place, products.place, lines.order_date - date '1970-01-01'
from lines
inner join customers on lines.customer_id = customers.customer_id
inner join products on lines.product_id = products.product_id
order by 1, 2, 3
"""


def _ids(
    connection: Connection, lines: str, column: str, days: Mapping[str, date]
) -> pd.Index:
    """Each id once, in the order of their places."""
    query = f"with {lines} select {column} from lines group by {column} order by 1"
    told: pd.Series = read_frame(connection, query, days, {column: "str"})[column]
    found: pd.Index = pd.Index(told)
    return found


def product_days(connection: Connection, after: date, until: date) -> ProductDays:
    """Purchases of known products by known customers.

    Parameters
    ----------
    connection : Connection
        As `miner`, in a snapshot.
    after, until : date
        Days in (after, until] are seen.
    """
    days = {"after": after, "until": until}
    columns = ("customer", "product", "day")
    numbers = read_integers(connection, _PRODUCT_DAYS, days, columns)
    customers, products = (
        _ids(connection, _KNOWN_LINES, column, days)
        for column in ("customer_id", "product_id")
    )
    return ProductDays(customers, products, **numbers)


_ORDER_LINES = f"""
with {_LINES}, known as (
    select customer_id from lines where customer_id <> '(unknown)'
), {_places("customers", "customer_id", "known")},
{_places("products", "product_id")},
{_places("orders", "order_id")}
select distinct
    orders.place,
    coalesce(customers.place, -1),
    lines.order_date - date '1970-01-01',
    products.place
from lines
inner join orders on lines.order_id = orders.order_id
inner join products on lines.product_id = products.product_id
left join customers on lines.customer_id = customers.customer_id
order by 1, 4, 3
"""


def order_lines(connection: Connection, after: date, until: date) -> pd.DataFrame:
    """Known products of each order, each once.

    Parameters
    ----------
    connection : Connection
        As `miner`, in a snapshot.
    after, until : date
        Orders of the days in (after, until] are seen, without credits.

    Returns
    -------
    DataFrame
        `order_id` and `customer_id`, numbers that stand for them, the customer missing
        where it is not known; `order_date`; `product_id`.
    """
    days = {"after": after, "until": until}
    names = ("order", "customer", "day", "product")
    numbers = read_integers(connection, _ORDER_LINES, days, names)
    products = _ids(connection, _LINES, "product_id", days)
    customer = numbers["customer"].astype("float64")
    dates = numbers["day"].astype("datetime64[D]")
    return pd.DataFrame(
        {
            "order_id": numbers["order"],
            "customer_id": np.where(customer < 0, np.nan, customer),
            "order_date": dates.astype("datetime64[s]"),
            "product_id": products.array.take(numbers["product"]),
        }
    )


_PRODUCTS = """
select
    product_id,
    category,
    ladder_code,
    ladder_step,
    launched_date,
    discontinued_date
from marts.dim_products
where product_id <> '(unknown)'
order by product_id
"""


def ladders(connection: Connection) -> pd.DataFrame:
    """Every product's category, its step of a ladder, and when it was on sale.

    Returns
    -------
    DataFrame
        product_id, category, ladder_code, ladder_step, launched_date,
        discontinued_date; each but the first missing where it is not told.
    """
    return read_frame(
        connection,
        _PRODUCTS,
        {},
        types={
            "product_id": "str",
            "category": "str",
            "ladder_code": "str",
            "ladder_step": "float64",
            "launched_date": "datetime64[s]",
            "discontinued_date": "datetime64[s]",
        },
    )


_ON_SALE = """
select
    product_id,
    not is_deleted
    and coalesce(launched_date <= %(day)s, true)
    and coalesce(discontinued_date > %(day)s, true) as is_available,
    category
from marts.dim_products
where product_id <> '(unknown)'
order by product_id
"""


def assortment(connection: Connection, day: date) -> pd.DataFrame:
    """Every product, and whether it may be offered on a day.

    Returns
    -------
    DataFrame
        product_id, is_available, category (missing where it is not told).
    """
    types = {"product_id": "str", "is_available": "str", "category": "str"}
    frame = read_frame(connection, _ON_SALE, {"day": day}, types=types)
    return frame.assign(is_available=frame["is_available"].eq("t"))
