"""Customers whose chance of churning is planted."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from threadpoolctl import threadpool_limits

from mining.churn import ChurnConfig, churn_features


class Planted(NamedTuple):
    """Features, outcomes, and what each planted cause adds to the log-odds."""

    features: pd.DataFrame
    outcomes: np.ndarray
    silence: np.ndarray
    late_case: np.ndarray
    chance: np.ndarray


World = Callable[..., Planted]

# quick, and still enough for a few thousand rows
QUICK = ChurnConfig(trees=60, learning_rate=0.1, smallest_leaf=30, bootstrap_draws=100)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Small fits wait for threads longer than they compute, above all beside others."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def quick() -> ChurnConfig:
    return QUICK


@pytest.fixture(scope="session")
def world() -> World:
    """Silence makes leaving likelier by steps, a late case by a jump."""
    return _world


def _world(rows: int = 4_000, seed: int = 1) -> Planted:
    rng = np.random.default_rng(seed)
    recency = rng.integers(0, 91, rows)
    late = rng.random(rows) < 0.1
    counts = pd.DataFrame(
        {
            "recency_days": recency,
            "tenure_days": recency + rng.integers(0, 600, rows),
            "visit_count": rng.integers(1, 60, rows),
            "visit_count_91d": rng.integers(1, 12, rows),
            "visit_count_364d": rng.integers(1, 40, rows),
            "net_amount_91d": rng.gamma(2.0, 50.0, rows),
            "net_amount_364d": rng.gamma(2.0, 200.0, rows),
            "longest_gap_days": np.where(
                rng.random(rows) < 0.2, np.nan, rng.integers(1, 90, rows)
            ),
            "late_case_count_182d": late.astype(float),
            "case_count_182d": late + rng.integers(0, 2, rows),
        }
    )
    silence = np.where(recency > 60, 1.5, np.where(recency > 20, 0.5, 0.0))
    late_case = 2.0 * late
    chance = expit(-2.5 + silence + late_case)
    outcomes = rng.random(rows) < chance
    return Planted(churn_features(counts), outcomes, silence, late_case, chance)
