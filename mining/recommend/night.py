"""What is known of customers and products on one night, and the lists that follow."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from mining.recommend.assortment import Assortment
from mining.recommend.config import NextBestConfig
from mining.recommend.neighbours import Neighbours
from mining.recommend.purchases import Purchases, places
from mining.recommend.ranking import Ranked, best, best_of_few, chunks

Places = NDArray[np.int64]


class Owned(NamedTuple):
    """What customers own that speaks for something, and for what.

    Attributes
    ----------
    items : ndarray of shape (n_items,)
        Places in the products.
    by : csr_array of shape (n_customers + 1, n_items)
        Ones where a customer owns an item.
    weights : csr_array of shape (n_items, n_offered)
        What an item adds to the score of an offered product.
    """

    items: Places
    by: sp.csr_array
    weights: sp.csr_array


class Night:
    """Purchases up to a night and what may be offered on it.

    Rows are the customers of the purchases, and one more, of whom nothing is known.

    Attributes
    ----------
    offered : ndarray of shape (n_offered,)
        Products that are ranked as new: on sale and bought of late, the
        `config.most_items` with the most buyers. What nobody buys now is no
        recommendation.
    bought : csr_array of shape (n_customers + 1, n_products)
    """

    def __init__(
        self, purchases: Purchases, assortment: Assortment, config: NextBestConfig
    ) -> None:
        self.products = purchases.products
        self.bought = _with_a_stranger(purchases.bought())
        buyers = purchases.buyers(config.bestseller_days)
        on_sale = np.flatnonzero(assortment.is_available & (buyers > 0))
        ranked = on_sale[np.lexsort((on_sale, -buyers[on_sale]))]
        self.offered = np.sort(ranked[: config.most_items])
        customers = len(np.unique(purchases.after(_eve(purchases, config)).customer))
        self._bonus = (
            config.bestseller_weight * buyers[self.offered] / max(customers, 1)
        )
        self._owned_of_offer = self.bought[:, self.offered]
        groups = assortment.of_once_groups()
        self._owned_of_groups = self.bought @ groups
        self._offer_of_groups = sp.csr_array(groups[self.offered].T)
        habit = 1 / (1 + purchases.ages() / config.habit_days)
        again = assortment.is_available & ~assortment.is_once_enough
        kept = sp.diags_array(again.astype("float64"))
        self._habit = _with_a_stranger(purchases.matrix(habit)) @ kept

    def owned(self, neighbours: Neighbours) -> Owned:
        """What customers own of the neighbours' items, and what it speaks for."""
        items = pd.Index(neighbours.items, dtype=self.products.dtype)
        known = places(self.products, items)
        at = np.flatnonzero(known >= 0)
        offered = places(items, self.products[self.offered])
        columns = np.flatnonzero(offered >= 0)
        # offered products without neighbours have an empty column
        shape = (len(columns), len(self.offered))
        ones = np.ones(len(columns))
        spread = sp.coo_array((ones, (np.arange(len(columns)), columns)), shape).tocsr()
        weights = neighbours.weights[at][:, offered[columns]] @ spread
        return Owned(known[at], self.bought[:, known[at]], sp.csr_array(weights))

    def new(self, rows: Places, owned: Owned, n: int) -> Ranked:
        """Products new to each customer; items are places in `offered`."""
        scores = (owned.by[rows] @ owned.weights).toarray() + self._bonus
        # of what one is enough, one of the group speaks against all of it
        enough = self._owned_of_groups[rows] @ self._offer_of_groups
        return best(scores, self._owned_of_offer[rows] + enough, n)

    def again(self, rows: Places, n: int) -> Ranked:
        """Own products of each customer; items are places in the products."""
        return best_of_few(self._habit[rows], n)


def chunked(
    count: int, n: int, owned: Owned, config: NextBestConfig
) -> Iterator[Places]:
    """So many customers at a time that neither scores nor reasons outgrow memory.

    Parameters
    ----------
    count : int
        How many customers there are.
    n : int
        Length of their lists.
    owned : Owned
    config : NextBestConfig

    Yields
    ------
    ndarray of int
        Numbers from 0 to count - 1, rising.
    """
    items_of_one = owned.by.nnz / owned.by.shape[0]
    cells = max(owned.weights.shape[1], int(n * items_of_one), 1)
    yield from chunks(count, max(config.cells_at_once // cells, 1))


def _eve(purchases: Purchases, config: NextBestConfig) -> int:
    return purchases.until - config.bestseller_days


def _with_a_stranger(matrix: sp.csr_array) -> sp.csr_array:
    nobody = sp.csr_array((1, matrix.shape[1]))
    both: sp.csr_array = sp.vstack([matrix, nobody], format="csr")
    return both
