"""Mining jobs: read marts, call a model, write one table of results.

This is the only module of `mining` that touches the warehouse. Each job takes the
day it speaks for, replaces that day's rows in one transaction, and returns how many
it wrote; running it again changes nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from psycopg import IsolationLevel

from mining.config import SegmentsConfig
from mining.segments import segment_customers
from warehouse import Warehouse, copying
from warehouse.connection import Connection
from warehouse.histories import purchase_histories

DEFAULTS = SegmentsConfig()


def segment(
    warehouse: Warehouse, as_of: date, config: SegmentsConfig = DEFAULTS
) -> int:
    """Segments, grades and stages of every customer with an order up to `as_of`.

    Parameters
    ----------
    warehouse : Warehouse
        Reads `marts.customer_days`, replaces the rows of `as_of` in
        `mined.customer_segments`, both as the role ``miner``.
    as_of : date
        Business date.
    config : SegmentsConfig
        The company's window; the rest as production runs.

    Returns
    -------
    int
        Rows written, one a customer.
    """
    with _snapshot(warehouse) as connection:
        histories = purchase_histories(connection, as_of, config.window_days)
    segments = segment_customers(histories, as_of, config)
    with warehouse.connect("miner") as connection:
        return copying.replace(
            connection,
            "mined.customer_segments",
            segments,
            where={"as_of_date": as_of},
        )


@contextmanager
def _snapshot(warehouse: Warehouse) -> Iterator[Connection]:
    """A connection whose queries all see the marts of one moment."""
    with warehouse.connect("miner") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


# job -> function; each takes the warehouse, the business date and its own settings
JOBS: dict[str, Callable[..., int]] = {"segments": segment}
