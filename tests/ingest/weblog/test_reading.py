"""From a line to a row, with every line accounted for and no person in it."""

import gzip
import json
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contract.visits import WEB_REQUESTS
from ingest.weblog.json_lines import JsonFormat
from ingest.weblog.origins import UTM
from ingest.weblog.reading import REQUESTS, read_requests
from ingest.weblog.source import WeblogSource


def test_the_rows_are_those_of_the_contract(read, line):
    types = {
        "text": pl.String(),
        "integer": pl.Int32(),
        "bigint": pl.Int64(),
        "timestamptz": pl.Datetime("us", "UTC"),
    }

    assert read(line()).requests.schema == {
        column.name: types[column.type] for column in WEB_REQUESTS.columns
    }


def test_a_line_becomes_the_row_one_would_write_by_hand(request_of):
    row = request_of(
        request="GET /search?page=2&q=%EC%9A%B0%EC%9C%A0 HTTP/1.1",
        referrer="https://www.google.com/url?q=shop",
        login="4711",
    )

    hashes = {name: row.pop(name) for name in list(row) if name.endswith("_hash")}
    assert row == {
        "line_number": 1,
        "visitor_kind": "cookie",
        "customer_id": "4711",
        "kind": "human",
        "requested_at": datetime(2017, 12, 5, 19, 3, 9, tzinfo=UTC),
        "method": "GET",
        "path": "/search",
        "page_code": "search",
        "product_id": None,
        "search_term": "우유",
        "order_id": None,
        "status_code": 200,
        "byte_count": 5120,
        "request_milliseconds": None,
        "referrer_host": "www.google.com",
        "referrer_class": "search",
        **dict.fromkeys(UTM),
        "agent_name": "Chrome",
    }
    assert all(len(value) == 32 for value in hashes.values())


@pytest.mark.parametrize(
    ("told", "expected"),
    [("A%2D7", "A-7"), ("20171205+9", "20171205 9"), ("kim%40example.com", None)],
)
def test_an_order_is_its_number_and_nobody(read_with, source, line, told, expected):
    rule = {"code": "order_done", "path": "^/thanks$", "order_param": "no"}
    spec = WeblogSource.model_validate(source.model_dump() | {"pages": [rule]})

    read = read_with(spec, line(request=f"GET /thanks?no={told} HTTP/1.1"))

    assert read.requests["order_id"].to_list() == [expected]


def test_no_person_is_in_any_column(read, line):
    persons = ["203.0.113.77", "2001:db8:1:2::3", "c00k1e", "ann", "01012345678"]
    persons.append("010-1234-5678")
    chunk = read(
        line(
            request="GET /u/ann@example.com/x;jsessionid=ann?token=ann&q=ann HTTP/1.1",
            referrer="https://ann:ann@shop.example/ann?ann",
            login="ann@example.com",
            user="ann",
            agent="ann/1.0 (ann@example.com)",
        ),
        line(
            address="2001:db8:1:2::3",
            request="GET /search?q=ann%40example.com+01012345678&ann=ann"
            "&utm_content=ann%40example.com&utm_term=010-1234-5678 HTTP/1.1",
            cookie="-",
        ),
        line(request="GET /p/ann%2540example.com HTTP/1.1"),
        line(request=r"GET http://ann@shop/p/ann\x40example.com?ann HTTP/1.1"),
    )

    text = chunk.requests.write_csv()
    assert len(chunk.requests) == 4
    assert [person for person in persons if person in text] == []
    assert chunk.requests["product_id"].to_list() == [None, None, "(email)", "(email)"]


def test_one_cookie_is_picked_out_of_the_whole_header(
    tmp_path, line, keys, window, request_of
):
    whole = WeblogSource.model_validate(
        {
            "files": "*",
            "format": "nginx_combined_cookies_login",
            "visitor_cookie": "sid",
        }
    )
    path = tmp_path / "access.log"
    headers = ["sid=c00k1e", "_ga=1; sid=c00k1e; x=2", "nosid=1", "sid="]
    path.write_bytes(b"".join(line(cookie=each) + b"\n" for each in headers))
    (chunk,) = read_requests([path], whole, keys, window)

    expected = request_of(cookie="c00k1e")["visitor_hash"]
    kinds = chunk.requests["visitor_kind"].to_list()
    assert chunk.requests["visitor_hash"].to_list()[:2] == [expected, expected]
    assert kinds == ["cookie", "cookie", "address", "address"]


def test_a_log_without_agents_and_referrers_loads(tmp_path, source, keys, window, line):
    path = tmp_path / "access.log"
    path.write_bytes(line().partition(b' "-"')[0] + b"\n")

    spec = source.model_copy(update={"format": "apache_common"})
    (chunk,) = read_requests([path], spec, keys, window)

    assert chunk.requests.select(
        "status_code", "referrer_host", "agent_name"
    ).rows() == [(200, None, None)]


def test_the_plain_combined_format_knows_addresses_only(tmp_path, line, keys, window):
    plain = WeblogSource(files="*", format="nginx_combined")
    path = tmp_path / "access.log"
    path.write_bytes(line().removesuffix(b' "c00k1e" "-"') + b"\n")
    (chunk,) = read_requests([path], plain, keys, window)

    row = chunk.requests.row(0, named=True)
    assert (row["visitor_kind"], row["customer_id"]) == ("address", None)


def test_a_copy_under_another_name_and_packing_gives_equal_rows(
    tmp_path, line, source, keys, window
):
    content = b"".join(line(request=f"GET /p/{n} HTTP/1.1") + b"\n" for n in range(9))
    plain, packed = tmp_path / "access.log", tmp_path / "access.log.1.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))

    first, second = read_requests([plain, packed], source, keys, window)

    assert first.requests.equals(second.requests)
    assert first.finished.file_hash == second.finished.file_hash


def test_a_grown_file_repeats_its_rows_and_adds_the_new_ones(
    tmp_path, line, source, keys, window
):
    path = tmp_path / "access.log"
    path.write_bytes(line() + b"\n" + line()[:30])
    (before,) = read_requests([path], source, keys, window)
    path.write_bytes((line() + b"\n") * 3)
    (after,) = read_requests([path], source, keys, window)

    assert after.requests.head(1).equals(before.requests)
    assert after.requests["line_number"].to_list() == [1, 2, 3]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    tmp_path, line, source, keys, window
):
    good, cut = tmp_path / "good.log", tmp_path / "cut.gz"
    good.write_bytes(line() + b"\n")
    packed = gzip.compress((line() + b"\n") * 3)
    cut.write_bytes(packed[: len(packed) - 12])
    empty = tmp_path / "empty.log"
    empty.touch()

    files = [tmp_path / "gone.log", cut, empty, good]
    chunks = list(read_requests(files, source, keys, window))

    summaries = [chunk.finished for chunk in chunks if chunk.finished]
    assert [summary.path for summary in summaries] == files
    assert [summary.problem for summary in summaries] == [
        "cannot be read: No such file or directory",
        "gzip data break off before their end",
        None,
        None,
    ]
    assert len(chunks[-1].requests) == 1


any_line = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"", b"\r", b"# header", b"\0", b"\xff", b'"']),
    st.builds(
        lambda day, request, cookie: (
            b"203.0.113.7 - - [%02d/Dec/2017:10:00:00 +0000] "
            b'"%s" 200 1 "-" "-" "%s" "-"' % (day, request, cookie)
        ),
        st.integers(0, 33),
        st.one_of(
            st.sampled_from([b"GET / HTTP/1.1", b"", b"-", rb"\x16\x03", b"GET /%40"]),
            st.binary(max_size=20),
        ),
        st.one_of(st.just(b"-"), st.binary(max_size=5)),
    ),
    st.builds(  # as a CDN writes lines
        lambda day, text: b"\t".join(
            [
                b"2017-12-%02d\t10:00:00\tx\t1\t203.0.113.7\tGET\th" % day,
                *(text, b"200", b"-", text, text, text, b"x"),
            ]
        ),
        st.integers(0, 33),
        st.binary(max_size=9),
    ),
    st.builds(  # and a balancer
        lambda day, request, text: (
            b"h2 2017-12-%02dT10:00:00Z lb 203.0.113.7:1 t 0 0 0 200 200 1 1"
            b' "%s" "%s" x' % (day, request, text)
        ),
        st.integers(0, 33),
        st.one_of(st.just(b"GET / HTTP/2.0"), st.binary(max_size=20)),
        st.binary(max_size=9),
    ),
    st.builds(
        lambda told: json.dumps(told).encode(),
        st.fixed_dictionaries(
            {
                "t": st.one_of(st.floats(0, 2e9), st.text(max_size=3), st.none()),
                "s": st.one_of(st.just(200), st.text(max_size=3), st.just({"s": 1})),
                "a": st.one_of(st.just("203.0.113.7"), st.integers()),
                "r": st.one_of(st.just("GET / HTTP/2"), st.text(max_size=9)),
            }
        ),
    ),
)
KEYS = {"msec": "t", "status": "s", "remote_addr": "a", "request": "r"}
FORMATS = {
    "nginx_combined_cookie_login": "nginx_combined_cookie_login",
    "aws_alb": "aws_alb",
    "aws_cloudfront": "aws_cloudfront",
    "json": JsonFormat.model_validate({"json": KEYS}),
}


@given(
    # a comment first, lest two random bytes make it a gzip file
    content=st.lists(any_line, max_size=12).map(
        lambda lines: b"\n".join([b"#", *lines])
    ),
    is_packed=st.booleans(),
    kept=st.integers(0, 400),
    block_bytes=st.sampled_from([1, 50, 1 << 20]),
)
@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=60)
def test_every_line_is_in_exactly_one_place(
    tmp_path_factory, source, keys, name, content, is_packed, kept, block_bytes
):
    spec = source.model_copy(update={"format": FORMATS[name]})
    packed = gzip.compress(content, mtime=0) if is_packed else content
    path = tmp_path_factory.mktemp("logs") / "access.log"
    path.write_bytes(packed[: len(packed) - kept] if kept < 100 else packed)
    window = datetime(2017, 12, 10, tzinfo=UTC), datetime(2017, 12, 20, tzinfo=UTC)

    def read(size: int) -> tuple[list[int], list[tuple], int, int, object]:
        chunks = list(read_requests([path], spec, keys, window, block_bytes=size))
        for chunk in chunks:
            placed = len(chunk.requests) + len(chunk.refused)
            placed += chunk.outside_count + chunk.ignored_count
            assert chunk.line_count == placed
            assert chunk.requests.schema == REQUESTS
        requests = pl.concat(chunk.requests for chunk in chunks)
        refused = pl.concat(chunk.refused for chunk in chunks)
        assert requests["requested_at"].is_between(*window, closed="left").all()
        numbers = requests["line_number"].to_list()
        assert not set(numbers) & set(refused["line_number"].to_list())
        outside = sum(chunk.outside_count for chunk in chunks)
        ignored = sum(chunk.ignored_count for chunk in chunks)
        finished = chunks[-1].finished
        assert finished.line_count == sum(chunk.line_count for chunk in chunks)
        return requests.rows(), refused.rows(), outside, ignored, finished

    assert read(block_bytes) == read(1 << 25)
    if kept >= 100:
        lines = content.split(b"\n")
        expected = len(lines) - (lines[-1] == b"")
        assert read(1 << 25)[4].line_count == expected
