"""What a company will take is reckoned from a trial, of which nothing is left."""

import gzip
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from pydantic import SecretStr

from ingest import shop
from ingest.estimating import Estimate, Trial, try_log, try_shop
from ingest.shop_source import ShopSource
from ingest.weblog.keys import WeblogKeys
from ingest.weblog.source import WeblogSource
from tests.warehouse.told import KEYS
from warehouse import Warehouse

SEOUL = ZoneInfo("Asia/Seoul")
LAST_DAY = date(2026, 3, 29)
# fifty lines a day from 2 February to 29 March, 56 days; three orders in all
SHOP = """
create table members as select 'M' || n as id from generate_series(1, 3) as n;
create table sales as select 'R' || n as no, 'M' || n as member,
    timestamptz '2026-03-28 12:00+09' + n * interval '1 hour' as sold
from generate_series(1, 3) as n;
create table items as
select 'R' || n as sale, (n % 50)::text as pos, 'P1' as item, n::numeric as paid,
    timestamptz '2026-02-02 09:00+09' + n / 50 * interval '1 day' as told
from generate_series(0, 56 * 50 - 1) as n;
"""
QUERIES = {
    "customers": {"mode": "full", "query": "select id as customer_id from members"},
    "orders": {
        "mode": "incremental",
        "stamp": "sold",
        "overlap_days": 1,
        "query": "select no as order_id, member as customer_id, sold as ordered_at,"
        " sold from sales",
    },
    "order_lines": {
        "mode": "append",
        "stamp": "told",
        "query": "select sale as order_id, pos as line_id, item as product_id,"
        " 1 as quantity, paid as net_amount, told from items",
    },
}
FILES = {
    "members": {"path": "members.csv"},
    "sales": {"path": "sales.csv", "types": {"sold": "TIMESTAMPTZ"}},
    "items": {"path": "items.csv", "types": {"told": "TIMESTAMPTZ"}},
}


def trial(**different: float) -> Trial:
    """A trial of 10,000 rows: a tenth of a millisecond and 100 bytes each."""
    told = {
        "row_count": 10_000,
        "stored_count": 10_000,
        "seconds": 1.0,
        "byte_count": 1_000_000,
        "history_rows": 1_000_000,
        "night_rows": 2_000.0,
        "new_rows": 1_000.0,
    }
    return Trial("orders", **(told | different))


def test_time_and_disk_grow_with_the_rows():
    found = Estimate([trial(), trial()])

    # 20 s, and for each million rows 100 s of loading and 14 s of building
    assert found.bootstrap_seconds == pytest.approx(20 + 2 * 114)
    # 20 s, and twice 2,000 rows read and 1,000 built
    assert found.night_seconds == pytest.approx(20 + 2 * (0.2 + 0.014))
    # 100 bytes a row in raw, nine tenths as many in marts
    assert found.disk_bytes(0) == pytest.approx(2 * 190e6)
    assert found.disk_bytes(1000) == pytest.approx(2 * 380e6)


def test_a_trial_of_few_rows_says_nothing_of_a_million():
    few = trial(row_count=999, stored_count=999, seconds=60.0, byte_count=10**9)

    assert (few.seconds_a_row, few.bytes_a_row) == (20e-6, 250)


def test_rows_that_raw_has_already_say_nothing_of_the_disk():
    again = trial(stored_count=0, byte_count=0)

    assert (again.seconds_a_row, again.bytes_a_row) == (1e-4, 250)


@pytest.fixture(scope="module")
def database(shop_database: psycopg.Connection, template: Warehouse) -> Warehouse:
    shop_database.execute(SHOP)
    shop_database.commit()
    return replace(template, database=shop_database.info.dbname)


@pytest.mark.postgres
@pytest.mark.parametrize("place", ["postgresql", "postgresql+psycopg", "files"])
def test_every_kind_of_source_is_tried_with_its_newest_rows(
    place: str, database: Warehouse, warehouse: Warehouse, tmp_path: Path
):
    told: dict[str, object] = {"url_env": "SHOP_URL"}
    url = None
    if place == "files":
        told = {"files": FILES}
        write_files(database, tmp_path)
    else:
        url = SecretStr(database.url("admin", driver=place))
    source = ShopSource.model_validate({**told, "entities": QUERIES})

    trials = list(try_shop(warehouse, source, night(tmp_path, url)))

    assert [
        (
            each.entity,
            each.row_count,
            each.history_rows,
            each.night_rows,
            each.new_rows,
        )
        for each in trials
    ] == [
        ("customers", 3, 3, 3, 0),
        ("orders", 3, 3, 2 * 3 / 28, 3 / 28),
        ("order_lines", 28 * 50, 56 * 50, 50, 50),
    ]
    assert 20 < trials[2].bytes_a_row < 2_000
    assert kept(warehouse) == (0, 0)


@pytest.mark.postgres
def test_a_log_is_reckoned_from_its_newest_file_of_each_packing(
    warehouse: Warehouse, tmp_path: Path
):
    line = (
        '198.51.100.7 - - [{:%d/%b/%Y:%H:%M:%S +0900}] "GET /p/7 HTTP/1.1" 200 512'
        ' "-" "Mozilla/5.0 (X11; Linux x86_64)"\n'
    )
    begin = datetime(2026, 3, 28, tzinfo=SEOUL)
    half_a_day = [begin + n * timedelta(hours=12) / 1200 for n in range(1201)]
    text = "".join(map(line.format, half_a_day))
    for name in ("access.log.1", "access.log"):
        (tmp_path / name).write_text(text, "ascii")
    for name in ("access.log.2.gz", "access.log.3.gz", "access.log.4.gz"):
        (tmp_path / name).write_bytes(gzip.compress(text.encode(), mtime=0))
    (tmp_path / "access.log.0").touch()  # just rotated
    source = WeblogSource.model_validate(
        {"files": "access.log*", "format": "nginx_combined"}
    )
    keys = WeblogKeys(b"a secret of the tests", SEOUL)

    found = try_log(warehouse, source, night(tmp_path, None), keys)

    assert found is not None
    assert (found.row_count, found.history_rows) == (1201, 5 * 1201)
    assert found.night_rows == found.new_rows == pytest.approx(2402)
    assert kept(warehouse) == (0, 0)


def night(home: Path, url: SecretStr | None) -> shop.Night:
    return shop.Night(LAST_DAY, SEOUL, url, home, uuid4(), KEYS)


def write_files(database: Warehouse, folder: Path) -> None:
    with database.connect("admin") as connection:
        connection.execute("set timezone = 'UTC'")
        for name in FILES:
            with (
                (folder / f"{name}.csv").open("wb") as file,
                connection.cursor().copy(
                    f"copy {name} to stdout (format csv, header)".encode()
                ) as rows,
            ):
                file.writelines(rows)


def kept(warehouse: Warehouse) -> tuple[int, int]:
    with warehouse.connect("admin") as connection:
        return connection.execute(
            "select (select count(*) from ledger.batches), (select count(*)"
            " from raw.order_lines) + (select count(*) from raw.web_requests)"
        ).fetchall()[0]
