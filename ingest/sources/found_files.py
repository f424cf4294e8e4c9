"""Files of a table: found by a glob, in UTF-8, by the columns they begin with."""

import csv
import shutil
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path

import fsspec

from ingest.shop_source import FileTable
from ingest.sources.fitting import SourceMismatch, SourceUnavailable

_READ_AS_THEY_ARE = ("utf-8", "utf-8-sig", "utf8")


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """Files of one table, and what they were like when they were found.

    Attributes
    ----------
    name : str
        The table's, in the company's YAML.
    system : fsspec.AbstractFileSystem
        Where they lie.
    states : dict of str to str
        Path of each file, in order, and what changes when the file does.
    """

    name: str
    table: FileTable
    system: fsspec.AbstractFileSystem
    states: dict[str, str]

    @classmethod
    def of(cls, name: str, table: FileTable, home: Path) -> "FoundFiles":
        """Look for the files of a table; empty ones are left out.

        Raises
        ------
        SourceUnavailable
            If there are none.
        """
        place = table.path if "://" in table.path else str(home / table.path)
        system, pattern = fsspec.url_to_fs(place)
        states = {
            path: system.ukey(path)
            for path in sorted(system.glob(pattern))
            if system.size(path)
        }
        if not states:
            raise SourceUnavailable(
                f"files.{name}: no file with anything in it matches {table.path}; "
                "nothing was loaded"
            )
        return cls(name, table, system, states)

    def refuse_changed(self) -> None:
        """See that the files are what they were when they were found.

        Raises
        ------
        SourceUnavailable
            Names the one that is not.
        """
        for path, state in self.states.items():
            if not self.system.exists(path) or self.system.ukey(path) != state:
                raise SourceUnavailable(
                    f"files.{self.name}: {Path(path).name} changed while it was read; "
                    "let it be written elsewhere and moved here, then run again"
                )

    def readable(self, scratch: Path) -> dict[str, str]:
        """Where DuckDB may read each file, and what the company calls it.

        Text that is not UTF-8 is copied into `scratch`; what cannot be decoded stays
        as it is, so that its line is refused.
        """
        if self.table.is_parquet or self.table.encoding.lower() in _READ_AS_THEY_ARE:
            return {self.system.unstrip_protocol(path): path for path in self.states}
        scratch.mkdir()
        copies = {}
        for number, path in enumerate(self.states):
            copy = scratch / f"{number}.csv"
            with (
                self.system.open(path, "rb", compression="infer") as told,
                TextIOWrapper(
                    told, self.table.encoding, errors="surrogateescape", newline=""
                ) as text,
                copy.open(
                    "w", encoding="utf-8", errors="surrogateescape", newline=""
                ) as written,
            ):
                shutil.copyfileobj(text, written, 1024**2)
            copies[f"file://{copy}"] = path
        return copies


def by_columns(
    name: str, table: FileTable, paths: list[str]
) -> dict[tuple[str, ...], list[str]]:
    """Text files by the columns that they begin with.

    Raises
    ------
    SourceMismatch
        If a file lacks a column that the file before it has: it was renamed, or is
        missing. Earlier files may lack a column that later ones have.
    """
    if table.header is not None:
        return {tuple(table.header): paths}
    columns = {path: _first_line(path, table) for path in paths}
    for before, after in pairwise(columns):
        missing = sorted(set(columns[before]) - set(columns[after]))
        if missing:
            raise SourceMismatch(
                f"files.{name}: {Path(after).name} lacks {', '.join(missing)}, which "
                f"{Path(before).name} has; nothing was loaded"
            )
    groups: dict[tuple[str, ...], list[str]] = {}
    for path, header in columns.items():
        groups.setdefault(header, []).append(path)
    return groups


def _first_line(path: str, table: FileTable) -> tuple[str, ...]:
    with fsspec.open(
        path,
        "rt",
        encoding="utf-8-sig",
        errors="replace",
        newline="",
        compression="infer",
    ) as text:
        rows = csv.reader(text, delimiter=table.delimiter, quotechar=table.quote)
        return tuple(next(rows, []))
