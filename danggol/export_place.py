"""Where exports go: a folder here, or one that fsspec reaches.

A reader waits for `_SUCCESS`, which is taken away first and comes back last; each file
is written aside and then renamed.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

import fsspec

SUCCESS, MANIFEST = "_SUCCESS", "manifest.json"
# scheme -> package that fsspec needs for it, beside what is installed
SCHEMES = {
    "file": "",
    "s3": "s3fs",
    "gs": "gcsfs",
    "abfs": "adlfs",
    "sftp": "paramiko",
}


class PlaceError(ValueError):
    """Nothing can be written there; says what can."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that exports are written to.

    Parameters
    ----------
    name : str
        The URL, as people and the ledger are told it.
    system : fsspec.AbstractFileSystem
        What the folder is in.
    path : str
        Of the folder in `system`.
    """

    name: str
    system: fsspec.AbstractFileSystem
    path: str

    @classmethod
    def of(cls, target: str) -> "Place":
        """The place of a folder's path or URL.

        Raises
        ------
        PlaceError
            If the scheme is not known, its package is missing, or a password is in
            the URL.
        """
        path = target.removeprefix("file://")
        if "://" not in path:
            # not as a URL: a space or a ? in a path is itself
            folder = Path(path).expanduser().resolve()
            return cls(f"file://{folder}", fsspec.filesystem("file"), str(folder))
        parts = urlsplit(target)
        if parts.scheme not in SCHEMES:
            raise PlaceError(
                f"cannot export to {parts.scheme}://; wanted a folder, or a URL that "
                f"begins with {', '.join(f'{each}://' for each in SCHEMES)}"
            )
        if parts.password or parts.query:
            raise PlaceError(
                "everybody on this machine can read a command: leave the secret out of "
                "the URL, and give it to the package as its documentation says"
            )
        package = SCHEMES[parts.scheme]
        if package and find_spec(package) is None:
            raise PlaceError(
                f"{parts.scheme}:// needs the package {package}, which is not "
                f"installed: .venv/bin/pip install {package}"
            )
        system, path = fsspec.url_to_fs(target)
        return cls(target.rstrip("/"), system, path.rstrip("/"))

    def folder(self, name: str) -> "Place":
        """A folder in this one."""
        return Place(f"{self.name}/{name}", self.system, f"{self.path}/{name}")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is there."""

    row_count: int
    sha256: str


def write(
    place: Place,
    file_name: str,
    write_rows: Callable[[IO[bytes]], int],
    about: Mapping[str, Any],
    replaced: Iterable[str] = (),
) -> Written:
    """Put a file, its manifest and `_SUCCESS` into a folder.

    Until the file is whole, the folder stays as it is.

    Parameters
    ----------
    place : Place
        The folder, made if need be.
    file_name : str
        What the file is called in the end.
    write_rows : callable
        Writes into a file that is open, and returns the number of rows.
    about : mapping
        What the manifest says beside the file's name, rows and hash.
    replaced : iterable of str
        Files of earlier exports, that must not stay beside it.
    """
    place.system.makedirs(place.path, exist_ok=True)
    with _aside(place, file_name) as opened:
        hashed = _Hashed(opened)
        written = Written(write_rows(cast(IO[bytes], hashed)), hashed.sha256)
        _remove(place, SUCCESS)
    for name in replaced:
        _remove(place, name)
    told = {"file": file_name, "rows": written.row_count, "sha256": written.sha256}
    _write_small(place, MANIFEST, json.dumps({**told, **about}, indent=2) + "\n")
    _write_small(place, SUCCESS, "")
    return written


@contextmanager
def _aside(place: Place, name: str) -> Iterator[IO[bytes]]:
    """A file that has its name only when the block has ended well."""
    path = f"{place.path}/.{name}.new"
    try:
        with place.system.open(path, "wb") as opened:
            yield opened
        place.system.mv(path, f"{place.path}/{name}")
    finally:
        _remove(place, f".{name}.new")


def _write_small(place: Place, name: str, text: str) -> None:
    with _aside(place, name) as opened:
        opened.write(text.encode())


def _remove(place: Place, name: str) -> None:
    with suppress(FileNotFoundError):
        place.system.rm_file(f"{place.path}/{name}")


class _Hashed(io.RawIOBase):
    """Passes on what is written, and knows its hash; cannot go back."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest, self._size = file, hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        """Hash of everything so far."""
        return self._digest.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._file.write(block)
        self._digest.update(block)
        self._size += len(block)
        return len(block)

    def tell(self) -> int:
        return self._size
