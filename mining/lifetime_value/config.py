"""Settings of the lifetime value job. Defaults are what production runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LifetimeValueConfig:
    """How customers' lifetime values are estimated.

    Parameters
    ----------
    horizon_weeks : float
        Weeks after the business date that count.
    yearly_rate : float
        Interest by which later money is worth less; 0.1 is 10 % a year.
    margin_rate : float or None
        Share of an amount that is earned; None values amounts, where costs are not
        known.
    interval : float
        Probability with which the realised amount falls between the low and the
        high one.
    n_draws : int
        Draws of each customer behind that interval.
    random_state : int
        Seed of the draws.
    min_repeat_customers : int
        With fewer customers who bought again nothing is estimated, and every
        customer's value is the simple one.

    Raises
    ------
    ValueError
        If a value makes no sense; names it and what was wanted.
    """

    horizon_weeks: float = 52.0
    yearly_rate: float = 0.1
    margin_rate: float | None = None
    interval: float = 0.9
    n_draws: int = 200
    random_state: int = 0
    min_repeat_customers: int = 30

    def __post_init__(self) -> None:
        check_terms(self.horizon_weeks, self.yearly_rate, self.margin_rate)
        check_interval(self.interval, self.n_draws)
        for name in ("random_state", "min_repeat_customers"):
            value = getattr(self, name)
            if value < 0:
                raise ValueError(f"{name} must not be negative, got {value}")


def check_horizon(horizon_weeks: float) -> None:
    """Refuse a horizon that is none."""
    if not 0 < horizon_weeks < float("inf"):  # refuses NaN too
        raise ValueError(
            f"horizon_weeks must be positive and finite, got {horizon_weeks}"
        )


def check_terms(
    horizon_weeks: float, yearly_rate: float, margin_rate: float | None
) -> None:
    """Refuse terms under which nothing has a value."""
    check_horizon(horizon_weeks)
    if not 0 <= yearly_rate < float("inf"):
        raise ValueError(
            f"yearly_rate must be finite and not negative, got {yearly_rate}"
        )
    if margin_rate is not None and not 0 < margin_rate <= 1:
        raise ValueError(
            f"margin_rate must be None or a share above 0, at most 1, got {margin_rate}"
        )


def check_interval(interval: float | None, n_draws: int) -> None:
    """Refuse an interval that so many draws cannot tell."""
    if interval is not None and not 0 < interval < 1:
        raise ValueError(f"interval must lie between 0 and 1, got {interval}")
    if n_draws < 2:
        raise ValueError(f"n_draws must be 2 or more, got {n_draws}")
