"""Windows of time: of a business date, of the months of a bootstrap."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Window = tuple[datetime, datetime]
# Older than the stamp of any row
BEGINNING = datetime(1900, 1, 2, tzinfo=UTC)


def day_window(day: date, zone: ZoneInfo, overlap_days: int = 0) -> Window:
    """[start of `day` - overlap, start of the next day) in the company's zone."""
    start = datetime.combine(day - timedelta(days=overlap_days), time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    return start, end


def everything_until(day: date, zone: ZoneInfo, since: datetime = BEGINNING) -> Window:
    """From long before any history, or `since`, to the end of `day`: late lines too."""
    return since.astimezone(zone), day_window(day, zone)[1]


def month_windows(first: date, last: date, zone: ZoneInfo) -> list[Window]:
    """Windows of the bootstrap: everything before `last` ends, month by month.

    The first one begins long before `first`, for rows that are older than the
    history.
    """
    edges = [BEGINNING.astimezone(zone)]
    month = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    while month <= last:
        edges.append(datetime.combine(month, time.min, zone))
        month = (month + timedelta(days=31)).replace(day=1)
    edges.append(datetime.combine(last + timedelta(days=1), time.min, zone))
    return list(pairwise(edges))
