"""When an item is due again: the median time to the next purchase of it.

By Kaplan and Meier, since many have not bought again *yet*.

References
----------
Kaplan & Meier (1958), Nonparametric Estimation from Incomplete Observations, Journal of
the American Statistical Association 53, 457-481.
"""

import numpy as np

from mining.basket.baskets import Bools, Ints
from mining.basket.purchases import FAR, Purchases

NEVER = -1  # half of the buyers do not come back
HALF = 0.5 + 1e-7  # the product of the shares that stay away is rounded
LEAST_STAY = 1e-12  # none stays, in a logarithm


def due_days(purchases: Purchases, last: int) -> Ints:
    """Median days from the first to the second purchase of each item.

    Parameters
    ----------
    purchases : Purchases
    last : int
        Last day that is known; who has not bought again by then still may.

    Returns
    -------
    ndarray of shape (n_items,)
        The first day by which half have bought again; `NEVER` if it does not come.
    """
    start, second = first_two(purchases)
    gap = np.where(second == FAR, last, second) - purchases.day[start]
    item, has_bought = purchases.item[start], second < FAR
    return median_days(
        item[gap > 0], gap[gap > 0], has_bought[gap > 0], len(purchases.items)
    )


def median_days(group: Ints, days: Ints, has_happened: Bools, n_groups: int) -> Ints:
    """Kaplan and Meier's median of each group; `NEVER` where half never comes.

    Parameters
    ----------
    group, days, has_happened : ndarray of shape (n,)
        Group of each case; days until it happened or was last seen.
    """
    median = np.full(n_groups, NEVER)
    if not len(group):
        return median
    order = np.lexsort((days, group))
    group, days, has_happened = group[order], days[order], has_happened[order]
    is_new = (np.diff(group, prepend=-1) != 0) | (np.diff(days, prepend=-1) != 0)
    starts = np.flatnonzero(is_new)
    events = np.add.reduceat(has_happened.astype(np.int64), starts)
    of_run, day = group[starts], days[starts]
    ends = np.searchsorted(group, of_run, side="right")
    at_risk = ends - starts
    log_stay = np.log(np.maximum(1 - events / at_risk, LEAST_STAY))
    total = np.cumsum(log_stay)
    first = np.searchsorted(of_run, of_run, side="left")
    stays = total - (total - log_stay)[first]
    is_past = np.exp(stays) <= HALF
    found, where = np.unique(of_run[is_past], return_index=True)
    median[found] = day[is_past][where]
    return median


def first_two(purchases: Purchases) -> tuple[Ints, Ints]:
    """Where each pair of customer and item begins, and the day of its second purchase.

    Returns
    -------
    tuple of ndarray of shape (n_pairs,)
        Rows of `purchases`; days, FAR where there was no second.
    """
    pair = purchases.pair
    start = np.flatnonzero(np.diff(pair, prepend=-1))
    following = np.minimum(start + 1, len(pair) - 1)
    has_second = (following > start) & (pair[following] == pair[start])
    return start, np.where(has_second, purchases.day[following], FAR)
