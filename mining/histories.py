"""Purchase histories: what the segments know of a customer, and its checks.

A history is a row a customer with at least one purchase on or before the business
date:

===========================  ====================================================
``customer_id``              text, unique
``first_purchase_date``      day of the first purchase
``last_purchase_date``       day of the last one, on or before the business date
``previous_purchase_date``   purchase day before the last, missing when there is
                             only one
``purchase_day_count``       purchase days, all time up to the business date
``window_purchase_day_count``  purchase days in the window
``window_amount``            net amount in the window, in the company's currency
``window_margin_amount``     margin in the window, missing where not known
===========================  ====================================================

A **purchase day** is a calendar day, in the company's time zone, with an order that
is no credit: two orders of one day are one purchase day. Amounts are less the
credits of the window, whenever what came back was bought. The **window** of
`window_days` days ends with the business date and includes it:
(as_of - window_days, as_of]. A purchase `window_days` days ago is therefore just
outside, so that a window of 365 days holds each day of a common year once.
"""

from collections.abc import Iterator
from datetime import date, datetime

import pandas as pd

from mining import columns

DATES = ("first_purchase_date", "last_purchase_date", "previous_purchase_date")
COUNTS = ("purchase_day_count", "window_purchase_day_count")
AMOUNTS = ("window_amount", "window_margin_amount")
COLUMNS = ("customer_id", *DATES, *COUNTS, *AMOUNTS)

# Up to here a float64 holds every cent of an amount.
LARGEST_AMOUNT = 1e13


def checked_histories(
    histories: pd.DataFrame, as_of: date, window_days: int
) -> pd.DataFrame:
    """The histories in one set of types, sorted by customer, or an error.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 8 or more)
        The columns of this module's table; dates as timestamps at midnight or as
        `datetime.date`, amounts of any numeric type, `Decimal` included.
    as_of : date
        Business date; its own purchases count.
    window_days : int
        Length of the window, in days.

    Returns
    -------
    DataFrame of shape (n_customers, 8)
        A new frame: ids ``str``, dates ``datetime64[s]``, counts ``int64``,
        amounts ``float64``; rows in the order of `customer_id`, index 0..n-1.

    Raises
    ------
    TypeError
        If `as_of` is not a plain date.
    ValueError
        If a column is missing or of another type, or if rows tell of a history
        that cannot have happened. Lists every fault with its number of rows, and
        never a value of a row.
    """
    # A timestamp is a date to Python, and would make the night end at its hour.
    if not isinstance(as_of, date) or isinstance(as_of, datetime):
        raise TypeError(f"as_of must be a datetime.date, got {type(as_of).__name__}")
    columns.require(histories, "histories", COLUMNS)
    checked = pd.DataFrame(
        {
            "customer_id": columns.text(histories["customer_id"]),
            **{name: columns.days(histories[name]) for name in DATES},
            **{name: columns.numbers(histories[name]) for name in (*COUNTS, *AMOUNTS)},
        }
    )
    columns.refuse("histories", _faults_of_values(checked))
    checked = checked.astype(dict.fromkeys(COUNTS, "int64"))
    columns.refuse("histories", _faults_of_histories(checked, as_of, window_days))
    return checked.sort_values("customer_id", ignore_index=True)


def _faults_of_values(histories: pd.DataFrame) -> Iterator[tuple[pd.Series, str]]:
    ids = histories["customer_id"]
    yield ids.isna() | ids.eq(""), "without a customer_id"
    yield ids.notna() & ids.duplicated(), "repeat a customer_id"
    for name in ("first_purchase_date", "last_purchase_date"):
        yield histories[name].isna(), f"without a {name}"
    for name in COUNTS:
        count = histories[name]
        yield ~(count.ge(0) & count.mod(1).eq(0)), f"whose {name} is not a count"
    yield histories["window_amount"].isna(), "without a window_amount"
    for name in AMOUNTS:
        too_large = histories[name].abs().gt(LARGEST_AMOUNT)
        yield too_large, f"whose {name} is beyond {LARGEST_AMOUNT:.0e} and loses cents"


def _faults_of_histories(
    histories: pd.DataFrame, as_of: date, window_days: int
) -> Iterator[tuple[pd.Series, str]]:
    first = histories["first_purchase_date"]
    last = histories["last_purchase_date"]
    previous = histories["previous_purchase_date"]
    count = histories["purchase_day_count"]
    in_window = histories["window_purchase_day_count"]
    end = pd.Timestamp(as_of)
    start = end - pd.Timedelta(days=window_days)

    yield last > end, f"with a last_purchase_date after {as_of}"
    yield last < first, "with a last purchase before the first"
    yield count < 1, "without a purchase day"
    yield count > (last - first).dt.days + 1, "with more purchase days than days"
    yield (
        (count == 1) & ((first != last) | previous.notna()),
        "with one purchase day, but a previous one or two dates",
    )
    yield (
        (count > 1) & ~((previous < last) & (previous >= first)),
        "whose previous purchase is not between the first and the last",
    )
    yield (
        (count > 1) & ((count == 2) != (previous == first)),
        "whose previous purchase does not fit the number of purchase days",
    )
    yield in_window > count, "with more purchase days in the window than in all"
    yield (
        (in_window > 0) != (last > start),
        f"whose last purchase and window of {window_days} days disagree",
    )
    yield (
        (first > start) & (in_window < count),
        "that began in the window, with purchase days outside it",
    )
