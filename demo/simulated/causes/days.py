"""The calendar: how much is bought on which day of the year, and why."""

from dataclasses import dataclass
from datetime import date

import holidays
import numpy as np

from demo.simulated.moments import Bools, Floats, Ints
from demo.simulated.plan import FIRST_DATE, HORIZON_DAYS, Plan

SEASON = (0.92, 0.96, 1.0, 1.0, 1.06, 0.98, 0.95, 0.92, 1.02, 1.0, 1.08, 1.12)
WEEKDAYS = (  # Monday to Sunday, of private and of business customers
    (0.85, 0.85, 0.90, 0.95, 1.10, 1.30, 1.05),
    (1.30, 1.35, 1.35, 1.30, 1.20, 0.30, 0.20),
)
HOLIDAY = (0.7, 0.1)
FAMILY_FEAST = (0.25, 0.02)  # Lunar New Year and Chuseok, when everybody travels
BEFORE_FEAST = (1.5, 1.2)  # presents
BEFORE_FEAST_DAYS = 10
PROMOTION = (1.4, 1.1)
PROMOTION_DAYS = (11, 12, 13)  # of every month
PRIVATE, BUSINESS = 0, 1


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the history and of the horizon after it.

    Attributes
    ----------
    count : int
        Days of the history.
    clock : ndarray of shape (2, all days + 1)
        Operational time at the beginning of each day, for private and for business
        customers: intensity summed up, one a day on average.
    is_promotion : ndarray of shape (all days,)
        Whether prices are lower.
    month_starts : ndarray of shape (months + 1,)
        First day of each month of the history, and the day after the last.
    """

    count: int
    clock: Floats
    is_promotion: Bools
    month_starts: Ints

    @classmethod
    def of(cls, plan: Plan) -> "Days":
        """The calendar of a plan."""
        month_starts = _month_starts(plan.months)
        count = int(month_starts[-1])
        total = count + HORIZON_DAYS + 1
        dates = _dates(total)
        intensity = np.stack([_intensity(dates, kind) for kind in (PRIVATE, BUSINESS)])
        intensity /= intensity.mean(axis=1, keepdims=True)
        clock = np.zeros((2, total + 1))
        np.cumsum(intensity, axis=1, out=clock[:, 1:])
        promotion = np.array([each.day in PROMOTION_DAYS for each in dates])
        return cls(count, clock, promotion, month_starts)

    @property
    def total(self) -> int:
        """Days of the history and of the horizon."""
        return len(self.is_promotion)

    def month_of(self, day: Ints) -> Ints:
        """Number of the month of each day; those after the history get one more."""
        return np.searchsorted(self.month_starts, day, side="right") - 1

    def bounds(self, month: int) -> tuple[int, int]:
        """First day of a month, and of the next."""
        return int(self.month_starts[month]), int(self.month_starts[month + 1])


def day_number(day: date) -> int:
    """Number of a day."""
    return (day - FIRST_DATE).days


def _month_starts(months: int) -> Ints:
    firsts = [
        date(FIRST_DATE.year + month // 12, month % 12 + 1, 1)
        for month in range(months + 1)
    ]
    return np.array([day_number(each) for each in firsts], dtype=np.int64)


def _dates(total: int) -> list[date]:
    return [date.fromordinal(FIRST_DATE.toordinal() + day) for day in range(total)]


def _intensity(dates: list[date], kind: int) -> Floats:
    """Purchases of a day against those of an average one, by all causes together."""
    korean = holidays.country_holidays("KR", years=range(2023, dates[-1].year + 2))
    feasts = _family_feasts(dates)
    out = np.empty(len(dates))
    for at, day in enumerate(dates):
        factor = SEASON[day.month - 1] * WEEKDAYS[kind][day.weekday()]
        until_feast = min((each - at for each in feasts if each >= at), default=99)
        if at in feasts:
            factor *= FAMILY_FEAST[kind]
        elif day in korean:
            factor *= HOLIDAY[kind]
        elif until_feast <= BEFORE_FEAST_DAYS:
            factor *= BEFORE_FEAST[kind]
        if day.day in PROMOTION_DAYS:
            factor *= PROMOTION[kind]
        out[at] = factor
    return out


def _family_feasts(dates: list[date]) -> set[int]:
    korean = holidays.country_holidays(
        "KR", years=range(2023, dates[-1].year + 2), language="en_US"
    )
    names = ("Korean New Year", "Chuseok")
    return {
        day_number(day)
        for day, name in korean.items()
        if any(each in name for each in names) and "Alternative" not in name
    }
