"""How many baskets hold the itemsets that rules speak of: in all, by size, by customer.

By customer, since the baskets of one household are no independent witnesses: the
spread of a count is told by its customers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from scipy import sparse

from mining.basket.baskets import Baskets, Columns, Floats, Ints
from mining.basket.index import ItemsetIndex

CHUNK = 4096  # rules whose spread is computed at once


@dataclass(frozen=True)
class Tally:
    """Counts of itemsets. A set goes by one number, the shorter sets first.

    Attributes
    ----------
    levels : list of ndarray
        The sets of each length, as `ItemsetIndex` takes them.
    index : ItemsetIndex
    n_baskets : int
    count : ndarray of shape (n_sets,)
        Baskets that hold the set.
    by_size : ndarray of shape (n_sets, n_sizes)
        The same by the baskets' size classes.
    by_customer : csc_array of shape (n_customers, n_sets) or None
        The same by customer; None where every basket is a customer of its own.
    baskets_of : ndarray of shape (n_customers,)
        Baskets of each customer; empty where every basket is a customer of its own.
    """

    levels: list[Ints]
    index: ItemsetIndex
    n_baskets: int
    count: Ints
    by_size: Ints
    by_customer: Columns | None
    baskets_of: Ints

    @classmethod
    def of(
        cls, baskets: Baskets, size_class: Ints, sets: list[Ints], customer: Ints | None
    ) -> Self:
        """Count sets, and every set that begins one of them.

        Parameters
        ----------
        baskets : Baskets
        size_class : ndarray of shape (n_baskets,)
        sets : list of ndarray
            For each length, from 1 on, sets as ascending column numbers, a row each,
            in any order, as often as it comes.
        customer : ndarray of shape (n_baskets,) or None
            Number of each basket's customer, 0, 1, ...
        """
        matrix = baskets.matrix
        if customer is not None:
            order = np.argsort(customer, kind="stable")
            matrix = matrix[order]
            size_class, customer = size_class[order], customer[order]
        levels = _with_beginnings(sets)
        index = ItemsetIndex(levels, len(baskets.items))
        n_sizes = int(size_class.max(initial=-1)) + 1
        counts, by_size, by_customer = [], [], []
        for holders in _holders(matrix.tocsc(), levels, index):
            counts += [len(rows) for rows in holders]
            by_size += [
                np.bincount(size_class[rows], minlength=n_sizes) for rows in holders
            ]
            if customer is not None:
                by_customer.append(_runs(holders, customer))
        return cls(
            levels,
            index,
            len(baskets),
            np.array(counts, dtype=np.int64),
            np.array(by_size, dtype=np.int64).reshape(len(counts), n_sizes),
            None if customer is None else sparse.hstack(by_customer, format="csc"),
            np.bincount(customer if customer is not None else np.empty(0, np.int64)),
        )

    def number(self, sets: Ints) -> Ints:
        """Number of each set; they are of one length, their items in any order."""
        begin = sum(len(level) for level in self.levels[: sets.shape[1] - 1])
        return begin + self.index.locate(np.sort(sets, axis=1))

    def spread(
        self,
        joint: Ints,
        antecedent: Ints,
        consequent: Ints,
        world: Ints | None,
        expected: Floats,
    ) -> Floats:
        """Standard deviation of joint counts less what is expected by their margins.

        What is expected is (what sizes add) x antecedent x consequent / world, by
        their counts, and these are as random as the joint count is. So a customer
        contributes to the difference, by the counts among the customer's baskets,

            joint - consequent E / n_consequent - antecedent E / n_antecedent
            + world E / n_world,

        which is the customer's influence by the delta method, and the sum of its
        squares is the variance.

        Parameters
        ----------
        joint, antecedent, consequent : ndarray of shape (n,)
            Numbers of sets.
        world : ndarray of shape (n,) or None
            Sets that all three contain; None: all baskets.
        expected : ndarray of shape (n,)
            Expected joint count E.
        """
        n_world = np.full(len(joint), self.n_baskets)
        if world is not None:
            n_world = self.count[world]
        counts = [*(self.count[each] for each in (consequent, antecedent)), n_world]
        weights = [_divided(expected, each) for each in counts]
        if self.by_customer is None:
            return _spread_of_baskets(self.count[joint], counts, weights)
        sets = [joint, consequent, antecedent, *([] if world is None else [world])]
        signed = [np.ones(len(joint)), -weights[0], -weights[1], weights[2]]
        spread = np.empty(len(joint))
        for begin in range(0, len(joint), CHUNK):
            part = slice(begin, begin + CHUNK)
            spread[part] = self._spread_of_customers(
                [each[part] for each in sets], [each[part] for each in signed]
            )
        return spread

    def _spread_of_customers(self, sets: list[Ints], weights: list[Floats]) -> Floats:
        """The last weight is that of all baskets, if no set goes with it."""
        assert self.by_customer is not None
        shape = (self.by_customer.shape[1], len(weights[0]))
        rules = np.tile(np.arange(shape[1]), len(sets))
        entries = np.concatenate(weights[: len(sets)])
        sums = sparse.csc_array((entries, (np.concatenate(sets), rules)), shape=shape)
        of_customers = self.by_customer @ sums
        of_customers.data **= 2
        variance = of_customers.sum(axis=0)
        if len(weights) > len(sets):  # every customer has baskets: not sparse
            cross = (self.baskets_of @ self.by_customer) @ sums
            squares = float((self.baskets_of.astype(float) ** 2).sum())
            variance = variance + weights[-1] * (2 * cross + weights[-1] * squares)
        spread: Floats = np.sqrt(np.maximum(variance, 0.0))
        return spread


def _spread_of_baskets(
    joint: Ints, counts: list[Ints], weights: list[Floats]
) -> Floats:
    """The same where each basket stands alone: four kinds of baskets."""
    consequent, antecedent, world = counts
    of_consequent, of_antecedent, of_world = weights
    variance = (
        joint * (1 - of_consequent - of_antecedent + of_world) ** 2
        + (consequent - joint) * (of_world - of_consequent) ** 2
        + (antecedent - joint) * (of_world - of_antecedent) ** 2
        + (world - consequent - antecedent + joint) * of_world**2
    )
    spread: Floats = np.sqrt(variance)
    return spread


def _with_beginnings(sets: list[Ints]) -> list[Ints]:
    levels = []
    longer = np.empty((0, len(sets) + 1), dtype=np.int64)
    for each in reversed(sets):
        longer = np.unique(np.concatenate([each, longer[:, :-1]]), axis=0)
        levels.append(longer)
    return levels[::-1]


def _holders(
    columns: Columns, levels: list[Ints], index: ItemsetIndex
) -> Iterator[list[Ints]]:
    """Rows of the baskets that hold each set, ascending; a list for each length."""
    of_item = [columns.indices[begin:end] for begin, end in pairwise(columns.indptr)]
    shorter = [of_item[item] for item in levels[0][:, 0]]
    yield shorter
    holds = np.zeros(columns.shape[0], dtype=np.bool_)
    for sets in levels[1:]:
        beginning, last = index.locate(sets[:, :-1]), sets[:, -1]
        order = np.argsort(last, kind="stable")
        holders = [np.empty(0, dtype=np.int64)] * len(sets)
        for places in np.split(order, np.flatnonzero(np.diff(last[order])) + 1):
            for item in last[places[:1]]:  # one, or none where there are no sets
                holds[of_item[item]] = True
            for place in places:
                before = shorter[beginning[place]]
                holders[place] = before[holds[before]]
            holds[:] = False
        yield holders
        shorter = holders


def _runs(holders: list[Ints], customer: Ints) -> Columns:
    """Baskets of each customer that hold each set; customers ascend by the basket."""
    rows, entries, ends = [], [], [0]
    for holder in holders:
        customers = customer[holder]
        starts = np.flatnonzero(np.diff(customers, prepend=-1))
        rows.append(customers[starts])
        entries.append(np.diff(starts, append=len(customers)))
        ends.append(ends[-1] + len(starts))
    shape = (int(customer.max(initial=-1)) + 1, len(holders))
    none = np.empty(0, dtype=np.int64)
    return sparse.csc_array(
        (
            np.concatenate([none, *entries]).astype(np.float64),
            np.concatenate([none, *rows]),
            np.array(ends),
        ),
        shape=shape,
    )


def _divided(numerator: Floats, denominator: Ints) -> Floats:
    share = np.zeros(len(numerator))
    np.divide(numerator, denominator, out=share, where=denominator > 0)
    return share
