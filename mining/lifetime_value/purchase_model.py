"""What BG/NBD and Pareto/NBD have in common.

Both say: a customer buys at random at a rate of the own, until something that nobody
sees makes the customer leave for good. They differ in what makes one leave. Rates and
readiness to leave vary over the population as the parameters say.
"""

from abc import ABC, abstractmethod
from itertools import count
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from mining.lifetime_value.config import check_horizon
from mining.lifetime_value.estimator import PopulationModel
from mining.lifetime_value.fitting import Objective
from mining.lifetime_value.streams import Keys, customer_keys, draw_keys, uniform
from mining.purchases import Repeats, repeats_of

Vector = NDArray[np.float64]
Rows = NDArray[np.intp]

# Labels of the numbers that are drawn from the key of a draw.
ALIVE, LEAVING, SPENDING = range(3)
DRAWS_AT_ONCE = 2**18  # what fits into a processor's cache, and so into memory
# What a sum of doubles up to 1 is off by; nobody is drawn so far out.
NEGLIGIBLE = 1e-17


class Purchases(NamedTuple):
    """Draws of what customers buy next, of those draws in which they buy at all.

    The times of `potential` purchases are spread evenly over the first `weeks`
    weeks; only the `kept` earliest of them come to pass.

    Attributes
    ----------
    customer, number : ndarray of shape (n,)
        Row of the customer, and number of the draw.
    keys : ndarray of shape (n,)
        Key of the draw.
    potential, kept : ndarray of shape (n,)
        Counts, 1 or more.
    weeks : ndarray of shape (n,)
        Time in which the purchases fall.
    """

    customer: Rows
    number: Rows
    keys: Keys
    potential: Vector
    kept: Vector
    weeks: Vector


class PurchaseModel(PopulationModel, ABC):
    """How often customers buy, and whether they still do.

    `histories` are frames as `mining.purchases.purchase_histories` returns them; all
    methods take rows in any order and answer in that order.
    """

    # Those that are in weeks.
    times: ClassVar[tuple[str, ...]]

    def fit(self, histories: pd.DataFrame, y: None = None) -> Self:
        """Find the parameters under which the histories are most likely.

        Parameters
        ----------
        histories : DataFrame of shape (n_customers, 3 or more)
            `frequency`, `recency_weeks`, `age_weeks`. One-time buyers count.
        y : None
            Ignored, there for scikit-learn.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a history cannot have happened.

        Warns
        -----
        ConvergenceWarning
            If the parameters are not to be relied on; `status_` says why.
        """
        repeats = repeats_of(histories)
        n = len(repeats.x)
        # sorted, because a sum must not hang on the order of the rows
        mean_age = (float(np.sort(repeats.T).mean()) if n else 0.0) or 1.0
        units = [mean_age if name in self.times else 1.0 for name in self.names]
        rows, weights = distinct(repeats)
        objective = self._objective(rows, weights)
        return self._fit(objective, units, n, int((repeats.x > 0).sum()))

    def predict(self, histories: pd.DataFrame, horizon_weeks: float) -> Vector:
        """Purchases expected of each customer in the weeks after the history.

        Parameters
        ----------
        histories : DataFrame of shape (n_customers, 3 or more)
            `frequency`, `recency_weeks`, `age_weeks`.
        horizon_weeks : float
            Positive.

        Returns
        -------
        ndarray of shape (n_customers,)
            Purchase days, 0 or more.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If the horizon or a history cannot be.
        """
        check_is_fitted(self, "params_")
        check_horizon(horizon_weeks)
        repeats = repeats_of(histories)
        weeks = np.array([horizon_weeks])
        expected = self.expected_if_alive(repeats, weeks, np.ones(1))
        purchases: Vector = self.alive(repeats) * expected
        return purchases

    def probability_alive(self, histories: pd.DataFrame) -> Vector:
        """Probability that each customer has not left for good by now.

        No churn score: see the model's own note.

        Parameters
        ----------
        histories : DataFrame of shape (n_customers, 3 or more)
            `frequency`, `recency_weeks`, `age_weeks`.

        Returns
        -------
        ndarray of shape (n_customers,)
            0 to 1.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If a history cannot be.
        """
        check_is_fitted(self, "params_")
        return self.alive(repeats_of(histories))

    def sample(
        self,
        histories: pd.DataFrame,
        horizon_weeks: float,
        n_draws: int = 200,
        random_state: int = 0,
    ) -> NDArray[np.int64]:
        """Draw how often each customer buys in the weeks after the history.

        Parameters
        ----------
        histories : DataFrame of shape (n_customers, 4 or more)
            `customer_id`, unique, `frequency`, `recency_weeks`, `age_weeks`.
        horizon_weeks : float
            Positive.
        n_draws : int
            Draws of each customer.
        random_state : int
            Seed. A customer's draws hang on it, the id and the history alone.

        Returns
        -------
        ndarray of shape (n_customers, n_draws)
            Purchase days. Rate and readiness to leave are drawn, too, from what
            the history leaves open; the parameters of the population are taken as
            they are.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If an argument or a history cannot be.
        """
        check_is_fitted(self, "params_")
        check_horizon(horizon_weeks)
        repeats = repeats_of(histories)
        keys = customer_keys(histories["customer_id"], random_state)
        counts = np.zeros((len(keys), n_draws), dtype=np.int64)
        for rows in chunks(len(keys), n_draws):
            of_draws = draw_keys(keys[rows], n_draws)
            drawn = self.draw(repeats.at(rows), horizon_weeks, of_draws)
            counts[rows][drawn.customer, drawn.number] = drawn.kept
        return counts

    def expected_if_alive(
        self, repeats: Repeats, weeks: Vector, weights: Vector
    ) -> Vector:
        """Weighted sums of the purchases up to some weeks, given that one is alive.

        Worked out once for each frequency and age that occur.

        Parameters
        ----------
        repeats : Repeats
            Of n_customers.
        weeks, weights : ndarray of shape (n_horizons,)
            Horizons, and what the purchases expected up to each count.

        Returns
        -------
        ndarray of shape (n_customers,)
        """
        cells, cell_of = _cells(repeats.x, repeats.T)
        sums = self._expected_if_alive(
            repeats.x[cells], repeats.T[cells], weeks, weights
        )
        return sums[cell_of]

    def alive_numbers(self, repeats: Repeats, keys: Keys) -> Vector:
        """A number a draw that says both whether one is alive and how often one buys.

        It is 1 or more for the gone, and spread evenly over 0 to 1 for the others.
        """
        with np.errstate(divide="ignore"):  # some are gone for certain
            numbers: Vector = uniform(keys, ALIVE) / self.alive(repeats)[:, None]
        return numbers

    @abstractmethod
    def alive(self, repeats: Repeats) -> Vector:
        """`probability_alive` of checked histories."""

    @abstractmethod
    def draw(self, repeats: Repeats, horizon_weeks: float, keys: Keys) -> Purchases:
        """Draw what happens within the horizon.

        Parameters
        ----------
        repeats : Repeats
            Of n_customers.
        horizon_weeks : float
            Positive.
        keys : ndarray of shape (n_customers, n_draws)
            Of each draw.

        Returns
        -------
        Purchases
            Sorted by customer and draw.
        """

    @abstractmethod
    def _objective(self, rows: Repeats, weights: Vector) -> Objective:
        """Mean log-likelihood of histories that occur `weights` times."""

    @abstractmethod
    def _expected_if_alive(
        self, x: Vector, age: Vector, weeks: Vector, weights: Vector
    ) -> Vector:
        """`expected_if_alive` of customers of frequency `x` and age `age`."""


def chunks(n_customers: int, n_draws: int) -> list[slice]:
    """Slices of the rows whose draws are made at once.

    Raises
    ------
    ValueError
        If there is not to be a draw.
    """
    if n_draws < 1:
        raise ValueError(f"n_draws must be 1 or more, got {n_draws}")
    return parts(n_customers, max(1, DRAWS_AT_ONCE // n_draws))


def parts(n_rows: int, size: int) -> list[slice]:
    """Slices of rows, `size` each and perhaps fewer in the last."""
    return [slice(start, start + size) for start in range(0, n_rows, size)]


def only(chosen: NDArray[np.bool_], *columns: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Chosen rows of columns."""
    return tuple(column[chosen] for column in columns)


def distinct(repeats: Repeats) -> tuple[Repeats, Vector]:
    """Each history that occurs, once and in order, and how often it does.

    The likelihood costs what these cost; histories by the day repeat a lot.
    """
    first, history_of = _cells(*repeats)
    times = np.bincount(history_of).astype(np.float64)
    return repeats.at(first), times


def count_gamma_poisson(below: Vector, shape: Vector, log_none: Vector) -> Vector:
    """Smallest m with P(M > m) <= `below`, by adding up P(M = m), of those above 0.

    M is Poisson at a rate that is Gamma distributed with `shape` (negative
    binomial).

    Parameters
    ----------
    below : ndarray of shape (n,)
        Between 0 and P(M > 0).
    shape : ndarray of shape (n,)
        Positive.
    log_none : ndarray of shape (n,)
        Logarithm of q in P(M = 0) = q**shape.

    Returns
    -------
    ndarray of shape (n,)
        Counts, 1 or more.
    """
    counts = np.ones_like(below)
    rows = np.arange(len(below))
    log_more = np.log(-np.expm1(log_none))
    log_probability = shape * log_none
    above = -np.expm1(log_probability)
    for m in count(1):
        log_probability = log_probability + np.log((shape + m - 1) / m) + log_more
        above = above - np.exp(log_probability)
        # past the middle, and nothing left to add
        is_end = (np.exp(log_probability) < NEGLIGIBLE) & (
            (shape + m) / (m + 1) * np.exp(log_more) < 1
        )
        on = (below < above) & ~is_end
        if not on.any():
            break
        rows, below, shape, log_more, log_probability, above = only(
            on, rows, below, shape, log_more, log_probability, above
        )
        counts[rows] = m + 1
    return counts


def _cells(*columns: Vector) -> tuple[Rows, Rows]:
    """First row of each distinct one, sorted by its values; and which each row is."""
    cell_of = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(column, sort=True)
        cell_of, _ = pd.factorize(cell_of * len(values) + codes, sort=True)
    first = np.zeros(cell_of.max(initial=-1) + 1, dtype=np.intp)
    first[cell_of[::-1]] = np.arange(len(cell_of))[::-1]
    return first, cell_of
