"""Causes of changed segments, each beside a customer whom it nearly is.

Ten customers with 1 to 10 purchase days, the last on the day of their number, who paid
as many times 100: each score is a fifth of them, 1 and 2 are the lowest.
"""

from collections import Counter

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.segments import (
    CAUSES,
    causes_of_changes,
    quantile_scores,
    segment_changes,
    segment_codes,
)
from mining.segments.changes import codes_among_peers

# customer -> day of the last purchase, purchase days, amount
Figures = dict[str, tuple[int, int, float]]
TEN: Figures = {f"c{n:02}": (n, n, 100.0 * n) for n in range(1, 11)}


def night(figures: Figures, left: set[str] = frozenset()) -> pd.DataFrame:
    """A night by `customer_id`, its segments by the scores of all."""
    frame = pd.DataFrame(
        [
            (who, pd.Timestamp("2025-01-01") + pd.Timedelta(days=day), count, amount)
            for who, (day, count, amount) in figures.items()
        ],
        columns=["customer_id", "last_purchase_date", "frequency", "monetary_amount"],
    ).set_index("customer_id")
    buys = frame["frequency"].to_numpy() > 0
    days = frame["last_purchase_date"].astype("datetime64[s]").astype("int64")
    cents = (frame["monetary_amount"] * 100).astype("int64")
    scores = pd.DataFrame(1, index=frame.index, columns=["r", "f", "m"])
    for name, values in zip("rfm", (days, frame["frequency"], cents), strict=True):
        scores.loc[buys, name] = quantile_scores(values.to_numpy()[buys])
    scores.loc[frame["frequency"] == 1, "f"] = 1
    scores.columns = pd.Index(["recency_score", "frequency_score", "monetary_score"])
    return frame.assign(
        last_purchase_date=frame["last_purchase_date"].astype("datetime64[s]"),
        rfm_segment_code=segment_codes(scores, buys),
        has_left=frame.index.isin(list(left)),
    )


def changes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    told_before: Figures | None = None,
    since: Figures | None = None,
    merged: dict[str, str] | None = None,
    *,
    are_other_rules: bool = False,
) -> dict[str, tuple[str, str]]:
    """Change and cause of each customer; what is told is as it was, unless given."""
    changed = segment_changes(before, after)
    told = night(told_before) if told_before is not None else before
    causes = causes_of_changes(
        changed,
        before,
        after,
        {"before": told, "since": night(since) if since is not None else after},
        pd.Series(merged or {}, dtype="str"),
        are_other_rules=are_other_rules,
    )
    assert set(causes) <= set(CAUSES)
    return {
        who: (change, cause)
        for who, change, cause in zip(
            changed.index, changed["change"], causes, strict=True
        )
    }


def test_the_same_night_again_changes_nothing():
    assert changes(night(TEN), night(TEN)) == {}


def test_who_buys_moves_by_the_own_doing_and_pushes_others():
    after = TEN | {"c01": (31, 2, 5000.0)}

    found = changes(night(TEN), night(after), since=after)

    assert found["c01"] == ("moved", "own_behaviour")
    assert len(found) > 1
    assert {found[who] for who in found if who != "c01"} == {("moved", "peers_shift")}


def test_who_buys_as_little_as_changes_nothing_alone_is_pushed_by_others():
    # alone c05 would stay in the third fifth; all below it overtake it
    mine = {"c05": (5, 5, 501.0)}
    after = TEN | {f"c0{n}": (40 + n, 20 + n, 9000.0 + n) for n in range(1, 5)} | mine

    found = changes(night(TEN), night(after), since=after)

    assert found["c05"] == ("moved", "peers_shift")
    assert found["c04"] == ("moved", "own_behaviour")


def test_whose_order_leaves_the_window_moves_by_the_clock():
    after = TEN | {"c09": (9, 0, 0.0)}

    found = changes(night(TEN), night(after), told_before=TEN, since=TEN)

    assert found["c09"] == ("moved", "clock")
    assert {cause for who, (_, cause) in found.items() if who != "c09"} <= {
        "peers_shift"
    }


def test_who_buys_while_an_order_leaves_the_window_moves_by_the_own_doing():
    # one purchase day in either window, the old one worth nothing any more
    since = TEN | {"c01": (31, 2, 5000.0)}
    after = TEN | {"c01": (31, 1, 4900.0)}

    found = changes(night(TEN), night(after), told_before=TEN, since=since)

    assert found["c01"] == ("moved", "own_behaviour")


def test_who_bought_without_effect_while_an_order_left_the_window_moves_by_the_clock():
    since = TEN | {"c10": (31, 10, 1000.0)}
    after = TEN | {"c10": (31, 1, 1.0)}

    found = changes(night(TEN), night(after), told_before=TEN, since=since)

    assert found["c10"] == ("moved", "clock")


def test_whose_earlier_orders_are_told_now_moves_by_late_data():
    now = TEN | {"c01": (9, 9, 950.0)}

    found = changes(night(TEN), night(now), told_before=now, since=now)

    assert found["c01"] == ("moved", "late_data")


def test_a_late_order_that_moves_nobody_leaves_the_cause_to_what_does():
    told = TEN | {"c01": (1, 1, 101.0)}
    after = TEN | {"c01": (31, 12, 5000.0)}

    found = changes(night(TEN), night(after), told_before=told, since=after)

    assert found["c01"] == ("moved", "own_behaviour")


def test_who_is_moved_by_late_data_and_back_by_the_clock_is_moved_by_what_comes_last():
    told = TEN | {"c01": (9, 9, 950.0)}
    # back where it was, then a purchase
    before = night(TEN)
    since = TEN
    after = TEN | {"c01": (9, 0, 0.0)}

    found = changes(before, night(after), told_before=told, since=since)

    assert found["c01"] == ("moved", "clock")


def test_who_took_a_membership_in_moves_by_the_merge_and_the_other_leaves_by_it():
    after = {who: TEN[who] for who in TEN if who != "c10"} | {"c01": (10, 11, 1100.0)}

    found = changes(
        night(TEN), night(after), told_before=after, since=after, merged={"c10": "c01"}
    )

    assert found["c01"] == ("moved", "merge")
    assert found["c10"] == ("left", "merge")


def test_whose_orders_are_all_another_customers_left_by_late_data():
    after = {who: TEN[who] for who in TEN if who != "c10"}

    assert changes(night(TEN), night(after))["c10"] == ("left", "late_data")


def test_who_withdrew_left_by_the_own_doing_once():
    found = changes(night(TEN), night(TEN, left={"c03"}))

    assert found == {"c03": ("left", "own_behaviour")}
    assert changes(night(TEN, left={"c03"}), night(TEN, left={"c03"})) == {}


def test_who_comes_back_entered_by_the_own_doing():
    found = changes(night(TEN, left={"c03"}), night(TEN))

    assert found == {"c03": ("entered", "own_behaviour")}


@pytest.mark.parametrize(
    ("told", "merged", "cause"),
    [
        pytest.param({}, {}, "own_behaviour", id="a first purchase"),
        pytest.param({"new": (3, 1, 50.0)}, {}, "late_data", id="bought before"),
        pytest.param({"new": (3, 1, 50.0)}, {"c99": "new"}, "merge", id="of another"),
    ],
)
def test_who_entered_bought_first_or_was_told_late_or_took_another_in(
    told: Figures, merged: dict[str, str], cause: str
):
    after = TEN | {"new": (31, 1, 50.0)}

    found = changes(night(TEN), night(after), TEN | told, after, merged)

    assert found["new"] == ("entered", cause)


def test_who_had_nothing_but_a_credit_before_bought_for_the_first_time():
    before = night(TEN | {"new": (0, 0, -5.0)})
    before.loc["new", "last_purchase_date"] = pd.NaT
    after = night(TEN | {"new": (31, 1, 50.0)})
    changed = segment_changes(night(TEN), after)

    causes = causes_of_changes(
        changed,
        night(TEN),
        after,
        {"before": before, "since": after},
        pd.Series(dtype="str"),
        are_other_rules=False,
    )

    assert dict(zip(changed.index, causes, strict=True))["new"] == "own_behaviour"


def test_under_other_rules_every_move_is_theirs_and_nothing_else_is():
    after = {who: TEN[who] for who in TEN if who != "c10"}
    after |= {"c01": (31, 20, 5000.0), "new": (31, 1, 50.0)}

    found = changes(night(TEN), night(after), TEN, after, are_other_rules=True)

    assert found.pop("new") == ("entered", "own_behaviour")
    assert found.pop("c10") == ("left", "late_data")
    assert set(found.values()) == {("moved", "rule_version")}


companies = st.dictionaries(
    st.sampled_from([f"c{n}" for n in range(20)]),
    st.tuples(st.integers(0, 30), st.integers(0, 4), st.integers(0, 5).map(float)),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(companies, st.data())
def test_among_peers_one_stands_where_the_night_would_put_one_who_alone_changed(
    company: Figures, data: st.DataObject
):
    who = data.draw(st.sampled_from(sorted(company)))
    figures = data.draw(
        st.tuples(st.integers(0, 40), st.integers(0, 4), st.integers(0, 9).map(float))
    )
    before, after = night(company), night(company | {who: figures})

    code = codes_among_peers(after.loc[[who]], before.loc[[who]], before)

    assert code.tolist() == [after.loc[who, "rfm_segment_code"]]


@settings(max_examples=60, deadline=None)
@given(companies, companies)
def test_the_changes_of_a_night_make_it_out_of_the_night_before(
    before: Figures, after: Figures
):
    old, new = night(before), night(after)
    changed = segment_changes(old, new)
    causes = causes_of_changes(
        changed,
        old,
        new,
        {"before": old, "since": new},
        pd.Series(dtype="str"),
        are_other_rules=False,
    )

    made = old["rfm_segment_code"].to_dict()
    for who, code in changed["to_code"].items():
        made.pop(who, None)
        if code is not None and not pd.isna(code):
            made[who] = code

    assert made == new["rfm_segment_code"].to_dict()
    assert sum(Counter(causes).values()) == len(changed)
    assert np.isin(causes.astype(str), CAUSES).all()
