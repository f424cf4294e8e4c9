"""What brought a visitor, and how long the answer took, by hand from such lines."""

import pytest

from ingest.weblog.formats import FORMATS
from ingest.weblog.origins import UTM
from ingest.weblog.source import WeblogSource


@pytest.mark.parametrize(
    ("referrer", "wanted"),
    [
        ("-", "none"),
        ("https://www.google.co.kr/", "search"),
        ("https://m.search.naver.com/search.naver?query=x", "search"),
        ("https://mail.google.com/mail/u/0/", "email"),
        ("https://mail.naver.com/", "email"),
        ("android-app://com.google.android.gm/", "email"),
        ("https://cafe.naver.com/board/1", "social"),
        ("https://l.instagram.com/", "social"),
        ("https://t.co/abc", "social"),
        ("https://chatgpt.com/", "assistant"),
        ("https://gemini.google.com/app", "assistant"),
        ("https://www.shop.example/cart", "own"),
        ("https://SHOP.example:8443/cart", "own"),
        ("https://bookshop.example/", "other"),
        ("https://notgoogle.com/", "other"),
        ("https://google.com.evil.example/", "other"),
        ("http://203.0.113.9/", "other"),
        ("/no/host", "other"),
    ],
)
def test_a_referrer_has_the_class_of_its_host(
    read_with, source, line, referrer, wanted
):
    own = source.model_copy(update={"site_hosts": ("shop.example",)})

    chunk = read_with(own, line(referrer=referrer))

    assert chunk.requests["referrer_class"].to_list() == [wanted]


def test_the_class_is_unknown_where_the_log_has_no_referrers(read_with, source, line):
    common = source.model_copy(update={"format": "apache_common"})

    chunk = read_with(common, line().partition(b' "-"')[0])

    assert chunk.requests["referrer_class"].to_list() == [None]


def test_campaign_parameters_are_decoded_columns(request_of):
    row = request_of(
        request="GET /?utm_source=naver&utm_medium=cpc&x=1"
        "&utm_campaign=%EC%B6%94%EC%84%9D+2017&utm_term=&not_utm_content=no HTTP/1.1"
    )

    assert [row[name] for name in UTM] == ["naver", "cpc", "추석 2017", None, None]


@pytest.mark.parametrize(
    ("logged", "kept"),
    [
        ("120210987654321", "120210987654321"),  # an advertisement's number
        ("20171205", "20171205"),
        ("ann%40example.com", "(email)"),
        ("to+010-1234-5678", "to (number)"),
        ("%2B82-10-1234-5678", "(number)"),
        ("900101-1234567", "(number)"),
        ("4111-1111-1111-1111", "(number)"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.c2lnbmVk", "(token)"),
        ("%BF%EC%C0%AF", "우유"),  # CP949
        ("x" * 500, "x" * 200),
    ],
)
def test_a_campaign_parameter_names_no_person(request_of, logged, kept):
    row = request_of(request=f"GET /?utm_content={logged} HTTP/1.1")

    assert row["utm_content"] == kept


def test_each_line_has_its_own_parameters(read, line):
    requests = ["/a?utm_source=s1", "/b", "/c?utm_medium=m3&utm_source=s3", "/d?q=1"]

    chunk = read(*(line(request=f"GET {each} HTTP/1.1") for each in requests))

    assert chunk.requests.select("utm_source", "utm_medium").rows() == [
        *[("s1", None), (None, None), ("s3", "m3"), (None, None)]
    ]


COMBINED = FORMATS["nginx_combined"].directive
APACHE = r"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""


@pytest.mark.parametrize(
    ("directive", "logged", "milliseconds"),
    [
        (f"{COMBINED} $request_time", "0.012", 12),
        (f"{COMBINED} $request_time", "12.000", 12_000),
        (f"{COMBINED} $request_time", "-", None),
        (f"{COMBINED} $upstream_response_time", "0.012", None),
        (f"{APACHE} %D", "12345", 12),  # microseconds
        (f"{APACHE} %T", "3", 3000),
        (f"{APACHE} %{{ms}}T", "12", 12),
        (f"{APACHE} %{{us}}T", "12345", 12),
        (f"{APACHE} %T/%D", "0/12345", 12),
    ],
)
def test_what_a_request_took_is_in_milliseconds(
    read_with, line, directive, logged, milliseconds
):
    spec = WeblogSource(files="*", format=directive)
    combined = line().removesuffix(b' "c00k1e" "-"')

    chunk = read_with(spec, combined + f" {logged}".encode())

    assert chunk.requests["request_milliseconds"].to_list() == [milliseconds]


@pytest.mark.parametrize(
    ("parts", "milliseconds"),
    [("0.086 0.048 0.037", 171), ("0.000 -1 -1", None), ("-1 -1 -1", None)],
)
def test_a_balancers_three_times_are_summed_where_it_got_an_answer(
    read_with, parts, milliseconds
):
    logged = (
        "http 2017-12-05T22:23:00.186641Z app/shop/1 192.168.131.39:2817 10.0.0.1:80"
        f" {parts} 200 200 34 366"
        ' "GET http://shop.example:80/ HTTP/1.1" "curl/7.46.0" - -'
    )

    chunk = read_with(WeblogSource(files="*", format="aws_alb"), logged.encode())

    assert chunk.requests["request_milliseconds"].to_list() == [milliseconds]
