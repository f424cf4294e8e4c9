"""How much customers buy while they are there, and what it is worth.

Organic purchases are a renewal process in operational time. Its age at the cutoff is
known, so the chance of no purchase is a ratio of two survival functions, and the
expected number follows from the renewal function. Orders out of offers and quotes come
beside it.
"""

from functools import cache

import numpy as np
from scipy.signal import fftconvolve
from scipy.special import gammainc, gammaincc

from demo.simulated.causes.approaches import CAMPAIGNS, contact_chance, effect
from demo.simulated.causes.course import offer_effect
from demo.simulated.causes.days import Days, day_number
from demo.simulated.causes.happenings import State
from demo.simulated.causes.matters import Matter, decision_shares, order_share
from demo.simulated.causes.population import Population
from demo.simulated.moments import DAY, Floats, Ints
from demo.simulated.plan import CAMPAIGN_DAYS, QUOTE_DAYS, Plan
from demo.simulated.truth.survival import waiting_of

STEP = 1.0  # operational days of the grid on which purchases are counted
LARGEST = 40.0  # mean gaps, after which a renewal function is a straight line
KNOTS = 4_000


def no_renewal(
    days: Days, people: Population, renewed: Floats, cutoff: int, ahead: int
) -> Floats:
    """Chance of no organic purchase up to each day, were the customer to stay.

    Returns
    -------
    ndarray of shape (n, ahead)
    """
    clock = days.clock[people.kind, cutoff + 1 : cutoff + 2 + ahead]
    survives = _outlasts(people, clock - renewed[:, None])
    out: Floats = survives[:, 1:] / np.maximum(survives[:, :1], 1e-300)
    return out


def _outlasts(people: Population, time: Floats) -> Floats:
    """Chance that a gap is longer than a time."""
    rate = (people.shape / people.mean_gap)[:, None]
    out: Floats = gammaincc(people.shape[:, None], np.maximum(time, 0) * rate)
    return out


def renewals(
    days: Days, people: Population, renewed: Floats, cutoff: int, ahead: int
) -> Floats:
    """Expected organic purchases of each day, were the customer to stay.

    Returns
    -------
    ndarray of shape (n, ahead)

    References
    ----------
    Cox (1962), Renewal Theory, section 4.2: the renewal function is the sum of the
    distributions of the n-th renewal; here the first gap has begun before.
    """
    out = np.empty((len(people), ahead))
    for kind in np.unique(people.kind):
        own = people.kind == kind
        clock = days.clock[kind, cutoff + 1 : cutoff + 2 + ahead]
        age = clock[0] - renewed[own]
        until = clock[1:] - clock[0]
        counted = _counted(people.taken(np.flatnonzero(own)), age, float(until[-1]))
        place = until / STEP
        low = place.astype(np.int64)
        part = place - low
        total = counted[:, low] * (1 - part) + counted[:, low + 1] * part
        out[own] = np.diff(total, axis=1, prepend=0)
    return out


def _counted(people: Population, age: Floats, longest: float) -> Floats:
    """Expected purchases up to each point of the grid."""
    points = int(longest / STEP) + 3
    grid = np.arange(points + 1, dtype=np.float64) * STEP
    survives = _outlasts(people, age[:, None] + grid)
    first = -np.diff(survives, axis=1) / np.maximum(survives[:, :1], 1e-300)
    # a first purchase in a cell is followed from the middle of it
    later = 1 + _renewal_function(people, np.asarray(grid[:-1] + STEP / 2))
    counted = fftconvolve(first, later, axes=1)[:, :points]
    return np.concatenate([np.zeros((len(people), 1)), counted], axis=1)


def _renewal_function(people: Population, time: Floats) -> Floats:
    """Expected renewals within each time of a fresh start."""
    out = np.empty((len(people), len(time)))
    for shape in np.unique(people.shape):
        own = people.shape == shape
        scaled = time[None, :] / people.mean_gap[own][:, None]
        root = np.sqrt(np.minimum(scaled, LARGEST))
        knots, values = _knots(float(shape))
        beyond = np.maximum(scaled - LARGEST, 0)
        out[own] = np.interp(root, knots, values) + beyond
    return out


@cache
def _knots(shape: float) -> tuple[Floats, Floats]:
    """Renewal function of gaps with mean 1, at squares: it is steep at 0."""
    root = np.linspace(0, np.sqrt(LARGEST), KNOTS)
    number = np.arange(1, int(LARGEST * 2) + 40)
    return root, gammainc(number[:, None] * shape, shape * root**2).sum(axis=0)


def additional(
    plan: Plan, people: Population, state: State, who: Ints, ahead: int
) -> tuple[Floats, Floats, Floats]:
    """Orders out of offers and quotes, were the customer to stay.

    Returns
    -------
    tuple of ndarray, each of shape (n, ahead)
        Logarithm of the chance of none up to each day; expected orders of each day
        out of offers; and out of quotes.
    """
    day = np.arange(1, ahead + 1)
    none = np.zeros((len(who), ahead))
    offers, quotes = np.zeros_like(none), np.zeros_like(none)
    for campaign in CAMPAIGNS:
        start = day_number(campaign.start) - state.day
        if campaign.strongest > 0 and 1 <= start <= ahead:
            chance = contact_chance(campaign, people) * effect(campaign, people)
            share = np.clip(day - start, 0, CAMPAIGN_DAYS) / CAMPAIGN_DAYS
            _add(none, offers, slice(None), chance[:, None] * share)
    opened = np.minimum(day - 1, QUOTE_DAYS) / QUOTE_DAYS
    rate = people.quote_rate * plan.quote_won
    quotes += rate[:, None] * opened
    none -= rate[:, None] * np.cumsum(opened)
    waiting = waiting_of(state.open, who)
    for kind, days, expected in (
        (Matter.OFFER, CAMPAIGN_DAYS, offers),
        (Matter.QUOTE, QUOTE_DAYS, quotes),
    ):
        own = waiting.of(kind)
        age = state.day - own.opened // DAY
        if kind == Matter.OFFER:
            still = offer_effect(people, np.searchsorted(who, own.customer), own.number)
            still = order_share(still, age)
        else:
            still, _ = decision_shares(plan, age)
        left = np.maximum(days - age, 1)[:, None]
        share = np.clip(day / left, 0, 1) * still[:, None]
        _add(none, expected, np.searchsorted(who, own.customer), share)
    return none, offers, quotes


def _add(none: Floats, expected: Floats, place: Ints | slice, share: Floats) -> None:
    """Take in chances of an order up to each day, of the customers at `place`."""
    orders = np.diff(share, axis=1, prepend=0)
    if isinstance(place, slice):
        none += np.log1p(-share)
        expected += orders
    else:
        np.add.at(none, place, np.log1p(-share))
        np.add.at(expected, place, orders)
