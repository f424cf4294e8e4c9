"""Which processes are ours, and that only those are stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from danggol import services

# A service that has a child in a process group of its own, as Airflow's tasks are.
WITH_A_CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "300"], process_group=0)
print(child.pid, flush=True)
time.sleep(300)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "airflow").mkdir()
    return tmp_path


@pytest.fixture
def service() -> Iterator[tuple[psutil.Process, psutil.Process]]:
    """A leader of a session, and its child."""
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_A_CHILD],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout
    child = psutil.Process(int(process.stdout.readline()))
    yield psutil.Process(process.pid), child
    for each in (process.pid, child.pid):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    process.wait()


def remember(home: Path, pid: int, created: float) -> None:
    (home / "airflow" / "scheduler.pid").write_text(f"{pid} {created!r}\n", "utf-8")


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_home_without_services_runs_none(home):
    assert [each.is_running for each in services.status(home)] == [False] * 3
    assert services.stop(home) == []
    assert services.running(home) is None


def test_a_running_service_is_found_again(home, service):
    leader, _ = service
    remember(home, leader.pid, leader.create_time())

    scheduler = {each.name: each for each in services.status(home)}["scheduler"]

    assert scheduler.pid == leader.pid
    assert scheduler.memory_bytes > 0
    assert scheduler.started_at.timestamp() == pytest.approx(leader.create_time())


def test_stopping_ends_children_in_groups_of_their_own(home, service):
    leader, child = service
    remember(home, leader.pid, leader.create_time())

    assert services.stop(home) == ["scheduler"]
    assert is_gone(leader)
    assert is_gone(child)


def test_stopping_ends_what_a_killed_service_left(home, service):
    leader, child = service
    remember(home, leader.pid, leader.create_time())
    leader.kill()
    os.waitpid(leader.pid, 0)  # nobody has the pid now, but the session lives on

    assert not is_gone(child)
    assert services.stop(home) == ["scheduler"]
    assert is_gone(child)


def test_a_stranger_with_the_same_pid_is_left_alone(home, service):
    leader, child = service
    remember(home, leader.pid, leader.create_time() - 60)

    assert services.stop(home) == []
    assert not is_gone(leader)
    assert not is_gone(child)


def test_a_pid_from_before_the_machine_started_is_nobody(home, service):
    leader, _ = service
    remember(home, leader.pid, psutil.boot_time() - 60)

    assert services.status(home)[1].pid is None
    assert services.stop(home) == []
    assert not is_gone(leader)


def test_a_service_that_ignores_the_request_is_killed(home):
    deaf = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "print(flush=True); time.sleep(300)",
        ],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert deaf.stdout
    deaf.stdout.readline()
    process = psutil.Process(deaf.pid)
    remember(home, deaf.pid, process.create_time())

    assert services.stop(home, grace_seconds=0.2) == ["scheduler"]
    assert is_gone(process)
