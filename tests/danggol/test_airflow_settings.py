"""Airflow's configuration: secrets kept private, ports kept apart."""

import json
import socket
from pathlib import Path

import pytest

from danggol.airflow_settings import airflow_environment, read_state

URL = "postgresql+psycopg://airflow:secret@127.0.0.1:5432/airflow"


def environment_of(
    home: Path, *, may_move_port: bool = True, **extra: str
) -> tuple[dict[str, str], int, str]:
    variables, port, login = airflow_environment(
        home, extra, URL, may_move_port=may_move_port
    )
    return variables, port, login.password


def test_secrets_are_made_once(tmp_path):
    first, _, password = environment_of(tmp_path)
    second, _, same_password = environment_of(tmp_path)

    assert password == same_password
    for name in ("CORE__FERNET_KEY", "API__SECRET_KEY", "API_AUTH__JWT_SECRET"):
        assert first[f"AIRFLOW__{name}"] == second[f"AIRFLOW__{name}"]


def test_two_companies_share_no_secret(tmp_path):
    environment_of(tmp_path / "one")
    environment_of(tmp_path / "two")
    one, two = read_state(tmp_path / "one"), read_state(tmp_path / "two")

    secrets = ("fernet_key", "secret_key", "jwt_secret", "password")
    assert not {one[name] for name in secrets} & {two[name] for name in secrets}


def test_files_with_secrets_are_the_owners_alone(tmp_path):
    environment_of(tmp_path)

    for name in ("state.json", "passwords.json"):
        assert (tmp_path / "airflow" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "airflow").stat().st_mode & 0o777 == 0o700


def test_airflow_finds_the_password_that_we_show(tmp_path):
    variables, _, password = environment_of(tmp_path)
    file = Path(variables["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])

    assert json.loads(file.read_text("utf-8")) == {"admin": password}


def test_the_password_is_not_shown_by_repr(tmp_path):
    _, _, login = airflow_environment(tmp_path, {}, URL, may_move_port=True)

    assert login.password not in repr(login)


def test_a_port_is_kept(tmp_path):
    _, port, _ = environment_of(tmp_path)

    assert environment_of(tmp_path)[1] == port


def test_a_port_that_somebody_took_is_given_up(tmp_path):
    _, port, _ = environment_of(tmp_path)
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", port))
        stranger.listen()

        _, other, _ = environment_of(tmp_path)

    assert other != port
    assert environment_of(tmp_path)[1] == other


def test_a_port_stays_while_the_services_that_hold_it_run(tmp_path):
    _, port, _ = environment_of(tmp_path)
    with socket.socket() as our_api_server:
        our_api_server.bind(("127.0.0.1", port))
        our_api_server.listen()

        assert environment_of(tmp_path, may_move_port=False)[1] == port


def test_settings_of_another_airflow_do_not_leak_in(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_HOME", "/elsewhere")
    variables, _, _ = environment_of(tmp_path)

    assert variables["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert variables["AIRFLOW_HOME"] == str(tmp_path / "airflow")


def test_what_the_caller_gives_wins(tmp_path):
    variables, _, _ = environment_of(
        tmp_path, COMPANY="other", AIRFLOW__CORE__PARALLELISM="16"
    )

    assert variables["COMPANY"] == "other"
    assert variables["AIRFLOW__CORE__PARALLELISM"] == "16"


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_tasks_reach_the_api_server_past_a_proxy(tmp_path, monkeypatch, name):
    monkeypatch.setenv(name, "intranet.example")
    variables, _, _ = environment_of(tmp_path)

    assert variables[name] == "intranet.example,127.0.0.1,localhost"


def test_nothing_listens_beyond_this_machine(tmp_path):
    variables, port, _ = environment_of(tmp_path)

    assert variables["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert variables["AIRFLOW__API__PORT"] == str(port)
