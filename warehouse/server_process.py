"""The processes of the embedded server: running its programs, finding what runs."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from warehouse.server_place import Place

ORPHAN_SECONDS = 10


def run(
    place: Place, program: str, *arguments: str, seconds: float
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the server's account.

    In a session of its own, and killed with all its children when we are interrupted,
    so that none goes on writing behind our back.
    """
    command = [str(place.binaries / program), *arguments]
    account = place.account
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        # Nothing of ours: PGPORT, PGOPTIONS and the like would reach the server.
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        umask=0o077,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return subprocess.CompletedProcess(command, process.returncode, said)


def postmaster(place: Place) -> psutil.Process | None:
    """The running postmaster, if the process that its file names is one."""
    lines = _postmaster_file(place)
    with suppress(IndexError, ValueError, psutil.Error):
        process = psutil.Process(int(lines[0]))
        if _serves(process, place):
            return process
    return None


def is_ready(place: Place) -> bool:
    """Whether the postmaster says that it accepts connections."""
    lines = _postmaster_file(place)
    return len(lines) > 7 and lines[7].strip() == "ready"


def running_port(place: Place) -> int:
    """Port of the running postmaster."""
    return int(_postmaster_file(place)[3])


def comes_up(place: Place, seconds: float) -> bool:
    """Whether a postmaster runs, once it is neither coming up nor going down."""
    deadline = time.monotonic() + seconds
    while postmaster(place) is not None and time.monotonic() < deadline:
        if is_ready(place):
            return True
        time.sleep(0.05)
    return postmaster(place) is not None


def clear_after_crash(place: Place) -> None:
    """Wait for the children of a dead postmaster, then forget its file.

    PostgreSQL itself refuses to start while such a child holds the shared memory, and
    also when another program of the same user got the dead one's number.
    """
    if not _postmaster_file(place):
        return
    deadline = time.monotonic() + ORPHAN_SECONDS
    while orphans := [each for each in psutil.process_iter() if _serves(each, place)]:
        if time.monotonic() > deadline:
            for orphan in orphans:
                with suppress(psutil.Error):
                    orphan.send_signal(signal.SIGQUIT)  # ends without a commit
            deadline += ORPHAN_SECONDS
        time.sleep(0.05)
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def _postmaster_file(place: Place) -> list[str]:
    try:
        return (place.data / "postmaster.pid").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def _serves(process: psutil.Process, place: Place) -> bool:
    """Whether a process is a PostgreSQL of this place.

    By what it is called, since a number alone may meanwhile belong to another program,
    and root in a container may not look into another user's process.
    """
    with suppress(psutil.Error):
        words = process.cmdline()
        is_child = bool(words) and words[0].startswith(f"postgres: {place.name}: ")
        is_postmaster = (
            len(words) > 2
            and Path(words[0]).name == "postgres"
            and words[1:3] == ["-D", str(place.data)]
        )
        return is_child or is_postmaster
    return False
