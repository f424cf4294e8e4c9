"""Web logs into raw, on a real PostgreSQL: no line lost, none twice."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import fsspec
import pyarrow as pa
import pytest

from ingest.contract.visits import WEB_REQUESTS
from ingest.weblog.keys import WeblogKeys
from ingest.weblog.loading import load, read_again
from ingest.weblog.source import WeblogSource
from ingest.windows import everything_until
from tests.warehouse.told import KEY
from warehouse import Warehouse, quarantine
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


def take_in(
    warehouse: Warehouse, folder: Path, day: int, source: WeblogSource = SOURCE
) -> Counts:
    business_date = date(2026, 3, day)
    window = everything_until(business_date, ZONE)
    return load(warehouse, source, folder, business_date, window, KEYS, uuid4())


def retry(warehouse: Warehouse, day: int, newest: int = 1) -> Counts:
    """Read the refused lines of a night again, by the right format."""
    _, until = everything_until(date(2026, 3, newest), ZONE)
    again = partial(read_again, source=SOURCE, keys=KEYS, until=until)
    with warehouse.connect("loader") as connection:
        return quarantine.retry(
            connection, WEB_REQUESTS, date(2026, 3, day), uuid4(), KEY, again
        )


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


def test_of_ten_thousand_lines_the_malformed_one_is_told_by_its_number(
    warehouse, tmp_path
):
    lines = [line(1, n % 60, f"/p/{n}") for n in range(1, 10_001)]
    lines[7_530] = lines[7_530].replace('"GET', "GET")
    (tmp_path / "access.log").write_text("".join(lines))

    assert take_in(warehouse, tmp_path, 1) == Counts(10_000, 9_999, 1, 0)
    with warehouse.connect("auditor") as connection:
        query = "select locator from vault.quarantine"
        assert connection.execute(query).fetchall() == [("access.log:7531",)]


def test_a_product_that_no_index_can_hold_is_quarantined_and_neighbours_load(
    warehouse, tmp_path
):
    digests = (hashlib.sha512(bytes([n])).digest() for n in range(20))
    number = "".join(str(int.from_bytes(digest)) for digest in digests)
    lines = line(1, 0, f"/p/{number}") + line(1, 1, "/p/2")
    (tmp_path / "access.log").write_text(lines)

    assert take_in(warehouse, tmp_path, 1) == Counts(2, 1, 1, 0)
    assert paths(warehouse) == ["/p/2"]


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


WRONG = SOURCE.model_copy(update={"format": "aws_alb"})


def test_lines_refused_by_a_wrong_format_come_back_by_the_right_one(
    warehouse, tmp_path
):
    log = tmp_path / "access.log"
    log.write_text("".join(line(1, second) for second in range(20)))
    assert take_in(warehouse, tmp_path, 1, WRONG) == Counts(20, 0, 20, 0)

    assert retry(warehouse, 1) == Counts(20, 20, 0, 0)

    assert retry(warehouse, 1) == Counts(0, 0, 0, 0)
    # they are the rows that the right format would have read at once
    os.utime(log)
    assert take_in(warehouse, tmp_path, 1) == Counts(20, 0, 0, 20)


def test_a_line_that_no_format_fits_is_open_again_under_its_place(warehouse, tmp_path):
    text = line(1, 0) + "no request at all\n" + line(1, 1)
    (tmp_path / "access.log").write_text(text)
    take_in(warehouse, tmp_path, 1, WRONG)

    assert retry(warehouse, 1) == Counts(3, 2, 1, 0)

    with warehouse.connect("auditor") as connection:
        assert connection.execute(
            "select locator, form, settled_as from vault.quarantine"
            " order by quarantine_id"
        ).fetchall() == [
            ("access.log:1", "line", "retried"),
            ("access.log:2", "line", None),
            ("access.log:3", "line", "retried"),
        ]
        assert connection.execute(
            "select line_number from raw.web_requests order by 1"
        ).fetchall() == [(1,), (3,)]


def test_a_line_of_a_later_day_waits_until_a_night_has_come_so_far(warehouse, tmp_path):
    (tmp_path / "access.log").write_text(line(1, 0, "/p/1") + line(2, 0, "/p/2"))
    take_in(warehouse, tmp_path, 1, WRONG)

    assert retry(warehouse, 1, newest=1) == Counts(2, 1, 1, 0)
    assert paths(warehouse) == ["/p/1"]
    with warehouse.connect("auditor") as connection:
        assert connection.execute(
            "select locator, reason from vault.quarantine where settled_as is null"
        ).fetchall() == [("access.log:2", "wrong_format")]

    assert retry(warehouse, 1, newest=2) == Counts(1, 1, 0, 0)
    assert paths(warehouse) == ["/p/1", "/p/2"]


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(line(1, 1)[:-20], id="breaks off"),
        pytest.param(line(1, 1, "/" + "x" * 70_000), id="kept in part"),
    ],
)
def test_a_cut_line_is_left_to_its_file(warehouse, tmp_path, last):
    (tmp_path / "access.log").write_text(line(1, 0) + last)
    take_in(warehouse, tmp_path, 1, WRONG)

    assert retry(warehouse, 1) == Counts(1, 1, 0, 0)


def test_a_line_that_came_back_is_told_by_the_rules_of_today(warehouse, tmp_path):
    (tmp_path / "access.log").write_text(line(1, 0, "/p/12"))
    take_in(warehouse, tmp_path, 1, WRONG)
    retry(warehouse, 1)

    with warehouse.connect("auditor") as connection:
        assert connection.execute(
            "select page_code, product_id, kind, agent_name from raw.web_requests"
        ).fetchall() == [("product", "12", "human", "Firefox")]


@pytest.fixture
def bucket() -> Iterator[str]:
    """A folder of an object store, in memory."""
    system = fsspec.filesystem("memory")
    folder = f"/logs-{uuid4()}"
    yield folder
    system.rm(folder, recursive=True)


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(bytes, id="plain"),
        pytest.param(gzip.compress, id="gzip"),
        pytest.param(partial(pa.compress, codec="zstd", asbytes=True), id="zstd"),
    ],
)
def test_files_of_an_object_store_are_read_once_and_what_grows_is_taken_up(
    warehouse, tmp_path, bucket, packed
):
    source = SOURCE.model_copy(update={"files": f"memory:/{bucket}/access.log*"})
    system = fsspec.filesystem("memory")
    text = line(1, 0) + line(1, 1)
    system.pipe(f"{bucket}/access.log.1", packed(text.encode()))
    system.pipe(f"{bucket}/error.log", b"nothing of ours")

    assert take_in(warehouse, tmp_path, 1, source) == Counts(2, 2, 0, 0)
    assert take_in(warehouse, tmp_path, 1, source) == Counts(0, 0, 0, 0)
    system.pipe(f"{bucket}/access.log.1", packed((text + line(1, 2)).encode()))
    assert take_in(warehouse, tmp_path, 1, source) == Counts(3, 1, 0, 2)


def test_a_store_that_nothing_installed_reads_is_named_with_what_is_missing(
    warehouse, tmp_path
):
    files = "gs://user:hunter2@shop/access.log*"
    source = SOURCE.model_copy(update={"files": files})

    with pytest.raises(LookupError, match=r"files gs://shop/.*gcsfs") as failed:
        take_in(warehouse, tmp_path, 1, source)
    assert "hunter2" not in str(failed.value)


def test_a_file_of_another_machine_is_opened_where_it_was_found():
    """Its URL names host and user, which the path does not."""
    system = fsspec.filesystem("memory", host="logs.example", username="reader")
    system.pipe("/elsewhere/access.log", b"")
    url = "memory://elsewhere/access.log"
    options = {"host": "logs.example", "username": "reader"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fsspec, "url_to_fs", lambda _: (system, "/elsewhere/access.log"))
        (found,) = SOURCE.model_copy(update={"files": url}).find_files(Path())
    system.rm("/elsewhere", recursive=True)

    assert found.storage_options == options
