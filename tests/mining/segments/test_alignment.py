"""Codes and names of clusters by hand."""

import numpy as np
import pytest

from mining.segments.alignment import aligned_codes, names_of_clusters


def aligned(
    centres: list[float], previous: list[float], limit: float = 0.5, issued: int = 0
) -> tuple[str, ...]:
    """Codes of centres on a line, the previous ones called c1, c2, ... in order."""
    codes, _ = aligned_codes(
        np.array(centres, dtype=float).reshape(-1, 1),
        np.array(previous, dtype=float).reshape(-1, 1),
        [f"c{n + 1}" for n in range(len(previous))],
        issued or len(previous),
        limit,
    )
    return codes


@pytest.mark.parametrize(
    ("centres", "previous", "expected"),
    [
        pytest.param([0, 1, 2], [0, 1, 2], ["c1", "c2", "c3"], id="nothing moved"),
        pytest.param([2.1, 0.1, 1], [0, 1, 2], ["c3", "c1", "c2"], id="other order"),
        # one after the other 0.4 would take c2 and leave 0.9 nothing within 0.5;
        # together: 0.4 + 0.1 is less than 0.6 + 0.9, which is out of reach
        pytest.param([0.4, 0.9], [0, 1], ["c1", "c2"], id="least sum, not the nearest"),
        pytest.param([0, 1, 9], [0, 1], ["c1", "c2", "c3"], id="one more"),
        pytest.param([0, 2], [0, 1, 2], ["c1", "c3"], id="one less"),
        pytest.param([0, 5, 1], [0, 1, 2], ["c1", "c4", "c2"], id="one went far away"),
        pytest.param([0.5], [0], ["c1"], id="just within the distance"),
        pytest.param([0.51], [0], ["c2"], id="just beyond it"),
        # without a limit on the cost 1.1 would go to c1, to bring 9 nearer to c2
        pytest.param([1.1, 9], [0.7, 1.2], ["c2", "c3"], id="a far one takes no code"),
    ],
)
def test_a_centre_takes_the_code_that_makes_the_sum_of_distances_least(
    centres: list[float], previous: list[float], expected: list[str]
) -> None:
    assert list(aligned(centres, previous)) == expected


def test_distances_are_root_mean_squares_so_that_features_do_not_add_up() -> None:
    previous = np.zeros((1, 4))
    moved = np.full((1, 4), 0.4)  # Euclid would say 0.8

    codes, issued = aligned_codes(moved, previous, ["c7"], 9, 0.5)

    assert codes == ("c7",)
    assert issued == 9


def test_a_code_that_was_retired_is_not_given_again() -> None:
    assert aligned([9.0], [0.0], issued=4) == ("c5",)


def test_without_a_common_feature_every_code_is_new() -> None:
    codes, issued = aligned_codes(
        np.zeros((2, 0)), np.zeros((2, 0)), ["c1", "c2"], 2, 0.5
    )

    assert codes == ("c3", "c4")
    assert issued == 4


def test_a_name_is_the_two_features_furthest_from_the_population() -> None:
    centres = np.array([[0.1, -2.0, 1.5], [3.0, 0.2, -0.3]])

    names = names_of_clusters(centres, ["amount", "share_of_tea", "web"], ["c1", "c2"])

    assert names == ["low share of tea, high web", "high amount, low web"]


def test_clusters_named_alike_take_the_third_feature_and_the_others_do_not() -> None:
    centres = np.array([[3.0, 2.0, 0.5], [2.0, 1.9, -0.4], [-1.0, 0.2, 0.1]])

    names = names_of_clusters(centres, ["tea", "web", "sum"], ["c1", "c2", "c3"])

    assert names[:2] == ["high tea, high web, high sum", "high tea, high web, low sum"]
    assert names[2] == "low tea, high web"


def test_clusters_that_no_feature_tells_apart_say_their_code() -> None:
    centres = np.array([[3.0, 2.0], [2.0, 1.9]])

    names = names_of_clusters(centres, ["tea", "web"], ["c1", "c4"])

    assert names == ["high tea, high web (c1)", "high tea, high web (c4)"]


def test_features_equally_far_stand_by_name() -> None:
    names = names_of_clusters(np.array([[-1.0, 1.0]]), ["web", "tea"], ["c1"])

    assert names == ["high tea, low web"]


def test_a_single_cluster_is_everybody() -> None:
    assert names_of_clusters(np.zeros((1, 3)), ["a", "b", "c"], ["c1"]) == [
        "all customers"
    ]
