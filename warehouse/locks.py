"""One company's stages take turns.

Load, build and publish hold the company's lock alone; mining jobs share it, each
but once: of two runs of one night, the second waits for the first one's job.
The lock belongs to the database session, so that PostgreSQL releases it when
the process that holds it dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from warehouse.connection import Connection, Warehouse

NIGHT_LOCK = 0x44616E67676F6C  # "Danggol"; advisory locks are per database
JOB_LOCK = 0x4D696E65  # "Mine"; with the job's name, numbers of their own
EXPORT_LOCK = 0x53656E64  # "Send"; with the mart and the place


class Busy(RuntimeError):
    """Another stage of the same company held the lock for too long."""


@contextmanager
def night_lock(
    warehouse: Warehouse, role: str, *, job: str | None = None, wait_seconds: int = 3600
) -> Iterator[Connection]:
    """Hold the company's lock while the block runs; gives the session that has it.

    Parameters
    ----------
    warehouse : Warehouse
        The company's.
    role : str
        Who holds the lock.
    job : str, optional
        A mining job, which shares the lock with every other job.
    wait_seconds : int
        How long to wait for it.

    Raises
    ------
    Busy
        If it was not free within `wait_seconds`.
    """
    with warehouse.connect(role, autocommit=True) as connection:
        connection.execute(f"set lock_timeout = '{wait_seconds}s'")
        try:
            if job is None:
                connection.execute("select pg_advisory_lock(%s)", [NIGHT_LOCK])
            else:
                connection.execute("select pg_advisory_lock_shared(%s)", [NIGHT_LOCK])
                connection.execute(
                    "select pg_advisory_lock(%s, hashtext(%s))", [JOB_LOCK, job]
                )
        except psycopg.errors.LockNotAvailable:
            raise Busy(
                f"another stage of this company has been running for {wait_seconds} s; "
                "see `danggol status`, then run this again"
            ) from None
        yield connection
