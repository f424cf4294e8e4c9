"""The champion of planted worlds, and campaigns that stand in the way."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from mining.churn import (
    ChurnConfig,
    Examples,
    Judgement,
    Plan,
    churn_features,
    judge,
    judged_until,
    plan_cutoffs,
)

ANCHOR = date(2024, 1, 1)
CONFIG = ChurnConfig(
    trees=30,
    learning_rate=0.2,
    smallest_leaf=30,
    calibration_folds=2,
    training_cutoffs=2,
    cutoffs_a_horizon=1,
    test_cutoffs=4,
    bootstrap_draws=50,
)
PLAN = plan_cutoffs(ANCHOR, date(2023, 1, 1), 28, CONFIG)
NAMES = [f"c{number:05}" for number in range(1_000)]


def examples(
    effect, customers: int = 1_000, plan: Plan = PLAN, seed: int = 1
) -> Examples:
    """Customers at each cutoff; `effect` gives log-odds from silence and visits."""
    rng = np.random.default_rng(seed)
    rows = len(plan.cutoffs) * customers
    recency = rng.integers(0, 91, rows)
    visits = rng.integers(1, 40, rows)
    counts = pd.DataFrame(
        {
            "recency_days": recency,
            "tenure_days": 500,
            "visit_count_91d": np.ceil(visits / 4),
            "visit_count_364d": visits,
            "net_amount_91d": rng.gamma(2, 50, rows),
            "net_amount_364d": rng.gamma(2, 200, rows),
            "longest_gap_days": rng.integers(1, 90, rows),
        }
    )
    outcomes = rng.random(rows) < expit(effect(recency, visits))
    names = pd.Series([f"c{number:05}" for number in range(customers)])
    return Examples(
        churn_features(counts),
        pd.concat([names] * len(plan.cutoffs), ignore_index=True),
        pd.Series(np.repeat(np.array(plan.cutoffs, dtype=object), customers)),
        outcomes,
    )


def bumps(recency: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Neither a line nor a rank: who came a month ago comes again."""
    return -2 + 3.0 * ((recency > 40) & (recency < 60)) - 2.0 * (recency < 10)


def straight(recency: np.ndarray, visits: np.ndarray) -> np.ndarray:
    return -4 + 1.0 * np.log1p(recency) - 0.5 * np.log1p(visits)


def nothing(recency: np.ndarray, visits: np.ndarray) -> np.ndarray:
    return np.full(len(recency), -1.0)


@pytest.fixture(scope="module")
def judged() -> dict[str, Judgement]:
    """What is found of each world."""
    worlds = (bumps, straight, nothing)
    return {each.__name__: judge(examples(each), PLAN, CONFIG) for each in worlds}


@pytest.mark.parametrize(
    ("world", "champion"),
    [("bumps", "additive"), ("straight", "logistic"), ("nothing", "rfm_rule")],
)
def test_the_champion_is_the_simplest_that_none_beats(judged, world, champion) -> None:
    assert judged[world].champion == champion
    assert judged[world].status == "judged"
    assert judged[world].tests == PLAN.tests


def test_measures_stand_beside_those_of_the_naive_rule(judged) -> None:
    told = judged["bumps"]
    auc = told.measures.query("measure == 'auc' and versus.isna()")
    gains = told.measures.query("measure == 'auc' and versus == 'rfm_rule'")

    assert set(auc["candidate"]) == {"rfm_rule", "logistic", "additive", "reference"}
    assert (gains.set_index("candidate")["low_value"]["additive"]) > 0
    assert told.by_cutoff["row_count"].tolist() == [1_000] * 4
    assert told.lift["row_count"].sum() == told.calibration_bins["row_count"].sum()


def test_the_same_rows_in_another_order_are_judged_alike(judged) -> None:
    given = examples(straight)
    order = np.random.default_rng(2).permutation(len(given.outcomes))
    shuffled = Examples(
        given.features.iloc[order],
        given.customers.iloc[order],
        given.cutoffs.iloc[order],
        given.outcomes[order],
    )
    one, other = judged["straight"], judge(shuffled, PLAN, CONFIG)

    pd.testing.assert_frame_equal(one.measures, other.measures)
    pd.testing.assert_frame_equal(one.lift, other.lift)
    pd.testing.assert_frame_equal(one.calibration_bins, other.calibration_bins)


def test_where_nothing_can_be_learnt_nothing_is_judged() -> None:
    given = examples(lambda recency, visits: np.full(len(recency), -99.0))
    told = judge(given, PLAN, CONFIG)

    assert told.status == "not_judged"
    assert told.champion == "logistic"
    assert told.tests == ()


def test_without_a_past_nothing_is_judged() -> None:
    short = plan_cutoffs(ANCHOR, ANCHOR - timedelta(days=60), 28, CONFIG)

    assert judge(examples(straight), short, CONFIG).status == "not_judged"


def contacts(
    customers: Iterable[str], day: date, holdout: float, seed: int = 3
) -> pd.DataFrame:
    """A save campaign over some customers."""
    names = list(customers)
    left_out = np.random.default_rng(seed).random(len(names)) < holdout
    return pd.DataFrame(
        {
            "customer_id": names,
            "campaign_id": "save",
            "contact_date": pd.Timestamp(day),
            "is_holdout": left_out,
            "is_randomised": True,
        }
    )


def test_a_save_campaign_is_judged_on_its_control_share() -> None:
    config = replace(CONFIG, test_cutoffs=1)
    plan = plan_cutoffs(ANCHOR, date(2023, 9, 1), 28, config)
    (test,) = plan.tests
    given = examples(straight, customers=8_000, plan=plan)
    undisturbed = judge(given, plan, config)
    # those who have been silent are called, save for three in ten, and stay
    is_silent = (given.cutoffs == test) & (given.features["recency_days"] > 45)
    told = contacts(given.customers[is_silent], test + timedelta(days=3), holdout=0.3)
    called = told.loc[~told["is_holdout"], "customer_id"]
    stays = (is_silent & given.customers.isin(called)).to_numpy()
    disturbed = replace(given, outcomes=given.outcomes & ~stays)
    weighted = judge(disturbed, plan, config, told)

    assert weighted.status == "control_share"
    assert auc_of(judge(disturbed, plan, config)) < auc_of(undisturbed) - 0.1
    assert auc_of(weighted) == pytest.approx(auc_of(undisturbed), abs=0.01)
    assert weighted.by_cutoff["weighted_row_count"].tolist() == [8_000 - len(called)]


def auc_of(told) -> float:
    rows = told.measures.query("measure == 'auc' and candidate == 'logistic'")
    return float(rows[rows["versus"].isna()]["value"].iloc[0])


def test_without_a_control_share_judging_ends_before_the_campaign() -> None:
    told_contacts = contacts(NAMES, date(2023, 11, 10), holdout=0.0)
    until = judged_until(told_contacts)
    plan = plan_cutoffs(ANCHOR, date(2023, 1, 1), 28, CONFIG, until)
    told = judge(examples(straight, plan=plan), plan, CONFIG, told_contacts)

    assert until == date(2023, 11, 9)
    assert told.status == "before_save_campaigns"
    assert max(told.tests) + timedelta(days=28) <= until
    assert len(told.tests) == 4


def test_with_a_control_share_all_of_the_history_is_judged() -> None:
    told = contacts(NAMES, date(2023, 11, 10), holdout=0.5)

    assert judged_until(told) is None
    assert judged_until(told.iloc[:0]) is None


def test_examples_are_put_together_from_counts_and_visits() -> None:
    keys = {
        "cutoff_date": pd.to_datetime(["2023-05-01", "2023-05-01", "2023-06-01"]),
        "customer_id": ["a", "b", "a"],
    }
    counts = pd.DataFrame(keys | {"recency_days": np.float32([1, 2, 3])})
    visits = pd.DataFrame(
        keys | {"visits_before_count": [4, 0, 3], "visits_after_count": [0, 2, 1]}
    )
    gone = Examples.of(counts, visits, "no_purchase")
    dropped = Examples.of(counts, visits, "visits_dropped")

    assert gone.outcomes.tolist() == [True, False, False]
    # b had nothing to drop
    assert dropped.outcomes.tolist() == [True, True]
    assert dropped.customers.tolist() == ["a", "a"]
    assert dropped.cutoffs.tolist() == [date(2023, 5, 1), date(2023, 6, 1)]
    assert dropped.features["recency_days"].tolist() == [1, 3]
    with pytest.raises(ValueError, match=r"counts \(3 rows\) and visits \(2 rows\)"):
        Examples.of(counts, visits.iloc[:2], "no_purchase")
