"""Intervals of differences between scores of the same customers."""

import numpy as np
import pytest

from mining.evaluation import Interval, mean_interval, ranking_intervals


def data(rows: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes, a score that tells of them and one that does not."""
    rng = np.random.default_rng(seed)
    good = rng.normal(size=rows)
    outcomes = (rng.random(rows) < 1 / (1 + np.exp(-good))).astype(int)
    return outcomes, good, rng.normal(size=rows)


def intervals(outcomes, scores, customers, **more) -> dict:
    pairs = [("good", "bad")] if "bad" in scores else []
    return ranking_intervals(
        outcomes, scores, customers, pairs=pairs, draws=100, seed=7, **more
    )


def test_a_better_score_is_better_for_certain() -> None:
    outcomes, good, bad = data(1_000)
    told = intervals(outcomes, {"good": good, "bad": bad}, np.arange(1_000))

    assert told["auc", "good", "bad"].low > 0.1
    assert told["auc", "bad", None].low < 0.5 < told["auc", "bad", None].high


def test_a_score_does_not_differ_from_itself() -> None:
    outcomes, good, _ = data(200)
    told = intervals(outcomes, {"good": good, "bad": 2 * good + 1}, np.arange(200))

    assert told["auc", "good", "bad"] == Interval(0, 0, 0)
    assert told["average_precision", "good", "bad"] == Interval(0, 0, 0)


def test_more_rows_of_the_same_customers_are_no_more_evidence() -> None:
    outcomes, good, _ = data(300)
    once = intervals(outcomes, {"good": good}, np.arange(300))
    four_times = intervals(
        np.tile(outcomes, 4), {"good": np.tile(good, 4)}, np.tile(np.arange(300), 4)
    )

    for key, interval in once.items():
        assert four_times[key] == pytest.approx(interval)


def test_the_interval_has_the_width_of_the_sampling_error() -> None:
    # of 400 samples of the same world, how the AUC varies
    from mining.evaluation import Ranked, auc

    values = [auc(Ranked.of(*data(500, seed)[:2])) for seed in range(400)]
    outcomes, good, _ = data(500, seed=1_000)
    told = ranking_intervals(
        outcomes, {"good": good}, np.arange(500), draws=400, seed=1
    )
    interval = told["auc", "good", None]

    assert interval.high - interval.low == pytest.approx(
        2 * 1.96 * np.std(values), rel=0.15
    )


def test_the_order_of_the_rows_does_not_matter() -> None:
    outcomes, good, bad = data(200)
    customers = np.array([f"c{number % 60}" for number in range(200)])
    order = np.random.default_rng(3).permutation(200)
    told = intervals(outcomes, {"good": good, "bad": bad}, customers)
    shuffled = intervals(
        outcomes[order], {"good": good[order], "bad": bad[order]}, customers[order]
    )

    for key, interval in told.items():
        assert shuffled[key] == pytest.approx(interval)


def test_a_mean_of_few_large_differences_has_limits_by_their_spread():
    # mean 2, deviation 2, four of them: 2 +- 1.96 x 2 / sqrt(4)
    told = mean_interval([0.0, 4.0, 4.0, 0.0], level=0.95)

    spread = 1.959964 * np.sqrt(16 / 3) / 2
    assert told == pytest.approx((2.0, 2.0 - spread, 2.0 + spread), abs=1e-6)
