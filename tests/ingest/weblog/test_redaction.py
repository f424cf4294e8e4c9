"""What visitors wrote, decoded, and no person left in it."""

import polars as pl
import pytest

from ingest.weblog.redaction import (
    clean_login,
    clean_path,
    clean_search_term,
    referrer_hosts,
    unescaped,
)


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
        ("/%C0%2E%C0%2E/", "/%C0%2E%C0%2E/"),
        ("/%BB%F3%C7%B0", "/상품"),  # CP949
        ("/a/%8Cc%B9%E6%B0%A2%C7%CF/%EC%83%81", "/a/똠방각하/상"),  # with an ASCII byte
        ("/%FF%FE", "/%FF%FE"),
        ("/100%", "/100%"),
        ("/user/ann@example.com/orders", "/user/(email)/orders"),
        ("/user/ann%40example.com", "/user/(email)"),
        ("/user/ann%2540example%252Ecom", "/user/(email)"),
        ("/user/ann%40example.com%FF", "/user/(email)"),
        ("/user/한글@예시.한국", "/user/(email)"),
        ("/mail=ann@example.com;x", "/(email)"),
        ("/img/logo@2x.png", "/img/logo@2x.png"),
        ("/@ann", "/@ann"),
        ("/t/010-1234-5678", "/t/(number)"),
        ("/t/+82%2010%201234%205678", "/t/(number)"),
        ("/t/+1(555)123-4567/x", "/t/(number)/x"),
        ("/r/900101-1234567", "/r/(number)"),
        ("/c/4111-1111-1111-1111", "/c/(number)"),
        ("/c/4111111111111111", "/c/(number)"),
        ("/c/4111111111111112", "/c/4111111111111112"),  # no card: a product
        ("/p/8801234567893", "/p/8801234567893"),
        ("/p/840361-1000001", "/p/840361-1000001"),
        ("/o/20171205-1234567", "/o/20171205-1234567"),
        ("/x/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.c2lnbmVk", "/x/(token)"),
        ("/password/reset/3f9a8b7c6d5e4f", "/password/reset/(token)"),
        ("/p/550e8400-e29b-41d4-a716", "/p/550e8400-e29b-41d4-a716"),
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
        ("900101-1234567", "(number)"),
        ("%BF%EC%C0%AF", "우유"),  # CP949
        ("%BF%EC%C0%AF%90B", "우유륛"),  # CP949 whose last byte is a letter of ASCII
        ("%uC6B0%uC720", "우유"),  # JavaScript's escape()
        ("%uD83D%uDE00", "😀"),
        ("%uD83D", "%uD83D"),
        ("caf%E9", "caf%E9"),  # Latin-1: not known, so kept
        ("3f9a8b7c6d5e4f3f9a8b7c6d5e4f", "(token)"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.c2lnbmVk", "(token)"),
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


def test_one_encoding_alone_is_tried_if_the_company_says_so():
    assert clean_search_term("%BF%EC%C0%AF", ("utf-8",)) == "%BF%EC%C0%AF"
    assert clean_search_term("%EC%9A%B0%EC%9C%A0", ("cp949",)) != "우유"
    assert clean_path("/%BF%EC%C0%AF", ("utf-8",)) == "/%BF%EC%C0%AF"
