"""The page's two languages: its words, and how numbers and days read in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import yaml

from danggol import wording
from warehouse.figures import Name

Code = Literal["en", "ko"]
LANGUAGES: tuple[Code, ...] = ("en", "ko")
WORDS = Path(__file__).parent / "words.yml"
MINUS = "\N{MINUS SIGN}"
# Korean counts large numbers by ten thousands.
KOREAN_UNITS = ((10**12, "조"), (10**8, "억"), (10**4, "만"))


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says what the page shows.

    Attributes
    ----------
    code : {'en', 'ko'}
        Also the ``lang`` of its part of the page.
    currency_code : str
        ISO 4217 code of all amounts.
    zone : ZoneInfo
        The company's, for moments.
    """

    code: Code
    currency_code: str
    zone: ZoneInfo

    def say(self, key: str, **values: object) -> str:
        """A phrase of `words.yml`, such as ``growth.title``, with its values.

        Raises
        ------
        KeyError
            If there is no such phrase, or a value of it is missing.
        """
        phrase = phrases()[key][self.code]
        return phrase.format(**values) if values else phrase

    def name(self, name: Name | None) -> str:
        """What a code is called, in the other language where this one has no name."""
        if name is None:
            return wording.UNKNOWN
        first, second = (name.en, name.ko) if self.code == "en" else (name.ko, name.en)
        return first or second or name.code or wording.UNKNOWN

    def code_name(self, group: str, code: str | None) -> str:
        """What a code of ours is called; a company's own code is shown as it is."""
        if code is None:
            return wording.UNKNOWN
        found = phrases().get(f"{group}.{code}")
        return found[self.code] if found else code

    def day(self, day: date | None) -> str:
        """``1 March 2026``, ``2026년 3월 1일``."""
        if day is None:
            return wording.UNKNOWN
        if self.code == "ko":
            return f"{day.year}년 {day.month}월 {day.day}일"
        return f"{day.day} {day:%B %Y}"

    def month(self, day: date) -> str:
        """``March 2026``, ``2026년 3월``."""
        return f"{day:%B %Y}" if self.code == "en" else f"{day.year}년 {day.month}월"

    def short_month(self, day: date) -> str:
        """``Mar``, ``3월``."""
        return f"{day:%b}" if self.code == "en" else f"{day.month}월"

    def quarter(self, day: date) -> str:
        """``Q1 2026``, ``2026년 1분기``."""
        number = (day.month + 2) // 3
        if self.code == "en":
            return f"Q{number} {day.year}"
        return f"{day.year}년 {number}분기"

    def moment(self, moment: datetime) -> str:
        """To the minute, in the company's zone."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def count(self, number: int | None) -> str:
        """``1,469,307``."""
        return wording.count(number)

    def short(self, number: int | Decimal | None) -> str:
        """Three digits of a large number: ``1.47M``, ``147만``."""
        if number is None:
            return wording.UNKNOWN
        if self.code == "ko":
            return _korean(number)
        # engineers say giga, managers billion
        return wording.short(number).replace("G", "B")

    def share(self, part: float | None, digits: int = 1) -> str:
        """``54.6 %``, ``54.6%``."""
        said = wording.share(part, digits)
        return said.replace(" ", "" if self.code == "ko" else "\N{NO-BREAK SPACE}")

    def points(self, part: float | None) -> str:
        """A difference of shares, in percentage points with its sign: ``+1.2``."""
        if part is None:
            return wording.UNKNOWN
        return f"{100 * part:+.1f}".replace("-", MINUS)

    def times(self, factor: float | None) -> str:
        """A multiple, such as a lift, with the sign or word for times."""
        if factor is None:
            return wording.UNKNOWN
        return self.say("page.times", number=f"{factor:.1f}")

    def money(self, amount: Decimal | None) -> str:
        """An amount in whole units: ``₩1,540,155``."""
        if amount is None:
            return wording.UNKNOWN
        return wording.money(amount, self.currency_code).replace("-", MINUS)

    def change(self, amount: Decimal) -> str:
        """An amount more or less, with its sign: ``+₩1,540,155``."""
        return f"+{self.money(amount)}" if round(amount) > 0 else self.money(amount)

    def short_money(self, amount: Decimal | None) -> str:
        """An amount of three digits: ``₩1.54M``, ``₩154만``."""
        if amount is None:
            return wording.UNKNOWN
        symbol = wording.symbol(self.currency_code)
        return f"{MINUS if amount < 0 else ''}{symbol}{self.short(abs(amount))}"

    def short_change(self, amount: Decimal) -> str:
        """An amount of three digits with its sign."""
        said = self.short_money(amount)
        return f"+{said}" if round(amount) > 0 else said


@cache
def phrases() -> Mapping[str, Mapping[Code, str]]:
    """Every phrase of the page by its key, in both languages."""
    told = yaml.safe_load(WORDS.read_text("utf-8"))
    return {
        f"{section}.{key}": phrase
        for section, keys in told.items()
        for key, phrase in keys.items()
    }


def _korean(amount: int | Decimal) -> str:
    for unit, called in KOREAN_UNITS:
        if amount >= unit:
            return f"{wording.three_digits(float(amount) / unit)}{called}"
    return f"{round(amount):,}"
