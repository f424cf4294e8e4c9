"""The pages that visits look at, and when: what a visitor came for, and around it.

A visit has some pages that lead to the deed (a search, an order, a message), those of
the deed itself, and now and then some behind it. Who logs in during a visit does so
just before the deed; many are known from the first page on, by a cookie of theirs.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from demo.simulated.web.visits import NONE, Integers, Intent, Longs, Visits

Truths = NDArray[np.bool_]

LAST_SECOND = 86_399
REMEMBERED_SHARE = 0.5  # of visits with a login: the site knows who it is at once
PAGES_BEFORE = 3.0  # on average, the first one counted
PAGES_BEHIND = 0.8
OWN_PRODUCT_SHARE = 0.4  # of the pages around a deed that show what it is about
MEDIAN_GAP, GAP_SPREAD, LONGEST_GAP = 35.0, 0.9, 1200.0  # seconds between pages
REDIRECTION = 0.4  # seconds


class Step(IntEnum):
    """A request for a page, or one that leads to a page."""

    HOME = 0
    CATEGORY = 1
    PRODUCT = 2
    SEARCH = 3
    FAIL_TO_FIND = 4
    NO_RESULT = 5
    GONE = 6
    PUT_IN_CART = 7
    CART = 8
    CHECKOUT = 9
    ORDER = 10
    ORDER_DONE = 11
    LOGIN = 12
    LOG_IN = 13
    ACCOUNT = 14
    CONTACT = 15
    SEND = 16
    SENT = 17


REDIRECTED = (Step.FAIL_TO_FIND, Step.PUT_IN_CART, Step.ORDER, Step.LOG_IN, Step.SEND)
# Which of the first four steps: as a first page, and as a later one.
FIRST_PAGE = (0.45, 0.15, 0.28, 0.12)
NEXT_PAGE = (0.07, 0.25, 0.52, 0.16)
ABOUT_PRODUCTS = (Step.PRODUCT, Step.CATEGORY, Step.SEARCH)

DEEDS: dict[Intent, tuple[Step, ...]] = {
    Intent.BROWSE: (),
    Intent.SEARCH: (Step.SEARCH, Step.PRODUCT),
    Intent.FAILED_SEARCH: (Step.FAIL_TO_FIND, Step.NO_RESULT),
    Intent.NOT_FOUND: (Step.GONE,),
    Intent.CART: (Step.PRODUCT, Step.PUT_IN_CART, Step.CART),
    Intent.CHECKOUT: (
        *(Step.PRODUCT, Step.PUT_IN_CART, Step.CART),
        *(Step.CHECKOUT, Step.ORDER, Step.ORDER_DONE),
    ),
    Intent.CONTACT: (Step.CONTACT, Step.SEND, Step.SENT),
    Intent.LOGIN_ONLY: (Step.ACCOUNT,),
}
LOGIN = (Step.LOGIN, Step.LOG_IN)
# Steps of the deed before the one that falls on the visit's second.
MOMENTS = {Intent.CART: 1, Intent.CHECKOUT: 4, Intent.CONTACT: 1}


@dataclass(frozen=True)
class Pages:
    """Steps of visits, those of a visit together and in order: arrays of one length.

    Parameters
    ----------
    visit : ndarray of int64
        Row of the visit.
    position : ndarray of int64
        Number of the step within the visit, from 0.
    step : ndarray of int64
        Of `Step`.
    second : ndarray of int64
        Second of the day.
    product : ndarray of int64
        Product that it shows, or whose category or search it is; else `NONE`.
    is_known : ndarray of bool
        Whether the site knows by now who it is.
    """

    visit: Longs
    position: Longs
    step: Longs
    second: Longs
    product: Longs
    is_known: Truths


def draw_pages(visits: Visits, rng: np.random.Generator) -> Pages:
    """Steps of all visits of a day.

    What is looked at around the deeds are products that visits of the day are about,
    so that no one sees what is not on sale, and the popular are seen more often.
    """
    intent = visits.intent.astype(np.int64)
    is_landing = intent == Intent.NOT_FOUND
    logs_in = (visits.customer != NONE) & (rng.random(len(visits)) > REMEMBERED_SHARE)
    logs_in &= ~is_landing
    before = np.where(is_landing, 0, rng.geometric(1 / PAGES_BEFORE, len(visits)))
    behind = rng.geometric(1 / (1 + PAGES_BEHIND), len(visits)) - 1
    kind = 2 * intent + logs_in
    deed = _LENGTHS[kind]
    length = before + deed + behind

    visit = np.repeat(np.arange(len(visits)), length)
    first = np.cumsum(length) - length
    position = np.arange(len(visit)) - first[visit]
    place = position - before[visit]  # within the deed
    is_deed = (place >= 0) & (place < deed[visit])
    step = _around(position, rng)
    step[is_deed] = _STEPS[
        2 * intent[visit[is_deed]] + logs_in[visit[is_deed]], place[is_deed]
    ]
    product = _products(visits, visit, is_deed, rng)
    # The first page of a campaign's link shows what the campaign is about.
    is_linked = (position == 0) & (visits.campaign != NONE)[visit] & ~is_deed
    step[is_linked] = Step.PRODUCT
    step[(product == NONE) & np.isin(step, ABOUT_PRODUCTS)] = Step.HOME

    moment = np.where(
        intent == Intent.BROWSE, 0, before + len(LOGIN) * logs_in + _MOMENTS[intent]
    )
    second = _seconds(step, visit, first + moment, visits.second, rng)
    is_known = (visits.customer != NONE)[visit] & ((place > 0) | ~logs_in[visit])
    return Pages(visit, position, step, second, product, is_known)


def _tabled() -> tuple[Longs, Longs]:
    """Steps of each deed without and with a login, padded, and how many they are."""
    deeds = [login + DEEDS[intent] for intent in Intent for login in ((), LOGIN)]
    lengths = np.array([len(each) for each in deeds])
    steps = np.zeros((len(deeds), lengths.max()), dtype=np.int64)
    for row, each in enumerate(deeds):
        steps[row, : len(each)] = each
    return steps, lengths


_STEPS, _LENGTHS = _tabled()
_MOMENTS = np.array([MOMENTS.get(intent, 0) for intent in Intent])


def _around(position: Longs, rng: np.random.Generator) -> Longs:
    drawn = rng.random(len(position))
    first, later = (
        np.searchsorted(np.cumsum(shares)[:-1], drawn, side="right")
        for shares in (FIRST_PAGE, NEXT_PAGE)
    )
    return np.where(position == 0, first, later)


def _products(
    visits: Visits, visit: Longs, is_deed: Truths, rng: np.random.Generator
) -> Longs:
    own = visits.product[visit].astype(np.int64)
    seen = visits.product[visits.product != NONE]
    if not len(seen):
        return own
    others = seen[rng.integers(len(seen), size=len(visit))]
    is_own = is_deed | (rng.random(len(visit)) < OWN_PRODUCT_SHARE)
    is_own &= own != NONE
    return np.where(is_own, own, others)


def _seconds(
    step: Longs,
    visit: Longs,
    moment: Longs,
    second: Integers,
    rng: np.random.Generator,
) -> Longs:
    """When each step is, so that the row `moment` of each visit is at its second.

    What would fall on another day falls on the first or last second of this one.
    """
    gap = rng.lognormal(np.log(MEDIAN_GAP), GAP_SPREAD, len(step))
    gap = np.clip(gap, 2, LONGEST_GAP)
    gap[1:][np.isin(step, REDIRECTED)[:-1]] = REDIRECTION
    elapsed = np.cumsum(gap)
    elapsed -= elapsed[moment][visit]
    wanted = second[visit] + np.floor(elapsed).astype(np.int64)
    return np.minimum(np.maximum(wanted, 0), LAST_SECOND)
