"""What spreadsheets and programs find in a file, read back by other means."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zipfile import ZipFile

import pyarrow.parquet
import pytest
from psycopg import sql

from warehouse import Warehouse, export_files
from warehouse.exports import Export, ExportError, Publication, Unpermitted

pytestmark = pytest.mark.postgres

COLUMNS = {
    "customer_id": "text",
    "name_en": "text",
    "frequency": "bigint",
    "net_amount": "numeric(18,2)",
    "share": "double precision",
    "is_current": "boolean",
    "order_date": "date",
    "valid_from": "timestamp with time zone",
}
ROWS = """
('0012', E'tea, "green"\\nand 차', 3::bigint, -1.50::numeric(18,2), 0.25::float8, true,
    date '2026-03-01', timestamptz '2026-03-01 09:00+09'),
('7"7', '=1+1', null, null, null, false, date 'infinity', timestamptz '-infinity'),
('8', '', null, null, null, null, null, null)
"""


def export(rows: str = ROWS, columns: Mapping[str, str] = COLUMNS) -> Export:
    return Export(
        export_id=1,
        name="customers",
        query=sql.SQL("select * from (values {}) as told ({})").format(
            sql.SQL(rows), sql.SQL(", ").join(map(sql.Identifier, columns))
        ),
        columns=columns,
        key=["customer_id"] if "customer_id" in columns else [],
        previous_as_of_date=None,
        publication=Publication(1, date(2026, 3, 1)),
        permissions=None,
        unpermitted=Unpermitted(),
        withheld=Unpermitted(),
    )


def written(warehouse: Warehouse, form: str, of: Export | None = None) -> bytes:
    file = io.BytesIO()
    with warehouse.connect("bi_reader") as connection:
        count = export_files.WRITERS[form](connection, of or export(), file)
    assert count == 3 or of
    return file.getvalue()


def cells(book: bytes) -> dict[str, tuple[str, str]]:
    """Kind and content of each cell of the only sheet."""
    sheet = ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    return {
        place: (kind, re.sub(r"<[^>]+>", "", content))
        for place, kind, content in re.findall(
            r'<c r="(\w+)"(?: s="\d+")?(?: t="(\w+)")?>(.*?)</c>', sheet, re.DOTALL
        )
    }


def test_csv_begins_with_the_mark_by_which_spreadsheets_know_utf8(
    warehouse: Warehouse,
):
    assert written(warehouse, "csv").startswith(b"\xef\xbb\xbfcustomer_id,name_en,")


def test_csv_keeps_numbers_of_customers_and_defuses_formulas(warehouse: Warehouse):
    text = written(warehouse, "csv").decode("utf-8-sig")

    header, *rows = csv.reader(io.StringIO(text, newline=""))

    assert header == list(COLUMNS)
    assert rows == [
        [
            *('="0012"', 'tea, "green"\nand 차', "3", "-1.50", "0.25", "true"),
            *("2026-03-01", "2026-03-01 00:00:00+00"),
        ],
        ['="7""7"', "'=1+1", "", "", "", "false", "", ""],
        ['="8"', "", "", "", "", "", "", ""],
    ]


@pytest.mark.parametrize(
    "text", ["=a", "+a", "-a", "@a", "\ta", "\ra", "\uff1da", "\uff0d1"]
)
def test_csv_has_no_text_that_a_spreadsheet_runs(warehouse: Warehouse, text: str):
    literal = "".join(f"\\u{ord(each):04x}" for each in text)
    of = export(f"(E'{literal}'), ('a{text.strip()}')", {"name_en": "text"})

    _, first, second = csv.reader(
        io.StringIO(written(warehouse, "csv", of).decode("utf-8-sig"), newline="")
    )

    assert first == [f"'{text}"]
    assert second == [f"a{text.strip()}"]


def test_xlsx_has_texts_numbers_and_days_of_their_own_kind(warehouse: Warehouse):
    found = cells(written(warehouse, "xlsx"))

    assert [found[f"{column}2"] for column in "ABCDEFGH"] == [
        ("inlineStr", "0012"),
        ("inlineStr", "tea, &quot;green&quot;\nand 차".replace("&quot;", '"')),
        ("", "3"),
        ("", "-1.5"),
        ("", "0.25"),
        ("b", "1"),
        ("", "46082"),  # days since 30 December 1899
        ("inlineStr", "2026-03-01 00:00:00+00"),
    ]
    assert (found["B3"], found["F3"]) == (("inlineStr", "=1+1"), ("b", "0"))
    assert "C3" not in found
    assert "G3" not in found


def test_xlsx_of_the_same_rows_has_the_same_bytes(warehouse: Warehouse):
    assert written(warehouse, "xlsx") == written(warehouse, "xlsx")


def test_xlsx_refuses_more_rows_than_a_sheet_has(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(export_files, "XLSX_ROWS", 2)

    with pytest.raises(ExportError, match=r"more than 2 rows.*take csv or parquet"):
        written(warehouse, "xlsx")


def test_parquet_has_the_types_of_the_contract(warehouse: Warehouse):
    table = pyarrow.parquet.read_table(io.BytesIO(written(warehouse, "parquet")))

    assert [str(each) for each in table.schema.types] == [
        "string",
        "string",
        "int64",
        "decimal128(18, 2)",
        "double",
        "bool",
        "date32[day]",
        "timestamp[us, tz=UTC]",
    ]
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (
            *("0012", 'tea, "green"\nand 차', 3, Decimal("-1.50"), 0.25, True),
            *(date(2026, 3, 1), moment),
        ),
        ('7"7', "=1+1", None, None, None, False, None, None),
        ("8", "", None, None, None, None, None, None),
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_no_rows_make_a_file_of_columns(warehouse: Warehouse, form: str):
    of = export("('a')", {"customer_id": "text"})
    nothing = Export(
        **{
            **{name: getattr(of, name) for name in of.__slots__},
            "query": sql.SQL("select * from ({}) as told where false").format(of.query),
        }
    )

    found = written(warehouse, form, nothing)

    if form == "csv":
        assert found.decode("utf-8-sig") == "customer_id\n"
    elif form == "xlsx":
        assert cells(found) == {"A1": ("inlineStr", "customer_id")}
    else:
        table = pyarrow.parquet.read_table(io.BytesIO(found))
        assert (table.num_rows, table.column_names) == (0, ["customer_id"])
