"""Ranking measures against counts by hand."""

import numpy as np
import pytest

from mining.evaluation import Ranked, auc, average_precision, lift_table

OUTCOMES = [1, 0, 1, 0]
SCORES = [0.9, 0.8, 0.7, 0.1]


def test_auc_counts_the_pairs_in_the_right_order() -> None:
    # of the four pairs only (0.7, 0.8) is the wrong way round
    assert auc(Ranked.of(OUTCOMES, SCORES)) == 3 / 4


def test_average_precision_is_taken_at_each_one_found() -> None:
    # 1 of 1, then 2 of 3
    found = average_precision(Ranked.of(OUTCOMES, SCORES))

    assert found == pytest.approx((1 + 2 / 3) / 2)


def test_a_score_that_knows_nothing_is_at_a_half_and_at_the_base_rate() -> None:
    ranked = Ranked.of([1, 0, 0, 0, 1], np.zeros(5))

    assert auc(ranked) == 0.5
    assert average_precision(ranked) == pytest.approx(2 / 5)


def test_ties_count_half_in_any_order_of_the_rows() -> None:
    outcomes, scores = np.array([1, 0, 0, 1]), np.array([2.0, 2.0, 1.0, 1.0])

    # pairs: tied, won, lost, tied
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]):
        ranked = Ranked.of(outcomes[order], scores[order])
        assert auc(ranked) == (0.5 + 1 + 0 + 0.5) / 4


def test_a_weight_is_as_many_rows() -> None:
    rng = np.random.default_rng(1)
    outcomes, scores = rng.integers(0, 2, 50), rng.integers(0, 9, 50)
    weights = rng.integers(0, 4, 50)
    repeated = Ranked.of(np.repeat(outcomes, weights), np.repeat(scores, weights))
    weighted = Ranked.of(outcomes, scores)

    for measure in (auc, average_precision):
        assert measure(weighted, weights.astype(float)) == pytest.approx(
            measure(repeated)
        )


def test_one_outcome_alone_cannot_be_ranked() -> None:
    assert np.isnan(auc(Ranked.of([1, 1], [0.1, 0.2])))
    assert np.isnan(average_precision(Ranked.of([0, 0], [0.1, 0.2])))
    assert np.isnan(auc(Ranked.of([], [])))


@pytest.mark.parametrize(
    ("outcomes", "scores", "told"),
    [
        ([1, 0], [0.5], r"one length, got shapes \(2,\) and \(1,\)"),
        ([2, 0], [0.5, 0.1], "outcomes must be 0 or 1"),
        ([1, 0], [0.5, np.nan], "1 scores are not a number"),
    ],
)
def test_what_cannot_be_ranked_is_refused(outcomes, scores, told) -> None:
    with pytest.raises(ValueError, match=told):
        Ranked.of(outcomes, scores)


def test_lift_says_what_each_tenth_brings() -> None:
    # 20 rows, the four ones among the five highest scores
    outcomes = np.zeros(20)
    outcomes[[0, 1, 2, 4]] = 1
    table = lift_table(outcomes, np.linspace(0.99, 0.01, 20))

    assert table["decile"].tolist() == list(range(1, 11))
    assert table["row_count"].tolist() == [2] * 10
    assert table["lift"].tolist()[:4] == [5.0, 2.5, 2.5, 0.0]
    assert table["captured_share"].tolist()[:4] == [0.5, 0.75, 1.0, 1.0]


def test_lift_keeps_equal_probabilities_together() -> None:
    table = lift_table([1, 0, 0, 1], [0.3, 0.3, 0.3, 0.3])

    assert table["row_count"].tolist() == [4]
    assert table["lift"].tolist() == [1.0]
