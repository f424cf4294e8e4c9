"""How Airflow is configured for one company: all of it, by environment variables.

Nothing is written to ``airflow.cfg``. What must outlive a restart (keys, password,
port) lies in one file of the home, ``airflow/state.json``, readable by its owner.
"""

import json
import os
import secrets
import socket
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from danggol.settings import PROJECT

ADMIN = "admin"
PREFERRED_PORT = 8080

# Measured on 2 cores with four DAGs; see the comments for what each one saves.
TUNING = {
    # One night has at most two loads, or the mining jobs, at a time.
    "CORE__PARALLELISM": "4",
    # Seconds for which a finished task may go on holding one of these places.
    "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    # A task is forked from a process that has imported dbt and Great Expectations:
    # 5 CPU seconds once, and not once a task.
    "SCHEDULER__MP_START_METHOD": "forkserver",
    "SCHEDULER__MP_FORKSERVER_PRELOAD": "danggol.preload",
    # The wait between two looks when there was nothing to do; 1 s by default, and a
    # night waits for several looks.
    "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.25",
    # DAG files change with a release, not by the minute.
    "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
    "DAG_PROCESSOR__PRINT_STATS_INTERVAL": "3600",
    "API__WORKERS": "1",
}


@dataclass(frozen=True)
class Login:
    """The one user of a company's Airflow."""

    user: str
    password: str = field(repr=False)


def airflow_environment(
    company_home: Path,
    environment: Mapping[str, str],
    metadata_url: str,
    *,
    may_move_port: bool,
) -> tuple[dict[str, str], int, Login]:
    """All variables of a service, its API's port, and the login.

    Variables of this process that configure some other Airflow are dropped; those in
    `environment` win over everything.

    Parameters
    ----------
    may_move_port : bool
        Whether another port is chosen when the kept one is taken by a stranger;
        False while the API server itself is running on it.
    """
    home = company_home / "airflow"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = _state(company_home, may_move_port)
    url = f"http://127.0.0.1:{state['port']}"
    own = {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__AUTH_MANAGER": (
            "airflow.api_fastapi.auth.managers.simple.simple_auth_manager"
            ".SimpleAuthManager"
        ),
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__FERNET_KEY": state["fernet_key"],
        "API__SECRET_KEY": state["secret_key"],
        "API_AUTH__JWT_SECRET": state["jwt_secret"],
        "API__HOST": "127.0.0.1",
        "API__PORT": str(state["port"]),
        "API__BASE_URL": url,
        "DATABASE__SQL_ALCHEMY_CONN": metadata_url,
        # psycopg speaks both ways; Airflow would guess asyncpg.
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": metadata_url,
        "LOGGING__BASE_LOG_FOLDER": str(company_home / "logs" / "tasks"),
        "DAG_PROCESSOR__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(
            company_home / "logs" / "dag_processor"
        ),
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "LOGGING__COLORED_CONSOLE_LOG": "False",
        # It writes 200 lines into a task's log when it is imported.
        "LOGGING__NAMESPACE_LEVELS": "great_expectations=WARNING",
        **TUNING,
    }
    variables = {
        **{k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")},
        **{f"AIRFLOW__{name}": value for name, value in own.items()},
        "AIRFLOW_HOME": str(home),
        # Jobs run side by side: a thread that waits must not keep a core busy.
        "OMP_WAIT_POLICY": "passive",
        "DANGGOL_AIRFLOW_VERSION": version("apache-airflow"),
        "PYTHONPATH": os.pathsep.join(
            [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
        ),
        # Tasks talk to the API server; a company's proxy cannot reach it.
        **{name: _without_proxy(name) for name in ("NO_PROXY", "no_proxy")},
        **environment,
    }
    return variables, int(state["port"]), Login(ADMIN, state["password"])


def read_state(company_home: Path) -> dict[str, Any]:
    """Keys, password and port of a company; empty before its first start."""
    path = company_home / "airflow" / "state.json"
    if not path.exists():
        return {}
    state: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return state


def write_state(path: Path, content: Mapping[str, Any]) -> None:
    """Write a private file whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(json.dumps(content), "utf-8")
    draft.rename(path)


def _state(company_home: Path, may_move_port: bool) -> dict[str, Any]:
    kept = read_state(company_home)
    state = {
        "fernet_key": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "secret_key": secrets.token_urlsafe(32),
        "jwt_secret": secrets.token_urlsafe(64),
        "password": secrets.token_urlsafe(12),
        **kept,
    }
    if "port" not in state or (may_move_port and not _is_free(state["port"])):
        state["port"] = PREFERRED_PORT if _is_free(PREFERRED_PORT) else _any_port()
    home = company_home / "airflow"
    if state != kept:
        write_state(home / "state.json", state)
    # Written before Airflow looks, or it would print a password of its own to a log.
    write_state(home / "passwords.json", {ADMIN: state["password"]})
    return state


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the API server does; else a port just left would look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _without_proxy(name: str) -> str:
    return ",".join(filter(None, [os.environ.get(name), "127.0.0.1,localhost"]))
