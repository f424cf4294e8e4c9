"""Where a company's tables are: in a PostgreSQL, another database, or in files.

Every source has the same two steps: `compare` holds an entity's query against the
contract, `fill` copies the rows of a window into the warehouse's ``staged``.
"""

from collections.abc import Generator
from typing import Protocol

from ingest.shop_source import EntityQuery
from ingest.sources.fitting import Fit, SourceMismatch, SourceUnavailable
from ingest.windows import Window
from warehouse.connection import Connection
from warehouse.entity import Entity

__all__ = ["Extract", "Fit", "SourceMismatch", "SourceUnavailable", "Tables"]


class Extract(Protocol):
    """One entity's query, compared with the contract and ready to be read."""

    @property
    def entity(self) -> Entity:
        """What the query gives."""

    @property
    def spec(self) -> EntityQuery:
        """The query, and how its changes are found."""

    @property
    def fit(self) -> Fit:
        """What becomes of its columns."""

    def fill(self, window: Window, target: Connection) -> Generator[int]:
        """Copy the rows of `window` into ``staged``, and say how many, part by part.

        What cannot be read at all goes into ``refused``, and counts too.
        """

    def count(self, window: Window) -> int:
        """Rows of `window`, without reading them."""

    def warnings(self, window: Window) -> list[str]:
        """What of reading `window` would work, but not well."""


class Tables(Protocol):
    """A company's tables, as they were at one moment."""

    def compare(self, entity: Entity, spec: EntityQuery) -> Extract:
        """Hold the query of an entity against the contract."""
