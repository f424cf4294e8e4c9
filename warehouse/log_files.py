"""Which log files were read, how far, and in what state."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from warehouse.connection import Connection


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log file as it was when it was last read.

    `read_to` is the moment up to which every line has been offered to a batch.
    """

    path: str
    file_hash: str | None
    size_bytes: int
    modified_at: datetime | None
    line_count: int
    first_requested_at: datetime | None
    last_requested_at: datetime | None
    read_to: datetime
    problem: str | None


def not_yet_read(
    connection: Connection, files: Sequence[Path], until: datetime
) -> list[Path]:
    """Files that have changed, or hold lines that no batch was offered yet.

    Parameters
    ----------
    connection : Connection
        As `loader`.
    files : sequence of Path
        All files there are.
    until : datetime
        End of the window now asked for.
    """
    done = {
        (path, size, modified)
        for path, size, modified in connection.execute(
            "select path, size_bytes, modified_at from ledger.log_files"
            " where problem is null and (read_to >= %s"
            " or coalesce(last_requested_at < read_to, true))",
            [until],
        )
    }
    return [path for path in files if _state(path) not in done]


def _state(path: Path) -> tuple[str, int, datetime]:
    found = path.stat()
    return str(path), found.st_size, datetime.fromtimestamp(found.st_mtime, UTC)


def remember(connection: Connection, files: Iterable[LogFile]) -> None:
    """Keep what was read; the same path told again replaces what was known."""
    names = [each.name for each in fields(LogFile)]
    statement = sql.SQL(
        "insert into ledger.log_files ({names}) values ({values})"
        " on conflict (path) do update set ({names}) = ({excluded})"
    ).format(
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(sql.Placeholder() * len(names)),
        excluded=sql.SQL(", ").join(sql.Identifier("excluded", x) for x in names),
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [astuple(file) for file in files])
