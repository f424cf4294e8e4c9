"""Synthetic visits of households to the grocer's web site.

Every household here is one of the data set, and looks at articles that it is about
to buy; that is all the truth there is in it. Who visits, from which device, whether
and when somebody logs in, the paths and the times are drawn at random.

The site is a catalogue with a list to take to the shop (`/cart`): there is no
checkout, because the data set's orders are receipts of tills.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]

NO_RECEIPT = -1
NEVER = 1_000_000  # a page that no visit reaches

BROWSING_SHARE = 0.8  # of households
LOGIN_CHANCES = (0.0, 0.4, 0.85)  # a visit's, of three kinds of household
LOGIN_KINDS = (0.35, 0.4, 0.25)  # their shares: a third never logs in
PREPARED_SHARE = 0.5  # of the receipts of households that browse
VISITS_A_DAY = 400
SHARED_DEVICES = 30
COOKIELESS_SHARE = 0.06  # of devices

# Relative traffic of each hour of the day.
HOURS = np.array(
    [
        *(2.5, 1, 0.5, 0.3, 0.2, 0.3, 0.8, 1.5, 2.5, 3, 3.5, 4),
        *(4.5, 4, 3.5, 3.5, 4, 4.5, 5.5, 6.5, 8, 8.5, 7.5, 5),
    ]
)

_DESKTOP = (
    "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{} Safari/537.36"
)
_IPHONE = (
    "Mozilla/5.0 ({} like Mac OS X) AppleWebKit/604.4.7 (KHTML, like Gecko) "
    "Version/11.0 Mobile/15C114 Safari/604.1"
)
_ANDROID = (
    "Mozilla/5.0 (Linux; Android {}) AppleWebKit/537.36 (KHTML, like Gecko) "
    "{} Mobile Safari/537.36"
)
DESKTOP_AGENTS = (
    _DESKTOP.format("Windows NT 10.0; Win64; x64", "63.0.3239.84"),
    _DESKTOP.format("Windows NT 6.1; Win64; x64", "63.0.3239.108"),
    _DESKTOP.format("Macintosh; Intel Mac OS X 10_13_2", "63.0.3239.84"),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:57.0) Gecko/20100101 Firefox/57.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    _DESKTOP.format("Windows NT 10.0; Win64; x64", "58.0.3029.110") + " Edge/16.16299",
)
MOBILE_AGENTS = (
    _IPHONE.format("iPhone; CPU iPhone OS 11_2_1"),
    _IPHONE.format("iPad; CPU OS 11_2_1"),
    _ANDROID.format("7.0; SM-G930V", "Chrome/63.0.3239.111"),
    _ANDROID.format("8.0.0; Pixel 2", "Chrome/63.0.3239.83"),
    _ANDROID.format("7.0; SAMSUNG SM-G955U", "SamsungBrowser/6.2 Chrome/56.0.2924.87"),
)
AGENTS = np.array(DESKTOP_AGENTS + MOBILE_AGENTS, dtype=object)

KINDS = (
    "home",
    "product",
    "category",
    "search",
    "cart",
    "account",
    "stores",
    "contact",
)
FIRST_PAGE = (0.42, 0.25, 0.12, 0.16, 0.02, 0.01, 0.01, 0.01)
NEXT_PAGE = (0.06, 0.48, 0.20, 0.13, 0.08, 0.03, 0.01, 0.01)


@dataclass(frozen=True)
class Devices:
    """Arrays with one value a device; those of a household lie together."""

    first_of_household: Integers
    count_of_household: Integers
    agent: Integers
    cookie: NDArray[np.object_]
    home_address: NDArray[np.object_]
    away_address: NDArray[np.object_]

    @property
    def is_mobile(self) -> NDArray[np.bool_]:
        """Whether a device may be carried along."""
        return self.agent >= len(DESKTOP_AGENTS)


def draw_devices(households: int, rng: np.random.Generator) -> Devices:
    """One to three devices for each household, of which a few are somebody else's."""
    count = rng.choice([1, 2, 3], households, p=[0.62, 0.29, 0.09])
    first = np.cumsum(count) - count
    devices = int(count.sum())
    household = np.repeat(np.arange(households), count)
    agent = rng.integers(len(AGENTS), size=devices)
    token = rng.bytes(16 * devices).hex()
    cookie = np.array(
        [token[32 * each : 32 * each + 32] for each in range(devices)], dtype=object
    )
    cookie[rng.random(devices) < COOKIELESS_SHARE] = "-"
    home = _home_addresses(households, rng)[household]
    # 198.18.0.0/15 is nobody's: it is reserved for benchmarks.
    away_number = rng.integers(1 << 17, size=devices)
    away = np.array(
        [f"198.{18 + (n >> 16)}.{n >> 8 & 255}.{n & 255}" for n in away_number],
        dtype=object,
    )
    # A tablet lent, a computer at the grandparents': one cookie, two households.
    lenders, borrowers = rng.permutation(households)[: 2 * SHARED_DEVICES].reshape(
        2, -1
    )
    for values in (agent, cookie, home, away):
        values[first[borrowers]] = values[first[lenders]]
    return Devices(first, count, agent, cookie, home, away)


def _home_addresses(households: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Shared address space (RFC 6598), or the IPv6 prefix for documentation."""
    number = rng.permutation(1 << 22)[:households]
    has_v6 = rng.random(households) < 0.15
    return np.array(
        [
            f"2001:db8:{n >> 8:x}:{n & 255:x}::{n % 9973:x}"
            if v6
            else f"100.{64 + (n >> 16)}.{n >> 8 & 255}.{n & 255}"
            for n, v6 in zip(number.tolist(), has_v6.tolist(), strict=True)
        ],
        dtype=object,
    )


def draw_visits(
    purchases: pl.DataFrame, midnights: Integers, rng: np.random.Generator
) -> pl.DataFrame:
    """When each visit starts, whose it is, and for which receipt.

    Parameters
    ----------
    purchases : DataFrame
        A row a bought article, those of a receipt together: ``receipt, household``
        (numbers from 0), ``sold_at`` (seconds).
    midnights : ndarray of shape (n_days + 1,)
        Where each day begins and the last one ends, in seconds.
    """
    receipts = purchases.group_by("receipt", maintain_order=True).first()
    household = receipts["household"].to_numpy()
    households = int(household.max()) + 1
    browses = rng.random(households) < BROWSING_SHARE
    prepared = np.flatnonzero(
        browses[household] & (rng.random(len(receipts)) < PREPARED_SHARE)
    )
    prepared = np.repeat(prepared, 1 + (rng.random(len(prepared)) < 0.3))
    sold_at = receipts["sold_at"].to_numpy()[prepared]
    same_day = sold_at - rng.uniform(20 * 60, 8 * 3600, len(prepared))
    day = np.searchsorted(midnights, sold_at, side="right") - 1
    earlier = day - rng.integers(1, 4, len(prepared))
    days_before = midnights[np.maximum(earlier, 0)] + _time_of_day(len(prepared), rng)
    is_same_day = rng.random(len(prepared)) < 0.5
    start = np.where(is_same_day, same_day, days_before)
    seen = (start >= midnights[0]) & (is_same_day | (earlier >= 0))
    prepared, start = prepared[seen], start[seen]

    # The others just look around; they fill each day up to an ordinary one.
    busy = np.bincount(
        np.searchsorted(midnights, start, side="right") - 1,
        minlength=len(midnights) - 1,
    )
    idle = np.maximum(rng.poisson(VISITS_A_DAY, len(busy)) - busy, 0)
    idle_start = np.repeat(midnights[:-1], idle) + _time_of_day(int(idle.sum()), rng)
    idle_household = rng.choice(np.flatnonzero(browses), len(idle_start))
    return pl.DataFrame(
        {
            "start": np.concatenate([start, idle_start]).astype(np.int64),
            "household": np.concatenate([household[prepared], idle_household]),
            "receipt": np.concatenate([prepared, np.full(len(idle_start), NO_RECEIPT)]),
        }
    ).sort("start", "household", "receipt")


def _time_of_day(count: int, rng: np.random.Generator) -> Numbers:
    hour = rng.choice(24, count, p=HOURS / HOURS.sum())
    return hour * 3600 + rng.uniform(0, 3600, count)


def draw_pages(
    visits: pl.DataFrame,
    devices: Devices,
    purchases: pl.DataFrame,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """The pages of all visits, in the order in which each visit saw them.

    Returns
    -------
    DataFrame
        ``visit, position, time`` (seconds), ``kind, purchase`` (row of `purchases`
        whose article is meant), ``address, agent, cookie, login`` (member number or
        ``-``).
    """
    household = visits["household"].to_numpy()
    chosen = devices.first_of_household[household] + np.floor(
        devices.count_of_household[household] * rng.random(len(visits)) ** 1.5
    ).astype(np.int64)
    is_away = devices.is_mobile[chosen] & (rng.random(len(visits)) < 0.4)
    address = np.where(
        is_away, devices.away_address[chosen], devices.home_address[chosen]
    )
    length = np.minimum(1 + rng.geometric(1 / 5.5, len(visits)), 40)
    login_at = _login_positions(household, length, rng)

    visit = np.repeat(np.arange(len(visits)), length)
    first_row = (np.cumsum(length) - length)[visit]
    position = np.arange(len(visit)) - first_row
    kind = np.where(
        position == 0,
        rng.choice(len(KINDS), len(visit), p=FIRST_PAGE),
        rng.choice(len(KINDS), len(visit), p=NEXT_PAGE),
    )
    names = np.array([*KINDS, "login"])
    kind[(position > 0) & (position == login_at[visit])] = len(KINDS)
    is_known = position >= login_at[visit]
    kind[~is_known & (kind == KINDS.index("account"))] = 0
    elapsed = np.cumsum(_gaps(position, kind == len(KINDS), rng))
    time = visits["start"].to_numpy()[visit] + elapsed - elapsed[first_row]
    members = _members(purchases)
    member = members["member_no"].to_numpy()[household][visit]
    # Nobody can log in before having registered.
    is_known &= time > members["registered_at"].to_numpy()[household][visit]
    return pl.DataFrame(
        {
            "visit": visit,
            "position": position,
            "time": time.astype(np.int64),
            "kind": names[kind],
            "purchase": _wanted(visits["receipt"].to_numpy()[visit], purchases, rng),
            "address": address[visit],
            "agent": AGENTS[devices.agent[chosen]][visit],
            "cookie": devices.cookie[chosen][visit],
            "login": np.where(is_known, member, "-"),
        },
        schema_overrides=dict.fromkeys(("address", "agent", "cookie"), pl.String),
    )


def _members(purchases: pl.DataFrame) -> pl.DataFrame:
    return purchases.unique("household", keep="first").sort("household")


def _login_positions(
    household: Integers, length: Integers, rng: np.random.Generator
) -> Integers:
    """Page of each visit from which the site knows who it is."""
    kind = rng.choice(len(LOGIN_KINDS), int(household.max()) + 1, p=LOGIN_KINDS)
    logs_in = rng.random(len(household)) < np.array(LOGIN_CHANCES)[kind[household]]
    is_remembered = rng.random(len(household)) < 0.6
    later = 1 + np.floor(rng.random(len(household)) * (length - 1)).astype(np.int64)
    return np.where(logs_in, np.where(is_remembered, 0, later), NEVER)


def _gaps(
    position: Integers, follows_login: NDArray[np.bool_], rng: np.random.Generator
) -> Numbers:
    """Seconds before each page; one of forty follows more than half an hour."""
    gap = np.clip(rng.lognormal(np.log(35), 0.9, len(position)), 2, 1500)
    paused = rng.random(len(position)) < 0.025
    gap[paused] = rng.uniform(31 * 60, 150 * 60, int(paused.sum()))
    gap[1:] += 10 * follows_login[:-1]  # the form has to be filled in
    gap[position == 0] = 0
    return gap


def _wanted(
    receipt: Integers, purchases: pl.DataFrame, rng: np.random.Generator
) -> Integers:
    """Row of `purchases` for each page: two of three are of the coming receipt."""
    lines = purchases.group_by("receipt", maintain_order=True).len()["len"].to_numpy()
    first = np.cumsum(lines) - lines
    own = first[receipt] + np.floor(lines[receipt] * rng.random(len(receipt)))
    popular = rng.integers(len(purchases), size=len(receipt))
    is_own = (receipt != NO_RECEIPT) & (rng.random(len(receipt)) < 0.67)
    return np.where(is_own, own, popular).astype(np.int64)
