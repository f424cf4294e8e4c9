"""The population stability index against its formula, by hand."""

import numpy as np
import pytest

from mining.evaluation import (
    population_stability_index,
    stability_of_kinds,
    stability_of_shares,
)


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


def test_kinds_are_compared_by_their_names_and_the_rare_ones_together() -> None:
    then = ["tea"] * 5 + ["cups"] * 3 + ["salt", "rice"]
    now = ["cups"] * 3 + ["tea"] * 5 + ["pans"] * 2

    # tea and cups are as they were, and what is rare is a fifth, whatever it is
    assert stability_of_kinds(then, now, most=2) == pytest.approx(0)
    assert stability_of_kinds(then, now[:8], most=2) > 0.1
    # 5/10 to 5/8, 3/10 to 3/8, 2/10 to the least share there is
    wanted = (1 / 8) * np.log(5 / 4) + (3 / 40) * np.log(5 / 4)
    wanted += (1e-4 - 1 / 5) * np.log(1e-4 * 5)
    assert stability_of_kinds(then, now[:8], most=2) == pytest.approx(wanted)


def test_of_kinds_that_are_equally_frequent_the_first_by_name_are_looked_at() -> None:
    assert stability_of_kinds(["b", "a"], ["a", "c"], most=1) == pytest.approx(0)


def test_kinds_that_nobody_told_are_not_a_number() -> None:
    assert np.isnan(stability_of_kinds(["a"], []))
    assert np.isnan(stability_of_kinds([None], ["a"]))
