"""Settings of the rules that are published. Defaults are what production runs."""

from dataclasses import dataclass

from mining.positive import check_positive

MIN_EXPECTED_COUNT = 5.0
FREQUENCY_TOLERANCE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossSellConfig:
    """What is mined, how it is tested, and what is published of it.

    Parameters
    ----------
    window_days : int
        Days of orders that the cross-selling rules are mined and tried on; they end
        with the business date and include it.
    min_support : float
        Of pairs: share of the baskets that are mined.
    longer_min_support : float
        Of rules with more than one item in the antecedent.
    min_confidence : float
        From 0 to 1; choosing by it would shrink no family.
    max_length : int
        Items of a rule, its consequent included.
    min_expected_count : float
        Rules that expect less are no candidates.
    max_q_value : float
        False discovery rate of a family: a night, a type, a level.
    min_adjusted_lift : float
        Of a published rule.
    held_out_share : float
        Share of the window's days kept out of mining, the last ones.
    min_held_out_days, max_held_out_days : int
        Bounds to that.
    min_out_of_time_lift, min_out_of_time_expected_count : float
        What a published rule must reach on the days that were kept out.
    valid_days : int
        For how long a published rule holds, unless it is published again.
    frequency_tolerance : float
        Customers are equally frequent when their purchase days differ by less than
        this share.

    Raises
    ------
    ValueError
        If a value makes no sense; names it and what was wanted.
    """

    # Two parts mined, one kept out: what expects 50 in the one expects 25 in the other.
    window_days: int = 273
    min_support: float = 0.0005
    longer_min_support: float = 0.005
    min_confidence: float = 0.0
    max_length: int = 3

    min_expected_count: float = MIN_EXPECTED_COUNT
    max_q_value: float = 0.05
    min_adjusted_lift: float = 1.2

    held_out_share: float = 1 / 3
    min_held_out_days: int = 28
    max_held_out_days: int = 91
    min_out_of_time_lift: float = 1.1
    min_out_of_time_expected_count: float = 20.0
    valid_days: int = 91

    frequency_tolerance: float = FREQUENCY_TOLERANCE

    def __post_init__(self) -> None:
        for name in ("min_support", "longer_min_support", "max_q_value"):
            value = getattr(self, name)
            if not 0 < value <= 1:  # refuses NaN too
                raise ValueError(f"{name} must be above 0 and up to 1, got {value}")
        if not 0 <= self.min_confidence <= 1:
            raise ValueError(
                f"min_confidence must be from 0 to 1, got {self.min_confidence}"
            )
        if not 0 < self.held_out_share < 1:
            raise ValueError(
                f"held_out_share must be between 0 and 1, got {self.held_out_share}"
            )
        check_positive(
            self,
            "window_days",
            "min_expected_count",
            "min_adjusted_lift",
            "min_held_out_days",
            "min_out_of_time_lift",
            "min_out_of_time_expected_count",
            "valid_days",
            "frequency_tolerance",
        )
        if self.max_length < 2:
            raise ValueError(f"max_length must be at least 2, got {self.max_length}")
        if not self.min_held_out_days <= self.max_held_out_days:
            raise ValueError(
                "max_held_out_days must not be less than min_held_out_days "
                f"({self.min_held_out_days}), got {self.max_held_out_days}"
            )
