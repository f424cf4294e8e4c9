"""Robots are told from people, and telephones from robots."""

import polars as pl
import pytest

from ingest.weblog.agents import AgentClassifier
from ingest.weblog.source import AgentRule

ANDROID = "Mozilla/5.0 (Linux; Android 13; {}) AppleWebKit/537.36 (KHTML, like Gecko) "
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) "
)
CHROME = "Chrome/119.0.0.0 Mobile Safari/537.36"


def marked(*agents: str | None, own: tuple[AgentRule, ...] = ()) -> list[tuple]:
    requests = pl.DataFrame({"agent": agents}, schema={"agent": pl.String})
    return AgentClassifier(own).mark(requests).select("kind", "agent_name").rows()


@pytest.mark.parametrize(
    ("agent", "kind", "name"),
    [
        (ANDROID.format("SM-S918N") + CHROME, "human", "Chrome"),
        (ANDROID.format("CUBOT X30") + CHROME, "human", "Chrome"),
        (
            ANDROID.format("SM-S918N")
            + "SamsungBrowser/22.0 Chrome/111.0.5563.116 Mobile Safari/537.36",
            "human",
            "Samsung Internet",
        ),
        (IPHONE + "Version/17.1 Mobile/15E148 Safari/604.1", "human", "Safari"),
        (IPHONE + "Mobile/15E148 KAKAOTALK 10.4.5", "human", "KakaoTalk"),
        (IPHONE + "Mobile/15E148 NAVER(inapp; search; 2000)", "human", "Naver app"),
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:120.0) Gecko/20100101 Firefox/120.0",
            "human",
            "Firefox",
        ),
        ("okhttp/4.12.0", "app", "okhttp"),
        ("MyShop/3.1 CFNetwork/1474 Darwin/23.0.0", "app", "iOS app"),
        ("Dart/3.1 (dart:io)", "app", "Flutter app"),
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "crawler",
            "Googlebot",
        ),
        (
            ANDROID.format("Nexus 5X") + CHROME + " (compatible; Googlebot/2.1)",
            "crawler",
            "Googlebot",
        ),
        ("Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/x)", "crawler", "Yeti"),
        ("SomeNewBot/0.1", "crawler", "other crawler"),
        ("python-requests/2.31.0", "crawler", "Python"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "HeadlessChrome/119.0 Safari/537.36",
            "crawler",
            "Headless Chrome",
        ),
        ("ELB-HealthChecker/2.0", "monitor", "ELB-HealthChecker"),
        ("kube-probe/1.27", "monitor", "kube-probe"),
        (
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "preview",
            "Facebook preview",
        ),
        ("facebookexternalhit/1.1; kakaotalk-scrap/1.0;", "preview", "Kakao preview"),
        ("sqlmap/1.7 (https://sqlmap.org)", "scanner", "sqlmap"),
        ("Amazon CloudFront", "unknown", None),
        ("Mozilla/5.0", "unknown", None),
        ("", "unknown", None),
        (None, "unknown", None),
    ],
)
def test_agents_have_a_kind_and_a_name(agent, kind, name):
    assert marked(agent) == [(kind, name)]


def test_the_companys_own_rules_come_first():
    own = AgentRule(kind="monitor", name="our probe", pattern="^okhttp/.*probe")

    assert marked("okhttp/4 Probe", "okhttp/4", own=(own,)) == [
        ("monitor", "our probe"),
        ("app", "okhttp"),
    ]


def test_agents_keep_their_order_and_are_remembered():
    agents = AgentClassifier()
    requests = pl.DataFrame(
        {"agent": ["curl/8", "okhttp/4", "curl/8", None, "kube-probe"]}
    )
    expected = ["crawler", "app", "crawler", "unknown", "monitor"]

    for _ in range(2):
        assert agents.mark(requests)["kind"].to_list() == expected


@pytest.mark.parametrize(
    "path",
    [
        "/wp-login.php",
        "//wp-login.php",
        "/blog/wp-includes/wlwmanifest.xml",
        "/.env",
        "/api/.env.production",
        "/.git/config",
        "/phpMyAdmin/index.php",
        "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
        "/cgi-bin/luci",
        "/actuator/health",
        "/static/..%2F../etc/passwd",
        "/backup.sql.gz",
    ],
)
def test_who_looks_for_holes_is_a_scanner_whatever_it_says(request_of, path):
    row = request_of(request=f"GET {path} HTTP/1.1", status="404")

    assert row["kind"] == "scanner"


@pytest.mark.parametrize(
    "path", ["/p/1", "/environment", "/gift", "/wp-books", "/.well-known/x", "/login"]
)
def test_who_looks_at_the_shop_is_not(request_of, path):
    assert request_of(request=f"GET {path} HTTP/1.1")["kind"] == "human"


def test_a_page_that_the_company_names_is_not_a_hole(request_of):
    row = request_of(request="GET /p/wp-login.php HTTP/1.1")

    assert (row["page_code"], row["kind"]) == ("product", "human")
