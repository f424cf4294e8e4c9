"""How people are written down wrongly, as on the business cards of a fair."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Codes = NDArray[np.int64]  # of characters, a row a text, 0 behind its end

_FIRST_SYLLABLE = ord("가")
# Letters in Unicode's order, and below each what it is taken for: it sounds alike, or
# has a stroke more or less. Some vowels and most finals are not mistaken.
_INITIALS = (
    "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
    "ㅋㄱㅁㅌㄷㄴㄴㅍㅂㅆㅅㅎㅊㅈㅈㄱㄷㅂㅇ",
)
_VOWELS = (
    "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
    "ㅏㅔㅏㅖㅕㅐㅓㅔㅜㅗㅚㅙㅗㅗㅓㅚㅣㅜㅜㅣㅣ",
)
_FINALS = (
    "-ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ",
    "-ㄱㄲㄳㅇㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㄴㅂㅄㅅㅆㄴㅈㅊㅋㅌㅍㅎ",
)


def misspelt_names(rng: np.random.Generator, names: pl.Series) -> pl.Series:
    """Each name with one letter of the given name mistaken: 제 for 재, 헌 for 현."""
    codes = _codes(names)
    row = np.arange(len(codes))
    where = 1 + rng.integers((codes > 0).sum(axis=1) - 1)
    rest, final = np.divmod(codes[row, where] - _FIRST_SYLLABLE, len(_FINALS[0]))
    initial, vowel = np.divmod(rest, len(_VOWELS[0]))
    other_vowel, other_final = _taken(_VOWELS)[vowel], _taken(_FINALS)[final]
    is_vowel = other_vowel != vowel
    is_final = ~is_vowel & (other_final != final)
    final = np.where(is_final, other_final, final)
    initial = np.where(is_vowel | is_final, initial, _taken(_INITIALS)[initial])
    syllable = (initial * len(_VOWELS[0]) + other_vowel) * len(_FINALS[0]) + final
    codes[row, where] = _FIRST_SYLLABLE + syllable
    return _texts(codes)


def _taken(letters: tuple[str, str]) -> NDArray[np.int64]:
    """Number of what each letter is taken for."""
    right, wrong = letters
    return np.array([right.index(each) for each in wrong])


def misspelt_phones(rng: np.random.Generator, phones: pl.Series) -> pl.Series:
    """Each number with two neighbouring digits behind 010 swapped."""
    codes = _codes(phones)
    return _swapped(rng, codes, np.arange(codes.shape[1]) > len("010-"))


def misspelt_emails(rng: np.random.Generator, emails: pl.Series) -> pl.Series:
    """Each address with two neighbouring letters before the @ swapped."""
    codes = _codes(emails)
    return _swapped(rng, codes, np.cumsum(codes == ord("@"), axis=1) == 0)


def _swapped(
    rng: np.random.Generator, codes: Codes, allowed: NDArray[np.bool_]
) -> pl.Series:
    """Two neighbours that differ change places, where both are allowed to."""
    left, right = codes[:, :-1], codes[:, 1:]
    is_word = (codes > 0) & ~np.isin(codes, [ord("-"), ord(".")])
    may = is_word & allowed
    pairs = may[:, :-1] & may[:, 1:] & (left != right)
    where = np.argmax(pairs * rng.random(pairs.shape), axis=1)
    row = np.flatnonzero(pairs.any(axis=1))
    first, second = (row, where[row]), (row, where[row] + 1)
    codes[first], codes[second] = codes[second], codes[first]
    return _texts(codes)


def _codes(texts: pl.Series) -> Codes:
    wide = texts.to_numpy().astype(np.str_)
    return wide.view(np.uint32).reshape(len(wide), -1).astype(np.int64)


def _texts(codes: Codes) -> pl.Series:
    wide = np.ascontiguousarray(codes, dtype=np.uint32).view(f"U{codes.shape[1]}")
    return pl.Series(wide[:, 0].astype(object), dtype=pl.String)
