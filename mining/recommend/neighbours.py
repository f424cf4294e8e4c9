"""Which product speaks for which: item-item weights from who bought what.

A weight says what owning the one adds to the score of the other. **Cosine**: shared
buyers over the geometric mean of both their buyers. **EASE**: the ridge regression of
each product on all others, in which products that tell the same do not count twice.

References
----------
Sarwar, Karypis, Konstan and Riedl (2001), Item-Based Collaborative Filtering
Recommendation Algorithms. Steck (2019), Embarrassingly Shallow Autoencoders for Sparse
Data, equation 8.
"""

from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mining.recommend.config import NextBestConfig
from mining.recommend.purchases import Purchases
from mining.sampling import shuffled

Matrix = NDArray[np.float64]

DIGITS = 6
SEED = 6  # of the sample of customers


class Neighbours(NamedTuple):
    """What owning one product adds to the score of another.

    Attributes
    ----------
    items : ndarray of shape (n_items,)
        Ids of products, sorted.
    weights : csr_array of shape (n_items, n_items)
        Row: what is owned; column: what it speaks for.
    """

    items: NDArray[Any]
    weights: sp.csr_array


class Candidate(NamedTuple):
    """One way to rank products that are new to a customer."""

    method: str  # bestsellers, cosine or ease
    penalty: float = 0.0  # of EASE, as a share of the customers

    def __str__(self) -> str:
        return f"{self.method} {self.penalty}" if self.penalty else self.method


def find(
    purchases: Purchases, candidate: Candidate, config: NextBestConfig
) -> Neighbours:
    """Neighbours of the products that most customers bought.

    Parameters
    ----------
    purchases : Purchases
        What is known.
    candidate : Candidate
        How weights are found; bestsellers have none.
    config : NextBestConfig
        How many products, neighbours and customers are taken.
    """
    bought = purchases.bought()
    buyers = np.bincount(bought.indices, minlength=bought.shape[1])
    order = np.lexsort((np.arange(len(buyers)), -buyers))
    most = np.sort(order[: config.most_items])
    most = most[buyers[most] > 0]
    items = np.array(purchases.products[most].tolist())
    if candidate.method == "bestsellers" or not len(most):
        return Neighbours(items, sp.csr_array((len(items), len(items))))
    sample = np.sort(shuffled(purchases.customers, SEED)[: config.fitted_customers])
    sampled = bought[sample][:, most]
    if candidate.method == "cosine":
        weights = cosine_weights(sampled)
    else:
        weights = ease_weights(sampled, candidate.penalty * len(sample))
    return Neighbours(items, strongest(weights, config.most_neighbours))


def cosine_weights(bought: sp.csr_array) -> Matrix:
    """Cosine of the buyers of each two products.

    Parameters
    ----------
    bought : csr_array of shape (n_customers, n_items)
        Ones where a customer ever bought a product.

    Returns
    -------
    ndarray of shape (n_items, n_items)
        0 to 1, symmetric, 0 on the diagonal.
    """
    shared = _shared_buyers(bought)
    buyers = np.sqrt(np.maximum(shared.diagonal(), 1.0))
    weights: Matrix = np.round(shared / np.outer(buyers, buyers), DIGITS)
    np.fill_diagonal(weights, 0.0)
    return weights


def ease_weights(bought: sp.csr_array, penalty: float) -> Matrix:
    """Ridge regression of each product on all others, in closed form.

    B minimises |X - XB|^2 + penalty |B|^2 with a diagonal of 0; with the inverse P of
    X'X + penalty I it is B_ij = -P_ij / P_jj.

    Parameters
    ----------
    bought : csr_array of shape (n_customers, n_items)
        X: ones where a customer ever bought a product.
    penalty : float
        Positive.

    Returns
    -------
    ndarray of shape (n_items, n_items)
        B, 0 on the diagonal; column j says what speaks for product j.
    """
    shared = _shared_buyers(bought)
    shared[np.diag_indices_from(shared)] += penalty
    with threadpool_limits(1):  # other thread counts would differ in the last bits
        inverse = np.linalg.inv(shared)
    weights = np.round(inverse / -np.diag(inverse), DIGITS)
    np.fill_diagonal(weights, 0.0)
    return weights


def strongest(weights: Matrix, most: int) -> sp.csr_array:
    """The `most` weights of each row furthest from 0, ties by column; others are 0.

    By row, not by column: a product that many buy takes part of the score of everybody
    who owns it, and it is the owner's list that must not lose its best.
    """
    count = len(weights)
    if count > most:
        # whole numbers with the column at their end, so that no two are alike
        size = np.rint(np.abs(weights) * 10**DIGITS).astype("int64") * count
        size += np.arange(count)[::-1]
        limit = np.partition(size, count - most, axis=1)[:, count - most]
        weights = np.where(size >= limit[:, None], weights, 0.0)
    return sp.csr_array(weights)


def _shared_buyers(bought: sp.csr_array) -> Matrix:
    shared: Matrix = (bought.T @ bought).toarray()
    return shared
