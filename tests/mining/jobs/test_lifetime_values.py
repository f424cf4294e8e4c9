"""The job that values customers: who is valued, by which model, and again."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from mining.jobs.lifetime_values import value_customers
from warehouse import Warehouse

pytestmark = pytest.mark.postgres

NIGHT = date(2025, 6, 20)
ANCHOR = date(2025, 6, 1)
CUSTOMERS = 150


@pytest.fixture
def company(warehouse: Warehouse) -> Warehouse:
    """Customers who came first in 2024, and again at a rhythm of their own, or left."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([3])))
    rows = []
    for number in range(CUSTOMERS):
        day = date(2024, 1, 1) + timedelta(days=int(rng.integers(0, 200)))
        gap, mean = int(rng.integers(5, 60)), float(rng.integers(5, 100))
        while day <= NIGHT + timedelta(days=5):
            amount = round(mean * float(rng.uniform(0.5, 1.5)), 2)
            rows.append((f"c{number:03}", day, amount))
            if rng.random() < 0.1:
                break
            day += timedelta(days=int(rng.integers(1, 2 * gap)))
    with warehouse.connect("admin") as connection:
        connection.execute(
            "create table marts.company_settings as select 365::bigint as"
            " rfm_window_days, null::bigint as churn_horizon_days, 52::bigint as"
            " clv_horizon_weeks, 0.1::float8 as yearly_rate, null::float8 as"
            " margin_rate, date '2024-01-01' as history_first_date,"
            " date '2025-06-01' as first_anchor_date"
        )
        connection.execute(
            "create table marts.customer_days (customer_id text, activity_date date,"
            " net_amount numeric(18, 2), margin_amount numeric(18, 2), order_count"
            " bigint default 1, credit_count bigint default 0, return_count bigint"
            " default 0)"
        )
        connection.cursor().executemany(
            "insert into marts.customer_days (customer_id, activity_date, net_amount)"
            " values (%s, %s, %s)",
            rows,
        )
        connection.execute("grant select on all tables in schema marts to miner")
    return warehouse


def ask(company: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with company.connect("admin") as connection:
        return connection.execute(query.encode()).fetchall()


def test_everybody_with_a_purchase_is_valued_once(company: Warehouse):
    written = value_customers(company, NIGHT)

    ((known,),) = ask(
        company,
        "select count(distinct customer_id) from marts.customer_days"
        f" where activity_date <= '{NIGHT}'",
    )
    assert written == known
    assert ask(
        company,
        "select distinct as_of_date, horizon_weeks, yearly_rate, value_basis_code"
        " from mined.customer_lifetime_values",
    ) == [(NIGHT, 52, 0.1, "amount")]


def test_values_are_by_the_model_of_the_first_of_the_month(company: Warehouse):
    value_customers(company, NIGHT)

    assert ask(
        company,
        "select model_code, anchor_date, training_last_date, is_published"
        " from mined.model_runs",
    ) == [("lifetime_values", ANCHOR, ANCHOR - timedelta(days=1), True)]
    assert ask(
        company,
        "select distinct values.status, values.model_version = runs.model_version"
        " from mined.customer_lifetime_values as values, mined.model_runs as runs",
    ) == [("estimated", True)]


def test_a_night_that_is_mined_again_has_equal_rows(company: Warehouse):
    rows = "select told::text from mined.customer_lifetime_values as told order by 1"
    value_customers(company, NIGHT)
    once = ask(company, rows)

    value_customers(company, NIGHT)

    assert ask(company, rows) == once


def test_a_known_margin_is_what_the_values_are_of(company: Warehouse):
    sums = "select sum(clv_amount)::float8 from mined.customer_lifetime_values"
    value_customers(company, NIGHT)
    ((amounts,),) = ask(company, sums)
    with company.connect("admin") as connection:
        connection.execute(
            "update marts.customer_days set margin_amount = net_amount / 4"
        )

    value_customers(company, NIGHT)

    ((margins,),) = ask(company, sums)
    assert margins == pytest.approx(amounts / 4, rel=0.001)
    assert ask(
        company, "select distinct value_basis_code from mined.customer_lifetime_values"
    ) == [("margin",)]
