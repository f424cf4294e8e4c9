"""Itemsets by their place in a table: which row of its length an itemset is."""

import numpy as np

from mining.basket.baskets import Ints


class ItemsetIndex:
    """Finds itemsets of any length among known ones.

    An itemset is known by its prefix's place and its last item, so that one number
    stands for it however many items it has.

    Parameters
    ----------
    levels : sequence of ndarray
        For each length, from 1 on, the known itemsets as ascending column numbers, a
        row each, the rows in lexicographic order. Every prefix of one is known.
    n_items : int
        Column numbers are below it.
    """

    def __init__(self, levels: list[Ints], n_items: int) -> None:
        self.n_items = n_items
        self._known: list[Ints] = []
        for sets in levels:
            self._known.append(self._numbers(sets))

    def locate(self, sets: Ints) -> Ints:
        """Row of each itemset in the table of its length; it must be known.

        Parameters
        ----------
        sets : ndarray of shape (n, length)
            Ascending column numbers.
        """
        return np.searchsorted(self._known[sets.shape[1] - 1], self._numbers(sets))

    def _numbers(self, sets: Ints) -> Ints:
        if sets.shape[1] == 1:
            return sets[:, 0]
        return self.locate(sets[:, :-1]) * self.n_items + sets[:, -1]
