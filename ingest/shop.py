"""Business dates of a company's operational tables, from source to raw."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from ingest.contract import SHOP_ENTITIES
from ingest.shop_source import ShopSource
from ingest.sources import Extract, Tables, postgresql
from ingest.sources.pace import Pace
from ingest.windows import Window, day_window, month_windows
from warehouse import Warehouse
from warehouse.batches import Counts, Reading, is_committed, store
from warehouse.connection import Connection
from warehouse.entity import HashKey
from warehouse.keyed_hash import KeyedHash

SOURCE = "shop"
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Night:
    """For which business date is read, from where, and how identifiers are hashed.

    `url` is None for a company whose tables are files; relative paths begin in `home`.
    With `sample`, a share of the customers is read, with all their rows.
    """

    day: date
    zone: ZoneInfo
    url: SecretStr | None
    home: Path
    run_id: UUID
    keyed: Mapping[HashKey, KeyedHash]
    sample: float | None = None


def load(warehouse: Warehouse, source: ShopSource, night: Night) -> Counts:
    """Take in one business date of every entity that the company has.

    Returns
    -------
    Counts
        Summed over the entities.

    Raises
    ------
    ingest.sources.SourceMismatch
        If a query does not fit the contract; nothing was loaded.
    ingest.sources.SourceUnavailable
        If the source broke off; entities before it are loaded, it is not.
    """

    def windows(extract: Extract) -> list[Window]:
        overlap = extract.spec.overlap_days
        return [day_window(night.day, night.zone, overlap)]

    return _load(warehouse, source, night, windows)


def load_history(
    warehouse: Warehouse,
    source: ShopSource,
    night: Night,
    first: date,
    progress: Progress = lambda _entity, _share: None,
) -> Counts:
    """Take in everything up to `night.day`: a batch an entity and month.

    A history that broke off goes on with the first month that is not there.
    """

    def windows(extract: Extract) -> list[Window]:
        if extract.spec.mode == "full":
            return [day_window(night.day, night.zone)]
        return month_windows(first, night.day, night.zone)

    return _load(warehouse, source, night, windows, only_missing=True, tell=progress)


def opened(source: ShopSource, night: Night) -> AbstractContextManager[Tables]:
    """Open the company's tables, wherever they are."""
    if night.url is None:
        from ingest.sources import files  # DuckDB, which a database does not need

        return files.snapshot(source, night.home)
    pace = Pace(source.max_rows_per_second)
    scheme = night.url.get_secret_value().partition(":")[0]
    if scheme in ("postgresql", "postgres"):
        return postgresql.snapshot(night.url, source.statement_timeout_seconds, pace)
    from ingest.sources import database  # SQLAlchemy, which a PostgreSQL does not need

    return database.snapshot(
        night.url, source.statement_timeout_seconds, source.zone, pace
    )


def reading(extract: Extract, night: Night, window: Window) -> Reading:
    """What is read of an entity for a night."""
    return Reading(
        entity=extract.entity,
        source=SOURCE,
        business_date=night.day,
        mode=extract.spec.mode,
        window=window,
        run_id=night.run_id,
        sample=night.sample,
    )


def take_in(
    target: Connection, extract: Extract, night: Night, window: Window
) -> Counts:
    """Take in the rows of a window; the caller commits them or takes them back."""
    return store(
        target,
        reading(extract, night, window),
        extract.fit.columns,
        partial(extract.fill, window),
        night.keyed[extract.entity.hashed_by],
    )


def _load(
    warehouse: Warehouse,
    source: ShopSource,
    night: Night,
    windows: Callable[[Extract], list[Window]],
    *,
    only_missing: bool = False,
    tell: Progress = lambda _entity, _share: None,
) -> Counts:
    total = Counts(0, 0, 0, 0)
    with opened(source, night) as tables:
        extracts = [
            tables.compare(entity, source.entities[name])
            for name, entity in SHOP_ENTITIES.items()
            if name in source.entities
        ]
        for extract in extracts:
            wanted = windows(extract)
            for number, window in enumerate(wanted, start=1):
                with warehouse.connect("loader") as target:
                    if only_missing and is_committed(
                        target, reading(extract, night, window)
                    ):
                        continue
                    total += take_in(target, extract, night, window)
                tell(extract.entity.name, number / len(wanted))
    return total
