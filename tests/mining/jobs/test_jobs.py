"""What holds of every job: the same rows again, in any order and by any threads."""

from collections import Counter
from datetime import date

import pytest
from threadpoolctl import threadpool_limits

from danggol.mining_jobs import MINING_JOBS
from mining.jobs import JOBS
from tests import made_marts
from tests.mining.jobs.conftest import ANCHOR, NIGHT, Ask
from warehouse import Warehouse

pytestmark = pytest.mark.postgres

EACH_JOB = pytest.mark.parametrize("job", JOBS)
BEFORE = date(2025, 11, 28)  # goes by an anchor of its own

# A company of few: what is left of it, and what happens of a night.
FEW = {
    "nobody": "true",
    "a single customer": "{whose} <> 'M00000001'",
    "three customers": "{whose} not in ('M00000001', 'M00000002', 'M00000003')",
}
WHOSE = {
    "customer_days": "customer_id",
    "dim_customers": "customer_id",
    **dict.fromkeys(
        [
            *("fct_orders", "fct_order_lines", "fct_returns", "fct_quotes"),
            *("fct_campaign_contacts", "fct_interactions", "fct_service_cases"),
        ],
        "current_customer_id",
    ),
}


def rows_of(ask: Ask, job: str) -> dict[str, Counter[str]]:
    """Every row that a job has written, as text."""
    return {
        table: Counter(
            row for (row,) in ask(f"select told::text from mined.{table} as told")
        )
        for table in MINING_JOBS[job]
    }


def forget(made: Warehouse) -> None:
    """Let go of all models and of what they said."""
    tables = [table for told in MINING_JOBS.values() for table in told]
    tables += ["model_runs", "model_evaluations"]
    with made.connect("admin") as connection:
        for table in tables:
            connection.execute(f"delete from mined.{table}".encode())


def test_there_is_a_job_for_each_that_a_night_runs():
    assert list(JOBS) == list(MINING_JOBS)


@EACH_JOB
def test_a_night_that_is_mined_again_has_equal_rows(
    job: str, made: Warehouse, ask: Ask
):
    written = JOBS[job](made, NIGHT)
    once = rows_of(ask, job)

    assert JOBS[job](made, NIGHT) == written
    assert rows_of(ask, job) == once
    assert sum(map(len, once.values())) == written > 0


@EACH_JOB
def test_rows_are_the_same_by_one_thread_and_by_two(
    job: str, made: Warehouse, ask: Ask
):
    with threadpool_limits(1):
        JOBS[job](made, NIGHT)
    by_one = rows_of(ask, job)
    forget(made)
    with threadpool_limits(2):
        JOBS[job](made, NIGHT)

    assert rows_of(ask, job) == by_one


@EACH_JOB
def test_nights_may_be_mined_in_reverse(job: str, made: Warehouse, ask: Ask):
    for day in (BEFORE, NIGHT):
        JOBS[job](made, day)
    in_order = rows_of(ask, job)
    forget(made)

    for day in (NIGHT, BEFORE):
        JOBS[job](made, day)

    assert rows_of(ask, job) == in_order


@EACH_JOB
def test_what_comes_after_the_night_changes_nothing(
    job: str, made: Warehouse, ask: Ask
):
    JOBS[job](made, NIGHT)
    once = rows_of(ask, job)
    forget(made)
    with made.connect("admin") as connection:
        for fact, day in (
            ("customer_days", "activity_date"),
            ("fct_orders", "order_date"),
            ("fct_order_lines", "order_date"),
            ("fct_returns", "return_date"),
        ):
            connection.execute(
                f"delete from marts.{fact} where {day} > '{NIGHT}'".encode()
            )

    JOBS[job](made, NIGHT)

    assert rows_of(ask, job) == once


@EACH_JOB
@pytest.mark.parametrize("company", FEW)
def test_a_company_of_few_is_mined_without_an_error(
    company: str, job: str, made: Warehouse, ask: Ask
):
    with made.connect("admin") as connection:
        for mart, whose in WHOSE.items():
            gone = FEW[company].format(whose=whose)
            connection.execute(f"delete from marts.{mart} where {gone}".encode())

    JOBS[job](made, NIGHT)

    assert ask(f"select anchor_date from mined.model_runs where model_code = '{job}'")


@EACH_JOB
def test_models_are_of_the_first_of_the_month(job: str, made: Warehouse, ask: Ask):
    JOBS[job](made, NIGHT)

    assert ask(
        "select anchor_date, training_last_date < anchor_date, is_published"
        f" from mined.model_runs where model_code = '{job}'"
    ) == [(ANCHOR, True, True)]


def test_a_company_whose_days_are_all_alike_is_told_that_nothing_can_be_learnt(
    made: Warehouse, ask: Ask
):
    """One class only, a constant feature, no repeat buyers: faults, row R7."""
    with made.connect("admin", autocommit=True) as connection:
        for mart in made_marts.READ:
            if mart not in ("company_settings", "dim_products", "dim_channels"):
                connection.execute(f"truncate marts.{mart}".encode())
        connection.execute(
            "insert into marts.customer_days (customer_id, activity_date, order_count,"
            " line_count, gross_amount, net_amount) select 'M' || number, '2025-11-15',"
            " 1, 1, 10, 10 from generate_series(1, 300) as number"
        )
    for mine in JOBS.values():
        mine(made, NIGHT)

    assert ask(
        "select distinct churn_probability, is_scorable, not_scorable_reason_code"
        " from mined.churn_predictions where label_code = 'no_purchase'"
    ) == [(None, False, "too_few_customers")]
    # who never came again brings nothing more by the simple rule
    assert ask(
        "select distinct status, clv_amount from mined.customer_lifetime_values"
    ) == [("fallback", 0)]
    assert ask("select count(*) from mined.customer_segments") == [(300,)]
