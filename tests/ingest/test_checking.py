"""A look at the sources says what a night would take, and leaves nothing behind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from pydantic import SecretStr

from ingest import checking, shop
from ingest.checking import Look
from ingest.shop_source import ShopSource
from tests.warehouse.told import KEYS
from warehouse import Warehouse
from warehouse.batches import Counts

pytestmark = pytest.mark.postgres

DAY = date(2026, 3, 2)
SHOP = """
create table members (id text, nickname text);
insert into members values ('1', 'sky'), (null, 'nobody');
create table sales (no text, member text, sold_at timestamptz);
insert into sales values
    ('R1', '1', '2026-03-02 09:00+09'), ('R2', '1', '1800-03-02 09:00+09');
create table items (sale text, pos text, item text, paid numeric, told_at timestamptz);
insert into items
select 'R' || n, '1', 'P1', n, '2026-02-20 09:00+09'
from generate_series(1, 120000) as n;
insert into items values ('R1', '2', 'P2', 5, '2026-03-02 09:00+09');
analyze;
"""
QUERIES = {
    "customers": {
        "mode": "full",
        "query": "select id as customer_id, nickname from members",
    },
    "orders": {
        "mode": "append",
        "stamp": "sold_at",
        "query": "select no as order_id, member as customer_id, sold_at as ordered_at,"
        " greatest(sold_at, '2026-03-02 09:00+09') as sold_at from sales",
    },
    "order_lines": {
        "mode": "append",
        "stamp": "told_at",
        "query": "select sale as order_id, pos as line_id, item as product_id,"
        " 1 as quantity, paid as net_amount, told_at from items",
    },
}


@pytest.fixture(scope="module")
def url(shop_database: psycopg.Connection, template: Warehouse) -> SecretStr:
    shop_database.execute(SHOP)
    shop_database.commit()
    shop = replace(template, database=shop_database.info.dbname)
    return SecretStr(shop.url("admin", driver="postgresql"))


@pytest.fixture
def night(url: SecretStr, tmp_path: Path) -> Callable[[date], shop.Night]:
    return lambda day: shop.Night(
        day, ZoneInfo("Asia/Seoul"), url, tmp_path, uuid4(), KEYS
    )


@pytest.fixture
def look(warehouse: Warehouse, night) -> Callable[..., dict[str, Look]]:
    def found(**different: dict[str, str]) -> dict[str, Look]:
        source = source_of(**different)
        return {
            each.entity.name: each
            for each in checking.look(warehouse, source, night(DAY))
        }

    return found


def source_of(**different: dict[str, str]) -> ShopSource:
    return ShopSource.model_validate(
        {"url_env": "SHOP_URL", "entities": QUERIES | different}
    )


def everything(warehouse: Warehouse) -> list[tuple]:
    with warehouse.connect("admin") as connection:
        return connection.execute(
            "select (select count(*) from raw.customers), (select count(*) from"
            " raw.orders), (select count(*) from ledger.batches),"
            " (select count(*) from vault.quarantine)"
        ).fetchall()


def test_rows_are_counted_as_a_night_would_and_nothing_is_kept(
    warehouse: Warehouse, look
):
    looks = look()

    assert {name: each.counts for name, each in looks.items()} == {
        "customers": Counts(2, 1, 1, 0),
        "orders": Counts(2, 1, 1, 0),
        "order_lines": Counts(1, 1, 0, 0),
    }
    assert looks["customers"].refused == [("customer_id=empty", "customer_id is empty")]
    assert looks["customers"].extra == ("nickname",)
    assert "phone" in looks["customers"].absent
    assert everything(warehouse) == [(0, 0, 0, 0)]


def test_a_query_that_does_not_fit_hides_no_other(look):
    looks = look(customers={"mode": "full", "query": "select id from nowhere"})

    assert looks["customers"].counts is None
    assert "the query fails" in str(looks["customers"].problem)
    assert looks["orders"].counts == Counts(2, 1, 1, 0)


def test_a_large_table_that_is_read_whole_is_named_until_it_has_an_index(
    look, shop_database: psycopg.Connection
):
    (warning,) = look()["order_lines"].warnings

    assert warning.startswith('a night reads all of "items", 120,001 rows')
    shop_database.execute("create index on items (told_at); analyze items")
    shop_database.commit()
    assert look()["order_lines"].warnings == []
    assert look()["orders"].warnings == []


def test_rows_that_come_behind_a_stamp_that_was_read_are_told(
    warehouse: Warehouse, look, night, shop_database: psycopg.Connection
):
    shop.load(warehouse, source_of(), night(date(2026, 3, 1)))
    shop_database.execute(
        "insert into items values ('R1', '3', 'P3', 5, '2026-02-28 09:00+09')"
    )
    shop_database.commit()

    told = [each for each in look()["order_lines"].warnings if "backward" in each]

    assert told == [
        "1 rows have a told_at of the 7 days before, which were read without them: it "
        "runs backward, or rows come late; a larger overlap_days would see them"
    ]
