"""Databases of the tests' servers, made as copies of one another."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql

from warehouse import ROLES, Warehouse

PASSWORDS = {role: f"{role} of the tests" for role in ("admin", *ROLES)}


def let_in_quickly(server: Warehouse) -> None:
    """Let passwords be hashed once, not 4096 times, whenever somebody connects.

    A night connects a hundred times, which took a fourteenth of it.
    """
    with server.connect("admin", autocommit=True) as connection:
        connection.execute("alter system set scram_iterations = 1")
        connection.execute("select pg_reload_conf()")
    # a new connection, which is sure to have the new setting
    with server.connect("admin", autocommit=True) as connection:
        connection.execute(
            sql.SQL("alter role admin password {}").format(PASSWORDS["admin"])
        )


def create(database: Warehouse, template: str = "template0") -> None:
    """Make a database that holds what the template holds."""
    with database.connect("admin", database="postgres", autocommit=True) as server:
        # a database that somebody is in cannot be copied
        server.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
            [template],
        )
        server.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(database.database), sql.Identifier(template)
            )
        )


def drop(database: Warehouse) -> None:
    """Delete a database, whoever is in it."""
    with database.connect("admin", database="postgres", autocommit=True) as server:
        server.execute(
            sql.SQL("drop database if exists {} with (force)").format(
                sql.Identifier(database.database)
            )
        )


@contextmanager
def copied(database: Warehouse, template: str = "template0") -> Iterator[None]:
    """A database for as long as the block runs."""
    create(database, template)
    try:
        yield
    finally:
        drop(database)
