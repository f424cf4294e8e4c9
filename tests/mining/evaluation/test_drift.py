"""The population stability index against its formula, by hand."""

import numpy as np
import pytest

from mining.evaluation import population_stability_index, stability_of_shares


def test_what_did_not_move_has_an_index_of_nothing() -> None:
    values = np.arange(100.0)

    assert population_stability_index(values, values[::-1]) == pytest.approx(0)


def test_two_halves_that_became_three_quarters_and_a_quarter() -> None:
    found = population_stability_index(
        np.repeat([0, 1], 50), np.repeat([0, 1], [75, 25])
    )

    # (3/4 - 1/2) ln(3/2) + (1/4 - 1/2) ln(1/2)
    assert found == pytest.approx(0.25 * np.log(1.5) + 0.25 * np.log(2))


def test_missing_values_are_a_bin_of_their_own() -> None:
    before = np.array([1.0, 1, 1, np.nan])
    after = np.array([1.0, np.nan, np.nan, np.nan])

    assert population_stability_index(before, after) == pytest.approx(np.log(3))
    nothing = np.full(4, np.nan)
    assert population_stability_index(nothing, nothing) == pytest.approx(0)


def test_a_bin_that_was_empty_is_much_and_not_infinite() -> None:
    found = population_stability_index(np.zeros(10), np.ones(10))

    assert 1 < found < 100


def test_nothing_to_compare_is_not_a_number() -> None:
    assert np.isnan(population_stability_index([], [1.0]))


def test_shares_that_are_told_have_the_index_by_hand():
    # (0.6 - 0.5) ln(0.6 / 0.5) + (0.4 - 0.5) ln(0.4 / 0.5)
    told = stability_of_shares([0.5, 0.5], [0.6, 0.4])

    assert told == pytest.approx(0.0405465, abs=1e-6)
