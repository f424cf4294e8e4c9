"""What every job reads: the marts of one moment, and the company's settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from psycopg import IsolationLevel
from psycopg.rows import class_row

from warehouse import Warehouse
from warehouse.connection import Connection

# Days of purchases from which rules and offers are told: what was bought longer ago
# speaks for nothing now.
SEEN_DAYS = 730


@dataclass(frozen=True, slots=True)
class Settings:
    """What the company chose, of `marts.company_settings`.

    Attributes
    ----------
    rfm_window_days : int
        Days of the RFM window.
    churn_horizon_days : int or None
        Days within which an active customer is expected back; None: by the company's
        own rhythm.
    clv_horizon_weeks : int
        Weeks ahead whose value is counted.
    yearly_rate : float
        Rate by which later money counts less.
    margin_rate : float or None
        Share of the amount that is margin, where costs are not told.
    history_first_date : date
        First day of the company's history.
    first_anchor_date : date
        Anchor of the oldest models.
    """

    rfm_window_days: int
    churn_horizon_days: int | None
    clv_horizon_weeks: int
    yearly_rate: float
    margin_rate: float | None
    history_first_date: date
    first_anchor_date: date


@contextmanager
def snapshot(warehouse: Warehouse) -> Iterator[Connection]:
    """A connection whose queries all see the marts of one moment."""
    with warehouse.connect("miner") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


def settings(connection: Connection) -> Settings:
    """What the company chose."""
    with connection.cursor(row_factory=class_row(Settings)) as cursor:
        found = cursor.execute(
            "select rfm_window_days, churn_horizon_days, clv_horizon_weeks,"
            " yearly_rate, margin_rate, history_first_date, first_anchor_date"
            " from marts.company_settings"
        ).fetchone()
    if found is None:
        raise LookupError("marts.company_settings is empty: publish the star first")
    return found
