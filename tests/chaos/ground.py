"""A made company that faults may strike."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.pipeline.made_company import MadeCompany
from warehouse.server import Server


@dataclass(frozen=True)
class Ground:
    """Where a fault strikes.

    Attributes
    ----------
    company : MadeCompany
        As it was before the night.
    seconds : mapping of str to float
        How long each stage of the night takes undisturbed.
    server : Server or None
        The company's own server, which a fault may stop; None for one that others
        use, too.
    disk : Path or None
        A small file system that the server's data lie on, where there is one.
    """

    company: MadeCompany
    seconds: Mapping[str, float]
    server: Server | None = None
    disk: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What leads the command to the warehouse."""
        return {} if self.server else self.by_url(self.company.warehouse.port)

    def by_url(self, port: int) -> dict[str, str]:
        """The same warehouse by way of another port."""
        url = self.company.warehouse.url("admin", driver="postgresql")
        there = urlsplit(url)
        moved = there._replace(netloc=there.netloc.rpartition(":")[0] + f":{port}")
        return {"WAREHOUSE_URL": moved.geturl()}

    def recover(self) -> None:
        """Bring the server back, as a person would, before anything is looked at."""
        if self.server is not None:
            self.server.start(self.company.warehouse.password("admin"))
