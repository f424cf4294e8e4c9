"""What `danggol export` refuses, writes and says."""

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from psycopg import sql

from danggol import exporting
from danggol.company import load_company
from danggol.environment import Environment
from danggol.export_place import PlaceError, Written
from danggol.exporting import Exported
from danggol.settings import Settings
from tests.warehouse.permitted_company import (
    NIGHTS,
    granted,
    publish_permissions,
    publish_segments,
    withdrawn,
)
from warehouse import Warehouse
from warehouse.exports import Export, ExportError, Publication, Unpermitted

NIGHT = date(2026, 3, 1)
LEFT_OUT = Unpermitted(5, {"refused": 1, "never_asked": 2})
EXPORT = Export(
    export_id=1,
    name="next_best_products",
    query=sql.SQL("select"),
    columns={"customer_id": "text"},
    key=[],
    previous_as_of_date=None,
    publication=Publication(1, NIGHT),
    permissions=Publication(2, date(2026, 3, 2)),
    unpermitted=LEFT_OUT,
    withheld=LEFT_OUT,
)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"file_format": "pdf"}, "no format 'pdf'; there are csv, xlsx, parquet"),
        ({"everybody_because": " "}, "--everybody is empty; wanted the reason"),
        ({"target": "ftp://host"}, "cannot export to ftp://"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_read(
    told: dict[str, str], error: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COMPANY", "complete_journey")
    asked = {"changes": False, "file_format": "csv", "target": "out"} | told

    with pytest.raises((ExportError, PlaceError), match=error):
        exporting.export(Environment.current(), "customer_segments", **asked)


def said(export: Export, because: str | None = None) -> list[str]:
    written = Written(1_234, "hash")
    return list(exporting.sentences(Exported("file:///m", export, written, because)))


def test_who_was_left_out_is_said_by_reason():
    assert said(EXPORT) == [
        "next_best_products as of 2026-03-01: 1,234 rows in file:///m",
        "left out 3 customers without permission as of 2026-03-02, 5 rows: "
        "refused 1, never_asked 2",
    ]


def test_who_is_in_it_without_permission_is_said_with_the_reason():
    export = replace(EXPORT, withheld=Unpermitted())

    assert said(export, "a recall")[1] == (
        "with 3 customers without permission as of 2026-03-02: refused 1, "
        "never_asked 2; because: a recall"
    )


def test_changes_say_since_when():
    columns = {"previous_as_of_date": "date"}

    since = replace(EXPORT, columns=columns, previous_as_of_date=date(2026, 2, 28))

    assert said(since)[0].startswith(
        "next_best_products as of 2026-03-01, since 2026-02-28: 1,234 rows"
    )
    assert ", since nothing was there: " in said(replace(EXPORT, columns=columns))[0]


def test_a_mart_without_customers_says_that_nobody_was_asked():
    assert said(replace(EXPORT, permissions=None))[1].startswith("it names no customer")


@pytest.fixture
def here(warehouse: Warehouse, tmp_path: Path) -> Environment:
    """Surroundings of a company whose warehouse is the test's."""
    home = tmp_path / "complete_journey"
    home.mkdir()
    (home / "secrets.json").write_text(json.dumps(dict(warehouse.passwords)))
    settings = Settings(
        company="complete_journey",
        danggol_home=tmp_path,
        warehouse_url=warehouse.url("admin", driver="postgresql"),
    )
    return Environment(settings, load_company(settings))


def rows(file: Path) -> list[Mapping[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.postgres
def test_a_folder_follows_who_permits_contact(
    here: Environment, warehouse: Warehouse, tmp_path: Path
):
    mart, changes = "customer_segments", "customer_segment_changes"
    publish_segments(warehouse, NIGHTS[0], {"007": "loyal", "8": "lost"})
    publish_permissions(warehouse, [granted("007"), granted("8")])

    def export(*, only_changes: bool) -> Exported:
        return exporting.export(
            here,
            mart,
            changes=only_changes,
            file_format="csv",
            target=str(tmp_path / "out"),
        )

    def in_folder() -> list[str]:
        whole = rows(tmp_path / "out" / mart / f"{mart}.csv")
        return [row["customer_id"] for row in whole]

    export(only_changes=False)
    assert in_folder() == ['="007"', '="8"']

    publish_permissions(warehouse, [withdrawn("007"), granted("8")], NIGHTS[1])
    export(only_changes=False)
    done = export(only_changes=True)

    assert in_folder() == ['="8"']
    folder = tmp_path / "out" / changes
    (left,) = rows(folder / f"{changes}.csv")
    assert (left["customer_id"], left["change"]) == ('="007"', "left")
    data = (folder / f"{changes}.csv").read_bytes()
    assert json.loads((folder / "manifest.json").read_text("utf-8")) == {
        "file": f"{changes}.csv",
        "rows": 1,
        "sha256": hashlib.sha256(data).hexdigest(),
        "company": "complete_journey",
        "mart": changes,
        "as_of_date": str(NIGHTS[0]),
        "publication_id": done.export.publication.publication_id,
        "previous_as_of_date": str(NIGHTS[0]),
        "permissions_as_of_date": str(NIGHTS[1]),
        "permissions_publication_id": 4,
        "everybody_because": None,
        "withheld_rows": 1,
        "withheld_customers": {"withdrawn": 1},
    }
    assert (folder / "_SUCCESS").read_bytes() == b""
    with warehouse.connect("auditor") as connection:
        kept = connection.execute(
            "select is_changes, row_count, withheld_row_count, finished_at is not null"
            " from ledger.exports order by export_id"
        ).fetchall()
    assert kept == [(False, 2, 0, True), (False, 1, 1, True), (True, 1, 1, True)]
