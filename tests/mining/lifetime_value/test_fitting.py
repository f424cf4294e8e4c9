"""The search for the best parameters, on functions whose best is known."""

import numpy as np
import pytest

from mining.lifetime_value.fitting import HIGHEST, maximum_likelihood

BEST = np.log([0.3, 20.0])
CURVATURE = np.array([[2.0, 0.5], [0.5, 1.0]])
ONE = np.ones(2)


def hill(at: np.ndarray) -> tuple[float, np.ndarray]:
    off = at - BEST
    return float(-off @ CURVATURE @ off / 2), -CURVATURE @ off


def test_the_top_of_a_hill_is_found_with_its_curvature() -> None:
    fit = maximum_likelihood(hill, [ONE], ONE, n_customers=50)

    assert fit.has_converged
    assert fit.log_params == pytest.approx(BEST, abs=1e-8)
    assert fit.covariance == pytest.approx(np.linalg.inv(50 * CURVATURE), rel=1e-6)


def test_a_plain_that_rises_for_ever_ends_at_the_bound() -> None:
    def slope(at: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = hill(np.array([at[0], BEST[1]]))
        return value + 0.1 * at[1], np.array([gradient[0], 0.1])

    fit = maximum_likelihood(slope, [ONE], np.array([1.0, 7.0]), n_customers=50)

    assert fit.has_converged
    assert fit.log_params == pytest.approx([BEST[0], np.log(7 * HIGHEST)])
    assert fit.covariance[1].tolist() == [0, 0]
    assert fit.covariance[0, 0] == pytest.approx(1 / (50 * 2), rel=1e-6)


def test_a_direction_that_nothing_is_known_of_is_unsure_but_finite() -> None:
    def ridge(at: np.ndarray) -> tuple[float, np.ndarray]:
        off = at.sum() - 1
        return float(-(off**2)), np.full(2, -2 * off)

    fit = maximum_likelihood(ridge, [ONE], ONE, n_customers=10_000)

    along, across = np.array([1, -1]) / np.sqrt(2), np.array([1, 1]) / np.sqrt(2)
    assert fit.has_converged
    assert along @ fit.covariance @ along == pytest.approx(4)
    assert across @ fit.covariance @ across < 1e-3


def test_another_start_is_tried_where_the_first_leads_nowhere() -> None:
    def cliff(at: np.ndarray) -> tuple[float, np.ndarray]:
        # a gradient that lies, so that no step helps
        return hill(at) if at[0] < 2 else (-1e6 - at[0] % 1e-3, np.ones(2))

    fit = maximum_likelihood(cliff, [20 * ONE, ONE], ONE, n_customers=50)

    assert fit.has_converged
    assert fit.log_params == pytest.approx(BEST, abs=1e-8)


def test_the_best_of_all_starts_is_told_where_none_converges() -> None:
    def liar(at: np.ndarray) -> tuple[float, np.ndarray]:
        return -float(np.abs(np.sin(1e5 * at)).sum() + at @ at), np.ones(2)

    fit = maximum_likelihood(liar, [20 * ONE, ONE], ONE, n_customers=50)

    assert not fit.has_converged
    assert fit.mean_log_likelihood > -10
