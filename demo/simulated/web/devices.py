"""The device behind a visitor's number: its cookie, browser and addresses.

Nothing is remembered and nothing drawn: all of it is a hash of the number, so a
visitor of the first day is the same one on the last.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo.simulated.web.visits import Longs

Hashes = NDArray[np.uint64]

APP_SHARE = 0.2  # of visitors, who have the company's app in place of a browser

_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) {} Safari/537.36"
_DESKTOP = "Mozilla/5.0 ({}) " + _CHROME
_WINDOWS, _MAC = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7"
_ANDROID = f"Mozilla/5.0 (Linux; Android {{}}) {_CHROME.replace('} ', '} Mobile ')}"
_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) {}"
)
AGENTS = pl.Series(
    [
        _DESKTOP.format(_WINDOWS, "Chrome/120.0.0.0"),
        _DESKTOP.format(_WINDOWS, "Chrome/124.0.0.0"),
        _DESKTOP.format(_WINDOWS, "Chrome/126.0.0.0 Whale/3.27.254.15"),
        _DESKTOP.format(_WINDOWS, "Chrome/123.0.0.0") + " Edg/123.0.0.0",
        _DESKTOP.format(_MAC, "Chrome/125.0.0.0"),
        f"Mozilla/5.0 ({_WINDOWS}; rv:125.0) Gecko/20100101 Firefox/125.0",
        # From here on those that are carried along.
        _ANDROID.format("13; SM-S911N", "Chrome/119.0.0.0"),
        _ANDROID.format("14; SM-S928N", "Chrome/124.0.0.0"),
        _ANDROID.format("10; K", "SamsungBrowser/25.0 Chrome/121.0.0.0"),
        _ANDROID.format("12; SM-G991N; wv", "Version/4.0 Chrome/122.0.0.0")
        + ";KAKAOTALK 2410550",
        _IPHONE.format("17_4_1", "Version/17.4.1 Mobile/15E148 Safari/604.1"),
        _IPHONE.format("16_6", "Version/16.6 Mobile/15E148 Safari/604.1"),
        _IPHONE.format("17_2", "NAVER(inapp; search; 1200; 12.4.2)"),
    ]
)
_DESKTOPS = 6
_HOMES, _AFAR = 100 << 24 | 64 << 16, 198 << 24 | 18 << 16  # the first of each network
_HALVES = pl.Series([f"{each >> 8}.{each & 255}" for each in range(1 << 16)])


def is_app(visitor: Longs) -> NDArray[np.bool_]:
    """Whether a visitor is an installation of the app, not a browser."""
    return _share(visitor, salt=1) < APP_SHARE


def cookies(visitor: Longs) -> pl.Series:
    """The cookie of each visitor; no two visitors have the same."""
    mixed = _mixed(visitor, salt=2)
    high, low = mixed >> np.uint64(32), mixed & np.uint64(0xFFFF_FFFF)
    return pl.Series(high).cast(pl.String) + "." + pl.Series(low).cast(pl.String)


def agents(visitor: Longs) -> pl.Series:
    """The user agent of each visitor's browser."""
    return AGENTS[_agent(visitor)]


def addresses(visitor: Longs, is_out: NDArray[np.bool_]) -> pl.Series:
    """Where each visitor's requests come from.

    Parameters
    ----------
    is_out : ndarray of bool
        Who is out of the house; it matters only to what is carried along.

    Returns
    -------
    Series of str
        Addresses of nobody: shared address space (RFC 6598), and for who is out the
        network of benchmarks (RFC 2544).
    """
    at_home = _HOMES + (_mixed(visitor, salt=3) % np.uint64(1 << 22)).astype(np.int64)
    afar = _AFAR + (_mixed(visitor, salt=4) % np.uint64(1 << 17)).astype(np.int64)
    number = np.where(is_out & (_agent(visitor) >= _DESKTOPS), afar, at_home)
    return _HALVES[number >> 16] + "." + _HALVES[number & 0xFFFF]


def _agent(visitor: Longs) -> NDArray[np.int64]:
    return (_share(visitor, salt=5) * len(AGENTS)).astype(np.int64)


def _share(visitor: Longs, salt: int) -> NDArray[np.float64]:
    """A number from 0 to 1 for each visitor, 1 excluded."""
    return (_mixed(visitor, salt) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mixed(visitor: Longs, salt: int) -> Hashes:
    """A hash that no two numbers share, the last steps of SplitMix64.

    References
    ----------
    Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators,
    OOPSLA, figure 17, with Stafford's constants.
    """
    step = salt * 0x9E3779B97F4A7C15 % (1 << 64)
    mixed = visitor.astype(np.uint64) + np.uint64(step)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
