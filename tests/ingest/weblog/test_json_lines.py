"""Logs of one JSON object a line, whatever stands in it."""

import json

import pytest
from pydantic import ValidationError

from ingest.weblog.json_lines import JsonFormat
from ingest.weblog.reading import read_requests
from tests.ingest.weblog.conftest import CHROME

KEYS = {
    "time_iso8601": "ts",
    "remote_addr": "client.ip",
    "request_method": "method",
    "request_uri": "url",
    "status": "status",
    "body_bytes_sent": "bytes",
    "http_user_agent": "headers.user-agent",
}
OBJECT = {
    "ts": "2017-12-05T14:03:09.25-05:00",
    "client": {"ip": "203.0.113.77", "port": 4711},
    "method": "GET",
    "url": "/search?q=%EC%9A%B0%EC%9C%A0",
    "status": 200,
    "bytes": 5120,
    "headers": {"user-agent": CHROME, "accept": '"*"'},
}


@pytest.fixture
def requests_of(tmp_path, source, keys, window):
    def requests(lines: list[bytes], told: dict[str, str] = KEYS):
        path = tmp_path / "access.json"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        json_lines = JsonFormat.model_validate({"json": told})
        spec = source.model_copy(update={"format": json_lines})
        (chunk,) = read_requests([path], spec, keys, window)
        return chunk

    return requests


def told(**changes: object) -> bytes:
    return json.dumps(OBJECT | changes).encode()


def test_an_object_gives_the_row_of_the_same_line_by_nginx(requests_of, request_of):
    found = requests_of([told()]).requests.row(0, named=True)
    by_nginx = request_of(request=f"GET {OBJECT['url']} HTTP/1.1", cookie="-")

    different = {name for name in found if found[name] != by_nginx[name]}
    assert different == {"file_hash", "requested_at", "referrer_class"}
    assert found["referrer_class"] is None  # these objects have no referrers
    assert f"{found['requested_at']:%T.%f}" == "19:03:09.250000"


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[1, 2]",
        b'"text"',
        b"3",
        b"GARBAGE",
        told(status="ok"),
        told(status=None),
        told(client="203.0.113.77") + b"}",
        b'{"status": 200} {"status": 200}',
    ],
)
def test_a_bad_line_is_refused_and_its_neighbours_load(requests_of, bad):
    chunk = requests_of([told(), bad, told()])

    assert chunk.requests["line_number"].to_list() == [1, 3]
    assert chunk.requests["search_term"].to_list() == ["우유", "우유"]
    assert chunk.refused["line_number"].to_list() == [2]


def test_a_key_that_is_of_another_kind_than_usual_costs_that_field_only(requests_of):
    chunk = requests_of([told(), told(client="unknown", bytes={}), told(ts=7)])

    assert chunk.requests.select("byte_count", "visitor_kind").rows() == [
        (5120, "address"),
        (None, None),
    ]
    assert chunk.refused["reason"].to_list() == ["bad_time"]


def test_what_a_client_escaped_reaches_no_table(requests_of):
    chunk = requests_of([told(url="/a\0b", method="GET\0")])

    assert chunk.requests.select("method", "path").rows() == [("GET", "/ab")]


def test_seconds_since_1970_and_a_whole_request_are_understood(requests_of):
    keys = {"msec": "t", "remote_addr": "a", "request": "r", "status": "s"}
    line = (
        b'{"t": 1512500589.25, "a": "203.0.113.77", "r": "GET /p/7?x=1 HTTP/2",'
        b' "s": "404"}'
    )
    beyond = line.replace(b"1512500589.25", b"1e300")

    chunk = requests_of([line, beyond], keys)

    (row,) = chunk.requests.rows(named=True)
    assert (row["path"], row["status_code"]) == ("/p/7", 404)
    assert f"{row['requested_at']:%F %T.%f}" == "2017-12-05 19:03:09.250000"
    assert chunk.refused["reason"].to_list() == ["bad_time"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "unknown in a JSON format: colour; known: args, body_"),
        ({"http_referer": "a b"}, "String should match pattern"),
        ({"status": None}, "Input should be a valid string"),
    ],
)
def test_keys_that_do_not_fit_are_named(change, message):
    with pytest.raises(ValidationError, match=message):
        JsonFormat.model_validate({"json": KEYS | change})


@pytest.mark.parametrize("missing", ["status", "time_iso8601", "request_uri"])
def test_what_every_line_must_say_is_asked_for(missing):
    keys = {name: key for name, key in KEYS.items() if name != missing}

    with pytest.raises(ValidationError, match="the JSON format lacks"):
        JsonFormat.model_validate({"json": keys})
