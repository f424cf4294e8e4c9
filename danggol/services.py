"""Airflow's services of one company: started, found again, stopped.

API server, scheduler and DAG processor run as detached processes whose state lies
under the company's home. Airflow is never imported here, only its commands are run,
so that everything but `up` works without it.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import httpx
import psutil
import psycopg

from danggol.airflow_api import AirflowApi
from danggol.airflow_settings import ADMIN, Login, airflow_environment, read_state

# -P: the folder from which a person called is not a place to import from.
AIRFLOW = [sys.executable, "-P", "-m", "airflow"]
COMMANDS: dict[str, list[str]] = {
    "api-server": ["api-server"],
    # Logs are read from disk by the API server; the scheduler's own log server would
    # listen on every address of the machine.
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
}
# The API server outlives the scheduler, whose interrupted tasks still report to it.
STOP_ORDER = ("scheduler", "dag-processor", "api-server")


class ServicesError(RuntimeError):
    """A service does not start or has died; says which, and its last log lines."""


@dataclass(frozen=True)
class Services:
    """Running services of a company.

    Attributes
    ----------
    url : str
        Address of Airflow's pages and of its API.
    login : Login
        User and password; the password is not shown by `repr`.
    home : Path
        The company's home.
    """

    url: str
    login: Login
    home: Path


@dataclass(frozen=True)
class ServiceStatus:
    """One service as the operating system sees it."""

    name: str
    pid: int | None
    started_at: datetime | None
    memory_bytes: int
    log: Path = field(repr=False)

    @property
    def is_running(self) -> bool:
        """Whether the process that we started is still there."""
        return self.pid is not None


def start(
    company_home: Path,
    environment: Mapping[str, str],
    metadata_url: str,
    timeout_seconds: float = 180,
) -> Services:
    """Start what is not running yet, and wait until Airflow says it is healthy.

    Parameters
    ----------
    company_home : Path
        Folder of the company; Airflow lives in ``airflow/`` below it.
    environment : Mapping of str to str
        What tasks need beyond this process's own variables, such as COMPANY.
    metadata_url : str
        SQLAlchemy URL of Airflow's database, driver named. It reaches the services
        by their environment only.
    timeout_seconds : float
        How long to wait for health.

    Raises
    ------
    ServicesError
        If the database cannot be migrated, a service dies, or none gets healthy in
        time; names the log and quotes its end.
    """
    with _only_one_at_a_time(company_home):
        idle = not any(each.is_running for each in status(company_home))
        variables, port, login = airflow_environment(
            company_home, environment, metadata_url, may_move_port=idle
        )
        services = Services(f"http://127.0.0.1:{port}", login, company_home)
        _migrate(company_home, variables, metadata_url)
        deadline = time.monotonic() + timeout_seconds
        _start_missing(services, ["api-server", "dag-processor"], variables)
        _wait_until(_are_dags_known, services, deadline)
        # Last: an asset's event that comes before the DAG which waits for it is
        # known is lost, and with it the first night's star.
        _start_missing(services, ["scheduler"], variables)
        _wait_until(_is_healthy, services, deadline)
    return services


def stop(company_home: Path, grace_seconds: float = 30) -> list[str]:
    """Stop the company's services and everything they started; return the names.

    A task that is interrupted is reported as failed by its supervisor, so Airflow
    retries it after the next start.
    """
    stopped = []
    with _only_one_at_a_time(company_home):
        for name in STOP_ORDER:
            record = _pid_file(company_home, name)
            members = _session_of(record)
            if members:
                _end(members, grace_seconds)
                stopped.append(name)
            record.unlink(missing_ok=True)
    return stopped


def status(company_home: Path) -> list[ServiceStatus]:
    """Look at the processes; asks nothing of Airflow, so it is quick."""
    return [_status_of(company_home, name) for name in COMMANDS]


def running(company_home: Path) -> Services | None:
    """The services, if all of them run; None otherwise."""
    if not all(each.is_running for each in status(company_home)):
        return None
    state = read_state(company_home)
    return Services(
        f"http://127.0.0.1:{state['port']}",
        Login(ADMIN, state["password"]),
        company_home,
    )


def _status_of(home: Path, name: str) -> ServiceStatus:
    log = home / "logs" / f"{name}.log"
    leader = _leader(_pid_file(home, name))
    if leader is None:
        return ServiceStatus(name, None, None, 0, log)
    memory = 0
    for process in _session_of(_pid_file(home, name)):
        with _gone_is_fine():
            # Shared pages are counted once: forked workers share most of theirs.
            memory += getattr(process.memory_full_info(), "pss", 0)
    started_at = datetime.fromtimestamp(leader.create_time(), UTC)
    return ServiceStatus(name, leader.pid, started_at, memory, log)


def _start_missing(
    services: Services, names: Sequence[str], variables: Mapping[str, str]
) -> None:
    for each in status(services.home):
        if each.name in names and not each.is_running:
            _launch(services.home, each, variables)


def _launch(home: Path, service: ServiceStatus, variables: Mapping[str, str]) -> None:
    # What a crash left of an earlier session would hold the port or run tasks twice.
    _end(_session_of(_pid_file(home, service.name)), grace_seconds=5)
    with _open_log(service.log) as log:
        process = subprocess.Popen(
            [*AIRFLOW, *COMMANDS[service.name]],
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    created = psutil.Process(process.pid).create_time()
    _pid_file(home, service.name).write_text(f"{process.pid} {created!r}\n", "utf-8")


def _migrate(home: Path, variables: Mapping[str, str], metadata_url: str) -> None:
    """Create or upgrade Airflow's tables, unless this very database has them."""
    stamp = home / "airflow" / "migrated"
    revision = _alembic_revision(metadata_url)
    wanted = f"{variables['DANGGOL_AIRFLOW_VERSION']} {revision}"
    if revision and stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    log_path = home / "logs" / "airflow-migrate.log"
    with _open_log(log_path) as log:
        done = subprocess.run(
            [*AIRFLOW, "db", "migrate"],
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            umask=0o077,
        )
    if done.returncode:
        raise ServicesError(f"`airflow db migrate` failed.\n{_tail(log_path)}")
    revision = _alembic_revision(metadata_url)
    stamp.write_text(f"{variables['DANGGOL_AIRFLOW_VERSION']} {revision}", "utf-8")


def _alembic_revision(metadata_url: str) -> str | None:
    dsn = metadata_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(dsn, connect_timeout=10) as connection:
            row = connection.execute("select version_num from alembic_version")
            found = row.fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return str(found[0]) if found else None


def _wait_until(
    condition: Callable[[Services], bool], services: Services, deadline: float
) -> None:
    while not condition(services):
        started = [each for each in status(services.home) if each.log.exists()]
        for each in started:
            if not each.is_running and _pid_file(services.home, each.name).exists():
                raise ServicesError(f"{each.name} ended.\n{_tail(each.log)}")
        if time.monotonic() > deadline:
            tails = "\n".join(_tail(each.log) for each in started)
            raise ServicesError(f"Airflow was not healthy in time.\n{tails}")
        time.sleep(0.2)


def _are_dags_known(services: Services) -> bool:
    """Whether every DAG of a night is in Airflow's database.

    Raises
    ------
    ServicesError
        If a DAG file does not load.
    """
    try:
        with AirflowApi(services.url, services.login) as api:
            missing = api.missing_dags()
            errors = api.import_errors() if missing else []
    except httpx.HTTPError:
        return False  # the API server is not up yet
    if errors:
        raise ServicesError("DAG files do not load:\n" + "\n".join(errors))
    return not missing


def _is_healthy(services: Services) -> bool:
    """Whether the scheduler and the DAG processor that run now are well.

    A heartbeat that a former scheduler left looks healthy for half a minute, so it
    must be younger than the process.
    """
    try:
        answer = httpx.get(
            f"{services.url}/api/v2/monitor/health", timeout=5, trust_env=False
        )
        health = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return False
    if health["metadatabase"]["status"] != "healthy":
        return False
    since = {each.name: each.started_at for each in status(services.home)}
    for service in ("scheduler", "dag-processor"):
        name = service.replace("-", "_")
        beat = health[name][f"latest_{name}_heartbeat"]
        begun = since[service]
        if health[name]["status"] != "healthy" or begun is None:
            return False
        if datetime.fromisoformat(beat) < begun:
            return False
    return True


def _leader(record: Path) -> psutil.Process | None:
    """The process that we started, unless it ended or its pid is another's now."""
    try:
        pid, created = record.read_text("utf-8").split()
        process = psutil.Process(int(pid))
        is_ours = process.create_time() == float(created)
        return process if is_ours and process.status() != "zombie" else None
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


def _session_of(record: Path) -> list[psutil.Process]:
    """Every living process of the session that `record` names, orphans included.

    Workers and tasks make process groups of their own, yet stay in the session. Its
    number is not given to another process while a member lives; so when the pid
    belongs to a stranger, or the machine was restarted, nothing of ours is left.
    """
    try:
        pid, created = record.read_text("utf-8").split()
    except FileNotFoundError:
        return []
    if float(created) < psutil.boot_time():
        return []
    if psutil.pid_exists(int(pid)) and (
        psutil.Process(int(pid)).create_time() != float(created)
    ):
        return []
    members = []
    for process in psutil.process_iter():
        with _gone_is_fine():
            if os.getsid(process.pid) == int(pid) and process.status() != "zombie":
                members.append(process)
    return members


def _end(members: Sequence[psutil.Process], grace_seconds: float) -> None:
    _signal(members, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(members, timeout=grace_seconds)
    _signal(stubborn, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=5)


def _signal(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with _gone_is_fine():
            process.send_signal(number)


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError):
        yield


@contextmanager
def _only_one_at_a_time(home: Path) -> Iterator[None]:
    folder = home / "airflow"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _pid_file(home: Path, name: str) -> Path:
    return home / "airflow" / f"{name}.pid"


def _open_log(path: Path) -> IO[bytes]:
    """Open for appending; an old log beyond 10 MB becomes ``<name>.1``."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > 10_000_000:
        path.rename(path.with_name(f"{path.name}.1"))
    return path.open("ab")


def _tail(path: Path, lines: int = 15) -> str:
    text = path.read_text("utf-8", errors="replace") if path.exists() else ""
    return f"{path} ends with:\n" + "\n".join(text.splitlines()[-lines:])
