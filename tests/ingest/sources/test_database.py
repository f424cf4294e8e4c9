"""Tables in a database that is no PostgreSQL, from its rows to raw.

SQLite stands for all that SQLAlchemy reaches; `make test-system` has MariaDB.
"""

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from ingest import shop
from ingest.shop_source import ShopSource
from ingest.sources import SourceMismatch, SourceUnavailable
from tests.warehouse.told import KEYS
from warehouse import Warehouse
from warehouse.batches import Counts

pytestmark = pytest.mark.postgres

SEOUL = ZoneInfo("Asia/Seoul")
DAY = date(2026, 3, 2)
TABLES = """
create table members (id, name);
create table sales (no, member, sold);
create table items (no, pos, item, quantity, paid, sold);
insert into members values (1, '김하늘'), (2, 'O''Neil: "Jo" 100%');
insert into sales values
    ('R1', 1, '2026-03-02 00:00:00'), ('R2', null, '2026-03-01 23:59:59');
insert into items values
    ('R1', 1, 'P1', 2, 1234.5, '2026-03-02 00:00:00'),
    ('R1', 2, 'P2', '1', 100, '2026-03-02 23:59:59.9'),
    ('R2', 1, 'P1', -1, -617.25, '2026-03-01 23:59:59'),
    ('R3', 1, 'P1', 1, 'many', null);
"""
QUERIES = {
    "customers": ("full", "select id as customer_id, name as full_name from members"),
    "orders": (
        "append",
        "select no as order_id, member as customer_id, sold as ordered_at,"
        " sold as sold_at, 'a :b' as note from sales",
    ),
    "order_lines": (
        "append",
        "select no as order_id, pos as line_id, item as product_id, quantity,"
        " paid as net_amount, sold as sold_at from items",
    ),
}


def source(
    queries: dict[str, tuple[str, str]] = QUERIES, zone: str | None = "Asia/Seoul"
) -> ShopSource:
    entities = {
        name: {"mode": mode, "query": query}
        | ({} if mode == "full" else {"stamp": "sold_at"})
        for name, (mode, query) in queries.items()
    }
    return ShopSource.model_validate(
        {"url_env": "SHOP_URL", "source_time_zone": zone, "entities": entities}
    )


@pytest.fixture
def url(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.executescript(TABLES)
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
def load(warehouse: Warehouse, tmp_path: Path) -> Callable[..., Counts]:
    def take_in(url: str, told: ShopSource, day: date = DAY) -> Counts:
        night = shop.Night(day, SEOUL, SecretStr(url), tmp_path, uuid4(), KEYS)
        return shop.load(warehouse, told, night)

    return take_in


@pytest.fixture
def ask(warehouse: Warehouse) -> Callable[[str], list[tuple]]:
    def rows(query: str) -> list[tuple]:
        with warehouse.connect("admin") as connection:
            return connection.execute(query.encode()).fetchall()

    return rows


def test_a_night_takes_the_rows_of_its_day_whatever_their_values_are_kept_as(
    url: str, load, ask
):
    counts = load(url, source())

    assert counts == Counts(read=6, loaded=5, quarantined=1, known=0)
    assert ask("select customer_id, full_name from vault.customer_identifiers") == [
        ("1", "김하늘"),
        ("2", 'O\'Neil: "Jo" 100%'),
    ]
    assert ask("select order_id, customer_id, ordered_at, _extra from raw.orders") == [
        ("R1", "1", datetime(2026, 3, 1, 15, tzinfo=UTC), {"note": "a :b"})
    ]
    assert ask(
        "select order_id, line_id, quantity::text, net_amount::text"
        " from raw.order_lines order by 1, 2"
    ) == [("R1", "1", "2", "1234.5"), ("R1", "2", "1", "100")]
    assert ask("select locator, reason from vault.quarantine") == [
        ("order_id=R3, line_id=1", "net_amount is no number")
    ]


def test_a_source_that_asks_for_time_is_given_it(url: str, load):
    begun = time.monotonic()

    assert load(url, source().model_copy(update={"max_rows_per_second": 5})).read == 6
    assert time.monotonic() - begun >= 6 / 5


def test_the_night_before_takes_what_was_sold_until_its_last_second(
    url: str, load, ask
):
    load(url, source(), date(2026, 3, 1))

    assert ask("select order_id, customer_id from raw.orders") == [("R2", None)]


def test_times_without_a_zone_need_one(url: str, load):
    with pytest.raises(SourceMismatch, match="ordered_at: text found, wanted"):
        load(url, source(zone=None))


def test_a_query_that_fails_is_named_and_quotes_nothing(url: str, load, ask):
    broken = QUERIES | {"orders": ("full", "select '김하늘' as order_id from nowhere")}

    with pytest.raises(SourceMismatch, match="orders: the query fails") as told:
        load(url, source(broken))

    assert "김하늘" not in str(told.value)
    assert ask("select count(*) from raw.customers") == [(0,)]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://reader:Geheimnis@127.0.0.1:1/shop", "Can't connect to MySQL server"),
        ("mysql://reader:Geheimnis@127.0.0.1:shop", "URL of the shop database cannot"),
        ("nosuch://reader:Geheimnis@db/shop", "needs a driver that is not installed"),
    ],
)
def test_a_database_out_of_reach_is_named_without_its_password(
    url: str, told: str, load
):
    with pytest.raises(SourceUnavailable, match=told) as error:
        load(url, source())

    assert "Geheimnis" not in str(error.value)


def test_nothing_can_be_written_into_the_source(url: str, load):
    writing = QUERIES | {"orders": ("full", "delete from sales returning no")}

    with pytest.raises(SourceMismatch):
        load(url, source(writing))

    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        assert database.execute("select count(*) from sales").fetchone() == (2,)
