"""Numbers are as random as they should be, and hang on nothing but key and label."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mining.lifetime_value.streams import (
    customer_keys,
    draw_keys,
    fork,
    standard_gamma,
    uniform,
)

N = 100_000


def keys_of(n: int, random_state: int = 0) -> np.ndarray:
    return customer_keys(pd.Series([f"c{i}" for i in range(n)]), random_state)


def test_numbers_are_the_published_outputs_of_splitmix64() -> None:
    # the first three of the reference implementation, started at 1234567
    outputs = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    key = np.array([1234567], dtype=np.uint64)

    numbers = [uniform(key, label)[0] for label in range(3)]

    assert numbers == [((each >> 11) + 0.5) / 2**53 for each in outputs]


def test_numbers_are_spread_evenly_over_customers_labels_and_draws() -> None:
    keys = keys_of(N)
    for numbers in (
        uniform(keys, 0),
        uniform(keys, 7),
        uniform(fork(keys, 3), 0),
        np.concatenate([uniform(keys[:10], label) for label in range(N // 10)]),
        uniform(draw_keys(keys[:100], N // 100), 0).ravel(),
    ):
        assert stats.kstest(numbers, "uniform").pvalue > 1e-3


def test_numbers_of_two_labels_keys_or_draws_have_nothing_in_common() -> None:
    keys = keys_of(N)
    first = uniform(keys, 0)
    draws = uniform(draw_keys(keys, 2), 0)
    for other in (
        uniform(keys, 1),
        uniform(fork(keys, 0), 0),
        uniform(keys_of(N, random_state=1), 0),
        np.roll(first, 1),
        draws[:, 0],
    ):
        assert abs(np.corrcoef(first, other)[0, 1]) < 4 / np.sqrt(N)
    assert abs(np.corrcoef(draws.T)[0, 1]) < 4 / np.sqrt(N)


def test_a_customers_numbers_do_not_hang_on_who_stands_beside() -> None:
    ids = pd.Series([f"c{i}" for i in range(50)])

    every = uniform(customer_keys(ids, 5), 0)
    some = uniform(customer_keys(ids.iloc[[30, 2]], 5), 0)

    assert some.tolist() == every[[30, 2]].tolist()


def test_keys_stay_the_same_from_one_process_and_year_to_the_next() -> None:
    # A changed hash would change every published interval: then say so there.
    assert customer_keys(pd.Series(["1001", "단골"]), 7).tolist() == [
        15753656830207000459,
        18275554688406918412,
    ]


@pytest.mark.parametrize("shape", [0.05, 0.55, 1.0, 6.25, 400.0])
def test_gamma_variates_are_gamma_distributed(shape: float) -> None:
    variates = standard_gamma(shape, keys_of(N))

    assert stats.kstest(variates, stats.gamma(shape).cdf).pvalue > 1e-3


def test_gamma_variates_of_other_shapes_beside_change_nothing() -> None:
    keys, shapes = keys_of(1000), np.geomspace(0.1, 100, 1000)

    together = standard_gamma(shapes, keys)
    alone = [standard_gamma(shapes[i], keys[[i]])[0] for i in range(0, 1000, 50)]

    assert together[::50].tolist() == alone


def test_variates_start_from_keys_that_are_left_as_they_are() -> None:
    keys = keys_of(100)
    before = keys.copy()

    uniform(keys, 1), fork(keys, 1), draw_keys(keys, 2), standard_gamma(0.5, keys)

    assert (keys == before).all()


@pytest.mark.parametrize(
    ("ids", "random_state", "told"),
    [
        (["secret", "secret"], 0, "0 rows have none, 1 repeat one"),
        (["secret", None], 0, "1 rows have none, 0 repeat one"),
        (["kim", "lee"], -1, "random_state must be a whole number, 0 or more, got -1"),
        (["kim", "lee"], None, "random_state must be a whole number, .* got None"),
        (["kim", "lee"], 1.5, "random_state must be a whole number, .* got 1.5"),
    ],
)
def test_customers_without_an_id_of_their_own_and_odd_seeds_are_refused(
    ids: list[str | None], random_state: int, told: str
) -> None:
    with pytest.raises(ValueError, match=told) as refusal:
        customer_keys(pd.Series(ids), random_state)

    assert "secret" not in str(refusal.value)
