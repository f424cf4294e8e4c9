"""Settings of the churn models. Defaults are what production runs."""

from dataclasses import dataclass

from mining.positive import check_positive


@dataclass(frozen=True, slots=True, kw_only=True)
class ChurnConfig:
    """How churn is learnt, judged and told.

    Parameters
    ----------
    active_horizons, shortest_active_days : int
        Customers without a purchase for so many horizons, and so many days, have left
        already: they are neither learnt from nor predicted.
    test_cutoffs : int
        Cutoffs before the anchor on which the candidates are judged, one horizon
        apart, so that their label windows do not overlap.
    training_cutoffs : int
        Latest cutoffs with a closed label window that a model learns from.
    cutoffs_a_horizon : int
        How many training cutoffs lie in one horizon.
    fewest_customers, fewest_of_each : int
        Rows, and rows of the rarer outcome, below which nothing is learnt.
    sample_customers : int
        Customers at most whom candidates are learnt from and judged on, drawn by a
        hash of their number; the whole company is scored.
    trees, leaves, smallest_leaf, bins : int
        Of the boosters: most trees, leaves of a tree, rows of a leaf, and into how many
        steps a feature is cut at most.
    learning_rate, penalty : float
        Of the boosters: weight of a tree, and of its squared leaves.
    calibration_folds : int
        Parts of the customers; each is scored by a model of the others to calibrate,
        and to find how many trees are wanted.
    bootstrap_draws : int
        How often customers are drawn for an interval.
    high_odds, medium_odds : float
        Odds of leaving, in those of the training rows, from which a risk is called
        high or medium.
    save_campaign_types : tuple of str
        Campaign types of the company that try to keep who is about to leave.
    seed : int
        Of all chance.

    Raises
    ------
    ValueError
        If a value makes no sense; names it and what was wanted.
    """

    active_horizons: int = 2
    shortest_active_days: int = 91

    test_cutoffs: int = 4
    training_cutoffs: int = 8
    cutoffs_a_horizon: int = 2
    fewest_customers: int = 200
    fewest_of_each: int = 30
    sample_customers: int = 50_000

    trees: int = 400
    leaves: int = 3
    smallest_leaf: int = 100
    bins: int = 32
    learning_rate: float = 0.1
    penalty: float = 5.0
    calibration_folds: int = 3

    bootstrap_draws: int = 400
    high_odds: float = 2.0
    medium_odds: float = 1.0
    save_campaign_types: tuple[str, ...] = ("save",)
    seed: int = 20_170_101

    def __post_init__(self) -> None:
        check_positive(
            self,
            *("active_horizons", "shortest_active_days"),
            *("test_cutoffs", "training_cutoffs", "cutoffs_a_horizon"),
            *("fewest_customers", "fewest_of_each", "sample_customers", "trees"),
            *("smallest_leaf", "learning_rate", "bootstrap_draws", "medium_odds"),
        )
        for name in ("leaves", "bins", "calibration_folds"):
            if getattr(self, name) < 2:
                raise ValueError(f"{name} must be 2 or more, got {getattr(self, name)}")
        if not self.medium_odds < self.high_odds < float("inf"):
            raise ValueError(
                f"high_odds must be finite and more than medium_odds "
                f"({self.medium_odds}), got {self.high_odds}"
            )
        if not 0 <= self.penalty < float("inf") or self.seed < 0:
            raise ValueError(
                "penalty and seed must not be negative, got "
                f"{self.penalty} and {self.seed}"
            )

    def active_days(self, horizon_days: int) -> int:
        """Length of the window in which a customer must have come to be looked at."""
        return max(self.shortest_active_days, self.active_horizons * horizon_days)
