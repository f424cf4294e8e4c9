"""The best few products of each customer, a chunk of customers at a time.

Scores are cut to 6 digits before they are compared; equal ones stand by product.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Places = NDArray[np.int64]

DIGITS = 6
UNWANTED = np.iinfo(np.int64).min


class Ranked(NamedTuple):
    """Recommendations, by row and rank; all arrays of shape (n_recommendations,)."""

    row: Places  # of the customers ranked
    item: Places  # of the items ranked
    rank: Places  # from 1
    score: NDArray[np.float64]


def best(scores: NDArray[np.float64], unwanted: sp.csr_array, n: int) -> Ranked:
    """The n best items of each row.

    Parameters
    ----------
    scores : ndarray of shape (n_customers, n_items)
        Of any sign.
    unwanted : csr_array of shape (n_customers, n_items)
        Not 0 where an item is not to be recommended.
    n : int
        Length of the lists.

    Returns
    -------
    Ranked
        Shorter lists where fewer items are wanted.
    """
    count = scores.shape[1]
    n = min(n, count)
    # one whole number says score and place, so that no two items are alike
    keys = np.rint(scores * 10**DIGITS).astype("int64")
    keys *= count
    keys += np.arange(count)[::-1]
    row, item = unwanted.nonzero()
    keys[row, item] = UNWANTED
    if not n:
        return _ranked(keys[:, :0], count)
    top = np.partition(keys, count - n, axis=1)[:, count - n :]
    return _ranked(np.sort(top, axis=1)[:, ::-1], count)


def best_of_few(scores: sp.csr_array, n: int) -> Ranked:
    """The n best items of each row, of those that have a score above 0 at all."""
    row = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    score = np.round(scores.data, DIGITS)
    item = scores.indices.astype("int64")
    order = np.lexsort((item, -score, row))
    order = order[score[order] > 0]
    row, item, score = row[order], item[order], score[order]
    first = np.searchsorted(row, np.arange(scores.shape[0]))
    rank = np.arange(len(row)) - first[row] + 1
    kept = rank <= n
    return Ranked(row[kept], item[kept], rank[kept], score[kept])


def chunks(count: int, size: int) -> Iterator[Places]:
    """The numbers from 0 to count - 1, `size` at a time; none of them once."""
    for start in range(0, max(count, 1), size):
        yield np.arange(start, min(start + size, count))


def _ranked(keys: Places, count: int) -> Ranked:
    row, place = np.nonzero(keys != UNWANTED)
    score, backwards = np.divmod(keys[row, place], max(count, 1))
    return Ranked(row, count - 1 - backwards, place + 1, score / 10**DIGITS)
