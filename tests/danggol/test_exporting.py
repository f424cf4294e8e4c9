"""What `danggol export` refuses before it asks the warehouse, and what it says."""

from dataclasses import replace
from datetime import date

import pytest
from psycopg import sql

from danggol import exporting
from danggol.environment import Environment
from danggol.export_place import PlaceError, Written
from danggol.exporting import Exported
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
