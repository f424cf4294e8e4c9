"""A warehouse in one file, and back: the whole database as of one moment.

The file holds the vault, so it is as secret as the warehouse; the keys of the hashes
are not in it.
"""

import hashlib
import json
import os
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from psycopg import IsolationLevel, sql

from warehouse.connection import Connection, Warehouse
from warehouse.founding import Founding
from warehouse.roles import create_roles, refuse_roles_of_others
from warehouse.server_place import programs

DATA, MANIFEST = "warehouse.dump", "manifest.json"


class DumpError(RuntimeError):
    """A dump could not be written or read back; says what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a dump holds.

    Attributes
    ----------
    founding : Founding
        What the warehouse was founded for.
    as_of : str or None
        Business date of the star that readers saw.
    rows : dict of str to int
        Rows of each mart.
    sha256 : str
        Of the file beside it.
    """

    founding: Founding
    as_of: str | None
    rows: dict[str, int]
    sha256: str


def dump(warehouse: Warehouse, folder: Path) -> Manifest:
    """Write the warehouse to a folder, which must be new or hold a dump.

    Readers and nights go on meanwhile: what is written is one moment.

    Raises
    ------
    DumpError
        If PostgreSQL's own program fails; what lay in the folder stays.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{DATA}"
    try:
        with warehouse.connect("admin") as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            (snapshot,) = connection.execute(
                "select pg_export_snapshot()"
            ).fetchone() or ("",)
            _run(
                warehouse,
                "pg_dump",
                "--format=custom",
                f"--snapshot={snapshot}",
                f"--file={unfinished}",
            )
            manifest = Manifest(
                _founding(connection),
                _as_of(connection),
                mart_rows(connection),
                _sha256(unfinished),
            )
        unfinished.replace(folder / DATA)
        _write(folder / MANIFEST, json.dumps(asdict(manifest), indent=2))
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What the dump in a folder holds.

    Raises
    ------
    DumpError
        If there is none, or its file is not the one that was written.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        found = _sha256(folder / DATA)
    except FileNotFoundError as error:
        raise DumpError(
            f"{error.filename} is missing; `danggol dump` writes it"
        ) from None
    if found != told["sha256"]:
        raise DumpError(
            f"{folder / DATA} is not the file that was written with {MANIFEST}: "
            "it is damaged or of another dump. Take another one"
        )
    return Manifest(**{**told, "founding": Founding(**told["founding"])})


def restore(warehouse: Warehouse, folder: Path) -> Manifest:
    """Fill an empty database with a dump.

    Raises
    ------
    DumpError
        If the database is not empty, PostgreSQL's own program fails, or a mart has
        not the rows that it had.
    """
    manifest = read_manifest(folder)
    with warehouse.connect("admin") as connection:
        (taken,) = connection.execute(
            "select to_regnamespace('ledger') is not null"
        ).fetchone() or (True,)
        if taken:
            raise DumpError(
                f"there is a warehouse in {warehouse.database} already; restore into "
                "an empty DANGGOL_HOME, or another database behind WAREHOUSE_URL"
            )
        refuse_roles_of_others(connection, warehouse)
        create_roles(connection, warehouse)
        connection.execute("grant transformer to current_user")
    _run(
        warehouse,
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        str(folder / DATA),
    )
    with warehouse.connect("admin", autocommit=True) as connection:
        connection.execute("analyze")
        if mart_rows(connection) != manifest.rows:
            raise DumpError("a mart has not the rows that it had; take another dump")
    return manifest


def mart_rows(connection: Connection) -> dict[str, int]:
    """Rows of every table of `marts`, counted."""
    tables = connection.execute(
        "select relname from pg_class where relnamespace = 'marts'::regnamespace"
        " and relkind in ('r', 'p') and not relispartition order by relname"
    ).fetchall()
    counted = {}
    for (table,) in tables:
        (counted[table],) = connection.execute(
            sql.SQL("select count(*) from {}").format(sql.Identifier("marts", table))
        ).fetchone() or (0,)
    return counted


def _founding(connection: Connection) -> Founding:
    row = connection.execute(
        "select company_code, time_zone, hash_keys from ledger.settings"
    ).fetchone()
    if row is None:
        raise DumpError("no company has this warehouse yet; there is nothing to dump")
    return Founding(*row)


def _as_of(connection: Connection) -> str | None:
    day: str | None
    (day,) = connection.execute(
        "select max(as_of_date)::text from marts.publications"
        " where status = 'published'"
    ).fetchone() or (None,)
    return day


def _run(warehouse: Warehouse, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the warehouse, as `admin`."""
    done = subprocess.run(
        [
            programs() / program,
            f"--host={warehouse.host}",
            f"--port={warehouse.port}",
            f"--username={warehouse.user('admin')}",
            f"--dbname={warehouse.database}",
            "--no-password",
            *arguments,
        ],
        # by the environment, which others cannot read, and never as an argument
        env={
            "PATH": os.defpath,
            "LC_ALL": "C",
            "PGPASSWORD": warehouse.password("admin"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
    )
    if done.returncode:
        # the first line; a row may be quoted behind it
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise DumpError(f"{program} failed: {lines[0]}")


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write(file: Path, text: str) -> None:
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_text(text + "\n", "utf-8")
    unfinished.replace(file)
