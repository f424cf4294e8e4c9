"""The family of the tests, against asking for every rule that it may hold."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from mining.basket import Baskets, association_rules, size_adjusted_tests
from mining.basket.counted import CountedRules


@pytest.mark.parametrize("min_expected_count", [5.0, 20.0, 60.0])
@pytest.mark.parametrize("longest", [2, 3])
def test_the_family_is_every_rule_whose_sides_are_frequent_enough(
    shop_of, longest: int, min_expected_count: float
) -> None:
    shop = shop_of(seed=5, n_baskets=1500, n_items=12, odds_ratios=(3,))
    baskets = Baskets.of(shop.baskets)
    baskets = baskets.rows(baskets.sizes > 1)  # as they are tested
    rules = association_rules(baskets, 0.02, 0.0, max_length=longest)
    counted = CountedRules.of(rules, baskets, None)

    size = counted.family_size(counted.counts()[0], min_expected_count)

    rarest = rules["count"].groupby(rules["antecedent"].map(len)).min()
    told = pd.DataFrame(
        [each for length in rarest.index for each in possible(baskets, length, rarest)],
        columns=["antecedent", "consequent"],
    )
    expected = size_adjusted_tests(told, baskets)["expected_count"]
    assert 0 < size == (expected >= min_expected_count).sum()


def possible(
    baskets: Baskets, length: int, rarest: pd.Series
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Rules from every antecedent of a length to every other item."""
    held = baskets.matrix.toarray()
    frequent = np.flatnonzero(held.sum(axis=0) >= rarest[length])
    for antecedent in combinations(frequent, length):
        if held[:, antecedent].all(axis=1).sum() >= rarest[length]:
            for consequent in set(frequent) - set(antecedent):
                yield tuple(baskets.items[list(antecedent)]), baskets.items[consequent]
