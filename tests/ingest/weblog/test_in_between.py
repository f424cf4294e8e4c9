"""Load balancers and CDNs between visitor and server: the same visitors as without."""

import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from urllib.parse import quote

import pytest

from ingest.weblog.formats import FORMATS
from ingest.weblog.reading import read_requests
from tests.ingest.weblog.conftest import CHROME

FIREFOX = 'Mozilla/5.0 (X11; rv:120.0) "Gecko"/20100101 Firefox/120.0'
BEGIN = datetime(2017, 12, 5, 9, tzinfo=UTC)
# address, path, query, referrer, agent, cookie
VISITS = [
    ("198.51.0.9", "/", "", "https://www.google.com/url?q=a%20b", CHROME, "c1"),
    ("198.51.0.9", "/search", "q=%EC%9A%B0%EC%9C%A0+100%25", "-", CHROME, "c1"),
    ("198.51.1.9", "/search", "q=tea&page=2", "-", CHROME, "c2"),
    ("198.51.2.9", "/p/840361", "", "-", FIREFOX, ""),
    ("2001:db8:7::3", "/p/%ED%95%9C%EA%B8%80", "", "-", FIREFOX, ""),
    ("198.51.9.9", "/p/840361", "", "-", CHROME, "c1"),
]
SEEN = ["visitor_hash", "visitor_kind", "address_hash", "requested_at", "method",
        "path", "page_code", "product_id", "search_term", "status_code", "byte_count",
        "referrer_host", "agent_name", "kind"]  # fmt: skip
# The lines of the manuals.
OF_THE_BALANCERS_MANUAL = (
    "https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188"
    " 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57"
    ' "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0"'
    " ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:"
    "123456789012:targetgroup/my-targets/73e2d6bc24d8a067"
    ' "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:'
    'us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1'
    ' 2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200"'
    ' "-" "-" TID_123456'
)
OF_THE_CDNS_MANUAL = "\t".join(
    [
        "2019-12-04",
        "21:02:31",
        "LAX1",
        "392",
        "192.0.2.100",
        "GET",
        "d111111abcdef8.cloudfront.net",
        "/index.html",
        "200",
        "-",
        "Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36%20(KHTML,%20like%20Gecko)%20Chrome/78.0.3904.108%20Safari/537.36",
        "-",
        "-",
        "Hit",
        "SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiN",
        "d111111abcdef8.cloudfront.net",
        "https",
        "23",
        "0.001",
        "-",
        "TLSv1.2",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "Hit",
        "HTTP/2.0",
        "-",
        "-",
        "11040",
        "0.001",
        "Hit",
        "text/html",
        "78",
        "-",
        "-",
    ]
)


def times():
    return (BEGIN + timedelta(minutes=n) for n in range(len(VISITS)))


def target(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def escaped(text: str) -> str:
    return text.replace('"', r"\x22")


def by_nginx(*, address: str | None = None, behind: str = "", cookies: bool = True):
    """The origin's own log; its visitors' addresses in the header, where it is told."""
    for at, (visitor, path, query, referrer, agent, cookie) in zip(
        times(), VISITS, strict=True
    ):
        header = f"_ga=1; sid={cookie}" if cookie and cookies else "-"
        yield (
            f"{address or visitor} - - [{at:%d/%b/%Y:%H:%M:%S} +0000]"
            f' "GET {target(path, query)} HTTP/1.1" 200 512 "{referrer}"'
            f' "{escaped(agent)}"'
            + (f' "6.6.6.6, {visitor}{behind}"' if address else "")
            + f' "{header}"'
        )


def by_balancer():
    for at, (visitor, path, query, _, agent, _) in zip(times(), VISITS, strict=True):
        client = f"[{visitor}]" if ":" in visitor else visitor
        yield (
            f"h2 {at:%Y-%m-%dT%H:%M:%S.000000Z} app/lb/1 {client}:40001 10.0.0.9:80"
            f' 0.001 0.002 0.000 200 200 90 512 "GET https://shop.example:443'
            f'{target(path, query)} HTTP/2.0" "{escaped(agent)}"'
            ' TLS_AES_128 TLSv1.3 arn "Root=1" "shop.example" "arn" 1'
        )


def by_cdn():
    yield "#Version: 1.0"
    yield "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) ..."
    for at, (visitor, path, query, referrer, agent, cookie) in zip(
        times(), VISITS, strict=True
    ):
        fields = [f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", "ICN1", "512", visitor, "GET",
                  "d1.cloudfront.net", path, "200", referrer, agent, query or "-",
                  f"_ga=1; sid={cookie}" if cookie else "-", "Hit", "id",
                  "shop.example", "https", "23", "0.001", "-"]  # fmt: skip
        yield "\t".join(quote(field, safe="/:;=?&+(),*!@~'") for field in fields)


@pytest.fixture
def seen(tmp_path, source, keys, window):
    def rows(lines, **settings):
        path = tmp_path / "log"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        spec = source.model_copy(update={"visitor_cookie": None} | settings)
        (chunk,) = read_requests([path], spec, keys, window)
        assert chunk.refused.is_empty()
        return chunk.requests.select(SEEN)

    return rows


COOKIES = {"visitor_cookie": "sid"}
COMBINED = FORMATS["nginx_combined"].directive
OWN = {"format": f'{COMBINED} "$http_cookie"'}
BEHIND = {
    "format": f'{COMBINED} "$http_x_forwarded_for" "$http_cookie"',
    "client_address": "http_x_forwarded_for",
    "trusted_proxies": (ip_network("10.0.0.0/8"),),
}


def test_a_log_behind_a_balancer_gives_the_visitors_of_the_origins_own(seen):
    own = seen(by_nginx(), **OWN, **COOKIES)
    behind = by_nginx(address="10.0.0.7", behind=", 10.0.0.1")

    assert seen(behind, **BEHIND, **COOKIES).rows() == own.rows()
    assert own["visitor_hash"].n_unique() == 4
    assert own["search_term"].drop_nulls().to_list() == ["우유 100%", "tea"]


def test_the_log_of_a_cdn_gives_the_visitors_of_the_origins_own(seen):
    own = seen(by_nginx(), **OWN, **COOKIES)

    assert seen(by_cdn(), format="aws_cloudfront", **COOKIES).rows() == own.rows()


def test_the_log_of_a_balancer_gives_those_of_an_origin_without_cookies(seen):
    own = seen(by_nginx(cookies=False), **OWN, **COOKIES).drop("referrer_host")
    found = seen(by_balancer(), format="aws_alb").drop("referrer_host")

    assert found.rows() == own.rows()
    assert own["visitor_hash"].n_unique() == 5


def test_the_lines_of_the_manuals_are_taken_apart():
    balancer = re.match(FORMATS["aws_alb"].pattern, OF_THE_BALANCERS_MANUAL)
    cdn = re.match(FORMATS["aws_cloudfront"].pattern, OF_THE_CDNS_MANUAL)

    assert balancer.groupdict() == {
        "time_iso8601": "2018-07-02T22:23:00.186641Z",
        "remote_addr": "192.168.131.39",
        "status": "200",
        "body_bytes_sent": "57",
        "method": "GET",
        "path": "https://www.example.com:443/",
        "query": None,
        "http_user_agent": "curl/7.46.0",
        "request_processing_time": "0.086",
        "target_processing_time": "0.048",
        "response_processing_time": "0.037",
    }
    agent = cdn.groupdict().pop("http_user_agent")
    assert agent.startswith("Mozilla/5.0%20(Windows")
    assert agent.endswith("Safari/537.36")
    assert {k: v for k, v in cdn.groupdict().items() if k != "http_user_agent"} == {
        "date": "2019-12-04",
        "time": "21:02:31",
        "body_bytes_sent": "392",
        "remote_addr": "192.0.2.100",
        "method": "GET",
        "path": "/index.html",
        "status": "200",
        "request_time": "0.001",
        "http_referer": "-",
        "query": "-",
        "http_cookie": "-",
    }


def test_a_request_of_nothing_loads_with_nothing_known(seen):
    line = OF_THE_BALANCERS_MANUAL.replace("2018-07", "2017-12").replace(
        "GET https://www.example.com:443/ HTTP/1.1", "-"
    )

    assert seen([line], format="aws_alb").select("method", "path").rows() == [
        (None, None)
    ]
