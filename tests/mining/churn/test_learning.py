"""What an anchor does, with enough to learn from and without."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from mining.churn import ChurnModel, Examples, drift, learn, plan_cutoffs

ANCHOR = date(2024, 1, 1)


def examples_of(world, plan, outcomes=None) -> Examples:
    """The same number of customers at each cutoff of a plan."""
    rows = 600 * len(plan.cutoffs)
    planted = world(rows=rows)
    names = pd.Series([f"c{number % 600}" for number in range(rows)])
    return Examples(
        planted.features,
        names,
        pd.Series(np.repeat(np.array(plan.cutoffs, dtype=object), 600)),
        planted.outcomes if outcomes is None else np.full(rows, outcomes),
    )


@pytest.fixture(scope="module")
def plan(quick):
    return plan_cutoffs(ANCHOR, ANCHOR - timedelta(days=120), 28, quick)


def test_the_champion_is_trained_on_the_latest_cutoffs(world, quick, plan) -> None:
    given = examples_of(world, plan)
    learnt = learn(given, plan, quick)
    latest = given.at(plan.closed_at(plan.known_until))
    peer = ChurnModel(learnt.judgement.champion, quick).fit(
        latest.features, latest.outcomes, latest.customers, latest.cutoffs
    )

    assert learnt.model is not None
    assert learnt.not_learnt_code is None
    told = learnt.model.predict_proba(given.features)
    assert (told == peer.predict_proba(given.features)).all()


def test_where_nobody_left_there_is_no_model_but_a_reason(world, quick, plan) -> None:
    learnt = learn(examples_of(world, plan, outcomes=False), plan, quick)

    assert learnt.model is None
    assert learnt.not_learnt_code == "one_class"
    assert "choose another horizon" in (learnt.told or "")
    assert learnt.judgement.status == "not_judged"


def test_a_company_that_opened_yesterday_has_no_model(world, quick) -> None:
    short = plan_cutoffs(ANCHOR, ANCHOR - timedelta(days=2), 28, quick)
    nobody = examples_of(world, short)

    assert learn(nobody, short, quick).not_learnt_code == "too_few_customers"


def test_drift_finds_the_feature_that_moved(world, quick) -> None:
    planted = world(rows=3_000)
    model = ChurnModel("logistic", quick).fit(planted.features, planted.outcomes)
    same = drift(model, planted.features, planted.features)
    moved = planted.features.assign(
        recency_days=planted.features["recency_days"] + np.float32(40)
    )
    told = drift(model, planted.features, moved).set_index("name")["stability_index"]

    assert (same["stability_index"] < 1e-9).all()
    assert same["name"].iloc[0] == "score"
    assert told.index[1] == "recency_days"
    assert told["recency_days"] > 0.25
    assert told["score"] > 0.1
    assert told["net_amount_91d"] == pytest.approx(0)
