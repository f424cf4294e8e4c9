"""The keys by which visitors are hashed, all made from one secret of the company."""

import hmac
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from warehouse.keyed_hash import KeyedHash

HASH_DIGITS = 32  # hexadecimal ones, 128 bits


@dataclass(frozen=True)
class WeblogKeys:
    """Keys of one company, made from its secret.

    Parameters
    ----------
    secret : bytes
        At least 16 random bytes; never printed.
    zone : ZoneInfo
        The company's time zone, in which days begin.
    """

    secret: bytes = field(repr=False)
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ValueError("the secret of the web logs has fewer than 16 bytes")

    def key(self, purpose: str, day: date | None = None) -> bytes:
        """Key for one purpose, and for one day if a day is given."""
        label = f"weblog {purpose} {day.isoformat() if day else 'always'}"
        return hmac.digest(self.secret, label.encode(), "sha256")

    @property
    def cookies(self) -> KeyedHash:
        """Hashes a cookie, or an event's visitor, as the requests of a log have it."""
        return KeyedHash(self.key("cookie"), HASH_DIGITS)
