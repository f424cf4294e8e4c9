"""Histories that the warehouse sums, against what the same orders give by hand."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from mining.purchases import purchase_histories
from warehouse import Warehouse
from warehouse.repeat_purchases import known_margin_rate, repeat_purchases, spending

pytestmark = pytest.mark.postgres

UNTIL = date(2025, 6, 30)
Row = tuple[str, str, int, int, float, float | None]


def tell(warehouse: Warehouse, rows: list[Row]) -> None:
    """Publish days of customers: purchases, other money, net amount, margin."""
    with warehouse.connect("admin") as connection:
        connection.execute(
            "create table marts.customer_days (customer_id text, activity_date date,"
            " order_count bigint, credit_count bigint, return_count bigint,"
            " net_amount numeric(18, 2), margin_amount numeric(18, 2))"
        )
        connection.cursor().executemany(
            "insert into marts.customer_days values (%s, %s, %s, %s, 0, %s, %s)", rows
        )
        connection.execute("grant select on marts.customer_days to miner")


def histories_of(warehouse: Warehouse, until: date = UNTIL) -> pd.DataFrame:
    with warehouse.connect("miner") as connection:
        return repeat_purchases(connection, until)


def test_without_returns_they_are_those_of_the_orders(warehouse: Warehouse):
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([1])))
    count = 400
    orders = pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in rng.integers(0, 60, count)],
            "order_date": pd.to_datetime("2025-01-01")
            + pd.to_timedelta(rng.integers(0, 200, count), "D"),
            "net_amount": rng.integers(1, 10_000, count) / 100,
        }
    )
    days = orders.groupby(["customer_id", "order_date"], as_index=False).agg("sum")
    tell(
        warehouse,
        [
            (each.customer_id, str(each.order_date.date()), 1, 0, each.net_amount, None)
            for each in days.itertuples()
        ],
    )

    wanted = purchase_histories(orders, UNTIL).sort_values("customer_id")
    found = histories_of(warehouse)

    pd.testing.assert_frame_equal(
        found, wanted.reset_index(drop=True)[list(found)], check_dtype=False
    )


def test_what_came_back_is_taken_off_the_repeat_purchases(warehouse: Warehouse):
    tell(
        warehouse,
        [
            ("a", "2025-06-02", 1, 0, 10, None),
            ("a", "2025-06-09", 1, 0, 30, None),
            ("a", "2025-06-12", 0, 1, -6, None),
            ("a", "2025-06-16", 2, 0, 20, None),
        ],
    )

    (found,) = histories_of(warehouse).to_dict("records")

    assert found == {
        "customer_id": "a",
        "frequency": 2,
        "recency_weeks": 2.0,
        "age_weeks": 4.0,
        "average_amount": 22.0,  # (30 - 6 + 20) / 2
    }


def test_what_came_back_of_the_first_purchase_leaves_the_repeat_purchases_alone(
    warehouse: Warehouse,
):
    tell(
        warehouse,
        [
            ("a", "2025-06-02", 1, 0, 10, None),
            ("a", "2025-06-04", 0, 1, -6, None),
            ("a", "2025-06-09", 1, 0, 30, None),
        ],
    )

    (found,) = histories_of(warehouse).to_dict("records")

    assert found["average_amount"] == 30.0


def test_days_after_the_last_that_is_seen_do_not_count(warehouse: Warehouse):
    tell(
        warehouse,
        [
            ("a", "2025-06-30", 1, 0, 10, None),
            ("a", "2025-07-01", 1, 0, 10, None),
            ("b", "2025-07-01", 1, 0, 10, None),
        ],
    )

    found = histories_of(warehouse)

    assert found[["customer_id", "frequency"]].values.tolist() == [["a", 0]]
    assert found["average_amount"].isna().all()


def test_nobody_unknown_and_nobody_who_only_gave_back_has_a_history(
    warehouse: Warehouse,
):
    tell(
        warehouse,
        [("(unknown)", "2025-06-01", 1, 0, 5, 1), ("c", "2025-06-01", 0, 1, -5, None)],
    )
    assert histories_of(warehouse).empty


def test_spending_is_that_after_the_first_day_up_to_the_last(warehouse: Warehouse):
    tell(
        warehouse,
        [
            ("a", "2025-06-01", 1, 0, 1, None),
            ("a", "2025-06-02", 1, 0, 2, None),
            ("a", "2025-06-30", 0, 1, -1, None),
            ("a", "2025-07-01", 1, 0, 8, None),
        ],
    )

    with warehouse.connect("miner") as connection:
        found = spending(connection, date(2025, 6, 1), UNTIL)

    assert found.values.tolist() == [["a", 1, 1.0]]


@pytest.mark.parametrize(
    ("margins", "rate"),
    [([2, 6], 0.4), ([2, None], None), ([], None)],
    ids=["every cost is known", "one is not", "nobody bought"],
)
def test_a_margin_is_known_where_every_cost_of_a_year_is(
    margins: list[float | None], rate: float | None, warehouse: Warehouse
):
    year_ago = UNTIL - timedelta(days=365)  # just outside
    days = [UNTIL, year_ago + timedelta(days=1)]
    tell(
        warehouse,
        [
            ("a", str(year_ago), 1, 0, 100, None),
            *(
                ("a", str(day), 1, 0, 10, margin)
                for day, margin in zip(days, margins, strict=False)
            ),
        ],
    )

    with warehouse.connect("miner") as connection:
        assert known_margin_rate(connection, UNTIL) == rate
