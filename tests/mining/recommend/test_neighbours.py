"""Weights by hand, and EASE against the regressions that it stands for."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from mining.recommend.config import NextBestConfig
from mining.recommend.neighbours import (
    Candidate,
    cosine_weights,
    ease_weights,
    find,
    strongest,
)
from mining.recommend.purchases import Purchases

# tea, cups, salt: a bought the first two, b all, c and d the tea
BOUGHT = np.array([[1, 1, 0], [1, 1, 1], [1, 0, 0], [1, 0, 0]], dtype=float)


def test_the_cosine_is_shared_buyers_over_the_mean_of_both() -> None:
    weights = cosine_weights(sp.csr_array(BOUGHT))

    # buyers 4, 2, 1; shared: tea and cups 2, tea and salt 1, cups and salt 1
    tea_cups, tea_salt, cups_salt = 2 / 8**0.5, 1 / 4**0.5, 1 / 2**0.5
    wanted = [
        [0, tea_cups, tea_salt],
        [tea_cups, 0, cups_salt],
        [tea_salt, cups_salt, 0],
    ]
    assert weights == pytest.approx(np.array(wanted), abs=1e-6)


def test_ease_of_two_products_is_the_closed_form() -> None:
    weights = ease_weights(sp.csr_array(BOUGHT[:, :2]), penalty=3.0)

    # the inverse of [[4 + 3, 2], [2, 2 + 3]] by hand: what speaks for cups is
    # tea's 2 shared buyers over its 4 + 3, and the other way round 2 over 2 + 3
    assert weights == pytest.approx(np.array([[0, 2 / 7], [2 / 5, 0]]), abs=1e-6)


def test_each_column_of_ease_is_a_ridge_regression_on_the_other_products() -> None:
    random = np.random.default_rng(0)
    bought = (random.random((40, 6)) < 0.4).astype(float)

    weights = ease_weights(sp.csr_array(bought), penalty=2.5)

    for product in range(6):
        others = np.delete(bought, product, axis=1)
        ridge = others.T @ others + 2.5 * np.eye(5)
        wanted = np.linalg.solve(ridge, others.T @ bought[:, product])
        found = np.delete(weights[:, product], product)
        assert found == pytest.approx(wanted, abs=1e-6)
        assert weights[product, product] == 0


def test_only_the_strongest_neighbours_are_kept_whatever_their_sign() -> None:
    weights = np.array([[0.0, -0.5, 0.4], [0.2, 0.0, 0.1], [0.3, 0.3, 0.0]])

    kept = strongest(weights, 1).toarray()

    # of equal weights the first column's
    assert kept.tolist() == [[0, -0.5, 0], [0.2, 0, 0], [0.3, 0, 0]]
    assert strongest(weights, 9).toarray().tolist() == weights.tolist()


def purchases_of(*rows: tuple[str, str]) -> Purchases:
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id"])
    return Purchases.of(frame.assign(order_date="2026-01-01"))


def test_products_with_the_most_buyers_have_neighbours() -> None:
    purchases = purchases_of(
        ("kim", "tea"),
        ("lee", "tea"),
        ("kim", "salt"),
        ("kim", "cups"),
        ("lee", "cups"),
    )

    found = find(purchases, Candidate("cosine"), NextBestConfig(most_items=2))

    assert found.items.tolist() == ["cups", "tea"]
    assert found.weights.toarray().tolist() == [[0, 1], [1, 0]]


def test_bestsellers_have_no_neighbours() -> None:
    purchases = purchases_of(("kim", "tea"), ("kim", "cups"))

    found = find(purchases, Candidate("bestsellers"), NextBestConfig())

    assert found.weights.nnz == 0


def test_the_penalty_is_a_share_of_the_customers() -> None:
    rows = [(f"k{n}", each) for n in range(10) for each in ("tea", "cups")]

    found = find(purchases_of(*rows), Candidate("ease", 0.4), NextBestConfig())

    # 10 shared buyers over 10 and the penalty of 4
    assert found.weights.toarray()[0, 1] == pytest.approx(10 / 14, abs=1e-6)
