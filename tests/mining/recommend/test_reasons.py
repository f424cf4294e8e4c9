"""Which rule and which thing bought speaks for a recommendation, by hand."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from mining.recommend.reasons import Rules, nearest

ITEMS = pd.Index(["cups", "milk", "salt", "tea"])
CUPS, MILK, SALT, TEA = range(4)
# kim has tea and milk, lee tea, han nothing
HAS = sp.csr_array(np.array([[0, 1, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]]))
KIM, LEE, HAN = range(3)


def rules_of(*rows: tuple[str, tuple[str, ...], str, float]) -> pd.DataFrame:
    names = ["rule_id", "antecedent", "consequent", "adjusted_lift"]
    return pd.DataFrame(rows, columns=names)


def found(rules: pd.DataFrame, *asked: tuple[int, int]) -> list[str | None]:
    made = Rules(rules, ITEMS)
    row, item = (np.array(each) for each in zip(*asked, strict=True))
    return [
        None if place < 0 else made.rule_ids[place]
        for place in made.strongest(HAS, row, item)
    ]


def test_a_rule_holds_for_whom_every_antecedent_is_owned() -> None:
    rules = rules_of(
        ("r1", ("milk", "tea"), "cups", 2.0), ("r2", ("tea",), "salt", 2.0)
    )

    assert found(rules, (KIM, CUPS), (LEE, CUPS), (HAN, CUPS)) == ["r1", None, None]
    assert found(rules, (LEE, SALT), (KIM, SALT)) == ["r2", "r2"]


def test_of_several_rules_the_strongest_that_holds_is_told_ties_by_id() -> None:
    rules = rules_of(
        ("r9", ("tea",), "cups", 1.5),
        ("r2", ("tea",), "cups", 1.5),
        ("r1", ("milk",), "cups", 3.0),
        ("r0", ("salt",), "cups", 9.0),
    )

    assert found(rules, (KIM, CUPS), (LEE, CUPS)) == ["r1", "r2"]


def test_rules_of_items_that_nobody_bought_are_passed_over() -> None:
    rules = rules_of(
        ("r1", ("tea", "gone"), "cups", 2.0), ("r2", ("tea",), "gone", 2.0)
    )

    assert found(rules, (KIM, CUPS)) == [None]


def test_an_item_that_is_not_known_has_no_rule() -> None:
    assert found(rules_of(("r1", ("tea",), "tea", 2.0)), (KIM, -1)) == [None]


def test_no_rules_and_no_recommendations_are_fine() -> None:
    assert found(rules_of(), (KIM, CUPS)) == [None]
    nobody = np.array([], dtype="int64")
    assert not len(Rules(rules_of(), ITEMS).strongest(HAS, nobody, nobody))


def test_rules_without_a_lift_stand_by_id() -> None:
    rules = rules_of(("r2", ("tea",), "cups", 0.0), ("r1", ("tea",), "cups", 0.0))

    assert found(rules.drop(columns="adjusted_lift"), (KIM, CUPS)) == ["r1"]
    with pytest.raises(ValueError, match="rules lack the columns rule_id"):
        Rules(rules.drop(columns="rule_id"), ITEMS)


def test_the_nearest_item_is_the_one_that_adds_most() -> None:
    weights = np.zeros((4, 2))
    weights[[TEA, MILK], 0] = [0.2, 0.3]
    weights[[TEA, MILK, SALT], 1] = [0.1, -0.4, 9.0]
    row = np.array([KIM, KIM, LEE, HAN])
    item = np.array([0, 1, 0, 0])

    assert nearest(HAS, weights, row, item).tolist() == [MILK, TEA, TEA, -1]


def test_equally_near_items_stand_by_place_and_what_adds_nothing_is_no_reason() -> None:
    even = np.full((4, 1), 0.5)
    none = np.full((4, 1), -0.5)
    row, item = np.array([KIM]), np.array([0])

    assert nearest(HAS, even, row, item).tolist() == [MILK]
    assert nearest(HAS, none, row, item).tolist() == [-1]
