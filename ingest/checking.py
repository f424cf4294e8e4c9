"""What a night would take of the company's tables: read and counted, nothing kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingest.contract import SHOP_ENTITIES
from ingest.shop import Night, opened, take_in
from ingest.shop_source import EntityQuery, ShopSource
from ingest.sources import Extract, SourceMismatch
from ingest.windows import Window, day_window
from warehouse import Warehouse
from warehouse.batches import Counts
from warehouse.connection import Connection
from warehouse.entity import Entity
from warehouse.full_reading import ImplausibleReading

SHOWN_ROWS = 5
LATELY = timedelta(days=7)


@dataclass(slots=True)
class Look:
    """What the look at one entity found.

    Attributes
    ----------
    window : tuple of datetime
        Stamps that the night takes, the end excluded.
    counts : Counts, optional
        Where every row would go; None where there is a problem.
    absent : tuple of str
        Columns of the contract that the query does not have.
    extra : tuple of str
        Columns that the contract does not have.
    refused : list of (str, str)
        Place and reason of the first rows that would be refused.
    problem : str, optional
        Why nothing can be taken in.
    warnings : list of str
        What would work, but not well.
    """

    entity: Entity
    spec: EntityQuery
    window: Window
    counts: Counts | None = None
    absent: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    refused: list[tuple[str, str]] = field(default_factory=list)
    problem: str | None = None
    warnings: list[str] = field(default_factory=list)


def look(
    warehouse: Warehouse,
    source: ShopSource,
    night: Night,
    tell: Callable[[str], None] = lambda _entity: None,
) -> Iterator[Look]:
    """Read a night of every entity as `load` does, and take it back.

    A query that fails does not stop the others, so each has a snapshot of its own.

    Raises
    ------
    ingest.sources.SourceUnavailable
        If the source cannot be reached.
    """
    for name, entity in SHOP_ENTITIES.items():
        if name not in source.entities:
            continue
        tell(name)
        spec = source.entities[name]
        found = Look(entity, spec, day_window(night.day, night.zone, spec.overlap_days))
        try:
            with opened(source, night) as tables:
                _look_at(warehouse, tables.compare(entity, spec), night, found)
        except (SourceMismatch, ImplausibleReading) as error:
            found.problem = str(error)
        yield found


def _look_at(warehouse: Warehouse, extract: Extract, night: Night, found: Look) -> None:
    columns = extract.fit.columns
    found.extra = extract.fit.extra
    found.absent = tuple(
        each.name for each in found.entity.columns if each.name not in columns
    )
    found.warnings = extract.warnings(found.window)
    begin, _ = found.window
    with warehouse.connect("loader") as target:
        found.counts = take_in(target, extract, night, found.window)
        found.refused = target.execute(
            "select locator, reason from vault.quarantine where batch_id ="
            " (select max(batch_id) from ledger.batches where run_id = %s)"
            " order by quarantine_id limit %s",
            [night.run_id, SHOWN_ROWS],
        ).fetchall()
        if found.spec.stamp is not None and _was_read(target, found.entity, begin):
            late = take_in(target, extract, night, (begin - LATELY, begin)).loaded
            if late:
                found.warnings.append(
                    f"{late:,} rows have a {found.spec.stamp} of the "
                    f"{LATELY.days} days before, which were read without them: it runs "
                    "backward, or rows come late; a larger overlap_days would see them"
                )
        target.rollback()


def _was_read(target: Connection, entity: Entity, moment: datetime) -> bool:
    """Whether the time before a moment has been read already."""
    found = target.execute(
        "select true from ledger.batches where entity = %s and window_to = %s limit 1",
        [entity.name, moment],
    )
    return found.fetchone() is not None
