"""The embedded server on a real PostgreSQL: it opens to nobody, loses nothing."""

import json
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from warehouse.server import Server, ServerError

pytestmark = pytest.mark.postgres
PASSWORD = "correct horse 'battery' staple"


def connect(port: int, password: str = PASSWORD) -> psycopg.Connection[tuple[str]]:
    return psycopg.connect(
        host="127.0.0.1",
        port=port,
        dbname="postgres",
        user="admin",
        password=password,
        autocommit=True,
    )


def kill_postmaster(server: Server) -> None:
    process = psutil.Process(server.status().process_id)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that was never started, in a home with a space in its path."""
    each = Server(tmp_path / "a home" / "company")
    yield each
    each.remove()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the tests that only look."""
    each = Server(tmp_path_factory.mktemp("running") / "company")
    each.start(PASSWORD)
    yield each
    each.remove()


def test_a_wrong_password_is_refused(running: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication"):
        connect(running.port, "guess")


def test_every_way_in_asks_for_scram(running: Server) -> None:
    with connect(running.port) as connection:
        methods = connection.execute(
            "select distinct auth_method from pg_hba_file_rules"
        ).fetchall()
        stored = connection.execute(
            "select left(rolpassword, 14) from pg_authid where rolname = 'admin'"
        ).fetchone()

    assert methods == [("scram-sha-256",)]
    assert stored == ("SCRAM-SHA-256$",)


def test_it_listens_on_loopback_only_and_on_no_socket(running: Server) -> None:
    listening = {
        each.laddr
        for process in [psutil.Process(running.status().process_id)]
        for each in process.net_connections("all")
        if each.status == psutil.CONN_LISTEN or each.family == socket.AF_UNIX
    }

    assert listening == {("127.0.0.1", running.port)}


def test_commits_are_durable_and_text_is_unicode_on_every_machine(
    running: Server,
) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
    with connect(running.port) as connection:
        durable = [connection.execute(f"show {name}").fetchone() for name in names]
        place = connection.execute(
            "select pg_encoding_to_char(encoding), datlocale from pg_database"
            " where datname = 'template1'"
        ).fetchone()
        zone = connection.execute("show TimeZone").fetchone()

    assert durable == [("on",)] * 4
    assert place == ("UTF8", "C.UTF-8")
    assert zone == ("UTC",)


def test_only_its_owner_can_read_home_data_and_log(running: Server) -> None:
    status = running.status()

    assert mode(running.home) == 0o700
    assert mode(running.home / "server.json") == 0o600
    assert mode(status.data) == 0o700
    assert mode(status.log) == 0o600


def test_the_log_names_neither_a_statement_nor_a_value(running: Server) -> None:
    with connect(running.port) as connection:
        connection.execute("create temporary table phones (phone text primary key)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into phones values ('010-1234'), ('010-1234')")
    with connect(running.port) as connection, pytest.raises(psycopg.DataError):
        connection.execute("select '010-1234'::integer")  # quoted in the message itself

    log = running.status().log.read_text("utf-8")
    assert "ready to accept connections" in log
    assert "010-1234" not in log


def test_a_second_start_does_nothing(running: Server) -> None:
    before = running.status()

    assert running.start(PASSWORD) == before.port
    assert running.status() == before


def test_another_password_than_the_first_is_told_of(running: Server) -> None:
    with pytest.raises(ServerError, match=r"secrets\.json"):
        running.start("another")


def test_data_and_port_survive_a_restart(server: Server) -> None:
    port = server.start(PASSWORD)
    with connect(port) as connection:
        connection.execute("create table kept as select 1 as one")
    server.stop()

    assert not server.status().running
    assert server.start(PASSWORD) == port
    with connect(port) as connection:
        assert connection.execute("select one from kept").fetchall() == [(1,)]


def test_an_occupied_port_is_left_for_another_that_is_kept(server: Server) -> None:
    port = server.start(PASSWORD)
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        other = server.start(PASSWORD)

    assert other != port
    assert json.loads((server.home / "server.json").read_text())["port"] == other


def test_a_killed_server_recovers_what_was_committed(server: Server) -> None:
    port = server.start(PASSWORD)
    with connect(port) as connection:
        connection.execute("create table kept as select 1 as one")
        kill_postmaster(server)

    assert not server.status().running
    assert server.start(PASSWORD) == port
    with connect(port) as connection:
        assert connection.execute("select one from kept").fetchall() == [(1,)]


def test_a_stale_file_whose_number_another_program_got_is_no_server(
    server: Server,
) -> None:
    server.start(PASSWORD)
    kill_postmaster(server)
    data = server.status().data
    stale = data / "postmaster.pid"
    lines = stale.read_text().splitlines()
    # the same user's, or PostgreSQL itself knows better
    with subprocess.Popen(["sleep", "600"], user=data.stat().st_uid) as other:
        try:
            stale.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")

            assert not server.status().running
            server.start(PASSWORD)
            assert server.status().running
        finally:
            other.kill()


def test_data_of_another_major_version_are_refused_with_the_steps(
    server: Server,
) -> None:
    server.start(PASSWORD)
    server.stop()
    (server.status().data / "PG_VERSION").write_text("17\n")

    with pytest.raises(ServerError, match=r"PostgreSQL 17(?s:.*)danggol dump FOLDER"):
        server.start(PASSWORD)


def test_an_empty_database_does_not_take_the_place_of_one_left_behind(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "before" / "postgres").mkdir(parents=True)
    server.home.mkdir(parents=True)
    state = {"port": 20_000, "folder": str(tmp_path / "before")}
    (server.home / "server.json").write_text(json.dumps(state))

    with pytest.raises(ServerError, match="moved or copied"):
        server.start(PASSWORD)

    assert not server.status().data.exists()


def test_an_interrupted_making_leaves_nothing_half_made(server: Server) -> None:
    starting = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from warehouse.server import Server;"
            " Server(Path(sys.argv[1])).start('password')",
            str(server.home),
        ],
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    folder = server.status().data.parent
    deadline = time.monotonic() + 60
    while not list(folder.glob("postgres.unfinished-*/data/PG_VERSION")):
        assert time.monotonic() < deadline
        assert starting.poll() is None
        time.sleep(0.001)
    starting.send_signal(signal.SIGINT)
    _, said = starting.communicate(timeout=60)

    assert "KeyboardInterrupt" in said
    assert not list(folder.glob("postgres*"))
    server.start(PASSWORD)
    assert server.status().running


def test_permissions_of_the_folders_above_stay(server: Server) -> None:
    above = server.home.parent
    above.mkdir(mode=0o700)

    server.start(PASSWORD)

    assert mode(above) == 0o700


def test_a_folder_that_is_not_of_postgresql_is_not_touched(server: Server) -> None:
    data = server.status().data
    data.mkdir(parents=True)
    (data / "diary.txt").write_text("mine")

    try:
        with pytest.raises(ServerError):
            server.start(PASSWORD)
        assert (data / "diary.txt").read_text() == "mine"
    finally:
        (data / "diary.txt").unlink()
        data.rmdir()


def test_removing_leaves_no_data_and_no_process(server: Server) -> None:
    server.start(PASSWORD)
    status = server.status()
    process = psutil.Process(status.process_id)

    server.remove()

    process.wait(timeout=10)  # raises if it goes on
    assert not status.data.exists()
    assert server.status().port is None
