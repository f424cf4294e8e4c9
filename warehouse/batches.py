"""One batch: rows are copied in, checked, stored and counted in one transaction.

Nothing of a batch is visible before all of it is, and the ledger's row with its
counts is written in the same transaction.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from warehouse import examination, full_reading
from warehouse.connection import Connection
from warehouse.entity import Entity
from warehouse.keyed_hash import KeyedHash

# Copies a source's rows into `staged`, refused ones into `refused`, part by part, and
# says of each part how many rows the source gave.
Fill = Callable[[Connection], Generator[int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read: one entity of one source for one business date.

    A retry reads refused rows of such a reading again, out of the quarantine. Of a
    sample, a share of the customers is read, with all their rows.
    """

    entity: Entity
    source: str
    business_date: date
    mode: str
    window: tuple[datetime, datetime]
    run_id: UUID
    is_retry: bool = False
    sample: float | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Where every row of a batch went; `deleted` rows were inferred, not read."""

    read: int
    loaded: int
    quarantined: int
    known: int
    deleted: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.read + other.read,
            self.loaded + other.loaded,
            self.quarantined + other.quarantined,
            self.known + other.known,
            self.deleted + other.deleted,
        )


def store(
    connection: Connection,
    reading: Reading,
    columns: Sequence[str],
    fill: Fill,
    keyed: KeyedHash,
) -> Counts:
    """Take in one batch; the caller's transaction commits it.

    Parameters
    ----------
    connection : Connection
        As `loader`.
    reading : Reading
        What is read.
    columns : sequence of str
        Contract columns that the source has; the others stay null.
    fill : callable
        Fills the temporary tables ``staged`` and ``refused``; after each part,
        ``staged`` is emptied.
    keyed : KeyedHash
        Hashes identifiers.

    Raises
    ------
    warehouse.full_reading.ImplausibleReading
        If a full reading is empty or lost too many rows.
    """
    entity = reading.entity
    told = examination.begin(connection, entity, columns, reading.window[1], keyed)
    read = examined = 0
    # closed whatever happens here, so that nothing goes on reading
    with closing(fill(connection)) as parts:
        for count in parts:
            read += count
            if reading.sample is not None:
                read -= examination.drop_others(
                    connection, entity, columns, reading.sample
                )
            examined += examination.examine_part(connection, told, keyed)
    if reading.sample is not None:
        read -= examination.drop_other_lines(connection, reading.sample)
    unreadable = _count_refused(connection)
    accepted = examined - examination.sort_out(connection, entity)
    batch_id = _next_batch_id(connection)
    number = _reading_number(connection, reading)
    quarantined, settled = _quarantine(connection, reading, batch_id)
    deleted = 0
    if reading.mode == "full":
        position = full_reading.Position(
            reading.business_date, reading.window[0], number
        )
        loaded, deleted = full_reading.store(
            connection,
            entity,
            reading.source,
            position,
            batch_id,
            is_complete=not (unreadable or reading.is_retry),
        )
    else:
        loaded = examination.append(connection, entity, batch_id, reading.business_date)
    examination.keep_identifiers(connection, entity, batch_id)
    counts = Counts(read, loaded, quarantined, accepted - loaded, deleted)
    _write_ledger(connection, reading, batch_id, number, counts, settled)
    connection.execute("drop view accepted; drop table staged, examined, refused")
    return counts


def is_committed(connection: Connection, reading: Reading) -> bool:
    """Whether a batch for the same entity, date and window is there already."""
    found = connection.execute(
        "select true from ledger.batches where source_name = %s and entity = %s"
        " and business_date = %s and window_from = %s limit 1",
        [
            reading.source,
            reading.entity.name,
            reading.business_date,
            reading.window[0],
        ],
    )
    return found.fetchone() is not None


def _next_batch_id(connection: Connection) -> int:
    (batch_id,) = connection.execute(
        "select nextval(pg_get_serial_sequence('ledger.batches', 'batch_id'))"
    ).fetchone() or (0,)
    return int(batch_id)


def _reading_number(connection: Connection, reading: Reading) -> int:
    (number,) = connection.execute(
        "select coalesce(max(reading_number), 0) + 1 from ledger.batches"
        " where source_name = %s and entity = %s and business_date = %s"
        " and window_from = %s",
        [
            reading.source,
            reading.entity.name,
            reading.business_date,
            reading.window[0],
        ],
    ).fetchone() or (1,)
    return int(number)


def _quarantine(
    connection: Connection, reading: Reading, batch_id: int
) -> tuple[int, int]:
    """Move refused rows to the vault; the same row told again lies there once.

    Returns
    -------
    tuple of int
        Rows refused, and how many of them somebody has accepted as refused before.
    """
    place = [reading.source, reading.entity.name]
    connection.execute(
        "insert into vault.quarantine (batch_id, source_name, entity, identity,"
        " locator, reason, payload, payload_hash, form)"
        " select distinct on (identity, reason, md5(payload)) %s, %s, %s, identity,"
        " locator, reason, payload, md5(payload)::uuid, form from refused"
        # what a retry could not take in is open again
        " on conflict (source_name, entity, identity, payload_hash, reason)"
        " do update set settled_as = null, settled_at = null"
        " where quarantine.settled_as = 'retried'",
        [batch_id, *place],
    )
    (accepted,) = connection.execute(
        "select count(*) from refused inner join vault.quarantine"
        " using (identity, reason)"
        " where quarantine.source_name = %s and quarantine.entity = %s"
        " and quarantine.payload_hash = md5(refused.payload)::uuid"
        " and quarantine.settled_as = 'accepted'",
        place,
    ).fetchone() or (0,)
    return _count_refused(connection), int(accepted)


def _count_refused(connection: Connection) -> int:
    (count,) = connection.execute("select count(*) from refused").fetchone() or (0,)
    return int(count)


def _write_ledger(
    connection: Connection,
    reading: Reading,
    batch_id: int,
    number: int,
    counts: Counts,
    settled: int,
) -> None:
    connection.execute(
        "insert into ledger.batches (batch_id, source_name, entity, business_date,"
        " mode, window_from, window_to, reading_number, read_count, loaded_count,"
        " quarantined_count, known_count, deleted_count, run_id, settled_count,"
        " is_retry) overriding system value"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            batch_id,
            reading.source,
            reading.entity.name,
            reading.business_date,
            reading.mode,
            *reading.window,
            number,
            counts.read,
            counts.loaded,
            counts.quarantined,
            counts.known,
            counts.deleted,
            reading.run_id,
            settled,
            reading.is_retry,
        ],
    )
