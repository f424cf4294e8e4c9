"""What a company will take: a trial of its newest rows, scaled up; nothing is kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from ingest.contract import SHOP_ENTITIES
from ingest.contract.visits import WEB_REQUESTS
from ingest.shop import Night, opened, take_in
from ingest.shop_source import ShopSource
from ingest.sources import Extract
from ingest.windows import day_window, everything_until
from warehouse import Warehouse
from warehouse.batches import Reading
from warehouse.connection import Connection
from warehouse.entity import Entity
from warehouse.raw_tables import bytes_of

if TYPE_CHECKING:
    from ingest.weblog.keys import WeblogKeys
    from ingest.weblog.source import WeblogSource

Taken = TypeVar("Taken")
TRIAL_DAYS = 28
FEWEST_ROWS = 1_000  # fewer say nothing of a million
SHORTEST_DAYS = 1 / 24  # a file of minutes says nothing of a day
# Measured on the year of the demo company complete_journey, on 2 cores with 24 GiB.
USUAL_SECONDS_A_ROW, USUAL_BYTES_A_ROW = 20e-6, 250.0
BUILD_SECONDS_A_ROW = 14e-6
NIGHT_SECONDS = 20.0  # of dbt, gates and mining, however few rows there are
BUILT_BYTES_A_RAW_BYTE = 0.9


@dataclass(frozen=True, slots=True)
class Trial:
    """Rows of an entity that were taken in for a trial.

    Attributes
    ----------
    entity : str
    row_count, stored_count : int
        Rows of the trial, and those of them that raw did not have.
    seconds : float
        What reading and storing them took.
    byte_count : int
        What raw grew by.
    history_rows : int
        All rows that the source has.
    night_rows : float
        Rows that a night reads.
    new_rows : float
        Rows of them that stay; those of a full reading are known but for few.
    """

    entity: str
    row_count: int
    stored_count: int
    seconds: float
    byte_count: int
    history_rows: int
    night_rows: float
    new_rows: float

    @property
    def seconds_a_row(self) -> float:
        """Of reading and storing."""
        if self.row_count < FEWEST_ROWS:
            return USUAL_SECONDS_A_ROW
        return self.seconds / self.row_count

    @property
    def bytes_a_row(self) -> float:
        """In raw, with its indexes."""
        if self.stored_count < FEWEST_ROWS:
            return USUAL_BYTES_A_ROW
        return self.byte_count / self.stored_count


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the trials together say of a company."""

    trials: list[Trial]

    @property
    def bootstrap_seconds(self) -> float:
        """Of loading the history and building the first marts."""
        return NIGHT_SECONDS + sum(
            each.history_rows * (each.seconds_a_row + BUILD_SECONDS_A_ROW)
            for each in self.trials
        )

    @property
    def night_seconds(self) -> float:
        """Of one night."""
        return NIGHT_SECONDS + sum(
            each.night_rows * each.seconds_a_row + each.new_rows * BUILD_SECONDS_A_ROW
            for each in self.trials
        )

    def disk_bytes(self, nights: int) -> float:
        """Of raw and marts, so many nights after the bootstrap."""
        raw = sum(
            (each.history_rows + nights * each.new_rows) * each.bytes_a_row
            for each in self.trials
        )
        return raw * (1 + BUILT_BYTES_A_RAW_BYTE)


def try_shop(warehouse: Warehouse, source: ShopSource, night: Night) -> Iterator[Trial]:
    """Take in the newest rows of every entity, and take it back.

    Raises
    ------
    ingest.sources.SourceMismatch
        If a query does not fit the contract.
    ingest.sources.SourceUnavailable
        If the source cannot be reached.
    """
    for name, entity in SHOP_ENTITIES.items():
        if name in source.entities:
            with opened(source, night) as tables:
                extract = tables.compare(entity, source.entities[name])
                yield _try(warehouse, extract, night)


def try_log(
    warehouse: Warehouse, source: "WeblogSource", night: Night, keys: "WeblogKeys"
) -> Trial | None:
    """Take in a file of the web log, and take it back; None without one that has rows.

    Of each packing the newest file says how many rows its bytes are.
    """
    files = [file for file in source.find_files(night.home) if file.stat().st_size]
    files.sort(key=lambda file: file.stat().st_mtime, reverse=True)
    trials = []
    for packing in dict.fromkeys(_packing(file) for file in files):
        alike = [file for file in files if _packing(file) == packing]
        trial = _try_file(warehouse, source, night, keys, alike[0])
        size = sum(file.stat().st_size for file in alike)
        rows = round(trial.row_count * size / alike[0].stat().st_size)
        trials.append(replace(trial, history_rows=rows))
    if not trials:
        return None
    largest = max(trials, key=lambda trial: trial.row_count)
    return replace(largest, history_rows=sum(each.history_rows for each in trials))


def _packing(file: Path) -> str:
    """What a file is packed with, as its name says."""
    return file.suffix if file.suffix in (".gz", ".zst") else ""


def _try_file(
    warehouse: Warehouse,
    source: "WeblogSource",
    night: Night,
    keys: "WeblogKeys",
    file: Path,
) -> Trial:
    from ingest.weblog import loading
    from ingest.weblog.parsing import ANY_TIME

    reading = Reading(
        WEB_REQUESTS, loading.SOURCE, night.day, "log", ANY_TIME, night.run_id
    )
    (counts, (told,)), seconds, grown = _tried(
        warehouse,
        WEB_REQUESTS,
        lambda target: loading.take_in(target, reading, source, [file], keys),
    )
    first, last = told.first_requested_at, told.last_requested_at
    days = (last - first) / timedelta(days=1) if first and last else 1.0
    a_night = counts.read / max(days, SHORTEST_DAYS)
    return Trial(
        entity=WEB_REQUESTS.name,
        row_count=counts.read,
        stored_count=counts.loaded,
        seconds=seconds,
        byte_count=grown,
        history_rows=counts.read,
        night_rows=a_night,
        new_rows=a_night,
    )


def _tried(
    warehouse: Warehouse, entity: Entity, take_in: Callable[[Connection], Taken]
) -> tuple[Taken, float, int]:
    """What taking in gave, its seconds and what raw grew by; then it is taken back."""
    with warehouse.connect("loader") as target:
        before = bytes_of(target, entity)
        start = perf_counter()
        given = take_in(target)
        seconds = perf_counter() - start
        grown = bytes_of(target, entity) - before
        target.rollback()
    return given, seconds, grown


def _try(warehouse: Warehouse, extract: Extract, night: Night) -> Trial:
    history = extract.count(everything_until(night.day, night.zone))
    is_full = extract.spec.mode == "full"
    window = day_window(night.day, night.zone, TRIAL_DAYS - 1)
    counts, seconds, grown = _tried(
        warehouse,
        extract.entity,
        lambda target: take_in(target, extract, night, window),
    )
    new = 0 if is_full else counts.read / TRIAL_DAYS
    return Trial(
        entity=extract.entity.name,
        row_count=counts.read,
        stored_count=counts.loaded,
        seconds=seconds,
        byte_count=grown,
        history_rows=history,
        night_rows=counts.read if is_full else new * (1 + extract.spec.overlap_days),
        new_rows=new,
    )
