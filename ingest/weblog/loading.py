"""Web logs of a window of time, from files to raw, every line accounted for."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import polars as pl

from ingest.ahead import one_ahead
from ingest.contract.visits import WEB_REQUESTS
from ingest.weblog.keys import WeblogKeys
from ingest.weblog.reading import (
    REFUSED_LINE_BYTES,
    REQUESTS,
    LogFile,
    ParsedChunk,
    read_requests,
)
from ingest.weblog.reading import read_again as parse_again
from ingest.weblog.source import WeblogSource
from warehouse import Warehouse, log_files
from warehouse.batches import Counts, Reading, is_committed, store
from warehouse.connection import Connection
from warehouse.copying import EncodedRows, copy_frame, copy_rows, encode
from warehouse.keyed_hash import KeyedHash
from warehouse.quarantine import HeldLine

SOURCE = "weblog"
Window = tuple[datetime, datetime]


@dataclass(slots=True)
class _Batch:
    """Files on their way into one batch."""

    source: WeblogSource
    keys: WeblogKeys
    window: Window
    files: list[Path]
    finished: list[LogFile] = field(default_factory=list)

    def fill(self, connection: Connection) -> Generator[int]:
        """Copy requests into ``staged`` and refused lines into ``refused``."""
        for chunk, requests in one_ahead(self._encoded_chunks()):
            copy_rows(connection, "staged", requests)
            copy_frame(connection, "refused", _refused(chunk.refused))
            if chunk.finished is not None:
                self.finished.append(chunk.finished)
            # lines of another time belong to another batch
            yield chunk.line_count - chunk.ignored_count - chunk.outside_count

    def _encoded_chunks(self) -> Iterator[tuple[ParsedChunk, EncodedRows]]:
        begin, end = (edge.astimezone(UTC) for edge in self.window)
        window = begin, end
        for chunk in read_requests(self.files, self.source, self.keys, window):
            yield chunk, _encoded(chunk.requests)


def load(
    warehouse: Warehouse,
    source: WeblogSource,
    home: Path,
    day: date,
    window: Window,
    keys: WeblogKeys,
    run_id: UUID,
    *,
    only_missing: bool = False,
) -> Counts:
    """Take in the requests of `window` out of every file that may hold some.

    Files that have not changed since all their lines up to the window's end were
    offered are not opened again.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `loader`.
    source : WeblogSource
        Which files, in which format.
    home : Path
        Folder that a relative glob begins in.
    day : date
        Business date of the batch.
    window : tuple of datetime
        Times of the requests to take in, the end excluded.
    keys : WeblogKeys
        Keys of the company.
    run_id : UUID
        Whose work this is.
    only_missing : bool
        Whether a window that has a batch already is left as it is.
    """
    reading = Reading(
        entity=WEB_REQUESTS,
        source=SOURCE,
        business_date=day,
        mode="log",
        window=window,
        run_id=run_id,
    )
    with warehouse.connect("loader") as connection:
        if only_missing and is_committed(connection, reading):
            return Counts(0, 0, 0, 0)
        unread = log_files.not_yet_read(connection, source.find_files(home), window[1])
        counts, finished = take_in(connection, reading, source, unread, keys)
        log_files.remember(connection, [_seen(file, window[1]) for file in finished])
        return counts


def take_in(
    connection: Connection,
    reading: Reading,
    source: WeblogSource,
    files: list[Path],
    keys: WeblogKeys,
) -> tuple[Counts, list[LogFile]]:
    """Store the requests of a reading's window; what is known of each file then."""
    batch = _Batch(source, keys, reading.window, files)
    keyed = KeyedHash(keys.key("raw"))
    counts = store(connection, reading, list(REQUESTS), batch.fill, keyed)
    return counts, batch.finished


def read_again(
    connection: Connection,
    lines: Sequence[HeldLine],
    since: datetime,
    source: WeblogSource,
    keys: WeblogKeys,
    until: datetime,
) -> None:
    """Parse lines out of the quarantine into ``staged`` and ``refused``.

    Requests before `since` and from `until` on stay refused for the old reason: they
    are not for this night.
    """
    window = since.astimezone(UTC), until.astimezone(UTC)
    chunk = parse_again([line.payload for line in lines], source, keys, window)
    places = pl.DataFrame(
        {
            "line_number": range(len(lines)),
            "file_hash": [line.file for line in lines],
            "number": [line.number for line in lines],
            "identity": [line.identity for line in lines],
            "locator": [line.locator for line in lines],
            "old_reason": [line.reason for line in lines],
            "line": [line.payload for line in lines],
        },
        schema_overrides={"line_number": pl.Int64, "number": pl.Int64},
    )
    asked = chunk.requests.drop("file_hash")
    found = asked.join(places, on="line_number")
    requests = found.with_columns(line_number="number").select(*REQUESTS)
    copy_rows(connection, "staged", _encoded(requests))
    refused = (
        places.join(asked, on="line_number", how="anti")
        .join(chunk.refused.drop("file_hash", "line"), on="line_number", how="left")
        .with_columns(pl.coalesce("reason", "old_reason").alias("reason"))
    )
    told = [pl.col("identity"), pl.col("locator"), *_TOLD]
    copy_frame(connection, "refused", refused.select(told))


def _encoded(requests: pl.DataFrame) -> EncodedRows:
    return encode(requests.with_columns(pl.col("requested_at").alias("_source_stamp")))


_IS_CUT = (pl.col("reason") == "unfinished_line") | (
    pl.col("line").bin.size() >= REFUSED_LINE_BYTES
)
_TOLD = (
    pl.col("reason"),
    # bytea's own way of writing bytes
    pl.concat_str(pl.lit("\\x"), pl.col("line").bin.encode("hex")).alias("payload"),
    pl.when(_IS_CUT).then(pl.lit("cut")).otherwise(pl.lit("line")).alias("form"),
)


def _refused(refused: pl.DataFrame) -> pl.DataFrame:
    # a renamed file is the same file, so its name is for the reader only
    known_by = pl.coalesce("file_hash", "file_name")
    number = pl.col("line_number").cast(pl.String)
    return refused.select(
        pl.concat_str(known_by, number, separator=":").alias("identity"),
        pl.concat_str("file_name", number, separator=":").alias("locator"),
        *_TOLD,
    )


def _seen(file: LogFile, read_to: datetime) -> log_files.LogFile:
    return log_files.LogFile(
        path=str(file.path),
        file_hash=file.file_hash,
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        line_count=file.line_count,
        first_requested_at=file.first_requested_at,
        last_requested_at=file.last_requested_at,
        read_to=read_to,
        problem=file.problem,
    )
