"""Tables in files, from files to raw, on a real PostgreSQL."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import fsspec
import polars as pl
import pytest

from ingest import shop
from ingest.shop_source import ShopSource
from ingest.sources import SourceMismatch, SourceUnavailable, files
from tests.warehouse.told import KEY, KEYS
from warehouse import Warehouse
from warehouse.batches import Counts
from warehouse.vault import forget

pytestmark = pytest.mark.postgres

SEOUL = ZoneInfo("Asia/Seoul")
DAY = date(2026, 3, 2)
QUERIES = {
    "customers": "select distinct member as customer_id, name as full_name from lines",
    "orders": "select no as order_id, any_value(member) as customer_id,"
    " min(try_strptime(sold, '%Y-%m-%d %H:%M')) as ordered_at,"
    " any_value(note) as note from lines group by no",
    "order_lines": "select no as order_id, pos as line_id, item as product_id,"
    " quantity, paid as net_amount from lines",
}
HEADER = "no,pos,member,name,item,quantity,paid,sold,note"
# 09:00 in Seoul on 2 March is midnight in UTC
LINES = [
    'R1,1,M1,김하늘,P1,2,"1,234.50",2026-03-02 09:00,',
    "R1,2,M1,김하늘,P2,1,100,2026-03-02 09:00,",
    'R2,1,M2,"O\'Neil, ""Jo""",P1,-1,-617.25,2026-03-01 23:59,gift',
]


def source(
    table: dict[str, object], queries: dict[str, str] = QUERIES, **changes: object
) -> ShopSource:
    """The company's YAML: one table of lines, three queries about it."""
    entities = {
        name: {"mode": "full", "query": query} for name, query in queries.items()
    }
    return ShopSource.model_validate(
        {
            "files": {"lines": {"types": {"paid": "decimal(18, 2)"}, **table}},
            "source_time_zone": "Asia/Seoul",
            "entities": entities,
            **changes,
        }
    )


Load = Callable[..., Counts]


@pytest.fixture
def load(warehouse: Warehouse, tmp_path: Path) -> Load:
    """Take in a night of the files in the test's folder."""

    def take_in(told: ShopSource, day: date = DAY) -> Counts:
        night = shop.Night(day, SEOUL, None, tmp_path, uuid4(), KEYS)
        return shop.load(warehouse, told, night)

    return take_in


@pytest.fixture
def ask(warehouse: Warehouse) -> Callable[[str], list[tuple]]:
    def rows(query: str) -> list[tuple]:
        with warehouse.connect("admin") as connection:
            return connection.execute(query.encode()).fetchall()

    return rows


def written(file: Path, lines: list[str], encoding: str = "utf-8") -> None:
    file.write_bytes("".join(f"{each}\r\n" for each in lines).encode(encoding))


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("lines.csv", "utf-8"), ("lines.csv", "utf-8-sig"), ("lines.txt", "cp949")],
)
def test_every_value_arrives_whatever_the_encoding(
    name: str, encoding: str, load: Load, ask, tmp_path: Path
):
    written(tmp_path / name, [HEADER, *LINES], encoding)

    counts = load(source({"path": "lines.*", "encoding": encoding, "thousands": ","}))

    assert counts == Counts(read=7, loaded=7, quarantined=0, known=0)
    assert ask(
        "select order_id, line_id, product_id, quantity::text, net_amount::text"
        " from raw.order_lines order by 1, 2"
    ) == [
        ("R1", "1", "P1", "2", "1234.50"),
        ("R1", "2", "P2", "1", "100.00"),
        ("R2", "1", "P1", "-1", "-617.25"),
    ]
    assert ask(
        "select customer_id, full_name from vault.customer_identifiers order by 1"
    ) == [("M1", "김하늘"), ("M2", 'O\'Neil, "Jo"')]
    assert ask("select order_id, ordered_at, _extra from raw.orders order by 1") == [
        ("R1", datetime(2026, 3, 2, tzinfo=UTC), {"note": None}),
        ("R2", datetime(2026, 3, 1, 14, 59, tzinfo=UTC), {"note": "gift"}),
    ]


def test_a_second_reading_of_the_same_files_knows_every_row(load: Load, tmp_path):
    written(tmp_path / "lines.csv", [HEADER, *LINES])
    told = source({"path": "lines.csv", "thousands": ","})
    load(told)

    assert load(told) == Counts(read=7, loaded=0, quarantined=0, known=7)


def as_parquet(file: Path) -> None:
    told = {"no": "R1", "pos": 2, "member": "M1", "name": "A", "item": 7}
    told |= {"quantity": 1, "paid": 100.0, "sold": "2026-03-02 09:00", "note": None}
    pl.DataFrame([told]).write_parquet(file)


def as_gzip(file: Path) -> None:
    file.write_bytes(gzip.compress(f"{HEADER}\n{LINES[1]}\n".encode()))


@pytest.mark.parametrize(
    ("name", "write", "item"),
    [("lines.parquet", as_parquet, "7"), ("lines.csv.gz", as_gzip, "P2")],
)
def test_files_may_be_gzip_or_parquet(
    name: str, write: Callable[[Path], None], item: str, load: Load, ask, tmp_path: Path
):
    write(tmp_path / name)

    assert load(source({"path": name})).loaded == 3

    assert ask("select line_id, product_id, net_amount = 100 from raw.order_lines") == [
        ("2", item, True)
    ]


def test_files_may_lie_wherever_fsspec_reaches(load: Load):
    memory = fsspec.filesystem("memory")
    memory.pipe("/shop/lines-1.csv", f"{HEADER}\n{LINES[1]}\n".encode())
    memory.pipe("/shop/lines-2.csv", f"{HEADER}\n{LINES[2]}\n".encode())

    assert load(source({"path": "memory://shop/lines-*.csv"})).loaded == 6


def test_a_line_that_cannot_be_read_is_refused_with_file_and_number(
    load: Load, ask, tmp_path: Path
):
    wrong = ["R3,1,M3,C,P1,1,many,2026-03-02 10:00,", "R4,1,M3"]
    written(tmp_path / "lines.csv", [HEADER, LINES[1], *wrong, LINES[2]])

    counts = load(source({"path": "lines.csv"}))

    assert counts.read == counts.loaded + counts.quarantined
    assert ask(
        "select locator, reason, convert_from(payload, 'UTF8') from vault.quarantine"
        " where entity = 'order_lines' order by 1"
    ) == [
        (
            "lines.csv:3",
            "paid cannot be read as the type that is asked for",
            wrong[0],
        ),
        ("lines.csv:4", "name is missing: the line has too few values", wrong[1]),
    ]
    assert ask("select order_id from raw.order_lines order by 1") == [
        ("R1",),
        ("R2",),
    ]


def test_where_a_line_cannot_be_read_no_row_counts_as_deleted(
    load: Load, ask, tmp_path: Path
):
    written(tmp_path / "lines.csv", [HEADER, *LINES])
    told = source({"path": "lines.csv", "thousands": ","})
    load(told)
    written(tmp_path / "lines.csv", [HEADER, *LINES[:2], "R2,1,M2"])

    assert load(told, date(2026, 3, 3)).deleted == 0

    assert ask("select count(*) from raw.order_lines where _is_deleted") == [(0,)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_bytes_that_are_not_in_the_encoding_refuse_their_line(
    encoding: str, load: Load, ask, tmp_path: Path
):
    written(tmp_path / "lines.csv", [HEADER, *LINES], encoding)
    with (tmp_path / "lines.csv").open("ab") as file:
        file.write(b"R5,1,M4,\xff\xff,P1,1,1,2026-03-02 10:00,\n")

    load(source({"path": "lines.csv", "encoding": encoding, "thousands": ","}))

    assert ask("select entity, locator, reason from vault.quarantine") == [
        (
            "customers",
            "lines.csv:5",
            "name has bytes that are not in the file's encoding",
        )
    ]
    # nobody's name is asked for here
    assert ask("select count(*) from raw.order_lines") == [(4,)]


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        ("two", "quantity is no number"),
        ("1e999999", "quantity is no number"),
        ("", "quantity is empty"),
        ("NaN", "quantity is no number"),
        ("1000000000000", "quantity is not a number below 10^12"),
    ],
)
def test_a_value_of_another_type_refuses_its_row_with_all_that_was_told(
    quantity: str, reason: str, load: Load, ask, tmp_path: Path
):
    wrong = f"R3,1,M3,C,P1,{quantity},10,2026-03-02 10:00,"
    written(tmp_path / "lines.csv", [HEADER, LINES[1], wrong])

    load(source({"path": "lines.csv"}))

    ((locator, told, payload),) = ask(
        "select locator, reason, convert_from(payload, 'UTF8') from vault.quarantine"
    )
    assert (locator, told) == ("order_id=R3, line_id=1", reason)
    assert json.loads(payload)["quantity"] == (quantity or None) or quantity.isdigit()
    assert ask("select order_id from raw.order_lines") == [("R1",)]


def test_a_nul_byte_refuses_its_row(load: Load, ask, tmp_path: Path):
    written(tmp_path / "lines.csv", [HEADER, LINES[1], "R\x003,1,M3,C,P1,1,1,,x"])

    load(source({"path": "lines.csv"}))

    assert ask(
        "select locator, reason from vault.quarantine where entity = 'order_lines'"
    ) == [("order_id=R3, line_id=1", "order_id holds a NUL byte")]


def test_of_who_was_forgotten_a_refused_row_keeps_nothing(
    load: Load, ask, warehouse: Warehouse, tmp_path: Path
):
    written(tmp_path / "lines.csv", [HEADER, LINES[1]])
    load(source({"path": "lines.csv"}))
    forget(warehouse, "M1", KEY)
    with_birth_date = QUERIES["customers"].replace(
        "name as", "'1.1.70' as birth_date, name as"
    )

    load(source({"path": "lines.csv"}, QUERIES | {"customers": with_birth_date}))

    assert ask("select locator, reason, payload from vault.quarantine") == [
        ("customer_id=M1", "birth_date is no day", b"")
    ]


def test_times_without_a_zone_need_one(load: Load, ask, tmp_path: Path):
    written(tmp_path / "lines.csv", [HEADER, LINES[1]])

    with pytest.raises(
        SourceMismatch, match="ordered_at: timestamp found, wanted timestamp with time"
    ):
        load(source({"path": "lines.csv"}, source_time_zone=None))

    assert ask("select count(*) from raw.customers") == [(0,)]


def test_a_time_that_the_zone_skipped_is_refused_and_one_it_had_twice_is_the_first(
    load: Load, ask, tmp_path: Path
):
    lines = [
        "R1,1,M1,A,P1,1,1,2026-03-08 02:30,",  # New York's clocks jump from 2 to 3
        "R2,1,M1,A,P1,1,1,2025-11-02 01:30,",  # and there are two of this
    ]
    written(tmp_path / "lines.csv", [HEADER, *lines])

    load(source({"path": "lines.csv"}, source_time_zone="America/New_York"))

    assert ask("select locator, reason from vault.quarantine") == [
        (
            "order_id=R1",
            "ordered_at is a time that America/New_York does not have",
        )
    ]
    assert ask("select order_id, ordered_at from raw.orders") == [
        ("R2", datetime(2025, 11, 2, 5, 30, tzinfo=UTC))
    ]


def test_a_night_asks_for_the_rows_of_its_day_in_the_zone_of_the_source(
    load: Load, ask, tmp_path: Path
):
    written(tmp_path / "lines.csv", [HEADER, *LINES])
    stamped = f"{QUERIES['orders']}".replace("ordered_at,", "ordered_at, 1 as one,")
    entities = {
        name: {"mode": "full", "query": query} for name, query in QUERIES.items()
    }
    entities["orders"] = {
        "mode": "append",
        "stamp": "sold_at",
        "query": f"select *, ordered_at as sold_at from ({stamped})",
    }

    load(source({"path": "lines.csv", "thousands": ","}, entities=entities))

    assert ask("select order_id, _source_stamp from raw.orders") == [
        ("R1", datetime(2026, 3, 2, tzinfo=UTC))
    ]


def test_columns_are_found_by_name_in_every_file(load: Load, ask, tmp_path: Path):
    written(tmp_path / "lines-1.csv", [HEADER.removesuffix(",note"), LINES[1][:-1]])
    written(
        tmp_path / "lines-2.csv",
        [
            "note,sold,paid,quantity,item,name,member,pos,no",
            "late,2026-03-02 11:00,5,3,P9,B,M9,1,R9",
        ],
    )

    load(source({"path": "lines-*.csv"}))

    assert ask("select order_id, _extra ->> 'note' from raw.orders order by 1") == [
        ("R1", None),
        ("R9", "late"),
    ]
    assert ask(
        "select product_id, quantity::text from raw.order_lines where order_id = 'R9'"
    ) == [("P9", "3")]


def test_a_column_that_vanished_from_a_file_is_named_and_nothing_is_loaded(
    load: Load, ask, tmp_path: Path
):
    written(tmp_path / "lines-1.csv", [HEADER, LINES[1]])
    written(tmp_path / "lines-2.csv", [HEADER.replace("member", "client"), LINES[2]])

    with pytest.raises(
        SourceMismatch, match=r"files\.lines: lines-2\.csv lacks member, which lines-1"
    ):
        load(source({"path": "lines-*.csv"}))

    assert ask("select count(*) from raw.customers") == [(0,)]


def test_a_query_for_what_is_not_there_is_named(load: Load, tmp_path: Path):
    written(tmp_path / "lines.csv", [HEADER.replace("item", "sku"), LINES[1]])

    with pytest.raises(SourceMismatch, match=r'order_lines: the query fails: .*"item"'):
        load(source({"path": "lines.csv"}))


def test_a_query_that_fails_on_a_row_does_not_quote_it(load: Load, tmp_path: Path):
    written(tmp_path / "lines.csv", [HEADER, LINES[0]])
    queries = QUERIES | {
        "order_lines": "select no as order_id, pos as line_id, item as product_id,"
        " quantity, cast(upper(name) as integer) as net_amount from lines"
    }

    with pytest.raises(SourceMismatch, match="order_lines: the query fails on") as told:
        load(source({"path": "lines.csv", "thousands": ","}, queries))

    assert "김하늘" not in str(told.value)


@pytest.mark.parametrize("content", [None, ""])
def test_no_file_or_an_empty_one_is_no_night(
    content: str | None, load: Load, tmp_path: Path
):
    if content is not None:
        (tmp_path / "lines.csv").write_text(content)

    with pytest.raises(SourceUnavailable, match=r"files\.lines: no file with anything"):
        load(source({"path": "lines.csv"}))


def test_a_file_that_changes_while_it_is_read_fails_the_reading(tmp_path: Path):
    written(tmp_path / "lines.csv", [HEADER, *LINES])

    with (
        pytest.raises(SourceUnavailable, match=r"lines\.csv changed while it was read"),
        files.snapshot(source({"path": "lines.csv"}), tmp_path),
        (tmp_path / "lines.csv").open("a") as growing,
    ):
        growing.write("R6,1,M1,A,P1,1,1,2026-03-02 12:00,\n")
