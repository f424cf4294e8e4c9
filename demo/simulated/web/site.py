"""The web shop: its paths, and what its server answers to each step of a visit.

Pictures and scripts come from elsewhere, so the log has pages alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote_plus

import numpy as np
import polars as pl

from demo.simulated.web import devices
from demo.simulated.web.pages import REDIRECTED, Pages, Step, draw_pages
from demo.simulated.web.visits import NONE, Longs, Visits

HOME = "https://www.simulated.example"
ORDER_PREFIX = "W"  # of the number of an order, as the log shows it
OUT_SHARE = 0.3  # of visits: not from home
KEPT_SHARE = 0.02  # of pages: the browser has it yet, and asks whether it is the same
MEDIAN_SIZE, SIZE_SPREAD = 14_000, 0.4

REQUEST_COLUMNS = (
    *("second", "address", "method", "path", "status"),
    *("bytes", "referrer", "agent", "cookie", "login"),
)
POSTED = (Step.PUT_IN_CART, Step.ORDER, Step.LOG_IN, Step.SEND)
PATHS = {
    Step.HOME: "/",
    Step.CATEGORY: "/c/{category}",
    Step.PRODUCT: "/p/{product}",
    Step.SEARCH: "/search?q={term}",
    Step.FAIL_TO_FIND: "/search?q={unmet}",
    Step.NO_RESULT: "/search/none?q={unmet}",
    Step.GONE: "/goods/{product}",  # of the shop before this one
    Step.PUT_IN_CART: "/cart/{product}",
    Step.CART: "/cart",
    Step.CHECKOUT: "/checkout",
    Step.ORDER: "/checkout",
    Step.ORDER_DONE: "/order/done/",  # and its number
    Step.LOGIN: "/login",
    Step.LOG_IN: "/login",
    Step.ACCOUNT: "/account",
    Step.CONTACT: "/contact",
    Step.SEND: "/contact",
    Step.SENT: "/contact/sent",
}
# What people want of a product that no product of the shop has.
UNMET = ("왼손용", "반려견", "일회용", "중고", "수제", "무료", "접이식", "단종")
CAMPAIGN_LINK = "?utm_source=newsletter&utm_medium=email&utm_campaign="
_MAIL = "https://mail.naver.com/"
_ELSEWHERE = pl.Series(
    [
        *("-", "https://search.naver.com/", "https://m.search.naver.com/"),
        *("https://www.google.com/", "https://search.daum.net/"),
        *("https://l.instagram.com/", "https://blog.naver.com/"),
    ]
)
_ELSEWHERE_SHARES = (0.42, 0.16, 0.14, 0.14, 0.04, 0.06, 0.04)


@dataclass(frozen=True)
class Site:
    """What the indices in `Visits` are called on the web.

    Parameters
    ----------
    customers : Series of str
        Number of each customer, as the log shows it after a login.
    products : Series of str
        Number of each product.
    categories : Series of str
        Category of each product, of a to z, 0 to 9 and hyphens.
    terms : Series of str
        What finds each product when searched for.
    campaigns : Series of str
        ``utm_campaign`` of each campaign.
    """

    customers: pl.Series
    products: pl.Series
    categories: pl.Series
    terms: pl.Series
    campaigns: pl.Series

    @cached_property
    def unmet(self) -> pl.Series:
        """A search term for each product that finds nothing, though it comes close."""
        wanted = pl.Series(UNMET)[np.arange(len(self.terms)) % len(UNMET)]
        return wanted + " " + self.terms

    @cached_property
    def logins(self) -> pl.Series:
        """What the log shows for who is logged in: nobody, then each customer."""
        return pl.concat([pl.Series(["-"]), self.customers])

    @cached_property
    def links(self) -> pl.Series:
        """What a link adds to a path: that of no campaign, then of each."""
        return pl.concat([pl.Series([""]), CAMPAIGN_LINK + self.campaigns])

    def paths(self, step: Longs, product: Longs) -> pl.Series:
        """Path of each step, which shows that product."""
        return self._paths[step * len(self.products) + np.maximum(product, 0)]

    @cached_property
    def _paths(self) -> pl.Series:
        """Paths of all products of the first step, of the second one, ..."""
        values = {
            "product": self.products,
            "category": self.categories,
            "term": _quoted(self.terms),
            "unmet": _quoted(self.unmet),
        }
        parts = []
        for step in Step:
            fixed, _, name = PATHS[step].rstrip("}").partition("{")
            whole = pl.Series([fixed]).new_from_index(0, len(self.products))
            parts.append(whole + values[name] if name else whole)
        return pl.concat(parts)


def draw_requests(visits: Visits, site: Site, rng: np.random.Generator) -> pl.DataFrame:
    """Requests of a day's visits, those of a visit together and in order.

    Returns
    -------
    DataFrame
        `REQUEST_COLUMNS`; a second is one of the day.
    """
    pages = draw_pages(visits, rng)
    paths = site.paths(pages.step, pages.product) + _suffixes(visits, pages, site)
    is_kept = rng.random(len(pages.step)) < KEPT_SHARE
    is_redirected = np.isin(pages.step, REDIRECTED)
    status = np.select(
        [is_redirected, pages.step == Step.GONE, is_kept], [302, 404, 304], 200
    )
    size = rng.lognormal(np.log(MEDIAN_SIZE), SIZE_SPREAD, len(status))
    has_no_body = np.isin(status, [302, 304])
    is_out = rng.random(len(visits)) < OUT_SHARE
    who = np.where(pages.is_known, visits.customer[pages.visit], NONE)
    return pl.DataFrame(
        {
            "second": pages.second,
            "address": devices.addresses(visits.visitor, is_out)[pages.visit],
            "method": pl.Series(["GET", "POST"])[
                np.isin(pages.step, POSTED).astype(np.int64)
            ],
            "path": paths,
            "status": status,
            "bytes": np.where(has_no_body, 0, size).astype(np.int64),
            "referrer": _referrers(visits, pages, paths, rng),
            "agent": devices.agents(visits.visitor)[pages.visit],
            "cookie": devices.cookies(visits.visitor)[pages.visit],
            "login": site.logins[who + 1],
        }
    )


def _quoted(texts: pl.Series) -> pl.Series:
    return pl.Series([quote_plus(each) for each in texts], dtype=pl.String)


def _suffixes(visits: Visits, pages: Pages, site: Site) -> pl.Series:
    """Number of the order that is done, and the campaign of the first page's link."""
    order = ORDER_PREFIX + pl.Series(visits.order).cast(pl.String)
    is_done = pl.Series(pages.step == Step.ORDER_DONE)
    campaign = np.where(pages.position == 0, visits.campaign[pages.visit], NONE)
    return order[pages.visit].zip_with(is_done, site.links[campaign + 1])


def _referrers(
    visits: Visits, pages: Pages, paths: pl.Series, rng: np.random.Generator
) -> pl.Series:
    """The page before; where that only led here, the one before it."""
    row = np.arange(len(paths))
    led_here = np.isin(pages.step, REDIRECTED)[row - 1]
    own = HOME + paths[row - 1 - led_here]
    drawn = _choice(_ELSEWHERE, _ELSEWHERE_SHARES, len(visits), rng)
    mail = _choice(pl.Series(["-", _MAIL]), (0.6, 0.4), len(visits), rng)
    elsewhere = mail.zip_with(pl.Series(visits.campaign != NONE), drawn)
    return elsewhere[pages.visit].zip_with(pl.Series(pages.position == 0), own)


def _choice(
    values: pl.Series, shares: Sequence[float], count: int, rng: np.random.Generator
) -> pl.Series:
    return values[rng.choice(len(values), count, p=shares)]
