"""Histories that cannot be are refused, and the refusal names no customer."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pandas as pd
import pytest

from mining.histories import COLUMNS, checked_histories

WINDOW_DAYS = 365


@pytest.fixture
def histories(histories_of: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return histories_of({"kim": [0, 10, 30], "lee": [5], "park": [400, 500]})


def test_histories_come_back_sorted_and_in_one_set_of_types(
    histories: pd.DataFrame, as_of: date
) -> None:
    checked = checked_histories(histories.iloc[::-1], as_of, WINDOW_DAYS)

    assert checked["customer_id"].tolist() == ["kim", "lee", "park"]
    assert checked.index.tolist() == [0, 1, 2]
    assert checked.dtypes.astype(str).to_dict() == {
        "customer_id": "str",
        "first_purchase_date": "datetime64[s]",
        "last_purchase_date": "datetime64[s]",
        "previous_purchase_date": "datetime64[s]",
        "purchase_day_count": "int64",
        "window_purchase_day_count": "int64",
        "window_amount": "float64",
        "window_margin_amount": "float64",
    }


def test_amounts_may_be_decimals_and_margins_all_unknown(
    histories: pd.DataFrame, as_of: date
) -> None:
    amounts = pd.Series([Decimal("12.30"), Decimal("0.10"), Decimal("0")], dtype=object)
    histories = histories.assign(window_amount=amounts, window_margin_amount=None)

    checked = checked_histories(histories, as_of, WINDOW_DAYS)

    assert checked["window_amount"].tolist() == [12.3, 0.1, 0.0]
    assert checked["window_margin_amount"].isna().all()


def test_the_header_of_a_csv_without_rows_is_enough(as_of: date) -> None:
    empty = pd.read_csv(
        StringIO(",".join(COLUMNS) + "\n"),
        dtype={"customer_id": "str"},
        parse_dates=[name for name in COLUMNS if name.endswith("_date")],
    )

    assert checked_histories(empty, as_of, WINDOW_DAYS).empty


def test_the_frame_of_the_caller_stays_as_it_was(
    histories: pd.DataFrame, as_of: date
) -> None:
    before = histories.copy(deep=True)

    checked_histories(histories, as_of, WINDOW_DAYS)

    pd.testing.assert_frame_equal(histories, before)


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("customer_id", ["kim", "kim", "park"], "1 rows repeat a customer_id"),
        ("customer_id", ["kim", None, "park"], "1 rows without a customer_id"),
        ("customer_id", ["kim", "", "park"], "1 rows without a customer_id"),
        ("customer_id", [1, 2, 3], "customer_id must be text, got int64"),
        ("last_purchase_date", ["2017-12-31", None, None], "2 rows without a last"),
        ("last_purchase_date", ["2018-01-01"] * 3, "3 rows .* after 2017-12-31"),
        ("last_purchase_date", ["secret"] * 3, "must hold days without a time zone"),
        ("last_purchase_date", [20171231] * 3, "must hold days without a time zone"),
        (
            "last_purchase_date",
            ["2017-12-31 00:00+09:00"] * 3,
            "must hold days without a time zone",
        ),
        (
            "last_purchase_date",
            ["12/11/2017"] * 3,
            "must hold days without a time zone",
        ),
        ("last_purchase_date", ["2017-12-31 10:00"] * 3, "got times of a day"),
        ("first_purchase_date", ["2017-12-31"] * 3, "2 rows with a last .* before"),
        ("previous_purchase_date", [None] * 3, "2 rows whose previous purchase is not"),
        (
            "previous_purchase_date",
            ["2017-12-01", None, "2016-08-19"],  # of three days; of two
            "2 rows whose previous purchase does not fit",
        ),
        ("purchase_day_count", [0, 1, 2], "1 rows without a purchase day"),
        ("purchase_day_count", [33, 1, 2], "1 rows with more purchase days than days"),
        ("purchase_day_count", [1, 1, 1], "2 rows with one purchase day, but"),
        ("purchase_day_count", [3, -1, 2], "1 rows whose purchase_day_count is not"),
        ("purchase_day_count", [3.5, 1, 2], "1 rows whose purchase_day_count is not"),
        ("purchase_day_count", [3, None, 2], "1 rows whose purchase_day_count is not"),
        ("window_purchase_day_count", [4, 1, 0], "more purchase days in the window"),
        ("window_purchase_day_count", [0, 1, 1], "2 rows .* 365 days disagree"),
        ("window_purchase_day_count", [2, 1, 0], "1 rows that began in the window"),
        ("window_amount", [1.0, None, 0.0], "1 rows without a window_amount"),
        ("window_amount", ["secret"] * 3, "window_amount must be numeric"),
        ("window_amount", [float("inf"), 1.0, 0.0], "1 rows whose window_amount is"),
        ("window_margin_amount", [2e13, 1.0, 0.0], "1 rows .* loses cents"),
    ],
)
def test_a_history_that_cannot_be_is_refused(
    histories: pd.DataFrame, as_of: date, column: str, values: list[Any], told: str
) -> None:
    histories[column] = pd.Series(values)

    with pytest.raises(ValueError, match=told) as refusal:
        checked_histories(histories, as_of, WINDOW_DAYS)

    assert not any(
        each in str(refusal.value) for each in ("kim", "lee", "park", "secret")
    )


def test_every_fault_is_told_at_once(histories: pd.DataFrame, as_of: date) -> None:
    histories["window_amount"] = None
    histories["purchase_day_count"] = -1

    with pytest.raises(ValueError, match=r"is not a count\n.*without a window_amount"):
        checked_histories(histories, as_of, WINDOW_DAYS)


def test_missing_columns_are_named(histories: pd.DataFrame, as_of: date) -> None:
    histories = histories.drop(columns=["window_amount", "customer_id"])

    with pytest.raises(ValueError, match="lack the columns customer_id, window_amount"):
        checked_histories(histories, as_of, WINDOW_DAYS)


def test_a_moment_is_not_a_business_date(histories: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match=r"as_of must be a datetime\.date, got dat"):
        checked_histories(histories, datetime(2017, 12, 31, 23), WINDOW_DAYS)
