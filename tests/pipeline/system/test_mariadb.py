"""A shop on MariaDB as shops have it: impossible dates, odd flags, an old encoding."""

import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pymysql
import pytest

from danggol.environment import Environment
from ingest import checking
from ingest.shop import Night
from ingest.shop_source import ShopSource
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import HISTORY, NIGHTS, MadeCompany

pytestmark = pytest.mark.system

LARGEST = 2**64 - 1
TABLES = (
    "create table members (id bigint unsigned primary key,"
    " name varchar(40) character set euckr, born date not null, gone tinyint(1),"
    " updated_at datetime not null)",  # without an index
    "create table sales (no int primary key, member bigint unsigned,"
    " sold datetime not null, updated_at datetime not null)",
    "create table items (sale int, pos int, article int, quantity decimal(9, 3),"
    " paid decimal(12, 2), updated_at datetime not null, primary key (sale, pos))",
    "create table old_items as select seq as sale, 1 as pos, 7 as article,"
    " 1.5 as quantity, 10.0 as paid, timestamp '2023-01-01 00:00:00'"
    " + interval seq second as updated_at from seq_1_to_120000",
    "create user reader@localhost identified by 'of the reader'",
    "grant select on shop.* to reader@localhost",
)
QUERIES = {
    "customers": "select id as customer_id, name as full_name, born as birth_date,"
    " gone as is_deleted, updated_at from members",
    "orders": "select no as order_id, member as customer_id, sold as ordered_at,"
    " updated_at from sales",
    "order_lines": "select sale as order_id, pos as line_id, article as product_id,"
    " quantity, paid as net_amount, updated_at from items",
}
SHOP: dict[str, Any] = {
    "url_env": "HANEUL_SHOP_URL",
    "source_time_zone": "Asia/Seoul",
    "entities": {
        name: {"mode": "incremental", "stamp": "updated_at", "query": query}
        for name, query in QUERIES.items()
    },
}


@pytest.fixture(scope="module")
def mariadb_port() -> Iterator[int]:
    """MariaDB on a free port, by an account that owns nothing else."""
    account = pwd.getpwnam("nobody").pw_uid
    with tempfile.TemporaryDirectory(prefix="danggol-mariadb-") as folder:
        data = Path(folder, "data")
        data.mkdir()
        shutil.chown(folder, account)
        shutil.chown(data, account)
        plain = ["--no-defaults", f"--datadir={data}"]
        subprocess.run(
            ["mariadb-install-db", *plain, "--auth-root-authentication-method=normal"],
            user=account,
            check=True,
            capture_output=True,
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = [f"--port={port}", "--bind-address=127.0.0.1", "--sql-mode="]
        server = subprocess.Popen(
            ["mariadbd", *plain, *options, f"--socket={folder}/socket"],
            user=account,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            ping = ["mariadb-admin", "--no-defaults", "--wait=30", "ping"]
            there = ["--protocol=tcp", f"--port={port}", "--user=root"]
            subprocess.run([*ping, *there], check=True, stdout=subprocess.DEVNULL)
            yield port
        finally:
            server.terminate()
            server.wait()


@pytest.fixture(scope="module")
def filled(mariadb_port: int) -> None:
    """Twenty members, two sales each; what is wrong stands in the last lines."""
    with (
        closing(
            pymysql.connect(
                host="127.0.0.1", port=mariadb_port, user="root", charset="utf8mb4"
            )
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("create database shop")
        cursor.execute("use shop")
        for statement in TABLES:
            cursor.execute(statement)
        long_ago, now = datetime(2024, 1, 5, 10), datetime(2024, 2, 26, 23, 59, 59)
        members = [
            (number, f"김하늘{number}", "1990-05-01", 0, long_ago)
            for number in range(1, 18)
        ]
        members += [
            (LARGEST, "이바다", "1985-12-31", 0, long_ago),
            (18, "박산", "0000-00-00", 0, long_ago),
            (19, "최강", "1980-01-01", 127, long_ago),
        ]
        sales = [
            (10 * round + place, member[0], now - timedelta(days=7 * round), now)
            for round in (1, 2)
            for place, member in enumerate(members)
        ]
        sales = [
            (number, member, sold, stamp)
            for number, (_, member, sold, stamp) in enumerate(sales, start=1)
        ]
        sales += [
            (41, 1, "0000-00-00 00:00:00", now),
            (42, LARGEST, "2024-02-27 00:00:00", "2024-02-27 00:00:00"),
        ]
        items = [(sale[0], 1, 7, "1.500", "1999.99", sale[3]) for sale in sales]
        cursor.executemany("insert into members values (%s, %s, %s, %s, %s)", members)
        cursor.executemany("insert into sales values (%s, %s, %s, %s)", sales)
        cursor.executemany("insert into items values (%s, %s, %s, %s, %s, %s)", items)
        connection.commit()


@pytest.fixture(scope="module")
def company(
    mariadb_port: int, filled: None, founded: Saved, restore: Restore
) -> Iterator[MadeCompany]:
    """The company after its history and a night, its shop on MariaDB."""
    url = f"mysql://reader:of%20the%20reader@127.0.0.1:{mariadb_port}/shop"
    with restore(founded) as company, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANEUL_SHOP_URL", url)
        # two of twenty members are refused
        company.change_settings(shop=SHOP, largest_refused_share=0.2)
        company.night(HISTORY, history=True)
        company.night(NIGHTS[0])
        yield company


def test_what_cannot_be_is_quarantined_with_its_reason(company: MadeCompany):
    assert company.ask(
        "select entity, locator, reason from vault.quarantine order by 1, 2"
    ) == [
        ("customers", "customer_id=18", "birth_date is no day"),
        ("customers", "customer_id=19", "is_deleted is neither true nor false"),
        (
            "orders",
            "order_id=41",
            "ordered_at is a time that Asia/Seoul does not have",
        ),
    ]


def test_every_other_value_arrives_as_it_was(company: MadeCompany):
    assert company.ask(
        "select full_name, birth_date::text from vault.customer_identifiers"
        " where customer_id = %s",
        str(LARGEST),
    ) == [("이바다", "1985-12-31")]
    assert company.ask("select count(*) from raw.customers") == [(18,)]
    assert company.ask(
        "select quantity::text, net_amount::text, count(*) from raw.order_lines"
        " group by 1, 2"
    ) == [("1.500", "1999.99", 42)]


def test_a_night_takes_what_changed_in_its_day_of_the_shops_zone(company: MadeCompany):
    assert company.ask(
        "select order_id, ordered_at from raw.orders where _batch_date = %s", NIGHTS[0]
    ) == [("42", datetime(2024, 2, 26, 15, tzinfo=UTC))]


def test_a_large_table_whose_stamp_has_no_index_is_told(company: MadeCompany):
    query = QUERIES["order_lines"].replace("items", "old_items")
    lines = {"mode": "append", "stamp": "updated_at", "query": query}
    source = ShopSource.model_validate(
        SHOP | {"entities": SHOP["entities"] | {"order_lines": lines}}
    )
    here = Environment.current()
    night = Night(
        NIGHTS[0],
        ZoneInfo("Asia/Seoul"),
        source.url(),
        company.home,
        uuid4(),
        here.keyed_hashes,
    )

    told = {
        each.entity.name: each.warnings
        for each in checking.look(company.warehouse, source, night)
    }

    assert told["customers"] == told["orders"] == []
    (warning,) = told["order_lines"]
    assert warning.startswith("a night reads all of old_items, about 1")


def test_its_customers_are_in_the_marts(company: MadeCompany):
    assert company.ask(
        "select count(*), sum(monetary_amount)::text"
        " from marts.customer_segments_current"
    ) == [(18, "73999.63")]
    assert company.ask(
        "select count(*) from marts.fct_orders where customer_id = '(unknown)'"
    ) == [(4,)]
