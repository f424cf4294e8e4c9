"""What leaves the made company's warehouse before and after an opt-out.

Of its history M01 and M27 agreed to messages, M26 refused, nobody else was asked.
"""

import csv
import hashlib
import json
from pathlib import Path

import pytest

from danggol import exporting
from danggol.environment import Environment
from danggol.exporting import Exported
from tests.pipeline.made_company import HISTORY, NIGHTS, MadeCompany

pytestmark = pytest.mark.postgres
SEGMENTS, CHANGES = "customer_segments", "customer_segment_changes"
FIRST = NIGHTS[0]


def export(place: Path, mart: str = SEGMENTS, **how: object) -> Exported:
    told = {"changes": False, "file_format": "csv", "target": str(place)} | how
    return exporting.export(Environment.current(), mart, **told)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def test_only_who_permits_goes_out_and_the_rest_is_counted(
    company: MadeCompany, tmp_path: Path
):
    done = export(tmp_path)

    folder = tmp_path / SEGMENTS
    found = rows(folder / f"{SEGMENTS}.csv")
    assert {row["customer_id"]: row["day_channel_codes"] for row in found} == {
        '="M01"': "sms",
        '="M27"': "sms",
    }
    ((bought,),) = company.ask("select count(*) from marts.customer_segments_current")
    assert list(exporting.sentences(done)) == [
        f"customer_segments as of {HISTORY}: 2 rows in file://{folder}",
        f"left out {bought - 2} customers without permission as of {HISTORY}, "
        f"{bought - 2} rows: refused 1, never_asked {bought - 3}",
    ]
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    data = (folder / f"{SEGMENTS}.csv").read_bytes()
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest()
    assert (manifest["rows"], manifest["as_of_date"]) == (2, str(HISTORY))
    assert (folder / "_SUCCESS").exists()


@pytest.mark.parametrize(
    ("mart", "form", "rows_of"),
    [
        ("customer_360", "xlsx", "customer_360 where customer_id"),
        (
            "customer_lifetime_values",
            "parquet",
            "customer_lifetime_values_current where customer_id",
        ),
        ("fct_orders", "csv", "fct_orders where current_customer_id"),
    ],
)
def test_marts_that_name_customers_go_out_in_every_format(
    company: MadeCompany, tmp_path: Path, mart: str, form: str, rows_of: str
):
    done = export(tmp_path, mart, file_format=form)

    assert [(done.written.row_count,)] == company.ask(
        f"select count(*) from marts.{rows_of} in ('M01', 'M27')"
    )
    assert done.written.row_count >= 2
    assert (tmp_path / mart / f"{mart}.{form}").stat().st_size > 0


def test_who_opts_out_after_an_export_is_left_out_of_the_next_and_said_to_have_left(
    company: MadeCompany, tmp_path: Path
):
    export(tmp_path)
    company.tell_shop(
        "insert into statements_versions values ('M01', 'sms', 'advertising',"
        " 'withdrawn', '2024-02-27 12:00+09', '2024-02-27 12:00+09')"
    )
    company.night(FIRST)

    export(tmp_path)
    done = export(tmp_path, changes=True)

    assert [
        row["customer_id"] for row in rows(tmp_path / SEGMENTS / f"{SEGMENTS}.csv")
    ] == ['="M02"', '="M27"']  # M02 agreed that day
    left = {
        row["customer_id"]: (row["previous_as_of_date"], row["cause_code"])
        for row in rows(tmp_path / CHANGES / f"{CHANGES}.csv")
        if row["change"] == "left"
    }
    assert left == {'="M01"': (str(HISTORY), "permission")}
    assert done.export.withheld.customers["withdrawn"] == 1
    assert unpermitted_rows(company, tmp_path) == []


def unpermitted_rows(company: MadeCompany, place: Path) -> list[str]:
    """Customers of any file who permit nothing and are not said to have left."""
    named = {
        row["customer_id"][2:-1]
        for file in place.rglob("*.csv")
        for row in rows(file)
        if row.get("change") != "left"
    }
    assert named
    permitted = company.ask(
        "select distinct customer_id from marts.customer_contact_permissions_current"
        " where may_contact_day"
    )
    return sorted(named - {customer for (customer,) in permitted})


def test_the_ledger_says_who_took_what(company: MadeCompany, tmp_path: Path):
    done = export(tmp_path, everybody_because="a recall")

    assert company.ask(
        "select mart, format, place, everybody_because, as_of_date, row_count, sha256"
        " from ledger.exports where finished_at is not null"
    ) == [
        (
            *(SEGMENTS, "csv", f"file://{tmp_path}", "a recall", HISTORY),
            *(done.written.row_count, done.written.sha256),
        )
    ]
