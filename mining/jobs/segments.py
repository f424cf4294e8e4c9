"""The job `segments`: where every customer stands."""

from datetime import date

from mining.config import SegmentsConfig
from mining.jobs.reading import settings, snapshot
from mining.segments import segment_customers
from warehouse import Warehouse, copying
from warehouse.histories import purchase_histories


def segment(warehouse: Warehouse, as_of: date) -> int:
    """Segments, grades and stages of every customer with an order up to `as_of`.

    Parameters
    ----------
    warehouse : Warehouse
        Reads marts, replaces the rows of `as_of` in `mined.customer_segments`, both as
        the role ``miner``.
    as_of : date
        Business date.

    Returns
    -------
    int
        Rows written, one a customer.
    """
    with snapshot(warehouse) as connection:
        config = SegmentsConfig(window_days=settings(connection).rfm_window_days)
        histories = purchase_histories(connection, as_of, config.window_days)
    segments = segment_customers(histories, as_of, config)
    with warehouse.connect("miner") as connection:
        return copying.replace(
            connection,
            "mined.customer_segments",
            segments,
            where={"as_of_date": as_of},
        )
