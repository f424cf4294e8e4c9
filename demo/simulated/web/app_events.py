"""Screens of the company's app, as the app itself reports them.

Who has the app is logged in from the first screen on, so what is drawn of logins
shows here as the account's screen alone.
"""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo.simulated.web import devices
from demo.simulated.web.pages import Step, Truths, draw_pages
from demo.simulated.web.site import ORDER_PREFIX, Site
from demo.simulated.web.visits import NONE, Visits

SCREENS = {
    Step.HOME: "home",
    Step.CATEGORY: "category",
    Step.PRODUCT: "product",
    Step.SEARCH: "search",
    Step.NO_RESULT: "search_failed",
    Step.GONE: "not_found",
    Step.CART: "cart",
    Step.CHECKOUT: "checkout",
    Step.ORDER_DONE: "order_done",
    Step.ACCOUNT: "account",
    Step.CONTACT: "contact",
    Step.SENT: "contact_sent",
}
"""Screen of each step that has one; the web's page codes are the same."""


def draw_app_events(
    day: date, visits: Visits, rng: np.random.Generator, site: Site
) -> pl.DataFrame:
    """Screens that people saw in the app on a day, in the order of time.

    Parameters
    ----------
    day : date
        In Korea.
    visits : Visits
        All visits of the day; those of a browser are left out.

    Returns
    -------
    DataFrame
        A row a screen: ``event_no`` (text, unique over all days), ``installation``
        (the app's own id), ``customer_no``, ``seen_at`` (with time zone),
        ``screen``, ``product_no``, ``keyword``, ``order_no``, ``campaign``; null
        where there is none.
    """
    seen = visits.where(devices.is_app(visits.visitor))
    pages = draw_pages(seen, rng)
    order = np.argsort(pages.second, kind="stable")
    order = order[np.isin(pages.step[order], list(SCREENS))]
    step, visit, product = pages.step[order], pages.visit[order], pages.product[order]
    midnight = pl.lit(day).cast(pl.Datetime("us")).dt.replace_time_zone("Asia/Seoul")
    has_product = np.isin(step, (Step.PRODUCT, Step.GONE))
    found = _chosen(site.terms, product, step == Step.SEARCH)
    failed = _chosen(site.unmet, product, step == Step.NO_RESULT)
    ordered = ORDER_PREFIX + pl.Series(seen.order).cast(pl.String)
    return pl.DataFrame({"second": pages.second[order]}).select(
        event_no=pl.format(f"{day:%Y%m%d}-{{}}", pl.int_range(pl.len()) + 1),
        installation="a" + devices.cookies(seen.visitor)[visit],
        customer_no=_chosen(site.customers, seen.customer[visit]),
        seen_at=midnight + pl.duration(seconds="second"),
        screen=pl.Series(step).replace_strict(SCREENS, return_dtype=pl.String),
        product_no=_chosen(site.products, product, has_product),
        keyword=found.zip_with(found.is_not_null(), failed),
        order_no=_chosen(ordered, visit, step == Step.ORDER_DONE),
        campaign=_chosen(
            site.campaigns, seen.campaign[visit], pages.position[order] == 0
        ),
    )


def _chosen(
    values: pl.Series, index: NDArray[np.integer], where: Truths | bool = True
) -> pl.Series:
    """`values` at `index`, null where that is `NONE` or `where` is false."""
    is_none = pl.Series((index == NONE) | ~np.broadcast_to(where, index.shape))
    return values.gather(pl.Series(index.astype(np.int64)).set(is_none, None))
