"""The calendar of a Korean shop."""

from datetime import date

import numpy as np
import pytest

from demo.simulated.causes.days import BUSINESS, PRIVATE, Days, day_number
from demo.simulated.plan import HORIZON_DAYS, Plan


@pytest.fixture(scope="module")
def days() -> Days:
    return Days.of(Plan(months=36))


def busy(days: Days, day: date, kind: int = PRIVATE) -> float:
    number = day_number(day)
    return float(days.clock[kind, number + 1] - days.clock[kind, number])


def test_three_years_have_a_leap_day_and_a_horizon_beyond(days: Days) -> None:
    assert days.count == 365 + 366 + 365
    assert days.total == days.count + HORIZON_DAYS + 1
    assert days.month_starts[:4].tolist() == [0, 31, 59, 90]


def test_operational_time_passes_a_day_a_day_on_average(days: Days) -> None:
    assert days.clock[:, -1] == pytest.approx([days.total, days.total])


@pytest.mark.parametrize(
    "feast",
    [date(2023, 1, 22), date(2024, 2, 10), date(2024, 9, 17), date(2025, 10, 6)],
)
def test_little_is_bought_at_lunar_new_year_and_chuseok_and_much_before(
    days: Days, feast: date
) -> None:
    before = date.fromordinal(feast.toordinal() - 7)  # the same weekday

    assert busy(days, feast) < 0.4
    assert busy(days, before) > 3 * busy(days, feast)


def test_business_customers_rest_at_weekends(days: Days) -> None:
    friday, sunday = date(2024, 6, 21), date(2024, 6, 23)

    assert busy(days, sunday, BUSINESS) / busy(days, friday, BUSINESS) == pytest.approx(
        0.20 / 1.20
    )


def test_a_day_belongs_to_its_month_and_those_beyond_to_none(days: Days) -> None:
    asked = np.array([-1, 0, 30, 31, days.count - 1, days.count])

    assert days.month_of(asked).tolist() == [-1, 0, 0, 1, 35, 36]
