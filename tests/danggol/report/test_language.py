"""Both languages: the same phrases, numbers and days as people write them."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from danggol.report.language import LANGUAGES, Language, phrases
from danggol.report.page import TEMPLATES
from danggol.settings import PROJECT
from danggol.wording import UNKNOWN
from warehouse.figures import Name

ENGLISH, KOREAN = (Language(each, "KRW", ZoneInfo("Asia/Seoul")) for each in LANGUAGES)
MINUS = "\N{MINUS SIGN}"


def names(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name is not None}


@pytest.mark.parametrize("key", sorted(phrases()))
def test_a_phrase_is_in_both_languages_and_names_the_same_values(key):
    phrase = phrases()[key]
    assert set(phrase) == set(LANGUAGES)
    assert all(isinstance(said, str) and said for said in phrase.values())
    assert names(phrase["en"]) == names(phrase["ko"])


def test_every_phrase_that_is_said_is_there():
    said = {
        key
        for path in (
            *TEMPLATES.rglob("report*/*.j2"),
            *(PROJECT / "danggol" / "report").rglob("*.py"),
        )
        for key in re.findall(r'say\(\s*"(\w+\.\w+)"[,)]', path.read_text("utf-8"))
    }
    assert len(said) > 100
    assert said <= set(phrases())


def test_days_and_months_read_as_people_write_them():
    day = date(2026, 3, 1)
    assert (ENGLISH.day(day), KOREAN.day(day)) == ("1 March 2026", "2026년 3월 1일")
    assert (ENGLISH.month(day), KOREAN.month(day)) == ("March 2026", "2026년 3월")
    assert (ENGLISH.short_month(day), KOREAN.short_month(day)) == ("Mar", "3월")
    assert ENGLISH.day(None) == UNKNOWN


@pytest.mark.parametrize(("month", "quarter"), [(1, 1), (3, 1), (4, 2), (12, 4)])
def test_a_quarter_is_named_by_its_number(month, quarter):
    day = date(2026, month, 1)
    assert ENGLISH.quarter(day) == f"Q{quarter} 2026"
    assert KOREAN.quarter(day) == f"2026년 {quarter}분기"


def test_moments_are_of_the_companys_zone():
    late = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    assert ENGLISH.moment(late) == "2026-03-02 05:30"


@pytest.mark.parametrize(
    ("amount", "english", "korean"),
    [
        (0, "₩0", "₩0"),
        (9_999, "₩9,999", "₩9,999"),
        (10_000, "₩10.0k", "₩1.00만"),
        (15_400_000, "₩15.4M", "₩1,540만"),
        (123_456_789, "₩123M", "₩1.23억"),
        (1_234_567_890, "₩1.23B", "₩12.3억"),
        (2 * 10**12, "₩2.00T", "₩2.00조"),
        (-45_000, f"{MINUS}₩45.0k", f"{MINUS}₩4.50만"),
    ],
)
def test_large_amounts_are_short_by_each_languages_units(amount, english, korean):
    assert ENGLISH.short_money(Decimal(amount)) == english
    assert KOREAN.short_money(Decimal(amount)) == korean


def test_a_currency_without_a_symbol_is_named():
    ghanaian = Language("en", "GHS", ZoneInfo("Africa/Accra"))
    assert ghanaian.short_money(Decimal(2_500_000_000)) == "GHS 2.50B"


def test_changes_have_their_sign():
    assert ENGLISH.change(Decimal(40)) == "+₩40"
    assert ENGLISH.change(Decimal(-40)) == f"{MINUS}₩40"
    assert ENGLISH.change(Decimal(0)) == "₩0"
    assert ENGLISH.points(0.051) == "+5.1"
    assert ENGLISH.points(-0.051) == f"{MINUS}5.1"


def test_what_is_not_known_is_a_dash():
    for said in (ENGLISH.money, ENGLISH.points, ENGLISH.times):
        assert said(None) == UNKNOWN


def test_a_name_falls_back_on_the_other_language_and_then_on_the_code():
    assert KOREAN.name(Name("rhythm", "Comes less often", "방문 리듬 저하")) == (
        "방문 리듬 저하"
    )
    assert KOREAN.name(Name("rhythm", "Comes less often", None)) == "Comes less often"
    assert ENGLISH.name(Name("rhythm", None, None)) == "rhythm"
    assert ENGLISH.name(None) == UNKNOWN


def test_a_companys_own_code_is_shown_as_it_is():
    assert KOREAN.code_name("case", "repair") == "수리"
    assert KOREAN.code_name("case", "own_code") == "own_code"
