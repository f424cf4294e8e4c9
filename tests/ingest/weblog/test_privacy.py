"""Nothing that names a person stays, and visitors stay the same where they should."""

import hashlib
import hmac
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ingest.weblog.keys import WeblogKeys
from ingest.weblog.privacy import hash_visitors, network

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
