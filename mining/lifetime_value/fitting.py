"""Maximum likelihood on the logarithms of positive parameters.

L-BFGS-B walks, a few Newton steps with one Hessian settle, and the Hessian says how
sure the parameters are. Where a parameter has no finite best value (nobody ever
leaves, all customers are alike) the walk ends at a bound or on a plain; what it found
there predicts well all the same.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
# Mean log-likelihood of a customer, and its gradient, at logarithms of parameters.
Objective = Callable[[Vector], tuple[float, Vector]]

# Parameters are sought between these, in their own units. Outside, populations are
# indistinguishable and the formulas lose digits.
LOWEST, HIGHEST = 1e-4, 1e3
# Of a mean log-likelihood to a logarithm: a parameter is right to six digits.
STEEPEST = 1e-6
NEWTON_STEPS = 5
STEP = 1e-4  # of the differences that make a Hessian
# A parameter that the data says nothing of is not told to more than e**2 times.
FLATTEST = 0.25


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

    def downhill(at: Vector) -> tuple[float, Vector]:
        return _negative(objective(at))

    for start in starts:
        begin: Vector = np.log(start * units)
        walked = minimize(
            downhill,
            begin,
            jac=True,
            method="L-BFGS-B",
            bounds=Bounds(bounds[:, 0], bounds[:, 1]),
            options={"maxiter": 500, "ftol": 1e-13, "gtol": STEEPEST / 10},
        ).x
        fit = _settled(objective, walked, bounds, n_customers)
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


def _negative(value: tuple[float, Vector]) -> tuple[float, Vector]:
    return -value[0], -value[1]


def _settled(objective: Objective, at: Vector, bounds: Matrix, n: int) -> Fit:
    value, gradient = objective(at)
    free = _is_free(at, gradient, bounds)
    hessian = _hessian(objective, at)
    for _ in range(NEWTON_STEPS):
        if not free.any() or np.abs(gradient[free]).max() <= STEEPEST / 100:
            break
        step = np.zeros_like(at)
        step[free] = _inverse(-hessian[np.ix_(free, free)]) @ gradient[free]
        tried = np.clip(at + step, *bounds.T)
        tried_value, tried_gradient = objective(tried)
        if not tried_value > value:
            break
        at, value, gradient = tried, tried_value, tried_gradient
        free = _is_free(at, gradient, bounds)
    covariance = np.zeros_like(hessian)
    inner = ((at > bounds[:, 0]) & (at < bounds[:, 1])).nonzero()[0]
    if len(inner):
        grid = np.ix_(inner, inner)
        covariance[grid] = _inverse(-n * hessian[grid], FLATTEST)
    steepest = np.abs(gradient[free]).max(initial=0.0)
    return Fit(at, value, covariance, bool(steepest <= STEEPEST))


def _is_free(at: Vector, gradient: Vector, bounds: Matrix) -> NDArray[np.bool_]:
    """Whether a parameter may go where the likelihood rises."""
    stopped = (at <= bounds[:, 0]) & (gradient < 0)
    stopped |= (at >= bounds[:, 1]) & (gradient > 0)
    return ~stopped


def _hessian(objective: Objective, at: Vector) -> Matrix:
    steps = STEP * np.eye(len(at))
    rows = [(objective(at + s)[1] - objective(at - s)[1]) / (2 * STEP) for s in steps]
    hessian: Matrix = np.array(rows)
    return (hessian + hessian.T) / 2


def _inverse(information: Matrix, flattest: float = 1e-12) -> Matrix:
    """Inverse of what should be positive definite, made so where it is not."""
    values, vectors = np.linalg.eigh(information)
    inverse: Matrix = (vectors / np.maximum(values, flattest)) @ vectors.T
    return inverse
