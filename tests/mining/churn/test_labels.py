"""Who churned, counted by hand."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from mining.churn import churn_horizon_days, churn_labels, horizon_of

CUTOFF = date(2024, 6, 30)


def orders(days: dict[str, list[int]]) -> pd.DataFrame:
    """Orders so many days after the cutoff, or before it where negative."""
    rows = [
        (customer, CUTOFF + timedelta(days=day), 10.0)
        for customer, each in days.items()
        for day in each
    ]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "net_amount"])


def labels(days: dict[str, list[int]], horizon: int = 28, active: int = 91):
    told = churn_labels(orders(days), CUTOFF, horizon, active)
    return told.set_index("customer_id")


def test_who_does_not_come_within_the_horizon_has_churned() -> None:
    told = labels({"stays": [-5, 28], "leaves": [-5, 29], "silent": [-5]})

    assert told["no_purchase"].to_dict() == {
        "leaves": True,
        "silent": True,
        "stays": False,
    }


def test_the_cutoff_itself_is_known_and_the_day_after_is_not() -> None:
    told = labels({"that day": [0], "next day": [-9, 1]})

    assert told["no_purchase"].to_dict() == {"next day": False, "that day": True}


def test_only_customers_of_the_active_window_are_looked_at() -> None:
    told = labels({"inside": [-90], "outside": [-91], "later": [3]})

    assert told.index.tolist() == ["inside"]


def test_visits_have_dropped_when_fewer_than_half_are_left() -> None:
    told = labels(
        {
            "half": [-1, -2, -3, -4, 5, 6],
            "less": [-1, -2, -3, -4, -5, 5, 6],
            "one of one": [-1, 5],
            "none before": [-40, 5],
        }
    )

    assert told["visits_dropped"].drop("none before").to_dict() == {
        "half": False,
        "less": True,
        "one of one": False,
    }
    assert pd.isna(told["visits_dropped"]["none before"])


def test_two_orders_of_a_day_are_one_visit() -> None:
    told = labels({"a": [-1, -1, -1, 5]})

    assert told.loc["a", "visits_before_count"] == 1
    assert not told.loc["a", "visits_dropped"]


def test_a_credit_is_no_visit() -> None:
    told = orders({"a": [-1, 5]})
    told.loc[told["order_date"] > CUTOFF, "net_amount"] = -3.0

    assert churn_labels(told, CUTOFF, 28, 91)["no_purchase"].tolist() == [True]


def test_the_order_of_the_rows_does_not_matter() -> None:
    told = orders({"b": [-1, 5], "a": [-30], "c": [-2, -3, 9]})
    shuffled = told.sample(frac=1, random_state=1)

    pd.testing.assert_frame_equal(
        churn_labels(told, CUTOFF, 28, 91), churn_labels(shuffled, CUTOFF, 28, 91)
    )


def test_nobody_is_an_empty_frame() -> None:
    told = churn_labels(orders({}), CUTOFF, 28, 91)

    assert told.empty
    assert "visits_dropped" in told.columns


def test_a_label_window_that_is_not_over_is_refused() -> None:
    told = orders({"a": [-1]})

    with pytest.raises(ValueError, match=r"ends 2024-07-28 .* until 2024-07-27"):
        churn_labels(told, CUTOFF, 28, 91, until=date(2024, 7, 27))
    assert len(churn_labels(told, CUTOFF, 28, 91, until=date(2024, 7, 28))) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"horizon_days": 0}, "horizon_days must be at least 1, got 0"),
        ({"active_days": -1}, "active_days must be at least 1, got -1"),
    ],
)
def test_lengths_that_make_no_sense_are_refused(change, told) -> None:
    lengths = {"horizon_days": 28, "active_days": 91} | change

    with pytest.raises(ValueError, match=told):
        churn_labels(orders({"a": [-1]}), CUTOFF, **lengths)


def test_a_cutoff_with_an_hour_is_refused() -> None:
    with pytest.raises(TypeError, match=r"must be a datetime\.date, got datetime"):
        churn_labels(orders({"a": [-1]}), datetime(2024, 6, 30, 12), 28, 91)


def test_orders_without_what_is_needed_are_refused() -> None:
    with pytest.raises(ValueError, match="lack the columns order_date"):
        churn_labels(pd.DataFrame({"customer_id": ["a"]}), CUTOFF, 28, 91)
    with pytest.raises(ValueError, match="without a customer_id or an order_date"):
        churn_labels(orders({"a": [-1]}).assign(customer_id=None), CUTOFF, 28, 91)


def test_the_horizon_is_twice_the_typical_long_gap_in_whole_weeks() -> None:
    # gaps of a: ten of 20 days, so that the 90th percentile is 20; of b: one of 40
    told = orders({"a": list(range(-300, -79, 20)), "b": [-100, -60], "c": [-7]})

    # the median of 20 and 40 is 30, twice that 60, and 8 weeks are whole in it
    assert churn_horizon_days(told, CUTOFF) == 56


def test_the_horizon_does_not_see_what_comes_later() -> None:
    told = orders({"a": [-100, -80, -60, 300]})

    assert churn_horizon_days(told, CUTOFF) == 35


def test_the_horizon_stays_within_four_weeks_and_half_a_year() -> None:
    assert horizon_of(16.8) == 28  # 33.6 days hold four whole weeks
    assert horizon_of(2.0) == 28
    assert horizon_of(400.0) == 180
    assert horizon_of(None) == 180
    assert churn_horizon_days(orders({"a": [-1]}), CUTOFF) == 180
