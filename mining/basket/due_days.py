"""When an item is due again: the median time to the next purchase of it.

By Kaplan and Meier (`mining.survival`), since many have not bought again *yet*.
"""

import numpy as np

from mining.basket.baskets import Bools, Ints
from mining.basket.purchases import FAR, Purchases
from mining.survival import curves, medians

NEVER = -1  # half of the buyers do not come back


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
    found = medians(curves(group, days, has_happened, n_groups), n_groups)
    return np.where(np.isnan(found), NEVER, found).astype(np.int64)


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
