"""Settings that make no sense are refused by name."""

from typing import Any

import pytest

from mining.segments import BehaviourConfig, ClustersConfig


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"bootstrap_count": 0}, "bootstrap_count must be positive, got 0"),
        ({"fewest_clusters": 1}, r"from 2 to most_clusters \(8\), got 1"),
        ({"fewest_clusters": 9}, r"from 2 to most_clusters \(8\), got 9"),
        ({"least_share": 1.5}, "least_share must be a share, got 1.5"),
        ({"least_stability": float("nan")}, "least_stability must be a share, got nan"),
        ({"new_code_distance": 0.0}, "new_code_distance must be positive and finite"),
        ({"seed": -1}, "seed must not be negative, got -1"),
    ],
)
def test_clusters_that_make_no_sense_are_refused(
    wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        ClustersConfig(**wrong)


def test_the_defaults_are_the_rule_for_the_number_of_clusters() -> None:
    config = ClustersConfig()

    assert (config.fewest_clusters, config.most_clusters) == (3, 8)
    assert (config.least_stability, config.least_share) == (0.75, 0.05)
    assert config.bootstrap_count == 20
    assert config.start_count >= 20


def test_features_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="most_channels must not be negative, got -1"):
        BehaviourConfig(most_channels=-1)
