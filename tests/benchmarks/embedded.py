"""An embedded server for one benchmark, gone when the benchmark ends."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ingest.contract import ENTITIES
from tests import databases
from tests.databases import PASSWORDS
from warehouse import Warehouse
from warehouse.migrations import migrate
from warehouse.server import Server

SHOP = "shop"


@contextmanager
def embedded_warehouse() -> Iterator[Warehouse]:
    """A migrated warehouse, and beside it an empty database named `SHOP`."""
    with tempfile.TemporaryDirectory(prefix="danggol-bench-") as home:
        server = Server(Path(home))
        try:
            port = server.start(PASSWORDS["admin"])
            warehouse = Warehouse("127.0.0.1", port, "warehouse", PASSWORDS)
            databases.create(warehouse)
            databases.create(replace(warehouse, database=SHOP))
            migrate(warehouse, ENTITIES.values())
            yield warehouse
        finally:
            server.remove()


def tidy(warehouse: Warehouse, *statements: str) -> None:
    """Run statements as `admin`, then have written what a benchmark need not wait for.

    Parameters
    ----------
    warehouse : Warehouse
        From `embedded_warehouse`.
    *statements : str
        Each commits on its own.
    """
    with warehouse.connect("admin", autocommit=True) as connection:
        for statement in (*statements, "checkpoint"):
            connection.execute(statement.encode())
