"""The patterns take apart what the servers write, and nothing less."""

import re

import pytest

from ingest.weblog.formats import FORMATS

COMBINED = FORMATS["nginx_combined"]
# The line of Apache's manual for this format.
MANUAL = (
    '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" '
    '200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"'
)


def test_the_manuals_own_line_is_taken_apart():
    match = re.match(COMBINED.pattern, MANUAL)

    assert match.groupdict() == {
        "remote_addr": "127.0.0.1",
        "time_local": "10/Oct/2000:13:55:36 -0700",
        "method": "GET",
        "path": "/apache_pb.gif",
        "query": None,
        "status": "200",
        "body_bytes_sent": "2326",
        "http_referer": "http://www.example.com/start.html",
        "http_user_agent": "Mozilla/4.08 [en] (Win98; I ;Nav)",
    }


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("user", ["-", "frank", "Frank van Dijk", "f@[x]"])
def test_users_with_spaces_and_any_line_end_fit(user, end):
    assert re.match(COMBINED.pattern, MANUAL.replace("frank", user) + end)


@pytest.mark.parametrize("name", FORMATS)
def test_no_start_of_a_line_looks_like_a_whole_one(name):
    fields = {
        "nginx_combined": MANUAL,
        "nginx_combined_cookie_login": MANUAL + ' "c00k1e" "4711"',
        "nginx_combined_cookies_login": MANUAL + ' "a=1; b=2" "4711"',
    }
    line = fields[name]
    assert FORMATS[name].ends_closed
    for pattern in (FORMATS[name].pattern, FORMATS[name].loose_pattern):
        assert re.match(pattern, line)
        assert [n for n in range(len(line)) if re.match(pattern, line[:n])] == []


def test_an_escaped_quote_does_not_end_a_field():
    line = MANUAL.replace("start.html", r"a\"b\x22\\")

    match = re.match(COMBINED.pattern, line)

    assert match["http_referer"] == r"http://www.example.com/a\"b\x22\\"


def test_a_quote_without_escape_does_not_fit():
    line = MANUAL.replace("start.html", 'a"b')

    assert re.match(COMBINED.loose_pattern, line) is None
