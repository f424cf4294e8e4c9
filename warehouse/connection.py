"""Where the warehouse is and who may connect as what."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

# What each may do is told in ddl/; `admin` exists only to migrate.
ROLES = (
    "loader",
    "transformer",
    "auditor",
    "publisher",
    "miner",
    "bi_reader",
    "marketing_reader",
    "steward",
)

Connection = psycopg.Connection[tuple[Any, ...]]


def is_empty(connection: Connection, table: sql.Identifier) -> bool:
    """Whether a table has no row, so that nothing new needs to be looked for in it.

    A statement that looked all the same could take days: a table that was analysed
    while it was empty is planned as such, and each new row would be looked for
    among all those that the statement itself has inserted.
    """
    found = connection.execute(
        sql.SQL("select not exists (select from {})").format(table)
    ).fetchone()
    return found == (True,)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """One company's warehouse on one PostgreSQL server.

    Parameters
    ----------
    host, port, database : str, int, str
        Where it is.
    passwords : mapping of str to str
        Password of each role; never shown by ``repr``.
    admin : str
        Name of the role that owns the database and may create roles.
    """

    host: str
    port: int
    database: str
    passwords: Mapping[str, str] = field(repr=False)
    admin: str = "admin"

    def password(self, role: str) -> str:
        """Password of `role`.

        Raises
        ------
        KeyError
            If the company's secrets hold none.
        """
        try:
            return self.passwords[role]
        except KeyError:
            raise KeyError(
                f"no password for role {role!r} among the company's secrets; "
                f"`danggol up` makes them, or use one of {sorted(self.passwords)}"
            ) from None

    def user(self, role: str) -> str:
        """Name of `role` on the server."""
        return self.admin if role == "admin" else role

    @contextmanager
    def connect(
        self, role: str, *, database: str | None = None, autocommit: bool = False
    ) -> Iterator[Connection]:
        """Connect as `role`, in UTC; commit at the end, roll back on an error."""
        with psycopg.connect(
            host=self.host,
            port=self.port,
            dbname=database or self.database,
            user=self.user(role),
            password=self.password(role),
            application_name=f"danggol {role}",
            options="-c TimeZone=UTC -c DateStyle=ISO",
            autocommit=autocommit,
        ) as connection:
            yield connection

    def url(
        self,
        role: str,
        *,
        driver: str = "postgresql+psycopg",
        database: str | None = None,
    ) -> str:
        """URL with the password of `role`; for programs, never for a log."""
        user = quote(self.user(role), safe="")
        secret = quote(self.password(role), safe="")
        name = quote(database or self.database, safe="")
        return f"{driver}://{user}:{secret}@{self.host}:{self.port}/{name}"
