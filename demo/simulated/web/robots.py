"""Who asks the web shop besides people: crawlers, monitors, previews and scanners.

Addresses are those that RFC 5737 keeps for documentation.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo.simulated.web import devices
from demo.simulated.web.pages import Step
from demo.simulated.web.site import REQUEST_COLUMNS, Site

LINE_SHARE = 0.25  # of all lines
DAY = 86_400  # seconds


@dataclass(frozen=True)
class Robot:
    """One program.

    Parameters
    ----------
    agent : str
        What it says that it is.
    share : float
        Of the lines of all robots.
    address : str
        Where it asks from.
    """

    agent: str
    share: float
    address: str


_BOT = "Mozilla/5.0 (compatible; {})"
_GOOGLE = "Googlebot/2.1; +http://www.google.com/bot.html"
_BING = "bingbot/2.0; +http://www.bing.com/bingbot.htm"
# A browser without a window, the only one that keeps the cookie it is given.
HEADLESS = Robot("Mozilla/5.0 (X11) HeadlessChrome/120.0.0.0", 0.06, "192.0.2.190")
READERS = (
    Robot(_BOT.format(_GOOGLE), 0.2, "192.0.2.5"),
    Robot(_BOT.format("Yeti/1.1; +https://naver.me/spd"), 0.19, "192.0.2.40"),
    Robot(_BOT.format(_BING), 0.1, "192.0.2.77"),
    Robot(_BOT.format("AhrefsBot/7.0; +http://ahrefs.com/robot/"), 0.09, "192.0.2.110"),
    Robot(_BOT.format("GPTBot/1.2; +https://openai.com/gptbot"), 0.06, "192.0.2.141"),
    Robot("facebookexternalhit/1.1; kakaotalk-scrap/1.0", 0.05, "192.0.2.210"),
    HEADLESS,
)
MONITOR = Robot(_BOT.format("UptimeRobot/2.0"), 0.13, "198.51.100.9")
SCANNERS = (
    Robot("Mozilla/5.0 zgrab/0.x", 0.06, "203.0.113.14"),
    # Says that it is a person's; what it asks for gives it away.
    Robot("Mozilla/5.0 (Windows NT 6.1; rv:60.0) Firefox/60.0", 0.06, "203.0.113.201"),
)
SCANNED = (
    *("/.env", "/.git/config", "/wp-login.php", "/phpmyadmin/index.php"),
    *("/adminer.php", "/phpinfo.php", "/cgi-bin/test.cgi", "/backup.sql"),
)
HEADLESS_COOKIES = 20
READ_STEPS = (Step.HOME, Step.CATEGORY, Step.PRODUCT)
READ_SHARES = (0.05, 0.2, 0.75)
RULES_SHARE = 0.03  # of what readers ask for: what they may read


def draw_robots(
    count: int, products: NDArray[np.integer], site: Site, rng: np.random.Generator
) -> pl.DataFrame:
    """Some `count` requests of robots on one day, as `site.draw_requests` has them.

    Parameters
    ----------
    count : int
        Lines wanted; scanners ask for all of `SCANNED` or for nothing.
    products : ndarray of shape (n,)
        Products that are to be found, as indices; may be empty.
    """
    scans = [round(count * each.share / len(SCANNED)) for each in SCANNERS]
    checks = round(count * MONITOR.share)
    reads = max(count - checks - sum(scans) * len(SCANNED), 0)
    parts = [
        _reads(reads, products, site, rng),
        _frame(np.arange(checks) * DAY // max(checks, 1), MONITOR, path="/health"),
        *(_scans(*each, rng) for each in zip(SCANNERS, scans, strict=True)),
    ]
    return pl.concat(part.select(REQUEST_COLUMNS) for part in parts)


def _reads(
    count: int, products: NDArray[np.integer], site: Site, rng: np.random.Generator
) -> pl.DataFrame:
    shares = np.array([each.share for each in READERS])
    reader = rng.choice(len(READERS), count, p=shares / shares.sum())
    if len(products):
        step = rng.choice(READ_STEPS, count, p=READ_SHARES)
        path = site.paths(step, rng.choice(products, count))
    else:
        path = pl.Series(["/"]).new_from_index(0, count)
    rules = pl.Series(["/robots.txt"]).new_from_index(0, count)
    # No visitor has a number below zero.
    cookies = devices.cookies(-1 - rng.integers(HEADLESS_COOKIES, size=count))
    is_headless = pl.Series(reader == READERS.index(HEADLESS))
    return _frame(rng.integers(DAY, size=count), HEADLESS).with_columns(
        path=rules.zip_with(pl.Series(rng.random(count) < RULES_SHARE), path),
        agent=pl.Series([each.agent for each in READERS])[reader],
        address=pl.Series([each.address for each in READERS])[reader],
        cookie=pl.when(is_headless).then(cookies).otherwise(pl.lit("-")),
        bytes=pl.Series(rng.integers(6_000, 30_000, count)),
    )


def _scans(scanner: Robot, count: int, rng: np.random.Generator) -> pl.DataFrame:
    start = rng.integers(DAY - len(SCANNED), size=count)
    second = np.add.outer(start, np.arange(len(SCANNED))).ravel()
    asked = pl.Series(SCANNED)[np.arange(len(second)) % len(SCANNED)]
    return _frame(second, scanner).with_columns(
        path=asked, status=pl.lit(404, pl.Int64)
    )


def _frame(second: NDArray[np.int64], robot: Robot, path: str = "/") -> pl.DataFrame:
    return pl.DataFrame({"second": second}).with_columns(
        address=pl.lit(robot.address),
        method=pl.lit("GET"),
        path=pl.lit(path),
        status=pl.lit(200, pl.Int64),
        bytes=pl.lit(153, pl.Int64),
        referrer=pl.lit("-"),
        agent=pl.lit(robot.agent),
        cookie=pl.lit("-"),
        login=pl.lit("-"),
    )
