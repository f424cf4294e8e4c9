"""Batches as a source would tell them, for tests of what becomes of their rows."""

from collections.abc import Callable, Generator
from datetime import UTC, date, datetime
from uuid import uuid4

from warehouse import Warehouse
from warehouse.batches import Counts, Reading, store
from warehouse.connection import Connection
from warehouse.entity import Entity, HashKey
from warehouse.keyed_hash import KeyedHash

KEY = KeyedHash(b"a key of the tests, long enough")
KEYS: dict[HashKey, KeyedHash] = {"identifiers": KEY, "cookies": KEY}
Row = tuple[object, ...]


def reading(entity: Entity, day: date, mode: str = "incremental") -> Reading:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Reading(entity, "shop", day, mode, (start, start.replace(hour=23)), uuid4())


def take_in(
    warehouse: Warehouse,
    entity: Entity,
    columns: list[str],
    rows: list[Row],
    day: date = date(2026, 3, 1),
    mode: str = "incremental",
) -> Counts:
    """Store rows given as (*columns, stamp) and say where they went."""
    with warehouse.connect("loader") as connection:
        return store(
            connection, reading(entity, day, mode), columns, fill(columns, rows), KEY
        )


def fill(columns: list[str], rows: list[Row]) -> Callable[[Connection], Generator[int]]:
    def copy(connection: Connection) -> Generator[int]:
        names = ", ".join([*columns, "_source_stamp"])
        with (
            connection.cursor() as cursor,
            cursor.copy(f"copy staged ({names}) from stdin") as into,
        ):
            for row in rows:
                into.write_row(row)
        yield len(rows)

    return copy


def stamp(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)
