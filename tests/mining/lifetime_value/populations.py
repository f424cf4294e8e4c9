"""Customers who behave exactly as a model says, and what they then really buy."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float64]

BG_NBD = {"r": 0.25, "alpha": 4.4, "a": 0.8, "b": 2.4}
PARETO_NBD = {"r": 0.55, "alpha": 10.6, "s": 0.61, "beta": 11.7}
SPENDING = {"p": 6.25, "q": 3.75, "gamma": 15.0}


@dataclass(frozen=True, slots=True)
class Lives:
    """What is known of customers, and what comes.

    Attributes
    ----------
    histories : DataFrame of shape (n_customers, 5)
        As `mining.purchases.purchase_histories` returns them.
    count : ndarray of shape (n_customers,)
        Purchases within the horizon.
    amount : ndarray of shape (n_customers,)
        What they come to, discounted by the week.
    """

    histories: pd.DataFrame
    count: Vector
    amount: Vector


def live(
    population: dict[str, float],
    n_customers: int,
    seed: int,
    *,
    age_weeks: tuple[float, float] = (27.0, 104.0),
    horizon_weeks: float = 52.0,
    yearly_rate: float = 0.0,
    by_day: bool = False,
) -> Lives:
    """Draw customers who bought first at 0, and let them buy.

    Parameters
    ----------
    population : dict
        `BG_NBD`, `PARETO_NBD`, or the like.
    n_customers, seed : int
    age_weeks : tuple of float
        Ages are spread evenly between these; by whole days with `by_day`.
    horizon_weeks, yearly_rate : float
        What of the future counts, and how much.
    by_day : bool
        Whether only the day of a purchase is known, of which one customer then has
        one at most; those of the first day belong to the first purchase.

    Returns
    -------
    Lives
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed])))
    first, last = age_weeks
    age = rng.uniform(first, last, n_customers)
    if by_day:
        age = rng.integers(round(first * 7), round(last * 7) + 1, n_customers) / 7
    rate = rng.gamma(population["r"], 1 / population["alpha"], n_customers)
    stays = _stays(population, n_customers, rng)
    customer, at = _purchases(rate, age + horizon_weeks, stays, rng)
    if by_day:
        day = pd.DataFrame({"customer": customer, "day": np.floor(at * 7)})
        day = day[day["day"] > 0].drop_duplicates()
        customer, at = day["customer"].to_numpy(), day["day"].to_numpy() / 7

    v = rng.gamma(SPENDING["q"], 1 / SPENDING["gamma"], n_customers)
    spent = rng.gamma(SPENDING["p"], size=len(at)) / v[customer]
    past = at <= age[customer]
    x = np.bincount(customer[past], minlength=n_customers)
    t_x = np.zeros(n_customers)
    np.maximum.at(t_x, customer[past], at[past])
    total = np.bincount(customer[past], spent[past], n_customers)
    histories = pd.DataFrame(
        {
            "customer_id": [f"c{number:07d}" for number in range(n_customers)],
            "frequency": x,
            "recency_weeks": t_x,
            "age_weeks": age,
            "average_amount": np.divide(
                total, x, out=np.full(n_customers, np.nan), where=x > 0
            ),
        }
    )
    week = np.ceil(at - age[customer])
    worth = spent * (1 + yearly_rate) ** (-week / 52)
    return Lives(
        histories,
        np.bincount(customer[~past], minlength=n_customers).astype(float),
        np.bincount(customer[~past], worth[~past], n_customers),
    )


def _stays(
    population: dict[str, float], n: int, rng: np.random.Generator
) -> Callable[[NDArray[np.intp], Vector], NDArray[np.bool_]]:
    """Whether customers are still there to buy at a moment, and not gone for good."""
    if "beta" in population:
        leaving_rate = rng.gamma(population["s"], 1 / population["beta"], n)
        leaves_at = rng.exponential(1 / leaving_rate)
        return lambda customer, at: at < leaves_at[customer]
    leaves = rng.beta(population["a"], population["b"], n)
    bought = np.zeros(n, dtype=bool)

    def stays(customer: NDArray[np.intp], at: Vector) -> NDArray[np.bool_]:
        # asked once a purchase: one may have left after the last, the first excepted
        left = bought[customer] & (rng.random(len(customer)) < leaves[customer])
        bought[customer] = True
        stay: NDArray[np.bool_] = ~left
        return stay

    return stays


def _purchases(
    rate: Vector,
    until: Vector,
    stays: Callable[[NDArray[np.intp], Vector], NDArray[np.bool_]],
    rng: np.random.Generator,
) -> tuple[NDArray[np.intp], Vector]:
    """Customers and times of all purchases after the first."""
    customers, times = [], []
    customer, at = np.arange(len(rate)), np.zeros(len(rate))
    while len(customer):
        at = at + rng.exponential(1 / rate[customer])
        on = at <= until[customer]
        customer, at = customer[on], at[on]
        on = stays(customer, at)
        customer, at = customer[on], at[on]
        customers.append(customer)
        times.append(at)
    return np.concatenate(customers), np.concatenate(times)
