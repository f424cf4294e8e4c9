"""A warehouse of the release before goes on under this one."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from danggol import provisioning
from danggol.environment import Environment
from danggol.settings import PROJECT
from tests import databases
from tests.databases import PASSWORDS
from tests.pipeline.conftest import Saved
from tests.pipeline.made_company import (
    FOLDER,
    HISTORY,
    NIGHTS,
    MadeCompany,
    Marts,
    differences,
    make_home,
    select,
)
from warehouse.server import Server

pytestmark = pytest.mark.system
# what a release may change so that an upgrade has something to do
SHAPES = ("warehouse/ddl", "dbt_project", "ingest/contract")
VERSION = re.compile(r'"model_version": "([^"]+)"')
CAUSE = re.compile(r'"cause_code": "([^"]+)"')
CHANGES, MOVED = "customer_segment_changes", '"change": "moved"'


@pytest.fixture(scope="module")
def release_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it was before its migrations, models or contracts changed."""
    if not (PROJECT / ".git").exists():
        pytest.skip("needs the history of the project")
    changed = git("diff", "--name-only", "HEAD", "--", *SHAPES)
    last = git("log", "-1", "--format=%H", "--", *SHAPES).strip()
    folder = tmp_path_factory.mktemp("release_before")
    archive = folder / "release.tar"
    before = "HEAD" if changed else f"{last}^"
    git("archive", f"--output={archive}", before)
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    return folder


def git(*arguments: str) -> str:
    command = ["git", "-C", str(PROJECT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_its_next_night_ends_in_the_marts_of_a_warehouse_that_had_no_other_release(
    release_before: Path,
    after_each_night: list[Saved],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    saved = after_each_night[0]
    shop = replace(saved.shop, database="haneul_shop")
    company = MadeCompany(tmp_path / "homes" / "haneul", saved.warehouse, shop)
    make_home(company.home, 0, PASSWORDS)
    (company.home / "server.json").unlink()  # its own server writes it
    with databases.copied(shop, saved.shop.database):
        select(company.home, shop, monkeypatch)
        try:
            company.turn_clock_to(HISTORY)
            run_history(release_before, company.home)
            here = Environment.current()
            company = replace(company, warehouse=here.warehouse)
            by_before = company.marts()
            provisioning.start_warehouse(here)
            company.night(NIGHTS[0])

            assert by_before["fct_orders"]
            found, wanted = company.marts(), saved.look().marts()
            tonight = f'"as_of_date": "{NIGHTS[0]}"'
            for mart in wanted.keys() - by_before.keys():
                # what the other release did not mine is there from this night on
                wanted[mart] = [
                    row
                    for row in wanted[mart]
                    if tonight in row or '"as_of_date"' not in row
                ]
            if "rule_version" in causes_of_moves(found, tonight):
                assert causes_of_moves(found, tonight) == {"rule_version"}
                found, wanted = (
                    without_causes(each, tonight) for each in (found, wanted)
                )
            others = models(by_before) - models(wanted)
            assert models(found, tonight) <= models(wanted)
            assert differences(without(others, found), without(others, wanted)) == {}
        finally:
            Server(company.home).remove()


def models(marts: Marts, containing: str = "") -> set[str]:
    """Versions of the models that made rows."""
    rows = (row for mart in marts.values() for row in mart if containing in row)
    return {version for row in rows for version in VERSION.findall(row)}


def without(versions: set[str], marts: Marts) -> Marts:
    """No row of a model that one release made otherwise than the other.

    What it said stays as it said it, and trained anew it has read what came since.
    """
    anchored = {version.rpartition("-")[0] for version in versions}
    return {
        mart: [
            row
            for row in rows
            if not any(
                version.rpartition("-")[0] in anchored
                for version in VERSION.findall(row)
            )
        ]
        for mart, rows in marts.items()
    }


def causes_of_moves(marts: Marts, night: str) -> set[str]:
    """Why customers moved between segments in a night."""
    moves = (row for row in marts[CHANGES] if night in row and MOVED in row)
    return {cause for row in moves for cause in CAUSE.findall(row)}


def without_causes(marts: Marts, night: str) -> Marts:
    """The same, with no cause for that night's moves."""
    rows = (
        CAUSE.sub("", row) if night in row and MOVED in row else row
        for row in marts[CHANGES]
    )
    return {**marts, CHANGES: sorted(rows)}


def run_history(release: Path, home: Path) -> None:
    """Run the first night by the command of the release, in a process of its own."""
    shutil.copy(release / "tests/pipeline/haneul/company.yml", home)
    subprocess.run(
        [sys.executable, "-P", "-m", "danggol.cli", "night", f"{HISTORY}", "--history"],
        env={**os.environ, "PYTHONPATH": str(release)},
        check=True,
    )
    shutil.copy(FOLDER / "company.yml", home)
