"""Marts that gain and lose columns while somebody reads them."""

import threading
from datetime import date
from uuid import uuid4

import pytest

from warehouse import Warehouse
from warehouse.ledger import begin_build
from warehouse.mart_tables import ContractBroken
from warehouse.publication import Mart, Published, announce_late, publish

pytestmark = pytest.mark.postgres
NIGHT = date(2026, 3, 1)
SHOPS = Mart("shops", ("shop_id",), "difference", readers=("bi_reader",))


def build(warehouse: Warehouse, columns: str) -> None:
    """Stand in for dbt: a table with one row."""
    with warehouse.connect("transformer") as connection:
        connection.execute("drop table if exists marts_next.shops")
        connection.execute(f"create table marts_next.shops as select {columns}")


def publish_shops(warehouse: Warehouse, day: date = NIGHT) -> list[Published]:
    run_id = uuid4()
    with warehouse.connect("publisher") as connection:
        build_id = begin_build(connection, day, run_id, "star")
    return publish(warehouse, [SHOPS], day, run_id, build_id)


@pytest.fixture
def published(warehouse: Warehouse) -> Warehouse:
    build(warehouse, "'1' as shop_id, 'Seoul' as city")
    publish_shops(warehouse)
    return warehouse


def read(warehouse: Warehouse, query: str) -> list[tuple]:
    with warehouse.connect("bi_reader") as connection:
        # whoever stands behind a lock for a second gives up
        connection.execute("set statement_timeout = '1s'")
        return connection.execute(query.encode()).fetchall()


def test_a_new_column_waits_for_a_reader_and_nobody_waits_for_it(published: Warehouse):
    build(published, "'1' as shop_id, 'Seoul' as city, 7 as floor_count")
    publishing = threading.Thread(target=publish_shops, args=(published,))
    with published.connect("bi_reader") as reader:
        reader.execute("select * from marts.shops")
        publishing.start()
        while not _is_asked_for(published):
            pass  # until the publisher has come to the column
        for _ in range(50):
            assert read(published, "select city from marts.shops") == [("Seoul",)]
        assert publishing.is_alive()
    publishing.join()

    assert read(published, "select shop_id, floor_count from marts.shops") == [("1", 7)]


def _is_asked_for(warehouse: Warehouse) -> bool:
    with warehouse.connect("admin") as connection:
        found = connection.execute(
            "select count(*) from pg_locks where relation = 'marts.shops'::regclass"
            " and mode = 'AccessExclusiveLock' and not granted"
        ).fetchone()
    return found != (0,)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        pytest.param("'1' as shop_id", r"city \(text\)", id="lost"),
        pytest.param("'1' as shop_id, 1 as city", r"city \(text\)", id="retyped"),
    ],
)
def test_a_column_that_vanishes_or_changes_its_type_stops_the_publication(
    published: Warehouse, columns: str, told: str
):
    build(published, columns)

    with pytest.raises(ContractBroken, match=told):
        publish_shops(published)

    assert read(published, "select * from marts.shops") == [("1", "Seoul")]


def test_the_nights_shown_are_the_newest_of_star_and_mined(published: Warehouse):
    publish_shops(published, date(2026, 2, 1))

    assert read(
        published, "select star_as_of_date, mined_as_of_date from marts.nights_shown"
    ) == [(NIGHT, None)]


def test_readers_are_told_once_that_a_mart_is_late_and_only_of_those_that_are(
    published: Warehouse,
):
    for _ in range(2):
        announce_late(published, date(2026, 3, 2), "not there by 07:00")
    announce_late(published, NIGHT, "it is there")

    assert read(
        published,
        "select mart, as_of_date, reason from marts.publications where status = 'late'",
    ) == [("shops", date(2026, 3, 2), "not there by 07:00")]


@pytest.mark.parametrize("how", ["difference", "night"])
def test_vacuum_takes_no_lock_that_readers_wait_for(warehouse: Warehouse, how: str):
    columns = (
        "'1' as shop_id, date '2026-03-01' as as_of_date, repeat('x', 900) as note"
    )
    build(warehouse, columns)
    mart = Mart("shops", ("shop_id", "as_of_date"), how, readers=("bi_reader",))
    table = "shops" if how == "difference" else "shops_2026_03"
    with warehouse.connect("publisher") as connection:
        build_id = begin_build(connection, NIGHT, uuid4(), "star")
    publish(warehouse, [mart], NIGHT, uuid4(), build_id)

    with warehouse.connect("admin", autocommit=True) as connection:
        # as on a server of somebody else's, which has PostgreSQL's default
        connection.execute("set vacuum_truncate = on")
        connection.execute(
            "insert into marts.shops select n::text, '2026-03-01', repeat('x', 900)"
            " from generate_series(2, 100) as n"
        )
        connection.execute("delete from marts.shops")
        size = f"select pg_relation_size('marts.{table}')"
        before = connection.execute(size).fetchone()
        connection.execute("vacuum marts.shops")

        assert connection.execute(size).fetchone() == before
