"""Who the people of the simulated company are: names, phones, e-mails, birth dates.

All of it is made up and leads to nobody: family and given names are Faker's, mixed
anew; mobile numbers are of a range that was never given out; e-mail addresses are of
the domains that RFC 2606 keeps for examples. Nobody has a resident number.

What must be unique is so within one call, so draw everybody at once.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
from faker.providers.person.ko_KR import Provider
from numpy.typing import NDArray

Days = NDArray[np.datetime64]

OWN_FAMILY_NAME_SHARE = 0.3  # of people; a wife keeps hers
DOMAINS = pl.Series(["example.com", "example.net", "example.org"])
AGES = np.array([20, 30, 40, 50, 60, 70, 85])  # edges of the shares below
DAYS_A_YEAR = 365.25
AGE_SHARES = (0.15, 0.2, 0.24, 0.22, 0.14, 0.05)

# Revised romanisation, each letter by itself, in Unicode's order.
_INITIALS = (
    *("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s"),
    *("ss", "", "j", "jj", "ch", "k", "t", "p", "h"),
)
_VOWELS = (
    *("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae"),
    *("oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"),
)
_FINALS = (
    *("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l"),
    *("p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"),
)
_FAMILIES = {"김": "kim", "이": "lee", "박": "park", "최": "choi"}  # as people spell
_FIRST_SYLLABLE = ord("가")


def names(rng: np.random.Generator, household: NDArray[np.integer]) -> pl.Series:
    """A full name for each person; most of a household share the family name.

    Parameters
    ----------
    household : ndarray of shape (n,)
        Number of each person's household, 0 and up.
    """
    count = len(household)
    families = _drawn(Provider.last_names, rng, int(household.max(initial=-1)) + 1)
    has_own = pl.Series(rng.random(count) < OWN_FAMILY_NAME_SHARE)
    family = families[household].zip_with(
        ~has_own, _drawn(Provider.last_names, rng, count)
    )
    women = _drawn(Provider.first_names_female, rng, count)
    men = _drawn(Provider.first_names_male, rng, count)
    return (family + women.zip_with(pl.Series(rng.random(count) < 0.5), men)).rename("")


def _drawn(
    weights: Mapping[str, float], rng: np.random.Generator, count: int
) -> pl.Series:
    share = np.fromiter(weights.values(), dtype=np.float64)
    drawn = rng.choice(len(share), count, p=share / share.sum())
    return pl.Series(list(weights))[drawn]


def phones(rng: np.random.Generator, count: int) -> pl.Series:
    """Mobile numbers ``010-xxxx-xxxx``, all different, at most 20 million.

    Behind 010 no number in use begins with 0 or 1, so these ring nowhere.
    """
    number = pl.Series(rng.choice(20_000_000, count, replace=False))
    digits = number.cast(pl.String).str.zfill(8)
    return "010-" + digits.str.head(4) + "-" + digits.str.tail(4)


def emails(rng: np.random.Generator, full_names: pl.Series) -> pl.Series:
    """E-mail addresses made of romanised names and a number, all different."""
    count = len(full_names)
    distinct = full_names.unique()
    romanised = full_names.replace_strict(
        distinct, pl.Series([_romanised(each) for each in distinct], dtype=pl.String)
    )
    number = pl.Series(1 + rng.permutation(count)).cast(pl.String)
    return romanised + number + "@" + DOMAINS[rng.integers(len(DOMAINS), size=count)]


def _romanised(full_name: str) -> str:
    family, given = full_name[0], full_name[1:]
    return f"{''.join(map(_letters, given))}.{_FAMILIES.get(family, _letters(family))}"


def _letters(syllable: str) -> str:
    rest, final = divmod(ord(syllable) - _FIRST_SYLLABLE, len(_FINALS))
    initial, vowel = divmod(rest, len(_VOWELS))
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


def birth_dates(rng: np.random.Generator, count: int, today: np.datetime64) -> Days:
    """Birth dates of grown-ups, aged 20 to 84 on the day `today`."""
    group = rng.choice(len(AGE_SHARES), count, p=AGE_SHARES)
    lived = np.ceil(rng.uniform(AGES[group], AGES[group + 1]) * DAYS_A_YEAR)
    born: Days = today - lived.astype("timedelta64[D]")
    return born
