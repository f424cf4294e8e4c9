"""Weights of those whom no campaign contacted, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from mining.evaluation import contacts_without_holdout, never_contacted_weights


def contacts(*rows: tuple[str, str, bool, bool]) -> pd.DataFrame:
    columns = ["customer_id", "campaign_id", "is_holdout", "is_randomised"]
    return pd.DataFrame(rows, columns=columns)


def test_those_left_out_by_lot_stand_for_all_of_the_audience() -> None:
    told = contacts(
        *((f"treated{n}", "save", False, True) for n in range(4)),
        ("left out", "save", True, True),
    )
    customers = pd.Series(["left out", "treated0", "nobody asked for"])

    assert never_contacted_weights(customers, told).tolist() == [5.0, 0.0, 1.0]


def test_chances_of_several_campaigns_are_multiplied() -> None:
    told = contacts(
        ("a", "first", True, True),
        ("b", "first", False, True),
        ("a", "second", True, True),
        ("c", "second", False, True),
        ("d", "second", False, True),
        ("b", "second", True, True),
    )
    customers = pd.Series(["a", "b", "c"])

    # a was left out of both, 1 in 2 and then 2 in 4; b was contacted by the first
    assert never_contacted_weights(customers, told).tolist() == [4.0, 0.0, 0.0]


def test_who_was_picked_by_a_rule_has_nobody_to_stand_for_them() -> None:
    told = contacts(
        ("picked", "save", False, False),
        ("left out", "save", True, True),
        ("treated", "save", False, True),
    )
    customers = pd.Series(["picked", "left out"])

    assert never_contacted_weights(customers, told).tolist() == [0.0, 2.0]


def test_weights_sum_to_everybody_on_average() -> None:
    rng = np.random.default_rng(1)
    sums = []
    for _ in range(200):
        left_out = rng.random(500) < 0.2
        told = pd.DataFrame(
            {
                "customer_id": [f"c{n}" for n in range(500)],
                "campaign_id": "save",
                "is_holdout": left_out,
                "is_randomised": True,
            }
        )
        sums.append(never_contacted_weights(told["customer_id"], told).sum())

    assert np.mean(sums) == pytest.approx(500)


def test_a_campaign_that_left_nobody_out_cannot_be_judged_through() -> None:
    told = contacts(
        ("a", "spring", False, True),
        ("b", "spring", True, False),  # left out, but not by lot
        ("a", "autumn", True, True),
    )

    assert contacts_without_holdout(told) == ["spring"]
    with pytest.raises(ValueError, match="1 campaigns left nobody out by lot: spring"):
        never_contacted_weights(pd.Series(["a"]), told)


def test_without_contacts_everybody_counts_once() -> None:
    nobody = contacts()

    assert never_contacted_weights(pd.Series(["a", "b"]), nobody).tolist() == [1, 1]
    assert contacts_without_holdout(nobody) == []
