"""What a company stands on: its server, its databases, their roles."""

from collections.abc import Callable
from importlib import import_module

import psycopg
from psycopg import sql

from danggol.environment import Environment
from ingest.contract import ENTITIES
from warehouse import Warehouse, founding, ledger
from warehouse.migrations import migrate
from warehouse.roles import create_login
from warehouse.server import Server

OLDEST_VERSION = 15
Progress = Callable[[str, float], None]


class UnfitServer(RuntimeError):
    """The external PostgreSQL cannot carry a warehouse."""


def start_warehouse(here: Environment) -> Warehouse:
    """Start the company's server unless an external one is set; bring it up to date.

    Raises
    ------
    UnfitServer
        If the external server is older than PostgreSQL 15 or cannot be reached.
    """
    warehouse = start_server(here)
    migrate(warehouse, ENTITIES.values())
    with warehouse.connect("loader") as connection:
        founding.found(connection, here.founding)
    return warehouse


def start_server(here: Environment) -> Warehouse:
    """Start the company's server unless an external one is set, with a database.

    Raises
    ------
    UnfitServer
        As `start_warehouse` does.
    """
    if here.settings.external_url() is None:
        Server(here.home).start(here.passwords["admin"])
    _create_database(here, "warehouse")
    return here.warehouse


def prepare_demo(here: Environment, progress: Progress) -> dict[str, int]:
    """Fill the demo company's shop and write its web logs; done once.

    Returns
    -------
    dict of str to int
        Rows by table, and web log lines.
    """
    _create_database(here, "shop")
    demo = import_module(f"demo.{here.company.code}")
    shop = here.database("shop")
    with here.warehouse.connect("admin", database=shop) as connection:
        told: dict[str, int] = demo.prepare(connection, here.home, progress)
    with here.warehouse.connect("admin", database=shop) as connection:
        create_login(connection, here.warehouse, "shop_reader")
        connection.execute("grant usage on schema public to shop_reader")
        connection.execute("grant select on all tables in schema public to shop_reader")
    return told


def airflow_url(here: Environment) -> str:
    """URL of Airflow's metadata database, which is made if it is missing."""
    database = here.database("airflow")
    with here.warehouse.connect("admin") as connection:
        create_login(connection, here.warehouse, "airflow")
    _create_database(here, "airflow", owner="airflow")
    return here.warehouse.url("airflow", driver="postgresql+psycopg", database=database)


def is_loaded(here: Environment) -> bool:
    """Whether the history has been taken in and its night completed."""
    with here.warehouse.connect("auditor") as connection:
        return ledger.is_night_complete(connection, here.company.history_last_date)


def _create_database(here: Environment, purpose: str, owner: str | None = None) -> None:
    warehouse = here.warehouse
    name = here.database(purpose)
    try:
        with warehouse.connect("admin", database="postgres", autocommit=True) as server:
            if server.info.server_version // 10_000 < OLDEST_VERSION:
                raise UnfitServer(
                    f"PostgreSQL {server.info.server_version // 10_000} found, "
                    f"{OLDEST_VERSION} or newer wanted"
                )
            found = server.execute(
                "select true from pg_database where datname = %s", [name]
            ).fetchone()
            if found is None:
                server.execute(
                    sql.SQL("create database {} template template0").format(
                        sql.Identifier(name)
                    )
                )
            if owner is not None:
                server.execute(
                    sql.SQL("grant all on database {} to {}").format(
                        sql.Identifier(name), sql.Identifier(owner)
                    )
                )
    except psycopg.OperationalError as error:
        raise UnfitServer(
            f"cannot connect to {warehouse.host}:{warehouse.port} as "
            f"{warehouse.admin}: {type(error).__name__}; see whether it runs and "
            "whether the user and password in WAREHOUSE_URL are right"
        ) from None
    if owner is not None:
        with warehouse.connect("admin", database=name) as connection:
            connection.execute(
                sql.SQL("grant all on schema public to {}").format(
                    sql.Identifier(owner)
                )
            )
