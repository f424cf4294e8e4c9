"""Nothing that names a person stays, and visitors stay the same where they should."""

import hashlib
import hmac
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from ingest.weblog.privacy import (
    WeblogKeys,
    clean_login,
    clean_path,
    clean_search_term,
    hash_visitors,
    network,
    referrer_hosts,
    unescaped,
)

SECRET = b"a secret of the tests"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.77", "cb0071"),
        ("203.0.113.0", "cb0071"),
        ("2001:db8:1234:5678::9", "20010db81234"),
        ("::ffff:203.0.113.77", "cb0071"),
        ("fe80::1%eth0", "fe8000000000"),
        ("unknown", None),
        ("unix:", None),
        ("203.0.113.777", None),
        ("", None),
        ("1.2.3.4\0", None),
    ],
)
def test_an_address_is_cut_to_its_network(address, expected):
    assert network(address) == expected


class TestHashes:
    """Of addresses, cookies and agents."""

    def test_they_are_the_keyed_hashes_of_the_description(self, frame, keys):
        row = hash_visitors(
            frame({"requested_at": utc(2017, 12, 5, 19), "cookie": "c00k1e"}), keys
        ).row(0, named=True)

        def keyed(label: bytes, text: bytes) -> str:
            key = hmac.new(SECRET, label, hashlib.sha256).digest()
            return hmac.new(key, text, hashlib.sha256).hexdigest()[:32]

        assert row["address_hash"] == keyed(b"weblog address 2017-12-05", b"cb0071")
        assert row["visitor_hash"] == keyed(b"weblog cookie always", b"c00k1e")
        assert row["visitor_kind"] == "cookie"

    def test_a_cookie_is_one_visitor_on_every_day_address_and_agent(self, frame, keys):
        hashed = hash_visitors(
            frame(
                {"requested_at": utc(2017, 12, 5), "cookie": "a"},
                {"requested_at": utc(2018, 3, 5), "cookie": "a", "agent": "other"},
                {"requested_at": utc(2017, 12, 5), "cookie": "a", "address": "::1"},
                {"requested_at": utc(2017, 12, 5), "cookie": "b"},
            ),
            keys,
        )["visitor_hash"]

        assert hashed[0] == hashed[1] == hashed[2] != hashed[3]

    def test_an_address_has_another_hash_on_another_day(self, frame, keys):
        # 05:00 UTC is midnight in New York
        hashed = hash_visitors(
            frame(
                {"requested_at": utc(2017, 12, 5, 5)},
                {"requested_at": utc(2017, 12, 6, 4, 59, 59)},
                {"requested_at": utc(2017, 12, 6, 5)},
            ),
            keys,
        )["address_hash"]

        assert hashed[0] == hashed[1] != hashed[2]

    def test_without_a_cookie_a_visitor_stays_the_same_across_midnight(
        self, frame, keys
    ):
        # 09:00 UTC is 04:00 in New York
        hashed = hash_visitors(
            frame(
                {"requested_at": utc(2017, 12, 6, 4, 50)},
                {"requested_at": utc(2017, 12, 6, 5, 10)},
                {"requested_at": utc(2017, 12, 6, 8, 59, 59)},
                {"requested_at": utc(2017, 12, 6, 9)},
            ),
            keys,
        )

        visitors = hashed["visitor_hash"]
        assert visitors[0] == visitors[1] == visitors[2] != visitors[3]
        assert set(hashed["visitor_kind"]) == {"address"}

    def test_days_follow_the_change_to_summer_time(self, frame, keys):
        # New York, 12 March 2017: 04:00 is 08:00 UTC, the day before 09:00 UTC
        hashed = hash_visitors(
            frame(
                {"requested_at": utc(2017, 3, 11, 9)},
                {"requested_at": utc(2017, 3, 12, 7, 59)},
                {"requested_at": utc(2017, 3, 12, 8)},
            ),
            keys,
        )["visitor_hash"]

        assert hashed[0] == hashed[1] != hashed[2]

    def test_without_a_cookie_agent_and_network_tell_visitors_apart(self, frame, keys):
        at = utc(2017, 12, 5, 12)
        hashed = hash_visitors(
            frame(
                {"requested_at": at},
                {"requested_at": at, "address": "203.0.113.78"},
                {"requested_at": at, "address": "203.0.114.77"},
                {"requested_at": at, "agent": "other"},
                {"requested_at": at, "agent": None},
            ),
            keys,
        )["visitor_hash"]

        assert hashed[0] == hashed[1]
        assert hashed.n_unique() == 4

    def test_without_cookie_and_address_there_is_no_visitor(self, frame, keys):
        row = hash_visitors(
            frame({"requested_at": utc(2017, 12, 5), "address": "unix:"}), keys
        ).row(0, named=True)

        assert row["visitor_hash"] is row["visitor_kind"] is row["address_hash"] is None

    def test_another_company_has_other_hashes(self, frame, keys):
        rows = frame({"requested_at": utc(2017, 12, 5), "cookie": "a"})
        other = WeblogKeys(b"the secret of another company", keys.zone)

        ours, theirs = hash_visitors(rows, keys), hash_visitors(rows, other)

        for name in ("visitor_hash", "address_hash"):
            assert ours[name][0] != theirs[name][0]

    def test_the_day_begins_at_a_quarter_of_an_hour_where_it_does(self, frame):
        # Kathmandu is 5:45 ahead of UTC
        keys = WeblogKeys(SECRET, ZoneInfo("Asia/Kathmandu"))
        hashed = hash_visitors(
            frame(
                {"requested_at": utc(2017, 12, 5, 18, 14, 59)},
                {"requested_at": utc(2017, 12, 5, 18, 15)},
            ),
            keys,
        )["address_hash"]

        assert hashed[0] != hashed[1]


class TestKeys:
    """What all hashes hang on."""

    def test_the_secret_is_not_printed(self, keys):
        assert "secret of" not in repr(keys)

    def test_a_short_secret_is_refused_without_being_told(self):
        with pytest.raises(ValueError, match="fewer than 16 bytes") as refusal:
            WeblogKeys(b"hunter2", ZoneInfo("UTC"))
        assert "hunter2" not in str(refusal.value)

    def test_every_purpose_and_day_has_its_own(self, keys):
        days = [None, date(2017, 12, 5), date(2017, 12, 6)]
        made = {keys.key(purpose, day) for purpose in ("a", "b") for day in days}

        assert len(made) == 6


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        (r"\xEC\x83\x81\xED\x92\x88", "상품"),
        (r"a\x22b\x5Cc", 'a"b\\c'),
        (r"a\"b\\c", 'a"b\\c'),
        (r"\xFF\xFE", r"\xFF\xFE"),
        (r"a\x00b\x0A", r"a\x00b\x0A"),
        ("plain", "plain"),
    ],
)
def test_escapes_of_the_server_are_undone_where_that_is_text(logged, expected):
    assert unescaped(logged) == expected


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        ("/p/840361", "/p/840361"),
        ("/%EC%83%81%ED%92%88/1", "/상품/1"),
        ("/a%20b", "/a b"),
        ("/a%2Fb%25c%3Fd", "/a%2Fb%25c%3Fd"),
        ("/a%00b%0A", "/a%00b%0A"),
        ("/%C0%AE%C0%AE/", "/%C0%AE%C0%AE/"),
        ("/%BB%F3%C7%B0", "/%BB%F3%C7%B0"),
        ("/100%", "/100%"),
        ("/user/ann@example.com/orders", "/user/(email)/orders"),
        ("/user/ann%40example.com", "/user/(email)"),
        ("/user/ann%2540example%252Ecom", "/user/(email)"),
        ("/user/ann%40example.com%FF", "/user/(email)"),
        ("/user/한글@예시.한국", "/user/(email)"),
        ("/mail=ann@example.com;x", "/(email)"),
        ("/img/logo@2x.png", "/img/logo@2x.png"),
        ("/@ann", "/@ann"),
        ("/npm/jquery@3.6.0/dist", "/npm/jquery@3.6.0/dist"),
    ],
)
def test_paths_are_decoded_safely_and_lose_their_addresses(logged, expected):
    assert clean_path(logged) == expected


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        ("ice+cream", "ice cream"),
        ("%EC%9A%B0%EC%9C%A0", "우유"),
        (r"\xEC\x9A\xB0\xEC\x9C\xA0", "우유"),
        ("1%2F2+inch", "1/2 inch"),
        ("++", None),
        ("ann%40example.com+shoes", "(email) shoes"),
        ("ann%2540example.com", "(email)"),
        ("ann@localhost", "(email)"),
        ("010-1234-5678", "(number)"),
        ("%2B82+10+1234+5678+refund", "(number) refund"),
        ("4111111111111111", "(number)"),
        ("iphone+15", "iphone 15"),
        ("lego+42151", "lego 42151"),
        ("a%00b", "a%00b"),
        ("x" * 500, "x" * 200),
    ],
)
def test_search_terms_keep_words_and_lose_persons(logged, expected):
    assert clean_search_term(logged) == expected


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        ("4711", "4711"),
        (r"\xEA\xB9\x80", "김"),
        ("ann@example.com", None),
        ("ann%40example.com", None),
    ],
)
def test_an_email_address_is_no_customer_number(logged, expected):
    assert clean_login(logged) == expected


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        ("https://www.Google.com/search?q=secret", "www.google.com"),
        ("https://ann:word@shop.example:8443/a@b", "shop.example"),
        ("http://203.0.113.77/a", "(address)"),
        ("http://[2001:db8::1]:8080/", "(address)"),
        ("android-app://com.kakao.talk/", "com.kakao.talk"),
        ("https://한글.kr", "한글.kr"),
        ("https://ann%40example.com/", None),
        ("/only/a/path", None),
        ("ann@example.com", None),
        (None, None),
    ],
)
def test_of_a_referrer_only_the_host_stays(logged, expected):
    hosts = referrer_hosts(pl.Series([logged], dtype=pl.String))

    assert hosts.to_list() == [expected]
