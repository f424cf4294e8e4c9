"""Numbers as people read them."""

from decimal import Decimal

import pytest

from danggol import wording


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1540154.90", "USD", "$1,540,155"),
        ("-3.00", "USD", "-$3"),
        ("-0.40", "USD", "$0"),
        ("12345678", "KRW", "₩12,345,678"),
        ("1200", "CHF", "CHF 1,200"),
    ],
)
def test_money_has_its_currency_and_separated_thousands(amount, currency, text):
    assert wording.money(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (2469, "2,469"),
        (9999, "9,999"),
        (10_000, "10.0k"),
        (92_331, "92.3k"),
        (133_011, "133k"),
        (999_499, "999k"),
        (999_500, "1.00M"),
        (1_469_307, "1.47M"),
        (2 * 10**12, "2.00T"),
    ],
)
def test_a_short_number_has_three_digits_from_ten_thousand_on(number, text):
    assert wording.short(number) == text


def test_what_is_not_known_is_no_zero():
    unknown = "\N{EN DASH}"
    assert wording.count(None) == wording.share(None) == wording.size(None) == unknown
    assert (wording.count(0), wording.share(0.0)) == ("0", "0.0 %")


@pytest.mark.parametrize(
    ("duration", "text"),
    [(0.04, "0.0 s"), (82.34, "82.3 s"), (120.0, "2 min 00 s"), (182.0, "3 min 02 s")],
)
def test_seconds_become_minutes_from_two_on(duration, text):
    assert wording.seconds(duration) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0.0 kB"),
        (32_768, "32 kB"),
        (1_048_576, "1.0 MB"),
        (307_134_464, "293 MB"),
        (5 * 1024**3, "5.0 GB"),
        (3 * 1024**4, "3.0 TB"),
    ],
)
def test_sizes_count_by_1024(size, text):
    assert wording.size(size) == text
