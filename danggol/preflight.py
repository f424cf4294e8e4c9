"""Is this machine fit? Every check says what it saw and wanted, and the remedy.

Standard library only, and no syntax younger than Python 3.8: this runs before anything
is installed, and has to be able to say that Python is too old.
"""

from __future__ import annotations

import os
import platform
import re
import runpy
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[1]
LOCK = PROJECT / "requirements.lock"
OLDEST, NEWEST = (3, 11), (3, 12)
GB = 1024**3
MEMORY = 4 * GB
# A machine sold as 4 GB shows a little less.
MEMORY_TOLERANCE = 0.9
DOWNLOAD_MB = 380  # wheels of requirements.lock for one Python on Linux
PROGRAMS_GB, DATA_GB, DOWNLOADS_GB = 1.7, 2.0, 0.5
PROBE = "six"  # a small package of the lock, asked for to see the index answer
INDEX_SECONDS = 90


class Check(NamedTuple):
    """One check of the machine.

    Attributes
    ----------
    name : str
        What was looked at.
    seen : str
        What there is.
    remedy : str
        What to do; empty where nothing is to be done.
    """

    name: str
    seen: str
    remedy: str = ""


def main(installed: bool = False) -> int:
    """Run every check, print each, and return the exit code.

    Parameters
    ----------
    installed : bool
        Whether the environment is complete, so that nothing will be downloaded.
    """
    checks = [check_python, check_memory, check_disk, check_loopback]
    if not installed:
        checks.append(check_index)
    failures = report(check() for check in checks)
    if failures:
        print(f"\n{failures} of {len(checks)} checks failed; nothing was changed.")
    return 1 if failures else 0


def report(checks: Iterable[Check]) -> int:
    """Print each check as it ends, and return how many failed."""
    failures = 0
    for number, check in enumerate(checks, start=1):
        state = "FAILED" if check.remedy else "ok"
        print(f"  {number}. {check.name:<14} {state:<7} {check.seen}", flush=True)
        if check.remedy:
            failures += 1
            for line in check.remedy.splitlines():
                print(f"     {line}", flush=True)
    return failures


def check_python() -> Check:
    """Is this Python of a supported version, and complete?"""
    version = sys.version_info[:2]
    seen = f"{platform.python_version()} ({sys.executable})"
    wanted = " or ".join(f"{major}.{minor}" for major, minor in (NEWEST, OLDEST))
    if not OLDEST <= version <= NEWEST:
        return Check(
            "Python",
            f"{seen}; wanted {wanted}",
            "Install one of them (Debian, Ubuntu: apt install python3.12 "
            "python3.12-venv),\nor name yours: make install PYTHON=/path/to/python3.12",
        )
    missing = [
        name
        for name in ("venv", "ensurepip", "ssl", "sqlite3", "ctypes", "lzma", "bz2")
        if not _can_import(name)
    ]
    if {"venv", "ensurepip"} & set(missing):
        remedy = f"apt install python{version[0]}.{version[1]}-venv (Debian, Ubuntu)"
    elif missing:
        remedy = (
            "This Python was built without them. Install your system's own, or build "
            "it again with\nthe headers of OpenSSL, SQLite, libffi, xz and bzip2 there."
        )
    else:
        return Check("Python", seen)
    return Check("Python", f"{seen}, without {', '.join(missing)}", remedy)


def check_memory() -> Check:
    """Is there enough memory for a night?"""
    # By path: the package around that file wants what is not installed yet.
    machine = runpy.run_path(str(PROJECT / "warehouse" / "machine.py"))
    memory = machine["memory_bytes"]()
    if memory >= MEMORY * MEMORY_TOLERANCE:
        return Check("Memory", f"{memory / GB:.1f} GB")
    return Check(
        "Memory",
        f"{memory / GB:.1f} GB; wanted {MEMORY / GB:.0f} GB",
        "Use a larger machine, or raise the limit of this container or service.",
    )


def check_disk() -> Check:
    """Is there room for the programs, the data and the downloads?"""
    data = Path(os.environ.get("DANGGOL_HOME") or PROJECT / ".danggol")
    if os.geteuid() == 0:
        data = Path("/var/lib/danggol")  # warehouse/server_place.py tells why
    needs = [(PROJECT, PROGRAMS_GB), (data, DATA_GB)]
    needs.append((Path(tempfile.gettempdir()), DOWNLOADS_GB))
    if (PROJECT / ".venv").exists():
        needs[0] = (PROJECT, 0.2)
    wanted: dict[int, float] = {}
    places: dict[int, Path] = {}
    for place, gigabytes in needs:
        existing = next(each for each in [place, *place.parents] if each.exists())
        device = existing.stat().st_dev
        wanted[device] = wanted.get(device, 0) + gigabytes
        places.setdefault(device, existing)
    free = {each: shutil.disk_usage(places[each]).free / GB for each in wanted}
    seen = ", ".join(f"{free[each]:.1f} GB free at {places[each]}" for each in wanted)
    short = [each for each in wanted if free[each] < wanted[each]]
    if not short:
        return Check("Disk", seen)
    return Check(
        "Disk",
        seen + "; wanted " + ", ".join(f"{wanted[each]:.1f} GB" for each in short),
        "Free some, or move: the clone holds the programs, DANGGOL_HOME the data,\n"
        "TMPDIR the downloads.",
    )


def check_loopback() -> Check:
    """Can a server listen on 127.0.0.1, and be reached there?"""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return Check("Ports", "127.0.0.1 takes and reaches servers")
    except OSError as error:
        return Check(
            "Ports",
            f"no server can listen on 127.0.0.1: {error}",
            "Bring the loopback interface up (ip link set lo up), or allow it in the "
            "sandbox\nor firewall that this runs in.",
        )


def check_index() -> Check:
    """Does pip, with the settings it has here, get a package of the lock?

    In an environment of its own that is thrown away, so that ``venv`` is tried too.
    """
    with tempfile.TemporaryDirectory(prefix="danggol-") as folder:
        try:
            return _ask_index(Path(folder))
        except (OSError, subprocess.SubprocessError) as error:
            return Check("Package index", str(error), _INDEX_REMEDY)


_INDEX_REMEDY = """\
Behind a proxy: set HTTPS_PROXY. With an index of your own: set PIP_INDEX_URL, or
`pip config set global.index-url URL`; with its certificate: PIP_CERT. All of pip's
settings are honoured."""


def _ask_index(folder: Path) -> Check:
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(folder / "venv")],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        return Check(
            "Package index",
            "not asked: " + _last_lines(made.stdout + made.stderr),
            "See what `" + sys.executable + " -m venv` says, and mend it.",
        )
    wanted = folder / "probe.txt"
    wanted.write_text(requirement(LOCK.read_text("utf-8"), PROBE), "utf-8")
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "download", "--quiet"]
    pip += ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-input"]
    pip += ["--no-cache-dir", "--retries", "1", "--timeout", "20"]
    pip += ["--dest", str(folder), "--requirement", str(wanted)]
    asked = subprocess.run(
        pip, capture_output=True, text=True, check=False, timeout=INDEX_SECONDS
    )
    if asked.returncode == 0:
        return Check("Package index", f"answers; about {DOWNLOAD_MB} MB to download")
    return Check(
        "Package index", f"pip says: {_last_lines(asked.stderr)}", _INDEX_REMEDY
    )


def requirement(lock: str, name: str) -> str:
    """Lines of one package in a lock: the pinned version and its hashes."""
    found = re.search(rf"^{re.escape(name)}==(?:.*\\\n)+.*\n", lock, re.MULTILINE)
    if found is None:
        raise LookupError(f"{name} is not in {LOCK.name}")
    return found.group()


def _can_import(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def _last_lines(text: str, count: int = 2) -> str:
    errors = [line for line in text.splitlines() if not line.startswith("WARNING")]
    return " ".join(" ".join(errors[-count:]).split()) or "nothing"


if __name__ == "__main__":
    sys.exit(main())
