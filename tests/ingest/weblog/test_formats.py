"""The patterns take apart what the servers write, and nothing less."""

import re

import pytest

from ingest.weblog.formats import FORMATS, log_format

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


@pytest.mark.parametrize("name", [name for name in FORMATS if "nginx" in name])
def test_no_start_of_a_line_looks_like_a_whole_one(name):
    fields = {
        "nginx_combined": MANUAL,
        "nginx_main": MANUAL + ' "198.51.100.9, 10.0.0.1"',
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


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("apache_common", MANUAL.partition(' "http')[0]),
        ("apache_combined", MANUAL.replace(" - ", " ident ", 1)),
        ("apache_vhost_combined", f"shop.example.com:443 {MANUAL}"),
        (
            # as it stands in a configuration, quotes escaped
            r"%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D",
            f"shop.example.com:443 {MANUAL} 1234",
        ),
        (
            '%{X-Forwarded-For}i %h %l %u %t "%r" %s %b "%{Referer}i" '
            '"%{User-agent}i" %{SSL_PROTOCOL}x',
            f"198.51.100.9 {MANUAL} TLSv1.3",
        ),
        (
            '$host $remote_addr [$time_local] ${request_time} "$request" $status '
            '$body_bytes_sent "$http_referer" "$http_user_agent" "$http_accept" '
            "$status",
            'shop.example.com 127.0.0.1 [10/Oct/2000:13:55:36 -0700] 0.012 "GET '
            '/apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" '
            r'"Mozilla/4.08 [en] (Win98; I ;Nav)" "text/\"html" 200',
        ),
    ],
)
def test_a_directive_takes_its_lines_apart(told, line):
    wanted = re.match(COMBINED.pattern, MANUAL).groupdict()

    found = re.match(log_format(told).pattern, line).groupdict()

    for more in ("http_x_forwarded_for", "request_micros", "request_time"):
        found.pop(more, None)
    assert found == {name: wanted[name] for name in found}
    assert found.keys() >= {"remote_addr", "time_local", "method", "path", "status"}
    assert re.match(log_format(told).loose_pattern, line)


@pytest.mark.parametrize(
    ("told", "lacks"),
    [
        ('%h %l %u %t "%r" %b', r"lacks \$status"),
        ("$remote_addr $status", r"lacks \$time_local, \$request"),
        ('%h %l %u %{%Y-%m-%d}t "%r" %>s', r"lacks \$time_local"),
    ],
)
def test_a_directive_without_what_a_line_must_say_is_refused(told, lacks):
    with pytest.raises(ValueError, match=lacks):
        log_format(told)
