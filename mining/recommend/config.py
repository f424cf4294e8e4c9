"""Settings of the recommendations. Defaults are what production runs."""

from dataclasses import dataclass
from typing import Literal, get_args

from mining.positive import check_positive

Method = Literal["measured", "cosine", "ease", "bestsellers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextBestConfig:
    """How products are ranked for a customer.

    Parameters
    ----------
    method : {"measured", "cosine", "ease", "bestsellers"}
        What ranks products that are new to the customer. ``measured`` takes the one
        that would have done best in the last `validation_days`.
    bestseller_days : int
        Days whose buyers make a bestseller.
    habit_days : float
        After so many days a purchase counts half for buying it again, after twice as
        many a third.
    most_items : int
        Products that are ranked as new: those with the most buyers. A dense matrix of
        so many by so many is inverted once.
    most_neighbours : int
        Products for which owning one of them speaks, or against which.
    ease_penalties : tuple of float
        Ridge penalties of EASE that are tried, as shares of the customers; the first
        where there is too little to judge by.
    bestseller_weight : float
        What the share of all customers who buy a product adds to its score: it ranks
        products for whom little is known of, and hardly moves the others.
    fitted_customers : int
        Size of the sample on which neighbours are found.
    validation_days, validated_customers : int
        Days held out to choose the method, and customers on whom it is judged.
    fewest_validated : int
        With fewer customers nothing is proven, and bestsellers stay.
    cells_at_once : int
        Customers times products that are scored at a time: bounds the memory.

    Raises
    ------
    ValueError
        If a value makes no sense; names it and what was wanted.
    """

    method: Method = "measured"
    bestseller_days: int = 91
    # A half-life of 60 days forgets what is bought seldom: on The Complete Journey it
    # falls behind plain frequency by category, where this is ahead on both levels.
    habit_days: float = 60.0
    most_items: int = 4_000
    most_neighbours: int = 400
    ease_penalties: tuple[float, ...] = (0.4, 0.1, 1.6)
    bestseller_weight: float = 0.1
    fitted_customers: int = 200_000
    validation_days: int = 28
    validated_customers: int = 20_000
    fewest_validated: int = 100
    cells_at_once: int = 8_000_000

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise ValueError(
                f"method must be one of {get_args(Method)}, got {self.method!r}"
            )
        check_positive(
            self,
            "bestseller_days",
            "habit_days",
            "most_items",
            "most_neighbours",
            "bestseller_weight",
            "fitted_customers",
            "validation_days",
            "validated_customers",
            "fewest_validated",
            "cells_at_once",
        )
        penalties = self.ease_penalties
        if not penalties or not all(0 < each < float("inf") for each in penalties):
            raise ValueError(
                f"ease_penalties must be positive and finite, got {penalties}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RepurchaseConfig:
    """When a customer is expected to buy a product again.

    Parameters
    ----------
    fewest_repeaters : int
        Customers who bought a product on two days or more, from which on its gaps
        are told of.
    product_gap_weight : float
        How many of a customer's own gaps the product's median weighs.
    most_gaps_silent : float
        Silent for more than so many expected gaps, a customer has dropped the
        product and nothing is due.
    once_days : int
        Follow-up in which a product is judged to be bought once or again.
    once_share : float
        At most so many of its buyers buy again within `once_days` where once is enough.
    fewest_buyers : int
        Buyers followed for `once_days` from which on that is judged.

    Raises
    ------
    ValueError
        If a value makes no sense; names it and what was wanted.
    """

    fewest_repeaters: int = 20
    product_gap_weight: float = 1.0
    most_gaps_silent: float = 3.0
    once_days: int = 365
    once_share: float = 0.02
    fewest_buyers: int = 100

    def __post_init__(self) -> None:
        check_positive(
            self,
            "fewest_repeaters",
            "product_gap_weight",
            "most_gaps_silent",
            "once_days",
            "fewest_buyers",
        )
        if not 0 <= self.once_share < 1:
            raise ValueError(f"once_share must be a share, got {self.once_share}")
