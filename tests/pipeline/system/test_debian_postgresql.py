"""The oldest PostgreSQL that may carry a warehouse, as Debian packages it."""

import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from danggol import operations
from danggol.environment import Environment
from danggol.provisioning import start_warehouse
from tests import databases
from tests.pipeline import privileges
from tests.pipeline.conftest import Saved
from tests.pipeline.external import company_on, let_us_create
from tests.pipeline.made_company import HISTORY, NIGHTS, MadeCompany, differences
from warehouse import Warehouse
from warehouse.dump import dump

pytestmark = pytest.mark.system
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
ADMIN = "of Debian's admin"


@pytest.fixture(scope="module")
def server() -> Iterator[Warehouse]:
    """PostgreSQL 15, on a free port, by the account that the package made."""
    account = pwd.getpwnam("postgres").pw_uid
    with tempfile.TemporaryDirectory(prefix="danggol-debian-") as folder:
        data, secret = Path(folder, "data"), Path(folder, "password")
        secret.write_text(ADMIN)
        shutil.chown(folder, account)
        shutil.chown(secret, account)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]

        def run(program: str, *arguments: str) -> None:
            command = [PROGRAMS / program, f"--pgdata={data}", *arguments]
            subprocess.run(
                command, user=account, cwd=folder, check=True, stdout=subprocess.DEVNULL
            )

        run("initdb", "--username=admin", f"--pwfile={secret}", "--auth=scram-sha-256")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k ''"
        log = f"--log={folder}/log"
        run("pg_ctl", "start", "--wait", log, "--options", options)
        try:
            admin = Warehouse("127.0.0.1", port, "postgres", {"admin": ADMIN})
            let_us_create(admin)
            yield admin
        finally:
            run("pg_ctl", "stop", "--mode=fast")


@pytest.fixture(scope="module")
def company(
    tmp_path_factory: pytest.TempPathFactory, server: Warehouse
) -> Iterator[MadeCompany]:
    """The company on that server, after its history and a night."""
    home = tmp_path_factory.mktemp("debian") / "haneul"
    with company_on(server, home) as company:
        start_warehouse(Environment.current())
        company.night(HISTORY, history=True)
        company.night(NIGHTS[0])
        yield company


def test_its_marts_are_those_of_the_embedded_server(
    after_each_night: list[Saved], company: MadeCompany
):
    with company.warehouse.connect("auditor") as connection:
        assert connection.info.server_version // 10_000 == 15
    assert differences(company.marts(), after_each_night[0].look().marts()) == {}


def test_every_role_has_its_rights_there(company: MadeCompany):
    assert privileges.faults(company) == []


def test_a_dump_restored_there_has_equal_marts_and_the_next_night_is_equal(
    after_each_night: list[Saved], company: MadeCompany, tmp_path: Path
):
    before = company.marts()
    dump(company.warehouse, tmp_path / "backup")
    databases.drop(company.warehouse)

    operations.restore(Console(quiet=True), tmp_path / "backup")

    assert differences(company.marts(), before) == {}
    company.night(NIGHTS[1])
    assert differences(company.marts(), after_each_night[1].look().marts()) == {}
