"""The made company with its warehouse on a server that is not ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import sql

from danggol.environment import Environment
from tests import databases
from tests.pipeline.made_company import MadeCompany, fill_shop, make_home, select
from warehouse import ROLES, Warehouse

CREATOR = "p@ss:w/rd of the creator"
PASSWORDS = {role: f"{role} elsewhere" for role in ROLES}


def let_us_create(server: Warehouse) -> None:
    """Make a role that may create databases and roles, and nothing else."""
    with server.connect("admin") as connection:
        connection.execute(
            sql.SQL("create role crm login createdb createrole password {}").format(
                sql.Literal(CREATOR)
            )
        )


@contextmanager
def company_on(server: Warehouse, home: Path) -> Iterator[MadeCompany]:
    """The company as it is before its first night, on a server with that role."""
    make_home(home, 1, PASSWORDS)  # nothing listens on port 1
    shop = replace(server, database="haneul_shop")
    crm = replace(server, database="danggol", passwords={"admin": CREATOR}, admin="crm")
    with databases.copied(shop), pytest.MonkeyPatch.context() as patch:
        with shop.connect("admin") as connection:
            fill_shop(connection)
        select(home, shop, patch)
        patch.setenv("WAREHOUSE_URL", crm.url("admin", driver="postgresql"))
        yield MadeCompany(home, Environment.current().warehouse, shop)
        databases.drop(replace(server, database="danggol"))
