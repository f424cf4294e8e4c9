"""The roles of the warehouse, each with a password of its own."""

import psycopg
from psycopg import sql

from warehouse.connection import ROLES, Connection, Warehouse

# where dbt creates what it builds
TRANSFORMER_SCHEMAS = ("staging", "intermediate", "marts_next")


def create_roles(connection: Connection, warehouse: Warehouse) -> None:
    """Create the roles that are missing and set every password."""
    if not _exists(connection, "owner"):
        connection.execute("create role owner nologin")
    for role in ROLES:
        # publisher becomes owner only by saying so: `set role owner`
        create_login(connection, warehouse, role, inherits=role != "publisher")
    connection.execute("grant owner to publisher")
    connection.execute("grant owner to current_user")
    database = sql.Identifier(warehouse.database)
    connection.execute(
        sql.SQL("revoke all on database {} from public").format(database)
    )
    connection.execute(
        sql.SQL("grant connect on database {} to {}").format(
            database, sql.SQL(", ").join(map(sql.Identifier, ROLES))
        )
    )
    connection.execute(
        sql.SQL("grant connect, create on database {} to owner").format(database)
    )
    connection.execute(
        sql.SQL("grant temporary on database {} to loader, transformer").format(
            database
        )
    )


class RolesTaken(RuntimeError):
    """The server has roles of these names that are not this warehouse's."""


def refuse_roles_of_others(connection: Connection, warehouse: Warehouse) -> None:
    """See that existing roles are ours: roles belong to the server, not the database.

    Raises
    ------
    RolesTaken
        If this database is new, and a role exists that our password does not open.
    """
    known = connection.execute("select to_regclass('ledger.migrations')").fetchone()
    if known != (None,) or not _exists(connection, ROLES[0]):
        return
    try:
        with warehouse.connect(ROLES[0], database="postgres"):
            pass
    except psycopg.OperationalError:
        raise RolesTaken(
            f"the server at {warehouse.host}:{warehouse.port} has a role {ROLES[0]!r} "
            "with another password: it carries another warehouse, and roles belong to "
            "the whole server. Give each company a server of its own"
        ) from None


def create_login(
    connection: Connection, warehouse: Warehouse, role: str, *, inherits: bool = True
) -> None:
    """Create a role that may log in, or set its password anew.

    The password leaves this process only as its SCRAM verifier, so that no server
    log can hold it.
    """
    verifier = connection.pgconn.encrypt_password(
        warehouse.password(role).encode(), role.encode(), b"scram-sha-256"
    ).decode()
    statement = sql.SQL("{} role {} login {} password {}").format(
        sql.SQL("alter" if _exists(connection, role) else "create"),
        sql.Identifier(role),
        sql.SQL("inherit" if inherits else "noinherit"),
        sql.Literal(verifier),
    )
    connection.execute(statement)
    for setting in (
        "timezone = 'UTC'",
        # a query whose client was killed must not go on holding its locks
        "client_connection_check_interval = '10s'",
    ):
        connection.execute(
            sql.SQL("alter role {} set " + setting).format(sql.Identifier(role))
        )


def _exists(connection: Connection, role: str) -> bool:
    found = connection.execute("select true from pg_roles where rolname = %s", [role])
    return found.fetchone() is not None


def share_what_dbt_creates(connection: Connection) -> None:
    """Let the gates and the publisher read what the transformer will create."""
    connection.execute("grant transformer to current_user")
    connection.execute(
        sql.SQL(
            "alter default privileges for role transformer in schema {}"
            " grant select on tables to auditor"
        ).format(sql.SQL(", ").join(map(sql.Identifier, TRANSFORMER_SCHEMAS)))
    )
    connection.execute(
        "alter default privileges for role transformer in schema marts_next"
        # as whom the publisher writes `marts`
        " grant select on tables to publisher, owner"
    )
