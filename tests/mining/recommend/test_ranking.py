"""The best of each row, against sorting it whole."""

import hypothesis.strategies as st
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis.extra import numpy as arrays

from mining.recommend.ranking import Ranked, best, best_of_few, chunks

few = settings(max_examples=100, deadline=None)
# few different scores, so that ties are common
scores = arrays.arrays(
    "float64", (3, 6), elements=st.sampled_from([-1.5, 0.0, 0.25, 0.2500001, 2.0])
)
masks = arrays.arrays("bool", (3, 6))


def lists(ranked: Ranked) -> list[list[tuple[int, float]]]:
    found: list[list[tuple[int, float]]] = [[], [], []]
    for row, item, rank, score in zip(*map(np.ndarray.tolist, ranked), strict=True):
        found[row].append((item, score))
        assert rank == len(found[row])
    return found


def sorted_whole(
    scores: list[float], wanted: list[bool], n: int
) -> list[tuple[int, float]]:
    ranked = sorted(
        (-round(score, 6), item)
        for item, (score, is_wanted) in enumerate(zip(scores, wanted, strict=True))
        if is_wanted
    )
    return [(item, -score) for score, item in ranked[:n]]


@few
@given(scores, masks, st.integers(1, 8))
def test_the_best_are_the_head_of_the_sorted_row_without_the_unwanted(
    scores: np.ndarray, unwanted: np.ndarray, n: int
) -> None:
    found = lists(best(scores, sp.csr_array(unwanted.astype(float)), n))

    for row in range(3):
        wanted = (~unwanted[row]).tolist()
        assert found[row] == sorted_whole(scores[row].tolist(), wanted, n)


@few
@given(scores, st.integers(1, 8))
def test_the_best_of_few_are_the_head_of_what_is_above_nothing(
    scores: np.ndarray, n: int
) -> None:
    found = lists(best_of_few(sp.csr_array(scores), n))

    for row in range(3):
        wanted = (scores[row] > 0).tolist()
        assert found[row] == sorted_whole(scores[row].tolist(), wanted, n)


def test_nothing_to_rank_is_an_empty_list() -> None:
    assert not len(best(np.empty((3, 0)), sp.csr_array((3, 0)), 5).row)
    assert not len(best_of_few(sp.csr_array((3, 4)), 5).row)


@pytest.mark.parametrize(
    ("count", "expected"), [(0, [[]]), (2, [[0, 1]]), (5, [[0, 1], [2, 3], [4]])]
)
def test_chunks_cover_everything_once(count: int, expected: list[list[int]]) -> None:
    assert [part.tolist() for part in chunks(count, 2)] == expected
