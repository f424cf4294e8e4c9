"""Rows of a PostgreSQL arrive whole, however they are parted on the way."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from pydantic import SecretStr

from ingest import shop
from ingest.shop_source import ShopSource
from ingest.sources import postgresql
from tests.warehouse.told import KEYS
from warehouse import Warehouse
from warehouse.batches import Counts

pytestmark = pytest.mark.postgres

DAY = date(2026, 3, 2)
SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def url(shop_database: psycopg.Connection, template: Warehouse) -> SecretStr:
    shop_database.commit()
    there = replace(template, database=shop_database.info.dbname)
    return SecretStr(there.url("admin", driver="postgresql"))


def source(customers: str) -> ShopSource:
    queries = {
        "customers": customers,
        "orders": "select '1' as order_id, timestamptz '2026-03-01' as ordered_at",
        "order_lines": "select '1' as order_id, '1' as line_id, 'P' as product_id,"
        " 1 as quantity, 1 as net_amount",
    }
    entities = {
        name: {"mode": "full", "query": query} for name, query in queries.items()
    }
    return ShopSource.model_validate({"url_env": "SHOP_URL", "entities": entities})


@pytest.mark.parametrize("part_bytes", [1, 100, 1 << 20])
def test_every_row_of_every_part_is_there_once(
    warehouse: Warehouse,
    url: SecretStr,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part_bytes: int,
):
    monkeypatch.setattr(postgresql, "PART_BYTES", part_bytes)
    customers = "select n::text as customer_id from generate_series(1, 50) as n"
    night = shop.Night(DAY, SEOUL, url, tmp_path, uuid4(), KEYS)

    counts = shop.load(warehouse, source(customers), night)

    assert counts == Counts(read=52, loaded=52, quarantined=0, known=0)
    with warehouse.connect("admin") as connection:
        told = connection.execute("select customer_id from raw.customers").fetchall()
    assert {number for (number,) in told} == {str(n) for n in range(1, 51)}


def test_a_table_without_rows_is_read_without_rows(
    warehouse: Warehouse, url: SecretStr, tmp_path: Path
):
    nobody = "select 'x' as customer_id where false"
    night = shop.Night(DAY, SEOUL, url, tmp_path, uuid4(), KEYS)

    counts = shop.load(warehouse, source(nobody), night)

    assert counts == Counts(read=2, loaded=2, quarantined=0, known=0)


def test_a_query_that_fails_on_a_late_row_leaves_nothing(
    warehouse: Warehouse,
    url: SecretStr,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(postgresql, "PART_BYTES", 100)
    customers = (
        "select (100 / (1000 - n))::text || '-' || n as customer_id"
        " from generate_series(1, 1000) as n"
    )
    night = shop.Night(DAY, SEOUL, url, tmp_path, uuid4(), KEYS)

    with pytest.raises(postgresql.SourceMismatch, match="fails on a row"):
        shop.load(warehouse, source(customers), night)

    with warehouse.connect("admin") as connection:
        assert connection.execute("select from raw.customers").fetchall() == []
