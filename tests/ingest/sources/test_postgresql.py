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
from ingest.contract import CUSTOMERS
from ingest.shop_source import EntityQuery, ShopSource
from ingest.sources import postgresql
from ingest.sources.pace import Pace
from tests.warehouse.told import KEYS, stamp
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


def test_a_reading_that_is_given_up_stops_the_query_in_the_shop(
    warehouse: Warehouse, url: SecretStr, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgresql, "PART_BYTES", 1)
    query = (
        "select n::text as customer_id, case when n > 2 then pg_sleep(60)::text"
        # long, since a few short rows would wait for the rest
        " else repeat('x', 100000) end as full_name from generate_series(1, 3) as n"
    )
    spec = EntityQuery(query=query, mode="full")
    with postgresql.snapshot(url, 600, Pace()) as tables:
        extract = tables.compare(CUSTOMERS, spec)
        with warehouse.connect("loader") as target:
            target.execute(
                "create temporary table staged (customer_id text,"
                " full_name text, _source_stamp timestamptz, _extra jsonb,"
                " _is_deleted boolean)"
            )
            parts = extract.fill((stamp(1), stamp(2)), target)
            assert next(parts) == 1

            parts.close()

        assert extract.source.info.transaction_status.name == "INERROR"
