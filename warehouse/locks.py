"""One company's stages take turns.

Load, build and publish hold the company's lock alone; mining jobs share it.
The lock belongs to the database session, so that PostgreSQL releases it when
the process that holds it dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from warehouse.connection import Connection, Warehouse

NIGHT_LOCK = 0x44616E67676F6C  # "Danggol"; advisory locks are per database


class Busy(RuntimeError):
    """Another stage of the same company held the lock for too long."""


@contextmanager
def night_lock(
    warehouse: Warehouse, role: str, *, shared: bool = False, wait_seconds: int = 3600
) -> Iterator[Connection]:
    """Hold the company's lock while the block runs; gives the session that has it.

    Raises
    ------
    Busy
        If it was not free within `wait_seconds`.
    """
    function = "pg_advisory_lock_shared" if shared else "pg_advisory_lock"
    with warehouse.connect(role, autocommit=True) as connection:
        connection.execute(f"set lock_timeout = '{wait_seconds}s'")
        try:
            connection.execute(f"select {function}(%s)", [NIGHT_LOCK])
        except psycopg.errors.LockNotAvailable:
            raise Busy(
                f"another stage of this company has been running for {wait_seconds} s; "
                "see `danggol status`, then run this again"
            ) from None
        yield connection
