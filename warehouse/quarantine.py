"""Refused rows: what there is, what they said, and what becomes of them.

A refused row is open until somebody settles it: by reading it again under the rules
of today, or by accepting, for a written reason, that it stays out. The batch that
refused it counts both, so that a gate sees open rows only.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import class_row

from warehouse.batches import Counts, Reading, store
from warehouse.connection import Connection, Warehouse
from warehouse.entity import Entity
from warehouse.keyed_hash import KeyedHash


@dataclass(frozen=True, slots=True)
class Heap:
    """Rows of one night and entity that were refused for one reason.

    Attributes
    ----------
    open_count, retried_count, accepted_count : int
        By what became of them.
    locator : str
        Where one of them is found: a key, or file and line.
    """

    business_date: date
    entity: str
    reason: str
    open_count: int
    retried_count: int
    accepted_count: int
    locator: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One refused row, with what it said: personal data."""

    quarantine_id: int
    locator: str
    reason: str
    settled_as: str | None
    settled_why: str | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """A reading whose refused rows are read again."""

    batch_id: int
    source_name: str
    business_date: date
    mode: str
    window_from: datetime
    window_to: datetime

    def reading(self, entity: Entity, run_id: UUID) -> Reading:
        """The retry's own reading: of the same date and window."""
        return Reading(
            entity=entity,
            source=self.source_name,
            business_date=self.business_date,
            mode=self.mode,
            window=(self.window_from, self.window_to),
            run_id=run_id,
            is_retry=True,
        )


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A refused line of a log, whole.

    Attributes
    ----------
    identity : str
        Hash of its file and number of the line, with a colon between.
    locator : str
        The same with the file's name.
    reason : str
        Why it was refused.
    """

    identity: str
    locator: str
    reason: str
    payload: bytes

    @property
    def file(self) -> str:
        """Hash of the file."""
        return self.identity.rpartition(":")[0]

    @property
    def number(self) -> int:
        """Line in the file, from 1."""
        return int(self.identity.rpartition(":")[2])


# Parses lines into ``staged`` and ``refused``; takes requests from a time on.
ReadAgain = Callable[[Connection, Sequence[HeldLine], datetime], None]


def heaps(connection: Connection) -> list[Heap]:
    """Everything refused that has not expired, newest night first; as `auditor`."""
    with connection.cursor(row_factory=class_row(Heap)) as cursor:
        return cursor.execute(
            """
            select
                batches.business_date,
                quarantine.entity,
                quarantine.reason,
                count(*) filter (where settled_as is null) as open_count,
                count(*) filter (where settled_as = 'retried') as retried_count,
                count(*) filter (where settled_as = 'accepted') as accepted_count,
                min(quarantine.locator) as locator
            from vault.quarantine
            inner join ledger.batches using (batch_id)
            group by batches.business_date, quarantine.entity, quarantine.reason
            order by 1 desc, 2, 4 desc, 3
            """
        ).fetchall()


def rows(warehouse: Warehouse, entity: str, day: date, limit: int) -> list[Refused]:
    """Refused rows of a night, whole; as `steward`, after `auditor` named the batches.

    Raises
    ------
    LookupError
        If nothing of the entity was refused that night.
    """
    with warehouse.connect("auditor") as connection:
        (batch_ids,) = connection.execute(
            "select array_agg(batch_id) from ledger.batches"
            " where entity = %s and business_date = %s",
            [entity, day],
        ).fetchone() or (None,)
    with (
        warehouse.connect("steward") as connection,
        connection.cursor(row_factory=class_row(Refused)) as cursor,
    ):
        found = cursor.execute(
            "select quarantine_id, locator, reason, settled_as, settled_why, payload"
            " from vault.quarantine where batch_id = any(%s)"
            " order by settled_as is not null, quarantine_id limit %s",
            [batch_ids or [], limit],
        ).fetchall()
    if not found:
        raise LookupError(f"nothing of {entity} was refused on {day}")
    return found


def accept(connection: Connection, entity: str, day: date, why: str) -> int:
    """Leave the open rows of a night out for good, for a reason; as `loader`.

    Returns
    -------
    int
        Rows that were open.
    """
    settled = connection.execute(
        "update vault.quarantine set settled_as = 'accepted', settled_why = %s,"
        " settled_at = clock_timestamp() from ledger.batches"
        " where quarantine.batch_id = batches.batch_id and batches.entity = %s"
        " and batches.business_date = %s and settled_as is null"
        " returning quarantine.batch_id",
        [why, entity, day],
    ).fetchall()
    for batch_id in {each for (each,) in settled}:
        _count_settled(connection, batch_id, settled.count((batch_id,)))
    return len(settled)


def retry(
    connection: Connection,
    entity: Entity,
    day: date,
    run_id: UUID,
    keyed: KeyedHash,
    read_again: ReadAgain | None = None,
) -> Counts:
    """Read open rows of a night again, under the rules of today; as `loader`.

    Each reading that refused some gets a batch of its own for them; the caller's
    transaction commits all. Rows that their source told in its own form, and lines
    of files of tables, are left: a rule of ours would not make them readable. Of a
    log, `read_again` parses the lines; those that were cut are left.

    Returns
    -------
    Counts
        Of the rows that were read again.
    """
    total = Counts(0, 0, 0, 0)
    columns = [column.name for column in entity.columns]
    for heard in _heard(connection, entity, day):

        def fill(target: Connection, heard: Heard = heard) -> Generator[int]:
            yield _stage(target, heard.batch_id)
            while read_again and (lines := _take_lines(target, heard.batch_id)):
                read_again(target, lines, heard.window_from)
                yield len(lines)

        counts = store(connection, heard.reading(entity, run_id), columns, fill, keyed)
        _count_settled(connection, heard.batch_id, counts.read - counts.quarantined)
        total += counts
    return total


def _heard(connection: Connection, entity: Entity, day: date) -> list[Heard]:
    with connection.cursor(row_factory=class_row(Heard)) as cursor:
        return cursor.execute(
            "select batch_id, source_name, business_date, mode, window_from, window_to"
            " from ledger.batches where entity = %s and business_date = %s"
            " and exists (select from vault.quarantine"
            " where quarantine.batch_id = batches.batch_id"
            f" and ({_RETRYABLE} or %s and {_RETRYABLE_LINE})) order by batch_id",
            [entity.name, day, entity.is_log],
        ).fetchall()


_PART = 2_000  # lines in memory at once, each of up to 64 KiB
_OPEN = "settled_as is null and octet_length(payload) > 0"
_RETRYABLE = f"{_OPEN} and form = 'row'"
_RETRYABLE_LINE = f"{_OPEN} and form = 'line'"


def _stage(connection: Connection, batch_id: int) -> int:
    """Copy a reading's open rows into ``staged``, and settle them for now."""
    return connection.execute(
        f"with taken as (update vault.quarantine set settled_as = 'retried',"
        f" settled_at = clock_timestamp() where batch_id = %s and {_RETRYABLE}"
        " returning payload)"
        " insert into staged select told.* from taken cross join lateral"
        " jsonb_populate_record(null::pg_temp.staged,"
        " convert_from(payload, 'UTF8')::jsonb) as told",
        [batch_id],
    ).rowcount


def _take_lines(connection: Connection, batch_id: int) -> list[HeldLine]:
    """Some of a reading's open lines, settled for now."""
    with connection.cursor(row_factory=class_row(HeldLine)) as cursor:
        return cursor.execute(
            "update vault.quarantine set settled_as = 'retried',"
            " settled_at = clock_timestamp() where quarantine_id in"
            f" (select quarantine_id from vault.quarantine where batch_id = %s"
            f" and {_RETRYABLE_LINE} order by quarantine_id limit %s)"
            " returning identity, locator, reason, payload",
            [batch_id, _PART],
        ).fetchall()


def _count_settled(connection: Connection, batch_id: int, count: int) -> None:
    """Count settled rows in each reading of the window; a row lies there but once."""
    connection.execute(
        "update ledger.batches set"
        " settled_count = least(quarantined_count, settled_count + %s)"
        " where not is_retry and (source_name, entity, business_date, window_from) ="
        " (select source_name, entity, business_date, window_from"
        " from ledger.batches where batch_id = %s)",
        [count, batch_id],
    )
