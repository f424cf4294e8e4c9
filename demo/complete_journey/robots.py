"""Synthetic robots: crawlers, a health check, and scanners that look for holes."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo.complete_journey.visits import Integers

Values = NDArray[np.object_]

DAY = 86_400  # seconds; none of these days is longer
HEALTH_CHECK_EVERY = 300  # seconds
SCANS_A_DAY = 7
GARBAGE_A_DAY = 4

_BOT = "Mozilla/5.0 (compatible; {})"
CRAWLERS: dict[str, tuple[float, str]] = {
    _BOT.format("Googlebot/2.1; +http://www.google.com/bot.html"): (32, "192.0.2.1"),
    _BOT.format("bingbot/2.0; +http://www.bing.com/bingbot.htm"): (22, "192.0.2.33"),
    _BOT.format("AhrefsBot/5.2; +http://ahrefs.com/robot/"): (18, "192.0.2.65"),
    _BOT.format("Yeti/1.1; +http://naver.me/bot"): (9, "192.0.2.97"),
    _BOT.format("SemrushBot/1.2~bl; +http://www.semrush.com/bot.html"): (
        8,
        "192.0.2.99",
    ),
    _BOT.format("YandexBot/3.0; +http://yandex.com/bots"): (7, "192.0.2.130"),
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)": (
        2,
        "192.0.2.161",
    ),
    "python-requests/2.18.4": (2, "192.0.2.200"),
}
HEALTH_CHECKER = "ELB-HealthChecker/2.0"
SCANNERS = (
    "Mozilla/5.0 zgrab/0.x",
    "sqlmap/1.1.12#stable (http://sqlmap.org)",
    # Most pretend to be a browser; only what they ask for gives them away.
    "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:40.0) Gecko/20100101 Firefox/40.1",
    "-",
)
SCANNED = (
    "/wp-login.php",
    "/xmlrpc.php",
    "/wp-admin/setup-config.php",
    "/wp-content/debug.log",
    "/.env",
    "/.git/config",
    "/phpmyadmin/index.php",
    "/pma/index.php",
    "/adminer.php",
    "/phpinfo.php",
    "/cgi-bin/test.cgi",
    "/manager/html",
    "/solr/admin/",
    "/HNAP1/",
    "/boaform/admin/formLogin",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
    "/backup.sql",
    "/.svn/entries",
    "/server-status",
    "/wordpress/wp-login.php",
)
# A TLS greeting on the plain port, as nginx writes it down.
GARBAGE = r"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"


def draw_robots(
    paths: pl.Series, midnights: Integers, lines: Integers, rng: np.random.Generator
) -> pl.DataFrame:
    """Requests of robots, so many a day as `lines` says.

    Parameters
    ----------
    paths : Series of str
        What a crawler finds on the site.
    midnights : ndarray of shape (n_days + 1,)
        Where each day begins and the last one ends, in seconds.
    lines : ndarray of shape (n_days,)
        Requests of all robots of each day.

    Returns
    -------
    DataFrame
        ``time, address, request, status, bytes, referrer, agent``.
    """
    others = [
        _health_checks(midnights, rng),
        _scans(midnights, rng),
        _garbage(midnights, rng),
    ]
    taken = sum(
        np.bincount(
            np.searchsorted(midnights, each["time"].to_numpy(), side="right") - 1,
            minlength=len(lines),
        )
        for each in others
    )
    return pl.concat(
        [_crawls(paths, midnights, np.maximum(lines - taken, 0), rng), *others]
    )


def _frame(
    time: Integers,
    agent: Values | str,
    address: Values | str,
    request: Values | str,
    status: Integers | int,
    size: Integers | int,
) -> pl.DataFrame:
    columns: dict[str, Values | Integers | str | int] = {
        "time": time,
        "address": address,
        "request": request,
        "status": status,
        "bytes": size,
        "referrer": "-",
        "agent": agent,
    }
    numbers = {"time", "status", "bytes"}
    return pl.DataFrame(
        {
            name: np.broadcast_to(np.asarray(each), len(time))
            for name, each in columns.items()
        },
        schema={name: pl.Int64 if name in numbers else pl.String for name in columns},
    )


def _gets(paths: Iterable[str]) -> Values:
    return np.array([f"GET {path} HTTP/1.1" for path in paths], dtype=object)


def _crawls(
    paths: pl.Series, midnights: Integers, lines: Integers, rng: np.random.Generator
) -> pl.DataFrame:
    count = int(lines.sum())
    time = np.repeat(midnights[:-1], lines) + rng.integers(DAY, size=count)
    shares = np.array([share for share, _ in CRAWLERS.values()])
    crawler = rng.choice(len(CRAWLERS), count, p=shares / shares.sum())
    agent = np.array(list(CRAWLERS), dtype=object)[crawler]
    address = np.array([where for _, where in CRAWLERS.values()], dtype=object)[crawler]
    request = _gets(paths)[rng.integers(len(paths), size=count)]
    request[rng.random(count) < 0.03] = "GET /robots.txt HTTP/1.1"
    request[rng.random(count) < 0.01] = "GET /sitemap.xml HTTP/1.1"
    status = rng.choice([200, 304, 404, 301], count, p=[0.84, 0.11, 0.04, 0.01])
    sent = np.where(status == 304, 0, rng.integers(9_000, 40_000, count))
    return _frame(time, agent, address, request, status, sent)


def _health_checks(midnights: Integers, rng: np.random.Generator) -> pl.DataFrame:
    time = np.arange(midnights[0] + 11, midnights[-1], HEALTH_CHECK_EVERY)
    status = rng.choice([200, 503], len(time), p=[0.999, 0.001])
    return _frame(time, HEALTH_CHECKER, "10.0.0.9", "GET /health HTTP/1.1", status, 2)


def _scans(midnights: Integers, rng: np.random.Generator) -> pl.DataFrame:
    scans = SCANS_A_DAY * (len(midnights) - 1)
    start = np.repeat(midnights[:-1], SCANS_A_DAY) + rng.integers(DAY - 60, size=scans)
    size = len(SCANNED)
    time = np.repeat(start, size) + np.tile(np.arange(size), scans)
    agent = np.array(SCANNERS, dtype=object)[rng.integers(len(SCANNERS), size=scans)]
    address = np.array([f"203.0.113.{n}" for n in rng.integers(1, 255, scans)], object)
    return _frame(
        time,
        np.repeat(agent, size),
        np.repeat(address, size),
        np.tile(_gets(SCANNED), scans),
        status=404,
        size=153,
    )


def _garbage(midnights: Integers, rng: np.random.Generator) -> pl.DataFrame:
    count = GARBAGE_A_DAY * (len(midnights) - 1)
    time = np.repeat(midnights[:-1], GARBAGE_A_DAY) + rng.integers(DAY, size=count)
    address = np.array([f"198.51.100.{n}" for n in rng.integers(1, 255, count)], object)
    return _frame(time, "-", address, GARBAGE, status=400, size=157)
