"""A real PostgreSQL for every test that needs one: one server, a database a test."""

import gc
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ingest.contract import ENTITIES
from tests import databases
from tests.databases import PASSWORDS
from warehouse import Warehouse
from warehouse.migrations import migrate
from warehouse.server import Server

_numbers = itertools.count()


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
