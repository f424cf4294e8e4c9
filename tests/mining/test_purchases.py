"""Histories of repeat purchases by hand count."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mining.purchases import HISTORIES, purchase_histories, repeats_of

UNTIL = date(2017, 3, 31)


def orders_of(*rows: tuple[str, str, float], **columns: Any) -> pd.DataFrame:
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "net_amount"])
    days = pd.to_datetime(orders["order_date"], format="ISO8601")
    return orders.assign(order_date=days, **columns)


def history_of(*rows: tuple[str, float], **columns: Any) -> dict[str, float]:
    orders = orders_of(*(("kim", day, amount) for day, amount in rows), **columns)
    (history,) = purchase_histories(orders, UNTIL).to_dict("records")
    assert history.pop("customer_id") == "kim"
    return history


def test_repeat_purchases_are_days_after_the_first() -> None:
    history = history_of(
        ("2017-01-06", 100), ("2017-01-20", 10), ("2017-01-20", 5), ("2017-02-03", 25)
    )

    assert history == {
        "frequency": 2,
        "recency_weeks": 4.0,
        "age_weeks": 12.0,
        "average_amount": 20.0,  # (15 + 25) / 2; the first purchase does not count
    }


def test_who_bought_on_one_day_has_no_recency_and_no_average() -> None:
    history = history_of(("2017-01-06", 100), ("2017-01-06", 50))

    assert history == pytest.approx(
        {
            "frequency": 0,
            "recency_weeks": 0.0,
            "age_weeks": 12.0,
            "average_amount": np.nan,
        },
        nan_ok=True,
    )


def test_who_first_bought_on_the_last_day_has_no_age() -> None:
    assert history_of(("2017-03-31", 100))["age_weeks"] == 0


def test_the_last_day_counts_and_the_days_after_it_do_not() -> None:
    history = history_of(("2017-03-24", 1), ("2017-03-31", 7), ("2017-04-01", 99))

    assert history["frequency"] == 1
    assert history["recency_weeks"] == history["age_weeks"] == 1
    assert history["average_amount"] == 7


def test_times_of_a_day_are_one_day() -> None:
    history = history_of(
        ("2017-03-10 09:00", 1), ("2017-03-17 23:59:59", 1), ("2017-03-17 00:00", 1)
    )

    assert history["frequency"] == history["recency_weeks"] == 1


def test_a_purchase_for_nothing_is_a_purchase() -> None:
    history = history_of(("2017-03-10", 5), ("2017-03-17", 0), ("2017-03-24", 8))

    assert (history["frequency"], history["average_amount"]) == (2, 4)


def test_a_credit_is_no_purchase_and_lessens_the_one_before_it() -> None:
    history = history_of(
        ("2017-01-06", 100),
        ("2017-01-10", -30),  # of the first purchase, which does not count
        ("2017-01-20", 40),
        ("2017-01-27", -10),
        ("2017-02-03", 50),
    )

    assert history["frequency"] == 2
    assert history["recency_weeks"] == 4
    assert history["average_amount"] == (40 - 10 + 50) / 2


def test_a_credit_before_the_first_purchase_is_left_out() -> None:
    history = history_of(("2017-01-01", -30), ("2017-01-06", 9), ("2017-01-20", 40))

    assert (history["age_weeks"], history["average_amount"]) == (12, 40)


def test_a_credit_may_exceed_what_was_bought() -> None:
    history = history_of(("2017-01-06", 9), ("2017-01-20", 40), ("2017-01-27", -90))

    assert history["average_amount"] == -50


def test_who_only_gave_back_has_no_history() -> None:
    orders = orders_of(("kim", "2017-01-06", -30), ("lee", "2017-01-06", 30))

    assert purchase_histories(orders, UNTIL)["customer_id"].tolist() == ["lee"]


def test_a_day_may_be_told_to_be_a_purchase_though_credits_outweigh_it() -> None:
    rows = (("2017-01-06", 9.0), ("2017-01-20", -5.0), ("2017-01-27", -1.0))

    history = history_of(*rows, is_purchase=[True, True, False])

    assert (history["frequency"], history["recency_weeks"]) == (1, 2)
    assert history["average_amount"] == -6


def test_rows_in_any_order_make_the_same_histories_to_the_last_bit() -> None:
    rng = np.random.default_rng(7)
    orders = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 5, 2000).astype(str),
            "order_date": pd.Timestamp("2017-01-01")
            + pd.to_timedelta(rng.integers(0, 8, 2000), unit="D"),
            "net_amount": rng.normal(10, 20, 2000) * 10.0 ** rng.integers(-9, 9, 2000),
        }
    )

    shuffled = purchase_histories(orders.sample(frac=1, random_state=1), UNTIL)

    pd.testing.assert_frame_equal(
        shuffled, purchase_histories(orders, UNTIL), check_exact=True
    )
    assert shuffled["customer_id"].is_monotonic_increasing


def test_amounts_may_be_decimals_and_days_dates() -> None:
    orders = pd.DataFrame(
        {
            "customer_id": ["kim", "kim"],
            "order_date": [date(2017, 3, 17), date(2017, 3, 24)],
            "net_amount": [Decimal("1.10"), Decimal("2.20")],
        }
    )

    (history,) = purchase_histories(orders, UNTIL).to_dict("records")

    assert (history["recency_weeks"], history["average_amount"]) == (1, 2.2)


def test_no_orders_make_an_empty_frame_of_the_same_types() -> None:
    some = purchase_histories(orders_of(("kim", "2017-01-06", 1)), UNTIL)

    none = purchase_histories(orders_of(("kim", "2017-01-06", 1)).iloc[:0], UNTIL)

    assert none.empty
    assert list(none.columns) == list(HISTORIES)
    assert none.dtypes.tolist() == some.dtypes.tolist()


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("customer_id", ["secret", None], "1 rows without a customer_id"),
        ("order_date", ["2017-01-01", None], "1 rows without an order_date"),
        ("order_date", ["secret", "secret"], "must hold days without a time zone"),
        ("order_date", [20170101, 20170102], "must hold days without a time zone"),
        ("order_date", ["2017-01-01 00:00+09:00"] * 2, "without a time zone"),
        ("net_amount", ["secret", "secret"], "net_amount must be numeric"),
        ("net_amount", [1.0, np.nan], "1 rows without a finite net_amount"),
        ("net_amount", [np.inf, np.inf], "2 rows without a finite net_amount"),
    ],
)
def test_orders_that_cannot_be_used_are_refused_without_their_values(
    column: str, values: list[Any], told: str
) -> None:
    orders = orders_of(("kim", "2017-01-06", 1.0), ("lee", "2017-01-06", 1.0))
    orders[column] = pd.Series(values)

    with pytest.raises(ValueError, match=told) as refusal:
        purchase_histories(orders, UNTIL)

    assert not any(each in str(refusal.value) for each in ("kim", "lee", "secret"))


def test_missing_columns_are_named() -> None:
    orders = orders_of(("kim", "2017-01-06", 1)).drop(columns="net_amount")

    with pytest.raises(ValueError, match="orders lack the columns net_amount"):
        purchase_histories(orders, UNTIL)


@pytest.mark.parametrize(
    ("history", "told"),
    [
        ((-1, 0.0, 3.0), "1 rows whose frequency is not a count"),
        ((1.5, 1.0, 3.0), "1 rows whose frequency is not a count"),
        ((np.nan, 0.0, 3.0), "1 rows whose frequency is not a count"),
        ((1, 5.0, 3.0), "1 rows whose recency_weeks is negative, missing or beyond"),
        ((1, np.nan, 3.0), "1 rows whose recency_weeks"),
        ((0, 0.0, -1.0), "1 rows whose age_weeks is negative or missing"),
        ((0, 0.0, np.inf), "1 rows whose age_weeks"),
        ((0, 2.0, 3.0), "1 rows with a frequency but no recency, or the reverse"),
        ((2, 0.0, 3.0), "1 rows with a frequency but no recency, or the reverse"),
    ],
)
def test_a_history_that_cannot_have_happened_is_refused(
    history: tuple[float, float, float], told: str
) -> None:
    histories = pd.DataFrame([history, (2, 1.0, 3.0)], columns=list(HISTORIES[1:4]))

    with pytest.raises(ValueError, match=told):
        repeats_of(histories)


def test_an_age_that_was_rounded_below_the_recency_is_the_recency() -> None:
    histories = pd.DataFrame([(1, 38.857, 38.85)], columns=list(HISTORIES[1:4]))

    assert repeats_of(histories).t_x.tolist() == [38.85]
