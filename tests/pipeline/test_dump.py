"""A company whose machine is lost: its dump, its keys, and the next night."""

import hashlib
import json
import shutil
import stat
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from rich.console import Console

from danggol import operations
from danggol.environment import Environment
from tests import databases
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import NIGHTS, MadeCompany, differences, select
from warehouse.dump import MANIFEST, DumpError, dump, read_manifest
from warehouse.dump import restore as fill
from warehouse.server import Server

pytestmark = pytest.mark.postgres
SCREEN = Console(quiet=True)
FIRST, SECOND, _ = NIGHTS


@pytest.fixture(scope="module")
def dumped(after_each_night: list[Saved], restore: Restore, tmp_path_factory) -> Path:
    """What `danggol dump` wrote after the first night."""
    folder = tmp_path_factory.mktemp("backup") / "of_the_night"
    with restore(after_each_night[0]) as company:
        dump(company.warehouse, folder)
    return folder


@pytest.fixture
def elsewhere(
    tmp_path: Path, after_each_night: list[Saved], monkeypatch: pytest.MonkeyPatch
) -> Iterator[MadeCompany]:
    """A new machine: the company's YAML, logs and keys, and nothing else."""
    saved = after_each_night[0]
    home = tmp_path / "homes" / "haneul"
    home.mkdir(parents=True)
    for name in ("company.yml", "hash_keys.json"):
        shutil.copy(saved.home / name, home / name)
    shutil.copytree(saved.home / "weblogs", home / "weblogs")
    shop = replace(saved.shop, database="haneul_shop_elsewhere")
    with databases.copied(shop, saved.shop.database):
        select(home, shop, monkeypatch)
        made = MadeCompany(home, saved.warehouse, shop)
        made.turn_clock_to(SECOND)
        yield made
        Server(home).remove()


def test_the_restored_marts_are_equal_and_so_is_the_next_night(
    dumped: Path, elsewhere: MadeCompany, after_each_night: list[Saved]
):
    operations.restore(SCREEN, dumped)

    here = Environment.current()
    restored = replace(elsewhere, warehouse=here.warehouse)
    assert here.passwords["loader"] != elsewhere.warehouse.passwords["loader"]
    first, second, _ = (saved.look().marts() for saved in after_each_night)
    assert differences(restored.marts(), first) == {}
    restored.night(SECOND)
    assert differences(restored.marts(), second) == {}


def test_a_dump_holds_no_key_and_no_password(dumped: Path, elsewhere: MadeCompany):
    keys = json.loads((elsewhere.home / "hash_keys.json").read_text("utf-8"))
    secrets = [*keys.values(), *elsewhere.warehouse.passwords.values()]

    written = b"".join(file.read_bytes() for file in dumped.iterdir())

    assert [each for each in secrets if each.encode() in written] == []
    assert stat.S_IMODE(dumped.stat().st_mode) == 0o700
    assert (
        stat.S_IMODE((dumped / read_manifest(dumped).file_name).stat().st_mode) == 0o600
    )


def test_nothing_is_restored_without_the_keys(dumped: Path, elsewhere: MadeCompany):
    (elsewhere.home / "hash_keys.json").unlink()

    with pytest.raises(DumpError, match=r"hash_keys.json is missing: bring back"):
        operations.restore(SCREEN, dumped)
    # made up now, they would open nothing
    assert not (elsewhere.home / "hash_keys.json").exists()


def test_nothing_is_restored_with_other_keys(dumped: Path, elsewhere: MadeCompany):
    other = {"identifiers": "of somebody else's members", "weblog": "and visitors too"}
    (elsewhere.home / "hash_keys.json").write_text(json.dumps(other), "utf-8")

    with pytest.raises(DumpError, match="not the one that the dump was made beside"):
        operations.restore(SCREEN, dumped)


def test_a_damaged_dump_is_refused_before_anything_is_made(
    dumped: Path, elsewhere: MadeCompany, tmp_path: Path
):
    damaged = shutil.copytree(dumped, tmp_path / "damaged")
    with (damaged / read_manifest(damaged).file_name).open("r+b") as file:
        file.seek(100)
        file.write(b"!")

    with pytest.raises(DumpError, match="it is damaged or of another dump"):
        operations.restore(SCREEN, damaged)
    assert not Server(elsewhere.home).status().running


def test_a_restore_that_breaks_off_leaves_nothing(
    dumped: Path, elsewhere: MadeCompany, tmp_path: Path
):
    torn = shutil.copytree(dumped, tmp_path / "torn")
    whole = read_manifest(torn)
    archive = (torn / whole.file_name).read_bytes()
    archive = archive[: len(archive) * 9 // 10]
    cut = replace(whole, sha256=hashlib.sha256(archive).hexdigest())
    (torn / cut.file_name).write_bytes(archive)
    (torn / MANIFEST).write_text(json.dumps(asdict(cut)), "utf-8")

    with pytest.raises(DumpError, match="pg_restore failed"):
        operations.restore(SCREEN, torn)
    with Environment.current().warehouse.connect("admin") as connection:
        found = connection.execute("select to_regnamespace('ledger')").fetchone()
    assert found == (None,)


def test_a_later_dump_takes_the_place_of_the_one_before(
    after_each_night: list[Saved], restore: Restore, tmp_path: Path
):
    for saved in after_each_night[:2]:
        with restore(saved) as company:
            written = dump(company.warehouse, tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {written.file_name, MANIFEST}
    assert read_manifest(tmp_path) == written
    assert written.as_of == f"{SECOND}"


def test_a_warehouse_that_is_there_is_not_overwritten(
    dumped: Path, after_each_night: list[Saved], restore: Restore
):
    with restore(after_each_night[1]) as company:
        before = company.marts()
        with pytest.raises(DumpError, match="there is a warehouse in warehouse"):
            fill(company.warehouse, dumped)
        assert differences(company.marts(), before) == {}
