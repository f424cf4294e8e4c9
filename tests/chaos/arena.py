"""A made company on a server of its own, brought back to any of its nights."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from tests import databases
from tests.chaos.command import run_night
from tests.chaos.ground import Ground
from tests.chaos.looks import Look
from tests.databases import PASSWORDS
from tests.pipeline.made_company import (
    HISTORY,
    LATER_NIGHTS,
    NIGHTS,
    MadeCompany,
    fill_shop,
    make_home,
    select,
)
from warehouse import Warehouse
from warehouse.server import Server
from warehouse.server_place import place_of

ALL_NIGHTS = (*NIGHTS, *LATER_NIGHTS)
DISK_MB = 1500
# The demo's fitted WAL would fill the small disk by itself.
SMALL_WAL = (
    "alter system set min_wal_size = '64MB'",
    "alter system set max_wal_size = '192MB'",
    "select pg_reload_conf()",
)


@dataclass(frozen=True)
class Arena:
    """The company, and what it was like after each night that nobody disturbed."""

    ground: Ground
    looks: dict[date, Look]

    def bring_back(self, after: date) -> None:
        """Let the warehouse be as it was after a night."""
        warehouse = self.ground.company.warehouse
        databases.drop(warehouse)
        databases.create(warehouse, _kept(after))
        # A copied sequence trusts what the log holds of the one it was copied from, and
        # a crash would take it back, were its pages not written first.
        with warehouse.connect("admin", autocommit=True) as connection:
            connection.execute("checkpoint")

    @staticmethod
    def before(night: date) -> date:
        """The night before."""
        return max(day for day in (HISTORY, *ALL_NIGHTS) if day < night)


@contextmanager
def arena(nights: Sequence[date] = ALL_NIGHTS) -> Iterator[Arena]:
    """Make the company and run its first nights, undisturbed, by the real command."""
    with (
        tempfile.TemporaryDirectory(prefix="danggol-chaos-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        home = Path(folder) / "haneul"
        make_home(home, 0, PASSWORDS)
        (home / "server.json").unlink()  # the server writes its own
        server = Server(home)
        with _small_disk(home) as disk:
            try:
                yield _made(home, server, disk, patch, nights)
            finally:
                server.stop()
        server.remove()


def _made(
    home: Path,
    server: Server,
    disk: Path | None,
    patch: pytest.MonkeyPatch,
    nights: Sequence[date],
) -> Arena:
    port = server.start(PASSWORDS["admin"])
    warehouse = Warehouse("127.0.0.1", port, "warehouse", PASSWORDS)
    company = MadeCompany(home, warehouse, replace(warehouse, database="haneul_shop"))
    with warehouse.connect("admin", database="postgres", autocommit=True) as connection:
        for statement in SMALL_WAL:
            connection.execute(statement.encode())
    databases.create(company.shop)
    with company.shop.connect("admin") as connection:
        fill_shop(connection)
    databases.create(warehouse)
    select(home, company.shop, patch)
    looks, seconds = {}, {}
    for night in (HISTORY, *nights):
        options = ["--history"] if night == HISTORY else []
        ended, seconds = run_night(company, night, {}, *options)
        assert ended.code == 0, ended.message
        looks[night] = Look.at(company)
        databases.create(replace(warehouse, database=_kept(night)), "warehouse")
    return Arena(Ground(company, seconds, server, disk), looks)


def _kept(night: date) -> str:
    return f"after_{night:%m_%d}"


def has_small_disk() -> bool:
    """Whether the server's data can lie on a small file system: root can mount one."""
    return os.geteuid() == 0


@contextmanager
def _small_disk(home: Path) -> Iterator[Path | None]:
    """A file system for the server's data that can be filled."""
    if not has_small_disk():
        yield None
        return
    disk = place_of(home).folder
    disk.mkdir(mode=0o755, parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=755", "none", disk]
    subprocess.run(mount, check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)
