"""Keyed hashes of identifiers, computed in SQL, so that rows need not pass Python."""

from dataclasses import dataclass, field

from psycopg import sql

BLOCK = 64  # bytes, of SHA-256


@dataclass(frozen=True, slots=True)
class KeyedHash:
    """HMAC-SHA-256 under one company's key, as an SQL expression.

    Of the 64 hexadecimal digits the first `digits` are kept.

    PostgreSQL has ``sha256`` but, without an extension, no HMAC; this composes it
    as RFC 2104 does, from the key's two paddings, which travel as parameters.
    """

    key: bytes = field(repr=False)
    digits: int = 64

    def __post_init__(self) -> None:
        if not 16 <= len(self.key) <= BLOCK:
            raise ValueError(f"key must have 16 to {BLOCK} bytes, has {len(self.key)}")

    def expression(self, text: sql.Composable) -> sql.Composable:
        """SQL for the hexadecimal hash of the text that `text` yields; null stays."""
        return sql.SQL(
            "left(encode(sha256(%(outer_pad)s::bytea || sha256(%(inner_pad)s::bytea"
            " || convert_to({}, 'UTF8'))), 'hex'), {})"
        ).format(text, sql.Literal(self.digits))

    def parameters(self) -> dict[str, bytes]:
        """Values of the placeholders in `expression`."""
        padded = self.key.ljust(BLOCK, b"\0")
        return {
            "inner_pad": bytes(byte ^ 0x36 for byte in padded),
            "outer_pad": bytes(byte ^ 0x5C for byte in padded),
        }
