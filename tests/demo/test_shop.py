"""The shop of The Complete Journey, as its own tables and through `company.yml`.

Expected numbers are the data set's published totals, or were counted in its files by
another way than the loader's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import yaml

from demo.complete_journey.shop import ShopNotEmpty, load_shop
from ingest.contract import SHOP_ENTITIES
from ingest.shop_source import EntityQuery
from ingest.sources.pace import Pace
from ingest.sources.postgresql import PostgresqlTables
from ingest.windows import day_window

pytestmark = pytest.mark.postgres

COMPANY = yaml.safe_load(
    (Path(__file__).parents[2] / "demo" / "complete_journey" / "company.yml").read_text(
        "utf-8"
    )
)
SPECS = {
    name: EntityQuery.model_validate(spec)
    for name, spec in COMPANY["shop"]["entities"].items()
}
ZONE = ZoneInfo(COMPANY["time_zone"])
TABLES = "select count(*) from pg_tables where schemaname = 'public'"


@dataclass
class Shop:
    """A loaded shop, and what an interrupted load before it had left."""

    connection: psycopg.Connection[Any]
    counts: dict[str, int]
    tables_after_interruption: int

    def row(self, query: str, **values: object) -> tuple[Any, ...]:
        """The one row of a query; ``{entity}`` in it is the mapped entity."""
        mapped = {name: f"({spec.query}) as {name}" for name, spec in SPECS.items()}
        text = query.format_map(mapped).encode()
        found = self.connection.execute(text, values or None).fetchone()
        assert found is not None
        return tuple(found)


@pytest.fixture(scope="module")
def shop(shop_database: psycopg.Connection[Any]) -> Shop:
    def interrupt(step: str, share: float) -> None:
        if "receipts" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_shop(shop_database, interrupt)
    left = shop_database.execute(TABLES).fetchall()
    shop_database.rollback()
    return Shop(shop_database, load_shop(shop_database), left[0][0])


def test_an_interrupted_load_leaves_nothing(shop: Shop) -> None:
    assert shop.tables_after_interruption == 0


def test_the_whole_data_set_is_there(shop: Shop) -> None:
    assert shop.counts == {
        "households": 2_469,
        "household_profiles": 801,
        "members": 2_469,
        "branches": 457,
        "articles": 92_331,
        "campaigns": 27,
        "mailings": 6_589,
        "coupon_redemptions": 2_102,
        "receipts": 155_848,
        "receipt_items": 1_469_307,
    }
    for table, count in shop.counts.items():
        assert shop.row(f"select count(*) from {table}") == (count,)


def test_a_second_load_says_that_all_is_there_and_adds_nothing(shop: Shop) -> None:
    said: list[tuple[str, float]] = []
    shop.connection.rollback()

    again = load_shop(shop.connection, lambda step, share: said.append((step, share)))

    assert again == shop.counts
    assert said == [("shop: loaded already", 1.0)]
    assert shop.row("select count(*) from receipts") == (155_848,)


def test_tables_without_the_mark_of_a_load_are_refused(shop: Shop) -> None:
    shop.connection.rollback()
    shop.connection.execute("delete from demo_loads")
    with pytest.raises(ShopNotEmpty, match="drop the database"):
        load_shop(shop.connection)
    shop.connection.rollback()


@pytest.mark.parametrize("entity", SPECS)
def test_every_query_fits_the_source_contract(shop: Shop, entity: str) -> None:
    tables = PostgresqlTables(shop.connection, Pace())
    extract = tables.compare(SHOP_ENTITIES[entity], SPECS[entity])

    assert extract.fit.extra == ()  # nothing travels in _extra


def test_the_lines_sum_to_what_was_paid(shop: Shop) -> None:
    lines, net, discount, coupon, unbalanced = shop.row(
        "select count(*), sum(net_amount)::text, sum(discount_amount)::text,"
        " sum(coupon_amount)::text,"
        " count(*) filter (where gross_amount <> net_amount + discount_amount)"
        " from {order_lines}"
    )

    assert lines == 1_469_307
    assert net == "4596039.58"
    assert discount == "796193.29"  # 791,650.64 by card and 4,542.65 on coupons
    assert coupon == "26359.90"
    assert unbalanced == 0


def test_every_receipt_falls_in_2017_in_company_time(shop: Shop) -> None:
    first, last, outside = shop.row(
        "select min(ordered_at at time zone 'America/New_York')::text,"
        " max(ordered_at at time zone 'America/New_York')::text,"
        " count(*) filter (where extract(year from"
        "   ordered_at at time zone 'America/New_York') <> 2017)"
        " from {orders}"
    )

    assert (first, last) == ("2017-01-01 06:53:26", "2017-12-31 23:01:20")
    assert outside == 0


def test_fuel_and_only_fuel_is_measured_as_a_volume(shop: Shop) -> None:
    by_unit = dict(
        shop.connection.execute(
            "select unit, array[count(*), sum(quantity)]::bigint[] from ("
            f"select products.quantity_unit_code as unit, lines.quantity"
            f" from ({SPECS['order_lines'].query}) as lines"
            f" left join ({SPECS['products'].query}) as products"
            " on lines.product_id = products.product_id) as sold"
            " group by unit".encode()
        ).fetchall()
    )

    assert by_unit["volume"] == [14_697, 151_020_580]
    assert by_unit[None][0] == 4_836  # sold, and not among the products
    assert sum(quantity for _, quantity in by_unit.values()) == 152_923_108


def test_lines_of_a_receipt_are_numbered_from_one_without_gaps(shop: Shop) -> None:
    wrong = shop.row(
        "select count(*) from (select order_id from {order_lines} group by order_id"
        " having min(line_id) <> 1 or max(line_id) <> count(*)) as receipts"
    )

    assert wrong == (0,)


def test_a_member_registers_at_the_first_receipt(shop: Shop) -> None:
    wrong = shop.row(
        "select count(*) from {customers} left join (select customer_id,"
        " min(ordered_at) as first_at from {orders} group by customer_id) as firsts"
        " on customers.customer_id = firsts.customer_id"
        " where customers.registered_at is distinct from firsts.first_at"
        " or customers.updated_at <> customers.registered_at"
    )

    assert wrong == (0,)


def test_addresses_and_numbers_are_reserved_ones_and_unlike(shop: Shop) -> None:
    assert shop.row(
        "select count(distinct email), count(distinct phone),"
        r" bool_and(email ~ '^member[0-9]+@example\.com$'),"
        r" bool_and(phone ~ '^\+1 2[1-9][0-9]-555-01[0-9][0-9]$') from {customers}"
    ) == (2_469, 2_469, True, True)


@pytest.mark.parametrize(
    ("entity", "event_date"),
    [
        ("orders", "(ordered_at at time zone 'America/New_York')::date"),
        ("campaign_contacts", "contact_date"),
        ("campaign_responses", "response_date"),
    ],
)
def test_each_night_finds_the_rows_of_its_own_day(
    shop: Shop, entity: str, event_date: str
) -> None:
    stamp = SPECS[entity].stamp
    for days_back in range(40):
        day = date(2017, 12, 31) - timedelta(days=days_back)
        start, end = day_window(day, ZONE)
        in_window, of_day, both = shop.row(
            f"select count(*) filter (where in_window),"
            " count(*) filter (where of_day),"
            " count(*) filter (where in_window and of_day) from (select"
            f" {stamp} >= %(start)s and {stamp} < %(end)s as in_window,"
            f" {event_date} = %(day)s as of_day from {{{entity}}}) as rows",
            start=start,
            end=end,
            day=day,
        )
        assert in_window == of_day == both, day


@pytest.mark.parametrize("entity", ["orders", "order_lines"])
def test_a_window_is_read_through_the_index(shop: Shop, entity: str) -> None:
    start, end = day_window(date(2017, 12, 28), ZONE, 1)
    stamp = SPECS[entity].stamp

    (plan,) = shop.row(
        f"explain (format json) select * from {{{entity}}}"
        f" where ({stamp} >= '{start}' and {stamp} < '{end}') or {stamp} is null"
    )

    assert "Seq Scan" not in str(plan)
    assert plan[0]["Plan"]["Plan Rows"] < 20_000
