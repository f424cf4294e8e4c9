"""Counts and their spread against the plain definition."""

import numpy as np
import pytest

from mining.basket import Baskets
from mining.basket.tally import Tally

SETS = [
    np.array([[0], [1], [2]]),
    np.array([[0, 1], [1, 2], [0, 2]]),
    np.array([[0, 1, 2]]),
]


@pytest.fixture(scope="module")
def held() -> np.ndarray:
    rng = np.random.default_rng(1)
    return (rng.random((300, 4)) < rng.uniform(0.1, 0.8, (300, 1))).astype(int)


@pytest.fixture(scope="module")
def customer() -> np.ndarray:
    return np.random.default_rng(2).integers(0, 40, 300)


def tally(held: np.ndarray, customer: np.ndarray | None) -> Tally:
    return Tally.of(
        Baskets.of_matrix(held, list("abcd")), held.sum(axis=1), SETS, customer
    )


def test_sets_are_counted_in_all_and_by_size(held: np.ndarray) -> None:
    counted = tally(held, np.zeros(300, dtype=np.int64))

    both = held[:, 0] * held[:, 2]
    number = counted.number(np.array([[2, 0]])).item()
    assert counted.count[number] == both.sum()
    sizes = np.bincount(held.sum(axis=1)[both == 1], minlength=5)
    assert counted.by_size[number].tolist() == sizes.tolist()


@pytest.mark.parametrize("has_customers", [True, False])
@pytest.mark.parametrize("has_world", [True, False])
def test_the_spread_is_the_root_of_the_customers_squared_contributions(
    held: np.ndarray, customer: np.ndarray, has_customers: bool, has_world: bool
) -> None:
    counted = tally(held, customer if has_customers else None)
    sets = [[0, 1, 2], [0, 1], [1, 2] if has_world else [2], [1]]
    joint, antecedent, consequent, world = (
        counted.number(np.array([each])) for each in sets
    )
    expected = np.array([21.5])

    spread = counted.spread(
        joint, antecedent, consequent, world if has_world else None, expected
    )

    columns = [held[:, each].prod(axis=1) for each in sets]
    if not has_world:
        columns[3] = np.ones(300, dtype=int)
    of_joint, of_antecedent, of_consequent, of_world = columns
    contribution = (
        of_joint
        - of_antecedent * 21.5 / of_antecedent.sum()
        - of_consequent * 21.5 / of_consequent.sum()
        + of_world * 21.5 / of_world.sum()
    )
    whose = customer if has_customers else np.arange(300)
    of_customers = np.bincount(whose, weights=contribution)
    assert spread.item() == pytest.approx(np.sqrt((of_customers**2).sum()))
    assert of_customers.sum() == pytest.approx(of_joint.sum() - 21.5)
