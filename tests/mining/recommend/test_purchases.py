"""Frames in arrays: each day once, in one order, and nothing after the last day."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mining.days import day_number
from mining.recommend import Purchases
from mining.recommend.purchases import days_of, places

ROWS = [
    ("lee", "tea", date(2026, 1, 5)),
    ("kim", "tea", date(2026, 1, 1)),
    ("kim", "cups", date(2026, 1, 3)),
    ("kim", "tea", date(2026, 1, 4)),
    ("kim", "tea", date(2026, 1, 4)),  # twice a day is once
]


def frame_of(rows: list[tuple[str, str, date]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "product_id", "order_date"])


def test_purchases_are_sorted_and_each_day_counts_once() -> None:
    purchases = Purchases.of(frame_of(ROWS))

    assert purchases.customers.tolist() == ["kim", "lee"]
    assert purchases.products.tolist() == ["cups", "tea"]
    assert purchases.matrix().toarray().tolist() == [[1, 2], [0, 1]]
    assert purchases.bought().toarray().tolist() == [[1, 1], [0, 1]]
    assert purchases.ages().tolist() == [2, 4, 1, 0]
    assert days_of(purchases.day[:1])[0] == np.datetime64("2026-01-03")


def test_what_comes_after_the_last_day_is_not_seen() -> None:
    purchases = Purchases.of(frame_of(ROWS), as_of=date(2026, 1, 3))

    assert purchases.customers.tolist() == ["kim"]
    assert purchases.until == day_number(date(2026, 1, 3))


def test_encoded_purchases_are_cut_to_before_and_after_a_day() -> None:
    purchases = Purchases.of(frame_of(ROWS))
    third = day_number(date(2026, 1, 3))

    assert purchases.before(third).matrix().toarray().tolist() == [[1, 1], [0, 0]]
    assert purchases.after(third).matrix().toarray().tolist() == [[0, 1], [0, 1]]
    again = Purchases.of(purchases, as_of=date(2026, 1, 3))
    assert again.matrix().toarray().tolist() == [[1, 1], [0, 0]]
    assert again.until == third


def test_buyers_of_the_last_days_are_counted_once() -> None:
    purchases = Purchases.of(frame_of(ROWS))

    assert purchases.buyers(days=2).tolist() == [0, 2]  # the 4th and the 5th
    assert purchases.buyers(days=99).tolist() == [1, 2]


def test_numbers_do_for_ids_and_nothing_for_purchases() -> None:
    numbers = frame_of(ROWS).assign(customer_id=[9, 7, 7, 7, 7])

    assert Purchases.of(numbers).customers.tolist() == [7, 9]
    nothing = Purchases.of(frame_of([]))
    assert nothing.bought().shape == (0, 0)
    assert nothing.buyers(91).tolist() == []


@pytest.mark.parametrize("column", ["customer_id", "product_id", "order_date"])
def test_a_purchase_without_a_value_is_refused(column: str) -> None:
    frame = frame_of(ROWS)
    frame[column] = frame[column].where(frame.index > 0, None)

    with pytest.raises(ValueError, match=f"1 rows without an? {column}") as refusal:
        Purchases.of(frame)
    assert "kim" not in str(refusal.value)


def test_places_of_ids_that_are_not_there_are_negative() -> None:
    assert places(pd.Index(["a", "c"]), ["c", "b", "a"]).tolist() == [1, -1, 0]
