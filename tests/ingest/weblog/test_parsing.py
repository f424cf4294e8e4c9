"""Bad lines get their reason and number; their neighbours load."""

from datetime import UTC, datetime

import pytest

from ingest.weblog.reading import read_requests

HANDSHAKE = r"\x16\x03\x01\x00\xEE\x01\x00\x00\xEA\x03\x03"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param({"request": HANDSHAKE}, "not_a_request", id="TLS handshake"),
        pytest.param({"request": ""}, "not_a_request", id="empty request"),
        pytest.param({"request": "SSH-2.0-Go"}, "not_a_request", id="another protocol"),
        pytest.param({"request": "GET  HTTP/1.1"}, "not_a_request", id="no target"),
        pytest.param({"time": "31/Feb/2017:10:00:00 +0000"}, "bad_time", id="no day"),
        pytest.param({"time": "2017-12-05T10:00:00Z"}, "bad_time", id="other notation"),
        pytest.param({"time": "05/Dec/0017:10:00:00 +0000"}, "bad_time", id="year 17"),
        pytest.param({"time": "05/Dec/+12017:10:00:00 +0000"}, "bad_time", id="12017"),
        pytest.param({"referrer": 'a"b'}, "wrong_format", id="quote within quotes"),
        pytest.param({"status": "20"}, "wrong_format", id="status of two digits"),
        pytest.param({"size": "9" * 19}, "wrong_format", id="more bytes than exist"),
        pytest.param({"cookie": "a\0b"}, "nul_byte", id="NUL byte"),
        pytest.param({"cookie": "x" * (1 << 20)}, "too_long", id="a megabyte"),
    ],
)
def test_a_bad_line_is_refused_and_its_neighbours_load(read, line, bad, reason):
    chunk = read(line(), b"", line(**bad), line())

    assert chunk.refused.select("line_number", "reason").rows() == [(3, reason)]
    assert chunk.requests["line_number"].to_list() == [1, 4]
    assert chunk.ignored_count == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(b"\x80\x81\xfe\xff" * 50, "not_utf8", id="binary garbage"),
        pytest.param(b"\x00\x01\xff" * 50, "nul_byte", id="binary with NUL"),
        pytest.param(b"hello", "wrong_format", id="text"),
        pytest.param(b"\xec\x83", "not_utf8", id="half a character"),
    ],
)
def test_garbage_survives_as_bytes(read, line, bad, reason):
    chunk = read(line(), bad, line())

    assert chunk.refused.select("line_number", "reason", "line").rows() == [
        (2, reason, bad)
    ]
    assert chunk.requests["line_number"].to_list() == [1, 3]


def test_a_missing_closing_quote_costs_one_line(read, line):
    chunk = read(line(), line()[:-1], line())

    assert chunk.refused.select("line_number", "reason").rows() == [(2, "wrong_format")]
    assert chunk.requests["line_number"].to_list() == [1, 3]


def test_blank_lines_comments_and_carriage_returns_do_not_shift_numbers(read, line):
    chunk = read(b"#Version: 1.0", b"", line() + b"\r", b"  \t", b"\r", line())

    assert chunk.requests["line_number"].to_list() == [3, 6]
    assert (chunk.ignored_count, chunk.line_count) == (4, 6)


def test_times_are_converted_to_utc(request_of):
    row = request_of(time="05/Dec/2017:23:59:59 -0500")

    assert row["requested_at"] == datetime(2017, 12, 6, 4, 59, 59, tzinfo=UTC)


def test_unsorted_lines_go_by_their_own_time(read, line):
    chunk = read(
        line(time="30/Nov/2017:23:59:59 +0000"),
        line(time="01/Dec/2017:00:00:00 +0000"),
        line(time="01/Jan/2018:00:00:00 +0000"),
        line(time="31/Dec/2017:23:59:59 +0000"),
        line(time="30/Nov/2017:12:00:00 +0000", request=HANDSHAKE),
    )

    assert chunk.requests["line_number"].to_list() == [2, 4]
    assert (chunk.outside_count, len(chunk.refused)) == (3, 0)
    assert chunk.finished.first_requested_at == datetime(2017, 11, 30, 12, tzinfo=UTC)
    assert chunk.finished.last_requested_at == datetime(2018, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("request_text", "method", "path"),
    [
        ("PROPFIND /a HTTP/1.1", "PROPFIND", "/a"),
        ("M-SEARCH * HTTP/1.1", "M-SEARCH", "*"),
        ("get / HTTP/1.0", "get", "/"),
        ("GET /old", "GET", "/old"),
        ("GET /a b?c d HTTP/1.1", "GET", "/a b"),
        ("GET http://user:word@shop.example/a?b HTTP/1.1", "GET", "/a"),
        ("CONNECT shop.example:443 HTTP/1.1", "CONNECT", "shop.example:443"),
        ("GET /?a HTTP/2.0", "GET", "/"),
        (r"GET /a\x22b HTTP/1.1", "GET", '/a"b'),
        ("-", None, None),
    ],
)
def test_requests_of_every_kind_are_split(request_of, request_text, method, path):
    row = request_of(request=request_text)

    assert (row["method"], row["path"]) == (method, path)


def test_a_line_of_dashes_loads_with_nothing_known(request_of):
    row = request_of(
        address="-", request="-", status="-", size="-", agent="-", cookie="-"
    )

    known = {name for name, value in row.items() if value is not None}
    assert known == {
        *("file_hash", "line_number", "kind", "requested_at", "referrer_class")
    }
    assert (row["kind"], row["referrer_class"]) == ("unknown", "none")


@pytest.mark.parametrize(("status", "expected"), [("499", 499), ("000", 0)])
def test_unusual_statuses_load(request_of, status, expected):
    assert request_of(status=status)["status_code"] == expected


class TestLastLine:
    """A last line without its end may be half of one."""

    @pytest.mark.parametrize("kept", [1, 40, 60, 150])
    def test_cut_anywhere_it_is_refused_as_unfinished(
        self, tmp_path, source, keys, window, line, kept
    ):
        path = tmp_path / "access.log"
        path.write_bytes(line() + b"\n" + line()[:kept])
        (chunk,) = read_requests([path], source, keys, window)

        assert chunk.requests["line_number"].to_list() == [1]
        assert chunk.refused.select("line_number", "reason").rows() == [
            (2, "unfinished_line")
        ]

    def test_whole_it_loads(self, tmp_path, source, keys, window, line):
        path = tmp_path / "access.log"
        path.write_bytes(line() + b"\n" + line())
        (chunk,) = read_requests([path], source, keys, window)

        assert chunk.requests["line_number"].to_list() == [1, 2]
