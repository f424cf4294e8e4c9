"""Settings of the clusters. Defaults are what production runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourConfig:
    """Which features tell how a customer behaves.

    Parameters
    ----------
    most_categories : int
        Categories with a share of their own: those of the largest amounts. More
        would drown rhythm and value, each of which is a column or two.
    most_channels : int
        Channels with a share of their own: those of the most orders.

    Raises
    ------
    ValueError
        If a value makes no sense; names it and what was wanted.
    """

    most_categories: int = 6
    most_channels: int = 4

    def __post_init__(self) -> None:
        for name in ("most_categories", "most_channels"):
            if getattr(self, name) < 0:
                raise ValueError(
                    f"{name} must not be negative, got {getattr(self, name)}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClustersConfig:
    """How customers are grouped by behaviour.

    Parameters
    ----------
    fewest_clusters, most_clusters : int
        Numbers of clusters that are tried, both included.
    least_stability : float
        Mean adjusted Rand index of the bootstrap fits from which on a number of
        clusters is stable.
    least_kept_stability : float
        The same for the number of clusters of the anchor before: less, or a company
        near the limit would have other clusters every month.
    least_share : float
        Share of the customers that every cluster holds.
    bootstrap_count : int
        Fits of which the stability is the mean.
    bootstrap_customers : int
        Size of the sample from which each of them draws, with replacement.
    fitted_customers : int
        Size of the sample on which the centres are fitted.
    start_count : int
        k-means++ starts of each fit; the best is taken.
    most_iterations : int
        Steps of one start.
    new_code_distance : float
        A centre so far from the previous anchor's has a new code: root mean square
        over the features, in standard deviations of the first anchor.
    seed : int
        Of the samples and the starts.

    Raises
    ------
    ValueError
        If a value makes no sense; names it and what was wanted.
    """

    fewest_clusters: int = 3
    most_clusters: int = 8
    least_stability: float = 0.75
    least_kept_stability: float = 0.65
    least_share: float = 0.05

    bootstrap_count: int = 20
    # Stability is a matter of the sample's size: whatever has one best partition
    # becomes stable for any k as customers grow in number (Ben-David, von Luxburg and
    # Pal 2006, A Sober Look at Clustering Stability). A fixed size asks companies of
    # every size the same question. With 10,000, a cluster of 5 % has 500 customers
    # and its centre an error of 1 / sqrt(500), 4 % of its own deviation.
    bootstrap_customers: int = 10_000
    # The same error is 1.4 % here: more customers would not move an edge visibly.
    fitted_customers: int = 100_000
    start_count: int = 20
    most_iterations: int = 300

    new_code_distance: float = 0.5
    seed: int = 6

    def __post_init__(self) -> None:
        for name in (
            "bootstrap_count",
            "bootstrap_customers",
            "fitted_customers",
            "start_count",
            "most_iterations",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")
        if not 2 <= self.fewest_clusters <= self.most_clusters:
            raise ValueError(
                "fewest_clusters must be from 2 to most_clusters "
                f"({self.most_clusters}), got {self.fewest_clusters}"
            )
        for name in ("least_stability", "least_kept_stability", "least_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be a share, got {getattr(self, name)}")
        if not 0 < self.new_code_distance < float("inf"):
            raise ValueError(
                "new_code_distance must be positive and finite, "
                f"got {self.new_code_distance}"
            )
        if self.seed < 0:
            raise ValueError(f"seed must not be negative, got {self.seed}")
