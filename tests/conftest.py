"""A real PostgreSQL for every test that needs one: one server, a database a test."""

import gc
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import yaml
from psycopg import sql

from ingest.contract import ENTITIES
from tests import databases
from tests.databases import PASSWORDS
from warehouse import Warehouse
from warehouse.migrations import migrate
from warehouse.server import Server

_numbers = itertools.count()
MARTS = Path(__file__).parents[1] / "dbt_project" / "models" / "marts"


def pytest_configure() -> None:
    """Save what took longest: searching for garbage, and waiting for threads.

    dbt and Great Expectations make so many objects that it took a seventh of a night.
    Tests run side by side, where a thread that waits keeps a core from another.
    """
    gc.set_threshold(50_000, 20, 20)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the slow files begin, so that no worker ends alone with one of them."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def server_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of an embedded server that lives as long as the tests."""
    server = Server(tmp_path_factory.mktemp("company"))
    try:
        port = server.start(PASSWORDS["admin"])
        databases.let_in_quickly(Warehouse("127.0.0.1", port, "postgres", PASSWORDS))
        yield port
    finally:
        server.remove()


@pytest.fixture(scope="session")
def template(server_port: int) -> Warehouse:
    """A migrated warehouse that every test's own is copied from."""
    template = Warehouse("127.0.0.1", server_port, "template_warehouse", PASSWORDS)
    databases.create(template)
    migrate(template, ENTITIES.values())
    return template


@pytest.fixture
def warehouse(template: Warehouse) -> Iterator[Warehouse]:
    """An empty, migrated warehouse of the test's own."""
    with copy_of(template) as mine:
        yield mine


@pytest.fixture
def empty_marts(warehouse: Warehouse) -> Warehouse:
    """Every mart as its contract says, without rows, granted as it says."""
    with warehouse.connect("admin") as connection:
        connection.execute("set role owner")
        for path in sorted(MARTS.rglob("*.yml")):
            (model,) = yaml.safe_load(path.read_text("utf-8"))["models"]
            table = sql.Identifier("marts", model["name"])
            columns = [
                sql.SQL("{} {}").format(
                    sql.Identifier(each["name"]), sql.SQL(each["data_type"])
                )
                for each in model["columns"]
            ]
            connection.execute(
                sql.SQL("create table {} ({})").format(
                    table, sql.SQL(", ").join(columns)
                )
            )
            for reader in model["config"]["meta"]["readers"]:
                granted = [
                    sql.Identifier(each["name"])
                    for each in model["columns"]
                    if reader
                    in each.get("config", {}).get("meta", {}).get("readers", [reader])
                ]
                connection.execute(
                    sql.SQL("grant select ({}) on {} to {}").format(
                        sql.SQL(", ").join(granted), table, sql.Identifier(reader)
                    )
                )
            if model["config"]["meta"]["publish"] == "night":
                view = sql.Identifier("marts", f"{model['name']}_current")
                connection.execute(
                    sql.SQL("create view {} as select * from {}").format(view, table)
                )
                connection.execute(
                    sql.SQL("grant select on {} to bi_reader, marketing_reader").format(
                        view
                    )
                )
        connection.execute(
            "create view marts.customer_segments_permitted as select * from"
            " marts.customer_segments_current left join (select customer_id,"
            " channel_code, may_contact_day, may_contact_night, since, reconfirm_by,"
            " reason_code from marts.customer_contact_permissions_current) as permitted"
            " using (customer_id)"
        )
        connection.execute(
            "grant select on marts.customer_segments_permitted"
            " to bi_reader, marketing_reader"
        )
    return warehouse


@contextmanager
def copy_of(template: Warehouse) -> Iterator[Warehouse]:
    """A warehouse that begins as another one is now."""
    name = f"warehouse_{next(_numbers)}"
    mine = Warehouse(template.host, template.port, name, PASSWORDS)
    with databases.copied(mine, template.database):
        with mine.connect("admin", autocommit=True) as connection:
            # rights on a database are not copied with it
            connection.execute(
                sql.SQL(
                    "grant create, temporary on database {} to owner, loader"
                ).format(sql.Identifier(name))
            )
            connection.execute(
                sql.SQL("grant temporary on database {} to transformer").format(
                    sql.Identifier(name)
                )
            )
        yield mine


@pytest.fixture(scope="module")
def shop_database(server_port: int) -> Iterator[psycopg.Connection]:
    """A connection to an empty database that a shop may fill."""
    shop = Warehouse("127.0.0.1", server_port, f"shop_{next(_numbers)}", PASSWORDS)
    with databases.copied(shop), shop.connect("admin") as connection:
        yield connection


def rows_of(connection: psycopg.Connection, query: str) -> list[tuple]:
    """All rows of a query."""
    return connection.execute(query).fetchall()


@pytest.fixture
def project() -> Path:
    """Root of the project."""
    return Path(__file__).parents[1]
