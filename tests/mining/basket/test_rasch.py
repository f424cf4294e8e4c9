"""The size model by closed forms, by its margins, and by shuffling baskets."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.special import expit

from mining.basket import Baskets
from mining.basket.rasch import SizeModel
from tests.mining.basket.shuffled import swapped

few = settings(max_examples=100, deadline=None)


def fitted(table: list[list[int]]) -> SizeModel:
    held = np.array(table)
    return SizeModel.fit(held.sum(axis=1), held.sum(axis=0))


def probabilities(model: SizeModel) -> np.ndarray:
    """A row a basket, a column an item."""
    return model.probability[model.size_class][:, model.count_class]


@few
@given(
    held=st.integers(2, 12).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 1), min_size=width, max_size=width),
            min_size=1,
            max_size=30,
        )
    )
)
def test_every_basket_gets_its_size_and_every_item_its_count(
    held: list[list[int]],
) -> None:
    told = probabilities(fitted(held))

    assert told.min() >= 0
    assert told.max() <= 1
    np.testing.assert_allclose(told.sum(axis=1), np.sum(held, axis=1), atol=1e-4)
    np.testing.assert_allclose(told.sum(axis=0), np.sum(held, axis=0), atol=1e-4)


def test_equally_frequent_items_are_expected_by_sizes_alone() -> None:
    # 4 items, each in 6 baskets of 1, 2 and 3 items: a basket of size s holds a given
    # pair with chance s (s - 1) / (4 * 3)
    held = [
        *np.eye(4, dtype=int).tolist(),
        *([1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]),
        *(1 - np.eye(4, dtype=int)).tolist(),
    ]

    model = fitted(held)

    assert model.expected_pairs.item() == pytest.approx(4 * 2 / 12 + 4 * 6 / 12)
    # beside two others: 1 place of 2 in a basket of 3, none in smaller ones
    chance = expit(model.logits_beside(np.array([[0, 0]])) + model.ease)
    assert chance[0].tolist() == pytest.approx([0, 0, 1 / 2], abs=1e-4)


def test_in_baskets_of_one_size_chances_are_the_items_shares() -> None:
    # sizes 2; shares 3/4, 3/4, 1/4, 1/4: p of a pair times 2 / (4 - 20/16)
    held = [[1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]]

    model = fitted(held)

    correction = 2 / (4 - 20 / 16)
    common = model.count_class[0]
    expected = 4 * 9 / 16 * correction
    assert model.expected_pairs[common, common] == pytest.approx(expected)


def test_a_basket_of_one_item_holds_no_pair() -> None:
    model = fitted([[1, 0], [0, 1]])

    assert model.expected_pairs.item() == 0
    assert expit(model.logits_beside(np.array([[0]]))).max() < 1e-6


def test_as_many_pairs_are_expected_as_there_are() -> None:
    rng = np.random.default_rng(5)
    held = rng.random((200, 12)) < rng.uniform(0.05, 0.7, (200, 1))

    model = SizeModel.fit(held.sum(axis=1), held.sum(axis=0))

    items = model.n_items
    every = items @ model.expected_pairs @ items - items @ np.diag(model.expected_pairs)
    sizes = held.sum(axis=1)
    assert every == pytest.approx((sizes * (sizes - 1)).sum())


def test_an_item_in_all_baskets_adds_nothing_to_the_others() -> None:
    held = [[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 1], [0, 0, 1, 1], [1, 0, 0, 0]]
    with_bag = [[*row, 1] for row in held]

    without, model = fitted(held), fitted(with_bag)

    bag = model.count_class[-1]
    others = model.count_class[:-1]
    np.testing.assert_allclose(
        model.expected_pairs[np.ix_(others, others)],
        without.expected_pairs[np.ix_(without.count_class, without.count_class)],
    )
    # whoever holds the other item holds the bag
    assert model.expected_pairs[others, bag].tolist() == [3, 2, 3, 2]
    chance = expit(model.logits_beside(others[:, None]) + model.ease[bag])
    assert chance.min() == 1.0


def test_margins_that_leave_one_way_only_are_met_exactly() -> None:
    staircase = [[1, 1, 1], [1, 1, 0], [1, 0, 0]]

    np.testing.assert_array_equal(probabilities(fitted(staircase)), staircase)


def test_a_shuffle_that_keeps_sizes_and_counts_brings_what_is_expected(
    shop_of,
) -> None:
    lines = shop_of(seed=3, n_baskets=500, n_items=14).baskets
    baskets = Baskets.of(lines)
    model = SizeModel.fit(baskets.sizes, baskets.item_counts)
    expected = model.expected_pairs[np.ix_(model.count_class, model.count_class)]

    total = np.zeros(expected.shape)
    rounds = 30
    for each in range(rounds):
        lines = swapped(lines, seed=each, trades_each=3)
        matrix = Baskets.of(lines).matrix
        total += (matrix.T @ matrix).toarray()

    above = np.triu_indices(len(expected), 1)
    mean = total[above] / rounds
    # 30 copies of a Poisson-like count
    error = (mean - expected[above]) / np.sqrt(expected[above] / rounds)
    assert np.sqrt(np.mean(error**2)) < 1.5
    assert mean.sum() == pytest.approx(expected[above].sum())
    assert np.median(mean / expected[above]) == pytest.approx(1, abs=0.02)


def test_nothing_at_all_is_a_model_of_nothing() -> None:
    none = np.empty(0, dtype=np.int64)

    model = SizeModel.fit(none, none)

    assert model.expected_pairs.shape == (0, 0)
    assert model.logits_beside(np.empty((0, 1), dtype=np.int64)).shape == (0, 0)


def test_many_items_and_sizes_converge() -> None:
    rng = np.random.default_rng(7)
    popularity = rng.pareto(1.0, 3000) + 0.05
    mean = rng.lognormal(1.5, 1.0, 4000)
    chance = np.minimum(mean[:, None] * popularity / popularity.sum(), 0.95)
    held = rng.random(chance.shape) < chance

    told = SizeModel.fit(held.sum(axis=1), held.sum(axis=0))

    sizes = told.probability @ told.n_items
    np.testing.assert_allclose(sizes, told.sizes, rtol=1e-6)
    counts = told.n_baskets @ told.probability
    np.testing.assert_allclose(counts, told.counts, rtol=1e-6)


@pytest.mark.parametrize("most_popular", [-1.4, 1.0])
def test_what_baskets_hold_beside_two_items_is_what_was_drawn(
    most_popular: float,
) -> None:
    rng = np.random.default_rng(2)
    logit = rng.normal(0, 1.2, (60_000, 1)) + np.linspace(-3, most_popular, 12)
    held = rng.random(logit.shape) < expit(logit)
    held = held[held.any(axis=1)]
    model = SizeModel.fit(held.sum(axis=1), held.sum(axis=0))

    for first, second, other in ([0, 5, 11], [9, 10, 11], [10, 11, 5], [4, 6, 9]):
        both = held[:, first] & held[:, second]
        logits = model.logits_beside(model.count_class[[[first, second]]])[0]
        chance = expit(logits + model.ease[model.count_class[other]])
        expected = chance[model.size_class[both]].sum()
        found = held[both, other].sum()
        assert found == pytest.approx(expected, rel=0.015, abs=3 * np.sqrt(expected))
