"""The net present value of purchases that are expected."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from mining.lifetime_value.config import check_terms
from mining.lifetime_value.gamma_gamma import GammaGamma
from mining.lifetime_value.purchase_model import PurchaseModel
from mining.purchases import Repeats

Vector = NDArray[np.float64]

WEEKS_A_YEAR = 52


@dataclass(frozen=True, slots=True)
class Terms:
    """Which purchases count, and how much.

    Parameters
    ----------
    horizon_weeks, yearly_rate, margin_rate
        As `customer_lifetime_value` takes them.

    Raises
    ------
    ValueError
        If one cannot be.
    """

    horizon_weeks: float
    yearly_rate: float
    margin_rate: float | None

    def __post_init__(self) -> None:
        check_terms(self.horizon_weeks, self.yearly_rate, self.margin_rate)

    @property
    def margin(self) -> float:
        """What is left of an amount."""
        return 1.0 if self.margin_rate is None else self.margin_rate

    @property
    def week_ends(self) -> Vector:
        """Where the weeks of the horizon end; the last one may be a part."""
        whole = np.arange(1.0, ceil(self.horizon_weeks) + 1)
        ends: Vector = np.minimum(whole, self.horizon_weeks)
        return ends

    @property
    def worth(self) -> Vector:
        """What one unit of the currency paid in each week is worth now."""
        worth: Vector = self.margin * (1 + self.yearly_rate) ** (
            -self.week_ends / WEEKS_A_YEAR
        )
        return worth


def present_values(
    repeats: Repeats,
    amount: Vector,
    purchases: PurchaseModel,
    amounts: GammaGamma,
    terms: Terms,
) -> Vector:
    """Net present value of the purchases expected of each customer.

    Parameters
    ----------
    repeats : Repeats
        Of n_customers.
    amount : ndarray of shape (n_customers,)
        Average amounts.
    purchases, amounts
        Fitted models.
    terms : Terms

    Returns
    -------
    ndarray of shape (n_customers,)
    """
    # Purchases of week w are those up to w less those up to w - 1. Summed by parts,
    # those up to w count what a payment loses in the week after.
    lost = terms.worth - np.append(terms.worth[1:], 0.0)
    discounted = purchases.expected_if_alive(repeats, terms.week_ends, lost)
    values: Vector = (
        purchases.alive(repeats) * discounted * amounts.mean_amounts(repeats.x, amount)
    )
    return values
