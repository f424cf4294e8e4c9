"""How much memory this machine, or this container, really has.

Standard library only: the preflight runs this file before anything is installed, with
whatever Python there is.
"""

from __future__ import annotations

import os
from pathlib import Path


def memory_bytes(root: Path = Path("/")) -> int:
    """Memory that may be used here: the machine's, or less where a cgroup limits it.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are looked for; another one only in tests.

    Returns
    -------
    int
        Bytes.
    """
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_cgroup_limits(root)])


def _cgroup_limits(root: Path) -> list[int]:
    """Limits of the own control group and of every group around it."""
    try:
        memberships = (root / "proc/self/cgroup").read_text("utf-8").splitlines()
    except OSError:
        return []
    limits = []
    for line in memberships:
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            base, name = root / "sys/fs/cgroup", "memory.max"
        elif "memory" in controllers.split(","):
            base, name = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes"
        else:
            continue
        own = base / group.lstrip("/")
        # A container often sees its own group as the root, whatever the name says.
        for folder in [own, *own.parents]:
            if base in (folder, *folder.parents):
                limits += _limit(folder / name)
    return limits


def _limit(file: Path) -> list[int]:
    try:
        text = file.read_text("utf-8").strip()
    except OSError:
        return []
    return [int(text)] if text.isdecimal() else []  # "max" means none
