"""How often customers come, by hand."""

import numpy as np
import pandas as pd

from mining.basket.purchases import Purchases
from mining.basket.visits import Visits, frequency_edges

DAY = np.datetime64("2026-01-01")
FIRST = int(DAY.astype(np.int64))


def visits() -> Visits:
    """Customer 0 came on days 0 (twice), 3 and 9; customer 1 on day 5."""
    told = pd.DataFrame(
        {
            "customer": ["a", "a", "a", "a", "b"],
            "item": ["x", "y", "x", "x", "x"],
            "day": [DAY + each for each in (0, 0, 3, 9, 5)],
        }
    )
    return Visits.of(Purchases.of(told), FIRST + 10, 0.25)


def test_days_before_are_counted_by_customer() -> None:
    customer = np.array([0, 0, 0, 0, 0, 1, 1])
    day = FIRST + np.array([-5, 0, 1, 4, 99, 5, 6])

    assert visits().before(customer, day).tolist() == [0, 0, 1, 2, 3, 0, 1]


def test_visits_are_summed_by_class() -> None:
    told = visits()

    assert told.frequency_class.tolist() == [3, 1]
    # of the classes of 0, 1, 2 and 3 visits
    total, squares = told.up_to(FIRST + np.array([-1, 0, 4, 5, 50]))
    assert total.tolist() == [
        [0, 0, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 2],
        [0, 1, 0, 2],
        [0, 1, 0, 3],
    ]
    assert squares[:, 3].tolist() == [0, 1, 4, 4, 9]


def test_classes_grow_by_a_quarter() -> None:
    assert frequency_edges(20, 0.25).tolist() == [1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 24]
    assert frequency_edges(1, 0.25).tolist() == [1]
