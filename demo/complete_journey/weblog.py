"""Synthetic access logs of the grocer's web site for the last 30 days.

The data set has no web log. This one is drawn from a seed: the same seed and the
same receipts give the same bytes. `visits` says what is true in it (articles that a
household is about to buy), `robots` who else asks; a third of the lines is theirs.

Lines are nginx's combined format with a cookie and a login behind it, ``-`` where
there is none::

    $remote_addr - - [$time_local] "$request" $status $body_bytes_sent
    "$http_referer" "$http_user_agent" "$cookie_visitor" "$login"

One gzip file a day, rotated at local midnight. As with ``access_log ... flush=1m``
each worker of the server writes its lines down once a minute, so lines are a little
out of order, and some of a day's last minute stand in the next day's file.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from demo.complete_journey.data_set import ZONE
from demo.complete_journey.robots import draw_robots
from demo.complete_journey.site import catalogue_paths, draw_requests_of_pages
from demo.complete_journey.visits import (
    Integers,
    draw_devices,
    draw_pages,
    draw_visits,
)

FIRST_DAY = date(2017, 12, 2)
LAST_DAY = date(2017, 12, 31)
MARKER = "synthetic.json"

_ROBOTS_A_PERSONS_LINE = 0.5  # a third of all lines
_FLUSH_EVERY = 60
_FLUSH_PHASES = np.array([7, 22, 37, 52])  # of four workers
_GENERATOR = 1  # counted up when the same seed gives other bytes


def write_weblogs(
    folder: Path,
    purchases: pl.DataFrame,
    seed: int = 20171202,
    progress: Callable[[str, float], None] = lambda step, share: None,
) -> int:
    """Write ``access.log-YYYYMMDD.gz`` for each day, unless they are there.

    Every file is written aside and then renamed; a marker, written last, says that
    all are there. They are synthetic: see this module.

    Parameters
    ----------
    folder : Path
        Made if needed.
    purchases : DataFrame
        What households buy in these days; `data_set.read_december_purchases`.
    seed : int
        Of everything that is drawn.
    progress : callable
        Called with what has just been done and the share of the whole, 0 to 1.

    Returns
    -------
    int
        Lines of all files.
    """
    marker = folder / MARKER
    origin = {
        "what": "synthetic access logs, see demo/complete_journey/weblog.py",
        "generator": _GENERATOR,
        "seed": seed,
        "purchases": _fingerprint(purchases),
    }
    known = _read_marker(marker)
    paths = [folder / f"access.log-{day:%Y%m%d}.gz" for day in _days()]
    is_complete = known is not None and all(path.exists() for path in paths)
    if known is not None and is_complete and known.items() >= origin.items():
        progress("web logs: written already", 1.0)
        return int(str(known["lines"]))
    folder.mkdir(parents=True, exist_ok=True)
    marker.unlink(missing_ok=True)
    requests = draw_requests(purchases, seed)
    for number, content in _contents(requests, np.random.default_rng([seed, 1])):
        # No time in the header, so that the same lines are the same bytes.
        _write(paths[number], gzip.compress(content.encode(), compresslevel=6, mtime=0))
        progress(
            f"web logs: {paths[number].name} (synthetic)", (number + 1) / len(paths)
        )
    text = json.dumps({**origin, "lines": len(requests)}, indent=2)
    _write(marker, text.encode() + b"\n")
    return len(requests)


def draw_requests(purchases: pl.DataFrame, seed: int) -> pl.DataFrame:
    """All requests of all days, people's first.

    Returns
    -------
    DataFrame
        ``time`` (seconds), ``address, request, status, bytes, referrer, agent,
        cookie, login``.
    """
    rng = np.random.default_rng(seed)
    midnights = _midnights()
    bought = _numbered(purchases)
    devices = draw_devices(bought["household"].n_unique(), rng)
    visits = draw_visits(bought, midnights, rng)
    pages = draw_pages(visits, devices, bought, rng)
    people = draw_requests_of_pages(pages, bought, rng).filter(
        pl.col("time").is_between(midnights[0], midnights[-1] - 1)
    )
    day = np.searchsorted(midnights, people["time"].to_numpy(), side="right") - 1
    wanted = np.bincount(day, minlength=len(midnights) - 1) * _ROBOTS_A_PERSONS_LINE
    paths = catalogue_paths(purchases)
    robots = draw_robots(paths, midnights, wanted.astype(np.int64), rng)
    nobody = robots.with_columns(cookie=pl.lit("-"), login=pl.lit("-"))
    return pl.concat([people, nobody.select(people.columns)])


def _days() -> list[date]:
    count = (LAST_DAY - FIRST_DAY).days + 1
    return [FIRST_DAY + timedelta(days=each) for each in range(count)]


def _midnights() -> Integers:
    edges = [*_days(), LAST_DAY + timedelta(days=1)]
    starts = [datetime.combine(day, time.min, ZONE) for day in edges]
    return np.array([int(start.timestamp()) for start in starts], dtype=np.int64)


def _numbered(purchases: pl.DataFrame) -> pl.DataFrame:
    """Numbers from 0 for receipts and households, moments in seconds."""
    return purchases.sort("sold_at", "receipt_no", maintain_order=True).with_columns(
        pl.col("sold_at", "registered_at").dt.epoch("s"),
        receipt=pl.col("receipt_no").rle_id().cast(pl.Int64),
        household=(pl.col("member_no").rank("dense") - 1).cast(pl.Int64),
    )


def _contents(
    requests: pl.DataFrame, rng: np.random.Generator
) -> Iterator[tuple[int, str]]:
    """Each day's file in the order in which the server wrote its lines."""
    worker = rng.integers(len(_FLUSH_PHASES), size=len(requests))
    phase = _FLUSH_PHASES[worker]
    flushed = -(-(requests["time"].to_numpy() - phase) // _FLUSH_EVERY) * _FLUSH_EVERY
    midnights = _midnights()
    number = np.searchsorted(midnights, flushed + phase, side="right") - 1
    written = requests.with_columns(
        # The server of the demo stops with its last day.
        file=pl.Series(np.minimum(number, len(midnights) - 2)),
        flushed=pl.Series(flushed + phase),
        drawn=pl.int_range(pl.len()),
    ).sort("flushed", "time", "drawn")
    lines = written.select("file", line=_line())
    for (file,), part in lines.partition_by("file", as_dict=True).items():
        yield file, "\n".join(part["line"]) + "\n"


def _line() -> pl.Expr:
    moment = pl.from_epoch("time").dt.replace_time_zone("UTC")
    return pl.format(
        '{} - - [{}] "{}" {} {} "{}" "{}" "{}" "{}"',
        "address",
        moment.dt.convert_time_zone(ZONE.key).dt.strftime("%d/%b/%Y:%H:%M:%S %z"),
        "request",
        "status",
        "bytes",
        "referrer",
        "agent",
        "cookie",
        "login",
    )


def _fingerprint(purchases: pl.DataFrame) -> str:
    text = purchases.write_csv().encode()
    return hashlib.sha256(text).hexdigest()


def _read_marker(marker: Path) -> dict[str, object] | None:
    if not marker.exists():
        return None
    found = json.loads(marker.read_text("utf-8"))
    return found if isinstance(found, dict) else None


def _write(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.partial")
    aside.write_bytes(content)
    aside.replace(path)
