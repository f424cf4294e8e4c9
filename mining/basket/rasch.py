"""What the sizes of baskets and the counts of items alone let one expect.

The two-margin logistic model (Rasch): basket b holds item i with probability
p_bi = 1 / (1 + exp(-(alpha_b + beta_i))), independently, where the parameters give
every basket its size and every item its count. Baskets of one size share a parameter,
items of one count too, so the model is a small table, however many there are.

A basket of known size cannot hold everything at once:

- a pair is as likely in a basket of size s as the product of its probabilities times
  s (s - 1) / ((sum p)^2 - sum p^2), so that the baskets of a size hold exactly as many
  pairs as they do;
- beside k items that it holds, a basket has s - k places for all others, so their
  probabilities are those of a basket with that many others. Given its size, what a
  basket holds no longer depends on its parameter, so this comes close to the exact
  chance, for popular items too, where one factor for all pairs is up to 8 % off.

Items that every basket holds tell nothing. They take up a place in each basket and are
otherwise left out.

References
----------
Rasch (1960), Probabilistic Models for Some Intelligence and Attainment Tests.
Gionis, Mannila, Mielikainen & Tsaparas (2007), Assessing Data Mining Results via Swap
Randomization, ACM Transactions on Knowledge Discovery from Data 1(3): the margins to
keep.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from scipy.special import expit

from mining.basket.baskets import Bools, Floats, Ints

STEPS = 100  # at most; about ten are needed
LONGEST_STEP = 1.0  # of a logit
TOLERANCE = 1e-9  # of a basket's size and an item's count, relative
TOLERANCE_OF_LOGITS = 1e-6
ALPHAS = 4096  # parameters in a table between which is interpolated
FAR_LOGIT = 20.0  # so far from an item's parameter it is certain


@dataclass(frozen=True)
class SizeModel:
    """The fitted table.

    Attributes
    ----------
    sizes, n_baskets : ndarray of shape (n_sizes,)
        Each size that occurs, and the number of baskets of it.
    counts, n_items : ndarray of shape (n_counts,)
        Each count of baskets that occurs, and the number of items of it.
    probability : ndarray of shape (n_sizes, n_counts)
        That a basket of the size holds a certain item of the count.
    ease : ndarray of shape (n_counts,)
        beta; infinite where margins leave one way only.
    size_class : ndarray of shape (total of n_baskets,)
        Row of each basket.
    count_class : ndarray of shape (total of n_items,)
        Column of each item.
    """

    sizes: Ints
    n_baskets: Ints
    counts: Ints
    n_items: Ints
    probability: Floats
    ease: Floats
    size_class: Ints
    count_class: Ints

    @classmethod
    def fit(cls, sizes: Ints, item_counts: Ints) -> Self:
        """Find the parameters by maximum likelihood.

        Parameters
        ----------
        sizes : ndarray of shape (n_baskets,)
            Items in each basket.
        item_counts : ndarray of shape (n_items,)
            Baskets that hold each item; the same total.
        """
        size, size_class, n_baskets = np.unique(
            sizes, return_inverse=True, return_counts=True
        )
        count, count_class, n_items = np.unique(
            item_counts, return_inverse=True, return_counts=True
        )
        probability, ease = _parameters(size, n_baskets, count, n_items)
        return cls(
            size, n_baskets, count, n_items, probability, ease, size_class, count_class
        )

    @cached_property
    def is_everywhere(self) -> Bools:
        """Whether every basket holds the items, for each count."""
        everywhere: Bools = (self.counts == self.n_baskets.sum()) & (self.counts > 0)
        return everywhere

    @cached_property
    def expected_pairs(self) -> Floats:
        """Number of baskets expected to hold a pair of items of two counts.

        Returns
        -------
        ndarray of shape (n_counts, n_counts)
            For two different items; symmetric.
        """
        share = np.where(self.is_everywhere, 0.0, self.probability)
        size = self.sizes - self.n_items[self.is_everywhere].sum()
        drawn = size**2 - share**2 @ self.n_items
        weight = np.zeros(len(size))
        possible = (size > 1) & (drawn > 0)
        np.divide(size * (size - 1), drawn, out=weight, where=possible)
        weight *= self.n_baskets
        pairs: Floats = share.T @ (weight[:, None] * share)
        everywhere = self.is_everywhere
        pairs[everywhere] = self.counts
        pairs[:, everywhere] = self.counts[:, None]
        return pairs

    def logits_beside(self, held: Ints) -> Floats:
        """Parameter of baskets for what they hold beside some items.

        Parameters
        ----------
        held : ndarray of shape (n, k)
            Columns of the k items that are held.

        Returns
        -------
        ndarray of shape (n, n_sizes)
            alpha such that all other items sum to the size less k.
        """
        alphas, sizes = self._sizes_by_alpha
        places = self.sizes - held.shape[1]
        wanted = np.broadcast_to(places, (len(held), len(places))).astype(np.float64)
        logits = np.interp(wanted, sizes, alphas)
        for _ in range(STEPS):
            own = sum(expit(logits + self.ease[each][:, None]) for each in held.T)
            better = np.interp(places + own, sizes, alphas)
            if np.allclose(better, logits, rtol=0, atol=TOLERANCE_OF_LOGITS):
                break
            logits = better
        return logits

    @cached_property
    def _sizes_by_alpha(self) -> tuple[Floats, Floats]:
        """A fine table of parameters and the sizes that they bring."""
        finite = self.ease[np.isfinite(self.ease)]
        furthest = np.abs(finite).max(initial=0.0) + FAR_LOGIT
        alphas = np.linspace(-furthest, furthest, ALPHAS)
        sizes = expit(alphas[:, None] + self.ease) @ self.n_items
        return alphas, sizes


def _parameters(
    sizes: Ints, n_baskets: Ints, counts: Ints, n_items: Ints
) -> tuple[Floats, Floats]:
    """Probabilities, and the items' parameters."""
    probability = np.zeros((len(sizes), len(counts)))
    rows, columns, size_left, count_left = _settled(
        probability, sizes, n_baskets, counts, n_items
    )
    # what margins force: with the items that are in more than half, or not at all
    ease = np.where(2 * counts > n_baskets.sum(), np.inf, -np.inf)
    if rows.any() and columns.any():
        probability[np.ix_(rows, columns)], ease[columns] = _fitted(
            size_left[rows], n_baskets[rows], count_left[columns], n_items[columns]
        )
    return probability, ease


def _settled(
    probability: Floats, sizes: Ints, n_baskets: Ints, counts: Ints, n_items: Ints
) -> tuple[Bools, Bools, Ints, Ints]:
    """Fill in what margins force to 0 or 1, where a parameter would be infinite.

    Returns
    -------
    tuple
        Rows and columns that are left; what of sizes and counts is left in them.
    """
    rows, columns = np.full(len(sizes), True), np.full(len(counts), True)
    size, count = sizes.copy(), counts.copy()
    while True:
        total_baskets, total_items = n_baskets[rows].sum(), n_items[columns].sum()
        full_rows = rows & (size == total_items)
        full_columns = columns & (count == total_baskets) & ~full_rows.any()
        done_rows = full_rows | (rows & (size == 0))
        done_columns = full_columns | (columns & (count == 0) & ~full_rows.any())
        if not (done_rows.any() or done_columns.any()):
            return rows, columns, size, count
        probability[np.ix_(full_rows, columns)] = 1.0
        probability[np.ix_(rows & ~done_rows, full_columns)] = 1.0
        count = count - np.where(columns, n_baskets[full_rows].sum(), 0)
        rows &= ~done_rows
        size = size - np.where(rows, n_items[full_columns].sum(), 0)
        columns &= ~done_columns


def _fitted(
    sizes: Ints, n_baskets: Ints, counts: Ints, n_items: Ints
) -> tuple[Floats, Floats]:
    """Newton's method on both sets of parameters, the items' eliminated."""
    total_baskets, total_items = n_baskets.sum(), n_items.sum()
    beta = np.log(counts / (total_baskets - counts))
    alpha = np.log(sizes / (total_items - sizes))
    alpha -= np.log(counts.sum() / (total_baskets * total_items - counts.sum()))
    weight = np.outer(n_baskets, n_items)
    for _ in range(STEPS):
        p: Floats = expit(alpha[:, None] + beta)
        missing_sizes = n_baskets * (sizes - p @ n_items)
        missing_counts = n_items * (counts - n_baskets @ p)
        if np.all(np.abs(missing_sizes) <= TOLERANCE * n_baskets * sizes) and np.all(
            np.abs(missing_counts) <= TOLERANCE * n_items * counts
        ):
            break
        spread = np.maximum(weight * p * (1 - p), np.finfo(float).tiny)
        of_items = spread.sum(axis=0)
        # Adding to all alphas what is taken from all betas changes nothing: the ones
        # pick the step in which the alphas move by 0 together.
        reduced = np.diag(spread.sum(axis=1)) - (spread / of_items) @ spread.T
        reduced += spread.sum() / len(sizes) ** 2
        step = np.linalg.solve(
            reduced, missing_sizes - spread @ (missing_counts / of_items)
        )
        other = (missing_counts - step @ spread) / of_items
        longest = max(np.abs(step).max(), np.abs(other).max())
        damping = min(1.0, LONGEST_STEP / max(longest, LONGEST_STEP))
        alpha += damping * step
        beta += damping * other
    return p, beta
