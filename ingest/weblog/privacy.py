"""What keeps a visitor out of the rows: keyed hashes.

Three things identify a browser: its cookie, its address, its agent. None of them is
stored.

- `address_hash`: the address is cut to its network (IPv4 /24, IPv6 /48) and hashed
  with a key of the request's calendar day in the company's zone, so that nobody can
  be followed by the address from one day to the next.
- `visitor_hash` of a cookie: hashed with one key of the company. The visitor gave
  the cookie for being recognised, and stitching needs it over months.
- `visitor_hash` without a cookie: network and agent together, with a key of the day,
  and this day begins at 04:00. With calendar days every session that crosses
  midnight would fall apart; with a month's or one key for good, people who refuse
  cookies would be followed all the same. At 04:00 the fewest sessions are cut,
  and nobody is known for longer than a day.

All keys come from the company's one secret, so that a rerun gives equal hashes; the
rows are pseudonymous to whoever holds the secret, and meaningless to others. Only
distinct values are hashed. Hashes are the first 128 bits of HMAC-SHA256.
"""

import hmac
import socket
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache, partial
from itertools import repeat
from zoneinfo import ZoneInfo

import polars as pl

from ingest.weblog.keys import HASH_DIGITS, WeblogKeys

VISITOR_DAY_STARTS = timedelta(hours=4)

_MOST_REMEMBERED = 1 << 16
_MAPPED = bytes(10) + b"\xff\xff"  # an IPv4 address in IPv6 clothes


def hash_visitors(requests: pl.DataFrame, keys: WeblogKeys) -> pl.DataFrame:
    """Add `address_hash`, `visitor_hash` and `visitor_kind`.

    Parameters
    ----------
    requests : DataFrame
        `address`, `agent` and `cookie` as logged, null where absent, and
        `requested_at`.
    keys : WeblogKeys
        The company's.
    """
    dated = _with_days(requests, keys.zone)
    who = ["address", "agent", "cookie", "day", "visitor_day"]
    visitors = dated.select(who).unique()
    visitors = visitors.with_columns(
        replaced(visitors["address"], "", network).alias("network"),
        # who gave a cookie is known by it
        pl.when(pl.col("cookie").is_null())
        .then(pl.col("agent").fill_null(""))
        .alias("any_agent"),
    )
    named = {
        "address_hash": _hash(visitors, keys.key, "address", ["network"], "day"),
        "by_cookie": _hash(visitors, keys.key, "cookie", ["cookie"], None),
        "by_address": _hash(
            visitors, keys.key, "visitor", ["network", "any_agent"], "visitor_day"
        ),
    }
    hashed = visitors.with_columns(**named).select(
        *who,
        "address_hash",
        pl.coalesce("by_cookie", "by_address").alias("visitor_hash"),
        pl.when(pl.col("by_cookie").is_not_null())
        .then(pl.lit("cookie"))
        .when(pl.col("by_address").is_not_null())
        .then(pl.lit("address"))
        .alias("visitor_kind"),
    )
    return dated.join(
        hashed, on=who, how="left", nulls_equal=True, maintain_order="left"
    ).drop("day", "visitor_day")


def network(address: str) -> str | None:
    """The network an address lies in, IPv4 /24 or IPv6 /48, in hexadecimal."""
    address = address.strip("[]")
    try:
        if ":" not in address:
            return socket.inet_pton(socket.AF_INET, address)[:3].hex()
        packed = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except (OSError, ValueError):  # a host name, a socket, "unknown"
        return None
    return (packed[12:15] if packed.startswith(_MAPPED) else packed[:6]).hex()


def replaced(
    values: pl.Series, marker: str, change: Callable[[str], str | None]
) -> pl.Series:
    """Apply `change` once to each distinct value that contains `marker`.

    Parameters
    ----------
    values : Series
        Texts.
    marker : str
        Regular expression; values without it stay as they are, unseen by Python.
    change : callable
        From the old text to the new one, or to None.
    """
    distinct = values.filter(values.str.contains(marker)).unique()
    if distinct.is_empty():
        return values
    changed = pl.Series([change(value) for value in distinct], dtype=pl.String)
    return values.replace(distinct, changed)


def _with_days(requests: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    # Days of every zone begin at a quarter of an hour; a block has few of those.
    quarter = pl.col("requested_at").dt.truncate("15m")
    requests = requests.with_columns(quarter=quarter)
    wall_clock = (
        pl.col("quarter").dt.convert_time_zone(str(zone)).dt.replace_time_zone(None)
    )
    days = requests.select(pl.col("quarter").unique()).with_columns(
        day=wall_clock.dt.date(),
        visitor_day=(wall_clock - VISITOR_DAY_STARTS).dt.date(),
    )
    return requests.join(days, on="quarter", how="left", maintain_order="left").drop(
        "quarter"
    )


def _hash(
    frame: pl.DataFrame,
    key: Callable[[str, date | None], bytes],
    purpose: str,
    columns: Sequence[str],
    day: str | None,
) -> pl.Series:
    """Keyed hash of `columns` in each row, with the key of its `day`."""
    rows = zip(*(frame[column] for column in columns), strict=True)
    days: Iterable[date | None] = frame[day] if day else repeat(None, len(frame))
    key_of = cache(partial(key, purpose))
    hashes = [
        None if None in values else _keyed_hash(key_of(on), values)
        for values, on in zip(rows, days, strict=True)
    ]
    return pl.Series(hashes, dtype=pl.String)


@lru_cache(_MOST_REMEMBERED)
def _keyed_hash(key: bytes, values: tuple[str, ...]) -> str:
    # visitors come again, and make most of the calls
    message = "\0".join(map(str, values)).encode()
    return hmac.digest(key, message, "sha256").hex()[:HASH_DIGITS]
