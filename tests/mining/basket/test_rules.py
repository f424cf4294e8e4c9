"""Rules and their measures by hand, and against their definitions."""

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from mining.basket import association_rules

few = settings(max_examples=60, deadline=None)

LINES = pd.DataFrame(
    [
        *((1, item) for item in ("apples", "bread", "milk")),
        *((2, item) for item in ("bread", "milk")),
        *((3, item) for item in ("apples", "bread")),
        *((4, item) for item in ("bread", "milk", "tea")),
        (5, "tea"),
    ],
    columns=["basket", "item"],
)


def test_rules_are_measured_as_by_hand() -> None:
    rules = association_rules(LINES, min_support=0.4, min_confidence=0.7)

    told = rules.set_index(["antecedent", "consequent"])
    assert told.index.tolist() == [
        (("apples",), "bread"),
        (("bread",), "milk"),
        (("milk",), "bread"),
    ]
    assert told["support"].tolist() == [0.4, 0.6, 0.6]
    assert told["count"].tolist() == [2, 3, 3]
    assert told["confidence"].tolist() == [1.0, 0.75, 1.0]
    assert told["lift"].tolist() == pytest.approx([1.25, 1.25, 1.25])
    assert told["conviction"].iloc[1] == pytest.approx(1.6)  # (1 - 0.6) / (1 - 0.75)


def test_conviction_is_missing_where_a_rule_has_no_exception_and_says_so() -> None:
    rules = association_rules(LINES, min_support=0.4, min_confidence=0.7)

    statuses = ["no_exception", "finite", "no_exception"]
    assert rules["conviction_status"].tolist() == statuses
    assert rules["conviction"].isna().tolist() == [True, False, True]


@few
@given(
    held=st.lists(
        st.frozensets(st.integers(0, 5), min_size=1, max_size=5),
        min_size=1,
        max_size=20,
    ),
    percent=st.integers(5, 60),
    min_confidence=st.sampled_from([0.0, 0.3, 0.5, 0.7, 1.0]),
)
def test_measures_are_what_their_definitions_say(
    held: list[frozenset[int]], percent: int, min_confidence: float
) -> None:
    told = pd.DataFrame(
        [(basket, item) for basket, items in enumerate(held) for item in items],
        columns=["basket", "item"],
    )

    def share(*items: int) -> float:
        return sum(each.issuperset(items) for each in held) / len(held)

    rules = association_rules(told, percent / 100, min_confidence, max_length=4)

    assert not rules.duplicated(["antecedent", "consequent"]).any()
    for rule in rules.itertuples():
        both = share(*rule.antecedent, rule.consequent)
        confidence = both / share(*rule.antecedent)
        assert rule.consequent not in rule.antecedent
        assert rule.antecedent == tuple(sorted(rule.antecedent))
        assert rule.support == both >= percent / 100
        assert rule.confidence == pytest.approx(confidence)
        assert rule.confidence >= min_confidence
        assert rule.lift == pytest.approx(confidence / share(rule.consequent))
        if confidence < 1:
            wanted = (1 - share(rule.consequent)) / (1 - confidence)
            assert rule.conviction == pytest.approx(wanted)


def test_every_frequent_itemset_gives_a_rule_to_each_of_its_items() -> None:
    rules = association_rules(LINES, min_support=0.2, min_confidence=0.0)

    # 5 pairs and 2 triples
    assert rules["antecedent"].map(len).value_counts().to_dict() == {1: 10, 2: 6}


def test_an_item_in_all_baskets_has_lift_one() -> None:
    bags = pd.DataFrame({"basket": [1, 2, 3], "item": "bag"})
    rules = association_rules(pd.concat([LINES[LINES["basket"] <= 3], bags]), 0.3, 0.0)

    to_bag = rules[rules["consequent"] == "bag"]
    assert len(to_bag) == 6  # apples, bread, milk and their pairs
    assert to_bag["lift"].tolist() == [1.0] * 6
    assert to_bag["conviction_status"].unique().tolist() == ["no_exception"]
    of_bag = rules[rules["antecedent"] == ("bag",)]
    assert np.allclose(of_bag["lift"], 1.0)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(LINES.iloc[:0], id="no basket"),
        pytest.param(LINES[LINES["basket"] == 5], id="one basket, one item"),
    ],
)
def test_where_there_is_no_rule_the_table_is_empty_and_typed(
    lines: pd.DataFrame,
) -> None:
    rules = association_rules(lines, 0.1, 0.0)
    usual = association_rules(LINES, 0.4, 0.0)

    assert rules.empty
    assert list(rules) == list(usual)
    numbers = ["support", "confidence", "lift", "conviction", "count"]
    assert rules.dtypes[numbers].equals(usual.dtypes[numbers])


@pytest.mark.parametrize(
    ("min_confidence", "max_length", "told"),
    [
        (-0.1, 3, "min_confidence must be from 0 to 1, got -0.1"),
        (float("nan"), 3, "min_confidence must be from 0 to 1, got nan"),
        (0.5, 1, "a rule has at least 2 items, got max_length 1"),
    ],
)
def test_a_threshold_that_makes_no_sense_is_refused(
    min_confidence: float, max_length: int, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        association_rules(LINES, 0.1, min_confidence, max_length)
