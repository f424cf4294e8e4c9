"""Maximum likelihood on the logarithms of positive parameters, by Newton's method.

There are three or four parameters, so a Hessian is a few gradients apart; and it says
how sure the parameters are. (SciPy's L-BFGS-B needs fewer gradients, but hands its
4 x 4 matrices to a threaded LAPACK, which waits for a core longer than the whole fit
takes.) Where a parameter has no finite best value (nobody ever leaves, all customers
are alike) the walk ends at a bound or on a plain; what it found there predicts well
all the same.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
# Mean log-likelihood of a customer, and its gradient, at logarithms of parameters.
Objective = Callable[[Vector], tuple[float, Vector]]

# Parameters are sought between these, in their own units. Outside, populations are
# indistinguishable and the formulas lose digits.
LOWEST, HIGHEST = 1e-4, 1e3
# Slope, of a mean log-likelihood by a logarithm, that is none: a parameter is then
# right to six digits. The walk goes on to a hundredth of it where it can.
STEEPEST = 1e-6
MOST_STEPS, MOST_HALVINGS = 100, 20
LONGEST_STEP = 2.0  # a factor of seven
DIFFERENCE = 1e-4  # between the gradients that make a Hessian
# Curvature below which a direction counts as this flat: no step without end, and no
# parameter that is told to more than e**2 times.
FLATTEST_WALK, FLATTEST_TOLD = 1e-6, 0.25


class Fit(NamedTuple):
    """What maximum likelihood found.

    Attributes
    ----------
    log_params : ndarray of shape (n_params,)
        Logarithms of the parameters.
    mean_log_likelihood : float
        Of a customer.
    covariance : ndarray of shape (n_params, n_params)
        Of `log_params`: the inverse of the observed information. 0 for a parameter
        at a bound.
    has_converged : bool
        Whether nothing leads further up within the bounds.
    """

    log_params: Vector
    mean_log_likelihood: float
    covariance: Matrix
    has_converged: bool


def maximum_likelihood(
    objective: Objective, starts: Sequence[Vector], units: Vector, n_customers: int
) -> Fit:
    """Best parameters from the first start that leads to them.

    Parameters
    ----------
    objective : callable
        Returns the mean log-likelihood of a customer and its gradient.
    starts : sequence of ndarray of shape (n_params,)
        Parameters to begin at, in `units`.
    units : ndarray of shape (n_params,)
        Scale of each parameter: 1, or that of the data in whose unit it is.
    n_customers : int
        Customers behind the mean.

    Returns
    -------
    Fit
        The best of all starts if none converges.
    """
    bounds = np.log(np.outer(units, (LOWEST, HIGHEST)))
    best: Fit | None = None
    for start in starts:
        fit = _climbed(objective, np.log(start * units), bounds, n_customers)
        if best is None or fit.mean_log_likelihood > best.mean_log_likelihood:
            best = fit
        if fit.has_converged:
            return fit
    assert best is not None, "a fit needs a place to start at"
    return best


def nothing_known(n_params: int) -> Fit:
    """The fit to no customer."""
    unknown = np.full((n_params, n_params), np.nan)
    return Fit(unknown[0], 0.0, unknown, has_converged=False)


def _climbed(objective: Objective, at: Vector, bounds: Matrix, n: int) -> Fit:
    value, gradient = objective(at)
    for _ in range(MOST_STEPS):
        free = _is_free(at, gradient, bounds)
        if np.abs(gradient[free]).max(initial=0.0) <= STEEPEST / 100:
            break
        step = np.zeros_like(at)
        information = -_hessian(objective, at, gradient)[np.ix_(free, free)]
        step[free] = _inverse(information, FLATTEST_WALK) @ gradient[free]
        step *= min(1.0, LONGEST_STEP / np.abs(step).max())
        for _ in range(MOST_HALVINGS):
            tried = np.clip(at + step, *bounds.T)
            tried_value, tried_gradient = objective(tried)
            if tried_value > value:
                break
            step /= 2
        else:
            break
        at, value, gradient = tried, tried_value, tried_gradient
    free = _is_free(at, gradient, bounds)
    steepest = np.abs(gradient[free]).max(initial=0.0)
    covariance = _covariance(-n * _hessian(objective, at, gradient), at, bounds)
    return Fit(at, value, covariance, bool(steepest <= STEEPEST))


def _is_free(at: Vector, gradient: Vector, bounds: Matrix) -> NDArray[np.bool_]:
    """Whether a parameter may go where the likelihood rises."""
    stopped = (at <= bounds[:, 0]) & (gradient < 0)
    stopped |= (at >= bounds[:, 1]) & (gradient > 0)
    return ~stopped


def _hessian(objective: Objective, at: Vector, gradient: Vector) -> Matrix:
    steps = DIFFERENCE * np.eye(len(at))
    changes = [(objective(at + step)[1] - gradient) / DIFFERENCE for step in steps]
    hessian = np.array(changes)
    return (hessian + hessian.T) / 2


def _covariance(information: Matrix, at: Vector, bounds: Matrix) -> Matrix:
    """Of all parameters, those at a bound being taken as known."""
    (inner,) = np.nonzero((at > bounds[:, 0]) & (at < bounds[:, 1]))
    covariance = np.zeros_like(information)
    grid = np.ix_(inner, inner)
    covariance[grid] = _inverse(information[grid], FLATTEST_TOLD)
    return covariance


def _inverse(information: Matrix, flattest: float) -> Matrix:
    """Inverse of what should be positive definite, made so where it is not.

    Where the likelihood curves upwards, the way up is as long as if downwards.
    """
    values, vectors = np.linalg.eigh(information)
    inverse: Matrix = (vectors / np.maximum(np.abs(values), flattest)) @ vectors.T
    return inverse
