"""Access logs of the web shop, a file a day.

Lines are nginx's combined format with a cookie and a login behind it, ``-`` where
there is none::

    $remote_addr - - [$time_local] "$request" $status $body_bytes_sent
    "$http_referer" "$http_user_agent" "$cookie_visitor" "$login"
"""

import gzip
import io
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from demo.simulated.web import devices
from demo.simulated.web.robots import LINE_SHARE, draw_robots
from demo.simulated.web.site import Site, draw_requests
from demo.simulated.web.visits import NONE, Visits

_ZONE = "+0900"  # Korea's, all year
_LEVEL = 1  # of gzip: three times as fast as the usual one, a tenth more bytes


def write_day(
    folder: Path, day: date, visits: Visits, rng: np.random.Generator, site: Site
) -> int:
    """Write ``access.log-YYYYMMDD.gz``: what people ask for on a day, and robots.

    The file is written aside and renamed, in place of any that is there. The same
    visits and the same state of `rng` give the same bytes.

    Parameters
    ----------
    folder : Path
        Must be there.
    day : date
        In Korea.
    visits : Visits
        All visits of the day; those of the app leave no line.

    Returns
    -------
    int
        Lines.
    """
    seen = visits.where(~devices.is_app(visits.visitor))
    people = draw_requests(seen, site, rng)
    wanted = round(len(people) * LINE_SHARE / (1 - LINE_SHARE))
    products = seen.product[seen.product != NONE]
    robots = draw_robots(wanted, products, site, rng)
    requests = pl.concat([people, robots]).sort("second", maintain_order=True)
    path = folder / f"access.log-{day:%Y%m%d}.gz"
    aside = path.with_name(f".{path.name}.partial")
    aside.write_bytes(gzip.compress(_lines(day, requests), _LEVEL, mtime=0))
    aside.replace(path)
    return len(requests)


def _lines(day: date, requests: pl.DataFrame) -> bytes:
    moment = f"{day:%d/%b/%Y}:" + _clock()[requests["second"]] + f" {_ZONE}"
    line = pl.format(
        '{} - - [{}] "{} {} HTTP/1.1" {} {} "{}" "{}" "{}" "{}"',
        *("address", moment, "method", "path", "status"),
        *("bytes", "referrer", "agent", "cookie", "login"),
    )
    written = io.BytesIO()
    requests.select(line).write_csv(written, include_header=False, quote_style="never")
    return written.getvalue()


@cache
def _clock() -> pl.Series:
    """Time of day of each second of a day."""
    return pl.from_epoch(pl.Series(range(86_400))).dt.strftime("%H:%M:%S")
