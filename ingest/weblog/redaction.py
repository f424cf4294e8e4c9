"""What visitors wrote, decoded and without persons: paths, search terms, referrers.

Of a query string only the search term and the campaign's parameters are kept, of a
referrer only the host; logins that are e-mail addresses are not kept at all.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import unquote_to_bytes

import polars as pl

from ingest.weblog.persons import (
    AT,
    CARD,
    LONG_NUMBER,
    PHONE,
    RESIDENT,
    SIGNED_TOKEN,
    TEXT_LENGTH,
    TOKEN_WORD,
)
from ingest.weblog.privacy import replaced
from ingest.weblog.source import ENCODINGS

_ESCAPED = re.compile(r"(?:\\x[0-9A-Fa-f]{2})+")
_BACKSLASHED = re.compile(r'\\(["\\])')
ESCAPES = r"(?:%[0-9A-Fa-f]{2})+"  # still there in what could not be decoded
_PERCENT = re.compile(ESCAPES)
_PERCENT_U = re.compile(r"(?:%u[0-9A-Fa-f]{4})+")  # as JavaScript's escape() writes
# What gives a path its meaning, and stays as it is.
_MARK = re.compile(r"/|%(?:25|2[fF]|3[fF]|23)")
# Control characters, and those that turn the direction of what follows.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

_AT = re.compile(AT)
_DOMAIN = re.compile(r"(?:\.|%(?:25)*2[eE])[^\W\d_]{2}")
_RETINA = re.compile(r"[^@%]+@[1-9]x\.\w+")
_LETS_IN = r"(?i:reset|verif|confirm|activat|invit|unsubscribe|magic|token|auth)[\w\-]*"
_AFTER_DOOR = re.compile(rf"(?<=/)({_LETS_IN}/)[A-Za-z0-9_.~\-]{{8,}}")
# Where any of these, an escape or a session id may be; other paths stay unseen.
UNCLEAN_PATH = (
    r"[%@\\]|[0-9]{6}-[0-9]{7}|\+[1-9]|(?:82|0)[ .\-]?0?1[016-9][ .\-]?[0-9]{3}"
    rf"|[3-6][0-9]{{3}}[ \-]?[0-9]{{4}}[ \-]?[0-9]{{4}}|eyJ|{_LETS_IN}/"
)

_AUTHORITY = r"^[A-Za-z][A-Za-z0-9+.\-]*://([^/?#]*)"
_PORT = re.compile(r":[0-9]*$")
_NUMERIC_HOST = re.compile(r"\[[0-9a-f:.%]*\]|[0-9.]+")
_HOST = re.compile(r"\w[\w.\-]*")


def unescaped(text: str) -> str:
    r"""Undo the server's escapes: nginx's ``\xHH``, and ``\"`` and ``\\``.

    Bytes that are not UTF-8, and control characters, stay escaped.
    """
    text = _ESCAPED.sub(
        lambda run: (
            _text_of(bytes.fromhex(run[0].replace("\\x", "")), ("utf-8",)) or run[0]
        ),
        text,
    )
    return _BACKSLASHED.sub(r"\1", text)


def percent_decoded(text: str, encodings: Sequence[str] = ENCODINGS[:1]) -> str:
    """Undo one percent-encoding where that gives text without control characters.

    Parameters
    ----------
    text : str
        As logged.
    encodings : sequence of str
        Tried in order, on the whole text first: in CP949 the second byte of a letter
        may be an ASCII letter, which no browser encodes. Then on each run of escapes
        by itself; what is text in none of them stays.
    """
    return _decoded(_PERCENT_U.sub(_of_utf_16, text), encodings)


def clean_path(path: str, encodings: Sequence[str] = ENCODINGS) -> str:
    """Turn a path into what people read, without persons.

    Percent escapes are decoded where they are text without control characters and do
    not change the meaning of the path (``%2F`` stays); a piece between slashes that
    looks like an e-mail address, encoded however often, becomes ``(email)``. So do
    ``(number)``: phones, residents' numbers and cards; and ``(token)``: what lets
    somebody in.
    """
    marks = [*_MARK.findall(path), ""]
    decoded = [_decoded(piece, encodings) for piece in _MARK.split(path)]
    path = "".join(map(str.__add__, decoded, marks))
    pieces = path.split("/")
    path = "/".join("(email)" if _is_email(piece) else piece for piece in pieces)
    return _AFTER_DOOR.sub(r"\1(token)", _without_numbers_of_persons(path))


def clean_campaign_parameter(
    raw: str, encodings: Sequence[str] = ENCODINGS
) -> str | None:
    """Parameter of a campaign's link, without whom the link was sent to.

    A word with an at sign becomes ``(email)``, what looks like a phone, a resident's
    number or a card ``(number)``, a signed token ``(token)``. Other long numbers stay:
    campaigns have them.
    """
    words = percent_decoded(unescaped(raw.replace("+", " ")), encodings).split()
    text = " ".join("(email)" if _AT.search(word) else word for word in words)
    return _without_numbers_of_persons(text)[:TEXT_LENGTH].strip() or None


def clean_search_term(raw: str, encodings: Sequence[str] = ENCODINGS) -> str | None:
    """What was searched for, without e-mail addresses, long numbers and tokens.

    A word with an at sign becomes ``(email)``, seven or more digits ``(number)``, a
    long word of letters and digits ``(token)``.
    """
    words = percent_decoded(unescaped(raw.replace("+", " ")), encodings).split()
    text = " ".join(
        "(email)"
        if _AT.search(word)
        else re.sub(TOKEN_WORD, "(token)", re.sub(SIGNED_TOKEN, "(token)", word))
        for word in words
    )
    return re.sub(LONG_NUMBER, "(number)", text)[:TEXT_LENGTH].strip() or None


def clean_login(login: str) -> str | None:
    """The customer's number; None for an e-mail address, which must not be stored."""
    number = unescaped(login).strip()
    return None if _AT.search(number) else number or None


def clean_order(raw: str) -> str | None:
    """The order's number out of a path or query; None for what is no number."""
    return clean_login(percent_decoded(raw.replace("+", " ")))


def referrer_hosts(referrers: pl.Series) -> pl.Series:
    """Host of each referrer in lower case; a numeric address becomes ``(address)``."""
    return replaced(referrers.str.extract(_AUTHORITY), "", _host)


def _host(authority: str) -> str | None:
    host = _PORT.sub("", authority.rpartition("@")[2]).lower()
    if _NUMERIC_HOST.fullmatch(host):
        return "(address)"
    return host if _HOST.fullmatch(host) else None


def _decoded(text: str, encodings: Sequence[str]) -> str:
    whole = _text_of(unquote_to_bytes(text), encodings)
    if whole is not None:
        return whole
    return _PERCENT.sub(
        lambda run: _text_of(unquote_to_bytes(run[0]), encodings) or run[0], text
    )


def _of_utf_16(run: re.Match[str]) -> str:
    raw = bytes.fromhex(run[0].replace("%u", ""))
    return _text_of(raw, ("utf-16-be",)) or run[0]


def _text_of(raw: bytes, encodings: Sequence[str]) -> str | None:
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _UNSAFE.search(text) else text
    return None


def _without_numbers_of_persons(text: str) -> str:
    for number in (PHONE, RESIDENT):
        text = re.sub(number, "(number)", text)
    text = re.sub(CARD, lambda card: "(number)" if _is_card(card[0]) else card[0], text)
    return re.sub(SIGNED_TOKEN, "(token)", text)


def _is_email(piece: str) -> bool:
    around = _AT.split(piece)
    if len(around) == 1 or _RETINA.fullmatch(piece):
        return False
    return any(name and _DOMAIN.search(domain) for name, domain in pairwise(around))


def _is_card(number: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1, annex B: Luhn)."""
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
