"""Install what `requirements.lock` lists into `.venv`: wholly, or not at all.

An environment is complete for this lock, which a stamp says, or it is made anew: pip
takes a package whose unpacking was interrupted for installed.

The project itself is not built. A `.pth` file puts the clone on the path of every
program of the environment, Airflow's and cron's too: nothing to compile, no build tool
in the lock, and what `git pull` brings counts at once.

Standard library only: this runs on the system's Python.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from danggol import preflight

PROJECT = preflight.PROJECT
LOCK = preflight.LOCK
ENVIRONMENT = PROJECT / ".venv"
STAMP = ENVIRONMENT / "installed-lock"
PYTHON = ENVIRONMENT / "bin" / "python"
BAR_WIDTH = 30


class InstallationError(RuntimeError):
    """Something of the installation failed; says what."""


def main() -> int:
    """Check the machine, install what is missing, and return the exit code."""
    try:
        with _locked():
            if is_complete():
                return 0
            print("Checking this machine")
            if failed := preflight.main():
                return failed
            print(f"Installing into {ENVIRONMENT.name}", flush=True)
            install()
    except InstallationError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next `make install` begins anew.", file=sys.stderr)
        return 130
    return 0


def is_complete() -> bool:
    """Whether the environment holds what the lock lists, and its Python still runs."""
    try:
        return STAMP.read_text("utf-8") == _stamp()
    except (OSError, subprocess.SubprocessError):
        return False


def install() -> None:
    """Make the environment anew.

    Raises
    ------
    InstallationError
        If a command fails; with the end of what it said.
    """
    _run(
        "making the environment", [sys.executable, "-m", "venv", "--clear"], ENVIRONMENT
    )
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _run_pip(
        [
            *[*pip, "install", "--requirement", str(LOCK)],
            # The lock is complete, and pip's hash mode refuses what dependencies ask
            # for with extras: nothing is resolved here, `pip check` looks afterwards.
            *["--no-deps", "--require-hashes", "--only-binary", ":all:"],
            # Python compiles what is used; all of it would take half a minute.
            "--no-compile",
        ]
    )
    _run("checking that it fits together", [*pip, "check"])
    _add_project()
    STAMP.write_text(_stamp(), "utf-8")


def _stamp() -> str:
    # An upgrade of the system may have taken the Python away, a move the path.
    version = subprocess.run(
        [str(PYTHON), "-I", "-c", "import sys; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"Python {version}{PROJECT}\n{lock}\n"


def _add_project() -> None:
    """Put the clone on the environment's path, and `danggol` among its programs."""
    (packages,) = (ENVIRONMENT / "lib").glob("python3.*/site-packages")
    (packages / "danggol-clone.pth").write_text(f"{PROJECT}\n", "utf-8")
    program = ENVIRONMENT / "bin" / "danggol"
    # sh, because a path with a space does not fit behind `#!`; -P, so that a folder
    # `warehouse` where it is called from is not taken for ours
    program.write_text(
        f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -P -m danggol "$@"\n', "utf-8"
    )
    program.chmod(0o755)


def _run_pip(command: list[str]) -> None:
    total = len(re.findall(r"^\S+==", LOCK.read_text("utf-8"), re.MULTILINE))
    said: list[str] = []
    seen = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            if line.startswith(("Collecting ", "Ignoring ")):
                seen += 1
                _show("downloading", seen, total)
            elif line.startswith("Installing collected packages"):
                _show("downloading", total, total)
                _end_of_line()
                print("  unpacking", flush=True)
    if process.returncode != 0:
        _end_of_line()
        raise InstallationError(_failure("pip install", "".join(said)))


def _run(title: str, command: list[str], *places: Path) -> None:
    print(f"  {title}", flush=True)
    done = subprocess.run(
        [*command, *map(str, places)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise InstallationError(_failure(title, done.stdout + done.stderr))


def _failure(title: str, said: str) -> str:
    lines = [line for line in said.splitlines() if not line.startswith("WARNING")]
    end = "\n".join(lines[-15:])
    return f"{title} failed:\n{end}\nMend it and run `make install` again."


def _show(title: str, done: int, total: int) -> None:
    """Draw the bar where somebody watches it."""
    if sys.stdout.isatty():
        bar = ("#" * (BAR_WIDTH * done // total)).ljust(BAR_WIDTH, ".")
        print(f"\r  {title} [{bar}] {done} of {total}", end="", flush=True)
    elif done == 1:
        print(f"  {title} {total} packages", flush=True)


def _end_of_line() -> None:
    if sys.stdout.isatty():
        print()


@contextmanager
def _locked() -> Iterator[None]:
    """Keep a second installation into the same clone waiting."""
    descriptor = os.open(LOCK, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another installation into this clone", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main())
