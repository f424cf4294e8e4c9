"""Web logs into raw, on a real PostgreSQL: no line lost, none twice."""

import gzip
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from ingest.weblog.loading import load
from ingest.weblog.privacy import WeblogKeys
from ingest.weblog.source import WeblogSource
from ingest.windows import everything_until
from warehouse import Warehouse
from warehouse.batches import Counts

pytestmark = pytest.mark.postgres

ZONE = ZoneInfo("Asia/Seoul")
KEYS = WeblogKeys(b"a secret of the tests, long enough", ZONE)
SOURCE = WeblogSource.model_validate(
    {
        "files": "access.log*",
        "format": "nginx_combined_cookie_login",
        "pages": [{"code": "product", "path": "^/p/(?P<product_id>[0-9]+)$"}],
    }
)


def line(day: int, second: int, path: str = "/p/7") -> str:
    moment = datetime(2026, 3, day, 3, 0, second, tzinfo=UTC)
    return (
        f'192.0.2.7 - - [{moment:%d/%b/%Y:%H:%M:%S %z}] "GET {path} HTTP/1.1" 200 512'
        ' "-" "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Firefox/130.0" "c1" "-"\n'
    )


def take_in(warehouse: Warehouse, folder: Path, day: int) -> Counts:
    business_date = date(2026, 3, day)
    window = everything_until(business_date, ZONE)
    return load(warehouse, SOURCE, folder, business_date, window, KEYS, uuid4())


def paths(warehouse: Warehouse) -> list[str]:
    with warehouse.connect("auditor") as connection:
        rows = connection.execute("select path from raw.web_requests order by path")
        return [path for (path,) in rows]


def test_a_day_takes_its_own_lines_and_leaves_later_ones_to_their_night(
    warehouse, tmp_path
):
    (tmp_path / "access.log").write_text(line(1, 0, "/p/1") + line(2, 0, "/p/2"))

    assert take_in(warehouse, tmp_path, 1) == Counts(1, 1, 0, 0)
    assert take_in(warehouse, tmp_path, 2) == Counts(2, 1, 0, 1)
    assert paths(warehouse) == ["/p/1", "/p/2"]


def test_a_file_that_has_not_changed_is_not_opened_again(warehouse, tmp_path):
    (tmp_path / "access.log").write_text(line(1, 0))
    take_in(warehouse, tmp_path, 1)

    assert take_in(warehouse, tmp_path, 1) == Counts(0, 0, 0, 0)


def test_a_grown_renamed_and_packed_file_loses_no_line_and_doubles_none(
    warehouse, tmp_path
):
    first = tmp_path / "access.log"
    first.write_text(line(1, 0, "/p/1"))
    take_in(warehouse, tmp_path, 1)
    first.unlink()
    with gzip.open(tmp_path / "access.log.1.gz", "wt") as packed:
        packed.write(line(1, 0, "/p/1") + line(1, 1, "/p/2"))

    assert take_in(warehouse, tmp_path, 2) == Counts(2, 1, 0, 1)
    assert paths(warehouse) == ["/p/1", "/p/2"]


def test_a_late_line_of_an_earlier_day_is_taken_up_by_the_next_night(
    warehouse, tmp_path
):
    (tmp_path / "access.log").write_text(line(1, 0, "/p/1"))
    take_in(warehouse, tmp_path, 1)
    (tmp_path / "access.log.late").write_text(line(1, 30, "/p/late"))

    assert take_in(warehouse, tmp_path, 2).loaded == 1
    assert paths(warehouse) == ["/p/1", "/p/late"]


def test_a_new_rule_about_pages_makes_no_second_row_of_a_line(warehouse, tmp_path):
    log = tmp_path / "access.log"
    log.write_text(line(1, 0, "/p/1"))
    take_in(warehouse, tmp_path, 1)
    log.write_text(line(1, 0, "/p/1") + line(1, 1, "/p/2"))
    other = SOURCE.model_copy(update={"pages": ()})
    window = everything_until(date(2026, 3, 1), ZONE)

    counts = load(warehouse, other, tmp_path, date(2026, 3, 1), window, KEYS, uuid4())
    assert counts == Counts(2, 1, 0, 1)


def test_refused_lines_are_quarantined_with_file_and_line_and_neighbours_load(
    warehouse, tmp_path
):
    log = tmp_path / "access.log"
    log.write_bytes(line(1, 0).encode() + b"\x16\x03\x01\n" + line(1, 1).encode())

    assert take_in(warehouse, tmp_path, 1) == Counts(3, 2, 1, 0)
    with warehouse.connect("steward") as connection:
        kept = connection.execute(
            "select locator, payload from vault.quarantine"
        ).fetchall()
    assert kept == [("access.log:2", b"\x16\x03\x01")]


def test_a_cut_gzip_gives_its_good_lines_and_is_named_in_the_ledger(
    warehouse, tmp_path
):
    text = "".join(line(1, second, f"/p/{second}") for second in range(60)) * 200
    packed = gzip.compress(text.encode())
    (tmp_path / "access.log.gz").write_bytes(packed[: len(packed) // 2])

    counts = take_in(warehouse, tmp_path, 1)
    assert counts.loaded > 0
    with warehouse.connect("auditor") as connection:
        ((problem,),) = connection.execute("select problem from ledger.log_files")
    assert problem
    # the whole file, there on the next night: the rest comes, nothing twice
    (tmp_path / "access.log.gz").write_bytes(packed)
    later = take_in(warehouse, tmp_path, 2)
    assert later.loaded + counts.loaded == len(text.splitlines())
