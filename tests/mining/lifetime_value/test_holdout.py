"""Lifetime values told a quarter ago, against what then happened."""

from datetime import date

import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning

from mining.evaluation.measured import Measured
from mining.lifetime_value import BetaGeo, GammaGamma
from mining.lifetime_value.holdout import judge, look_back
from tests.mining.lifetime_value.populations import BG_NBD, live

CUTOFF = date(2025, 9, 30)
WEEKS = 13.0


@pytest.fixture(scope="module")
def lives() -> pd.DataFrame:
    """Twenty thousand customers of BG/NBD, with a quarter to come.

    Of the quarter before only the last purchase is known.
    """
    drawn = live(BG_NBD, 20_000, seed=7, horizon_weeks=WEEKS)
    known = drawn.histories
    bought_lately = known["recency_weeks"] > known["age_weeks"] - WEEKS
    return known.assign(
        before=(bought_lately & (known["frequency"] > 0)).astype(int),
        after=drawn.count.astype(int),
        mean=known["average_amount"].fillna(30),
    )


@pytest.fixture(scope="module")
def measures(lives: pd.DataFrame) -> dict[tuple[str, str, int], Measured]:
    purchases, amounts = BetaGeo().fit(lives), GammaGamma().fit(lives)
    told = judge(
        lives,
        purchases,
        amounts,
        spending(lives, "before"),
        spending(lives, "after"),
        weeks=WEEKS,
        cutoff=CUTOFF,
    )
    return {(m.measure_code, m.contender_code, m.bin_number): m for m in told}


def spending(lives: pd.DataFrame, column: str) -> pd.DataFrame:
    told = lives[["customer_id"]].assign(
        purchase_day_count=lives[column], net_amount=lives[column] * lives["mean"]
    )
    return told[told["purchase_day_count"] > 0]


def test_errors_are_those_of_the_rules_by_hand(
    lives: pd.DataFrame, measures: dict[tuple[str, str, int], Measured]
):
    own_rate = lives["frequency"] * WEEKS / lives["age_weeks"]
    by_hand = {
        "nobody": lives["after"].mean(),
        "own_rate": (lives["after"] - own_rate).abs().mean(),
    }
    for rule, error in by_hand.items():
        assert measures["purchase_error", rule, 0].value == pytest.approx(error)


def test_the_model_that_made_the_customers_errs_less_than_their_own_rate(
    measures: dict[tuple[str, str, int], Measured],
):
    gained = measures["purchase_error_avoided", "model - own_rate", 0]
    assert gained.value_low is not None
    assert gained.value_low > 0


def test_the_model_that_made_the_customers_is_calibrated(
    measures: dict[tuple[str, str, int], Measured],
):
    assert measures["calibration_slope", "model", 0].value == pytest.approx(1, abs=0.1)
    total = measures["total_amount", "model", 0]
    assert total.expected_value == pytest.approx(total.value, rel=0.05)


def test_tenths_hold_everybody_and_are_in_order(
    measures: dict[tuple[str, str, int], Measured],
):
    tenths = [measures["calibration_bin", "model", each] for each in range(1, 11)]
    expected = [each.expected_value for each in tenths]
    assert sum(each.row_count for each in tenths) == 20_000
    assert expected == sorted(expected)


def test_a_difference_of_ranks_is_that_of_its_parts(
    measures: dict[tuple[str, str, int], Measured],
):
    for code in ("rank_correlation", "top_tenth_share"):
        ours = measures[code, "model", 0].value
        theirs = measures[code, "last_quarter", 0].value
        between = measures[code, "model - last_quarter", 0]
        assert between.value == pytest.approx(ours - theirs)
        assert between.value_low <= between.value <= between.value_high


def test_few_customers_prove_nothing(lives: pd.DataFrame):
    few = lives.head(99)
    (told,) = judge(
        few,
        BetaGeo().fit(lives),
        GammaGamma().fit(lives),
        spending(few, "before"),
        spending(few, "after"),
        weeks=WEEKS,
        cutoff=CUTOFF,
    )
    assert (told.status, told.value, told.last_cutoff_date) == ("too_few", None, CUTOFF)


def test_what_was_said_a_period_ago_stands_beside_what_happened(lives: pd.DataFrame):
    model = BetaGeo().fit(lives)
    told = look_back(model, lives, lives, spending(lives, "after"), weeks=WEEKS)

    period = told[0]
    assert period.measure_code == "last_period_purchases"
    assert period.value == lives["after"].sum()
    assert period.expected_value == pytest.approx(period.value, rel=0.05)
    # nothing moves between equal histories
    assert [each.value for each in told[1:]] == [0.0] * 5


def test_customers_who_came_since_move_what_the_model_sees(lives: pd.DataFrame):
    older = lives.assign(age_weeks=lives["age_weeks"] + 52)
    told = look_back(
        BetaGeo().fit(lives), lives, older, spending(lives, "after"), weeks=WEEKS
    )

    moved = {each.subject_code: each.value for each in told}
    assert moved["age_weeks"] > 0.25
    assert moved["frequency"] == 0


def test_a_model_of_nobody_has_nothing_to_look_back_on(lives: pd.DataFrame):
    with pytest.warns(ConvergenceWarning):
        nobody = BetaGeo().fit(lives.iloc[:0])

    assert look_back(nobody, lives, lives, spending(lives, "after"), weeks=1.0) == []
