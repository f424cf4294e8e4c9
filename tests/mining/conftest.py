"""Histories that are told by the days on which a customer bought."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
import pytest

AS_OF = date(2017, 12, 31)

Histories = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def as_of() -> date:
    return AS_OF


@pytest.fixture(scope="session")
def histories_of() -> Histories:
    """A frame of histories; each customer is a list of "bought so many days ago"."""
    return _histories_of


def _histories_of(
    days_ago: Mapping[str, Sequence[int]],
    amounts: Mapping[str, float] | None = None,
    margins: Mapping[str, float] | None = None,
    window_days: int = 365,
) -> pd.DataFrame:
    rows = []
    for customer_id, days in days_ago.items():
        purchases = sorted(AS_OF - timedelta(days=each) for each in set(days))
        in_window = sum(each < window_days for each in set(days))
        rows.append(
            {
                "customer_id": customer_id,
                "first_purchase_date": purchases[0],
                "last_purchase_date": purchases[-1],
                "previous_purchase_date": purchases[-2] if purchases[1:] else None,
                "purchase_day_count": len(purchases),
                "window_purchase_day_count": in_window,
                "window_amount": (amounts or {}).get(customer_id, 10.0 * in_window),
                "window_margin_amount": (margins or {}).get(customer_id),
            }
        )
    return pd.DataFrame(rows).astype({"customer_id": "str"})
