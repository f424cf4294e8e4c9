"""Frequent itemsets: what is bought together often enough.

Pairs are counted by one sparse product; longer itemsets by Eclat: every item is a row
of bits, a bit a basket, and an itemset's count is the number of bits that its items
share. Items are taken rarest first, so that the branches stay small.

References
----------
Zaki (2000), Scalable Algorithms for Association Mining, IEEE Transactions on Knowledge
and Data Engineering 12(3), 372-390.
"""

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining.basket.baskets import Baskets, Columns, Ints

BLOCK = 512  # items whose pairs are counted in one product
WORD = 64  # bits


class Level(NamedTuple):
    """Itemsets of one length.

    Attributes
    ----------
    sets : ndarray of shape (n_itemsets, length)
        Column numbers, ascending in each row; the rows in lexicographic order.
    counts : ndarray of shape (n_itemsets,)
        Number of baskets that hold all of them.
    """

    sets: Ints
    counts: Ints


def frequent_itemsets(
    baskets: pd.DataFrame | Baskets, min_support: float, max_length: int
) -> pd.DataFrame:
    """Itemsets of up to `max_length` items that enough baskets hold.

    Parameters
    ----------
    baskets : DataFrame or Baskets
        As `Baskets.of` takes them. An item counts once a basket.
    min_support : float
        Share of baskets, above 0 and up to 1. What ``ceil(min_support * n_baskets)``
        baskets hold is frequent, the product taken of the decimal number as written.
    max_length : int
        At least 1.

    Returns
    -------
    DataFrame of shape (n_itemsets, 3)
        `itemset` (sorted tuple), `support` (share of baskets), `count`; the shorter
        ones first, those of one length in the order of their items.

    Raises
    ------
    ValueError
        If a threshold makes no sense, or the baskets cannot be used.
    """
    baskets = Baskets.of(baskets)
    levels = frequent_levels(baskets, min_support, max_length)
    count = np.concatenate([level.counts for level in levels])
    return pd.DataFrame(
        {
            "itemset": as_objects(
                [each for level in levels for each in named(baskets, level.sets)]
            ),
            "support": count / max(len(baskets), 1),
            "count": count,
        }
    )


def frequent_levels(
    baskets: Baskets, min_support: float, max_length: int
) -> list[Level]:
    """Frequent itemsets by column numbers, one `Level` for each length.

    Parameters
    ----------
    baskets : Baskets
    min_support, max_length
        As `frequent_itemsets` takes them.

    Returns
    -------
    list of Level
        `max_length` of them, the last ones perhaps empty.
    """
    if max_length < 1:
        raise ValueError(f"max_length must be at least 1, got {max_length}")
    min_count = least_count(min_support, len(baskets))
    counts = baskets.item_counts
    frequent = np.flatnonzero(counts >= min_count)
    rarest_first = frequent[np.argsort(counts[frequent], kind="stable")]
    found: list[list[Level]] = [[] for _ in range(max_length)]
    found[0].append(Level(frequent[:, None], counts[frequent]))
    if max_length > 1:
        columns = baskets.matrix[:, rarest_first].tocsc()
        pairs = _frequent_pairs(columns, min_count)
        found[1].append(pairs)
        if max_length > 2:
            _extend_pairs(found, pairs, columns, min_count)
        found[1:] = [
            [Level(rarest_first[sets], count) for sets, count in each]
            for each in found[1:]
        ]
    return [_sorted(each, length + 1) for length, each in enumerate(found)]


def least_count(min_support: float, n_baskets: int) -> int:
    """Smallest number of baskets that is frequent: ceil(min_support * n_baskets).

    Raises
    ------
    ValueError
        If the support is not above 0 and up to 1.
    """
    if not 0 < min_support <= 1:
        raise ValueError(f"min_support must be above 0 and up to 1, got {min_support}")
    # 0.07 * 100 is above 7 in binary: take the number as it is written
    return max(math.ceil(Fraction(str(float(min_support))) * n_baskets), 1)


def named(baskets: Baskets, sets: Ints) -> list[tuple[object, ...]]:
    """Rows of column numbers as tuples of item names."""
    return list(map(tuple, baskets.items[sets].tolist()))


def as_objects(tuples: list[tuple[object, ...]]) -> NDArray[np.object_]:
    """A column of tuples, which NumPy would make a table of."""
    column = np.empty(len(tuples), dtype=object)
    column[:] = tuples
    return column


def _frequent_pairs(columns: Columns, min_count: int) -> Level:
    """Pairs (first, second) of columns with first < second, by their first."""
    items, baskets = columns.T.tocsr(), columns.tocsr()
    found = []
    for start in range(0, items.shape[0], BLOCK):
        together = (items[start : start + BLOCK] @ baskets).tocoo()
        first, second = (each.astype(np.int64) for each in together.coords)
        first += start
        kept = (first < second) & (together.data >= min_count)
        pairs = np.stack([first[kept], second[kept]], axis=1)
        found.append(Level(pairs, together.data[kept].astype(np.int64)))
    return _sorted(found, 2)


def _extend_pairs(
    found: list[list[Level]], pairs: Level, columns: Columns, min_count: int
) -> None:
    if not len(pairs.sets):
        return
    used, inverse = np.unique(pairs.sets, return_inverse=True)
    bits = _bits(columns, used)
    rows = inverse.reshape(pairs.sets.shape)
    starts = np.flatnonzero(np.diff(pairs.sets[:, 0], prepend=-1))
    for branch in np.split(np.arange(len(rows)), starts[1:]):
        first, last = rows[branch[0], 0], rows[branch, 1]
        prefix = pairs.sets[branch[0], :1]
        members = pairs.sets[branch, 1]
        _extend(found, prefix, members, bits[last] & bits[first], min_count)


def _extend(
    found: list[list[Level]],
    prefix: Ints,
    members: Ints,
    bits: NDArray[np.uint64],
    min_count: int,
) -> None:
    """Join the members of a branch; `bits` are those of the prefix with each."""
    level = found[len(prefix) + 1]
    for position in range(len(members) - 1):
        joint = bits[position] & bits[position + 1 :]
        count = np.bitwise_count(joint).sum(axis=1, dtype=np.int64)
        frequent = count >= min_count
        if not frequent.any():
            continue
        longer = np.append(prefix, members[position])
        last = members[position + 1 :][frequent]
        shared = np.broadcast_to(longer, (len(last), len(longer)))
        level.append(Level(np.column_stack([shared, last]), count[frequent]))
        if len(longer) + 1 < len(found):
            _extend(found, longer, last, joint[frequent], min_count)


def _bits(columns: Columns, chosen: Ints) -> NDArray[np.uint64]:
    """A row a column: bit b says whether basket b holds it."""
    words = -(-columns.shape[0] // WORD)
    bits = np.zeros((len(chosen), words), dtype=np.uint64)
    for row, column in enumerate(chosen):
        held = np.zeros(words * WORD, dtype=np.bool_)
        begin, end = columns.indptr[column : column + 2]
        held[columns.indices[begin:end]] = True
        bits[row] = np.packbits(held).view(np.uint64)
    return bits


def _sorted(found: list[Level], length: int) -> Level:
    empty = Level(np.empty((0, length), np.int64), np.empty(0, np.int64))
    every = [empty, *found]
    sets = np.sort(np.concatenate([each.sets for each in every]), axis=1)
    count = np.concatenate([each.counts for each in every])
    order = np.lexsort(sets.T[::-1])
    return Level(sets[order], count[order])
