"""A warehouse in one file, and back: the whole database as of one moment.

The file holds the vault, so it is as secret as the warehouse; the keys of the hashes
are not in it.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from psycopg import IsolationLevel, sql

from warehouse.connection import Connection, Warehouse
from warehouse.founding import Founding
from warehouse.roles import (
    TRANSFORMER_SCHEMAS,
    create_roles,
    refuse_roles_of_others,
)
from warehouse.server_place import programs

MANIFEST = "manifest.json"


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
        Of the file beside it, which is named by it.
    """

    founding: Founding
    as_of: str | None
    rows: dict[str, int]
    sha256: str

    @property
    def file_name(self) -> str:
        """Name of the file beside it."""
        return f"warehouse-{self.sha256[:12]}.dump"


def dump(warehouse: Warehouse, folder: Path) -> Manifest:
    """Write the warehouse to a folder, which must be new or hold a dump.

    Readers and nights go on meanwhile: what is written is one moment.

    Raises
    ------
    DumpError
        If PostgreSQL's own program fails; what lay in the folder stays.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / ".warehouse.dump"
    try:
        with warehouse.connect("admin") as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            (snapshot,) = connection.execute(
                "select pg_export_snapshot()"
            ).fetchone() or ("",)
            _write_archive(warehouse, unfinished, snapshot)
            manifest = Manifest(
                _founding(connection),
                _as_of(connection),
                mart_rows(connection),
                _sha256(unfinished),
            )
        unfinished.replace(folder / manifest.file_name)
        # from here on the folder holds this dump, and until here the one before
        _write(folder / MANIFEST, json.dumps(asdict(manifest), indent=2))
    finally:
        unfinished.unlink(missing_ok=True)
    for file in folder.glob("warehouse-*.dump"):
        if file.name != manifest.file_name:
            file.unlink()
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
        manifest = Manifest(**{**told, "founding": Founding(**told["founding"])})
        found = _sha256(folder / manifest.file_name)
    except FileNotFoundError as error:
        raise DumpError(
            f"{error.filename} is missing; `danggol dump` writes it"
        ) from None
    if found != manifest.sha256:
        raise DumpError(
            f"{folder / manifest.file_name} is not the file that was written with "
            f"{MANIFEST}: it is damaged or of another dump. Take another one"
        )
    return manifest


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
    _fill(warehouse, folder / manifest.file_name)
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


def _write_archive(warehouse: Warehouse, file: Path, snapshot: str) -> None:
    done = subprocess.run(
        [
            *_on(warehouse, "pg_dump"),
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--file={file}",
        ],
        env=_environment(warehouse),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        umask=0o077,
    )
    _refuse_failed("pg_dump", done.returncode, done.stderr)


def _fill(warehouse: Warehouse, archive: Path) -> None:
    """Run an archive as a script in one transaction, which only its end commits."""
    with tempfile.TemporaryFile() as said:
        reader = subprocess.Popen(
            [programs() / "pg_restore", "--file=-", archive],
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdout=subprocess.PIPE,
            stderr=said,
        )
        writer = subprocess.Popen(
            [
                *_on(warehouse, "psql"),
                "--no-psqlrc",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
            ],
            env=_environment(warehouse),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        with suppress(BrokenPipeError), reader, writer:
            assert reader.stdout is not None
            assert writer.stdin is not None
            writer.stdin.write(b"begin;\n")
            _pass_on(reader.stdout, writer.stdin)
            if reader.wait() == 0:
                writer.stdin.write(b"commit;\n")
            writer.stdin.close()
        said.seek(0)
        failed = writer.returncode or reader.returncode
        _refuse_failed("pg_restore", failed, said.read())


def _pass_on(script: IO[bytes], target: IO[bytes]) -> None:
    """Copy a script so that servers before 17, and who is no superuser, can run it.

    The older do not know one of its settings. And a table is handed over to the
    transformer before the script comes to rights, though who is to own a table must
    be allowed to create it.
    """
    for line in script:
        if line != b"SET transaction_timeout = 0;\n":
            target.write(line)
        if owned := re.match(rb"ALTER SCHEMA (\w+) OWNER TO owner;", line):
            if owned[1].decode() in TRANSFORMER_SCHEMAS:
                target.write(b"GRANT CREATE ON SCHEMA %s TO transformer;\n" % owned[1])
        elif line.startswith(b"CREATE ") and not line.startswith(b"CREATE SCHEMA"):
            break  # schemas come before everything else
    shutil.copyfileobj(script, target, 1024**2)


def _on(warehouse: Warehouse, program: str) -> list[str | Path]:
    """One of PostgreSQL's programs, to be run on the warehouse as `admin`."""
    return [
        programs() / program,
        f"--host={warehouse.host}",
        f"--port={warehouse.port}",
        f"--username={warehouse.user('admin')}",
        f"--dbname={warehouse.database}",
        "--no-password",
    ]


def _environment(warehouse: Warehouse) -> dict[str, str]:
    """The password, where others cannot read it: it is no argument."""
    return {
        "PATH": os.defpath,
        "LC_ALL": "C",
        "PGPASSWORD": warehouse.password("admin"),
    }


def _refuse_failed(program: str, code: int, said: bytes) -> None:
    if code:
        # the first line; a row may be quoted behind it
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise DumpError(f"{program} failed: {(lines or ['no reason given'])[0]}")


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write(file: Path, text: str) -> None:
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_text(text + "\n", "utf-8")
    unfinished.replace(file)
