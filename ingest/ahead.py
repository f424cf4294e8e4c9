"""Work for two cores: the next part is made while PostgreSQL takes one in."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")


def one_ahead(parts: Iterator[Part]) -> Iterator[Part]:
    """The parts, of which a thread makes one while the one before is in use."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = thread.submit(next, parts, None)
            yield part
