"""The simulated company: what its truth says and what the warehouse says, every month.

The truth is booked by what happens, before there is a row; see `demo/simulated`.
"""

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from danggol import stages
from demo.simulated.plan import Plan
from ingest.contract import ENTITIES
from mining.jobs.segments import segment
from tests.chaos.orders import mined_again, shuffled
from tests.pipeline import later_rows
from tests.pipeline.conftest import Restore, Saved, save
from tests.pipeline.made_company import (
    MadeCompany,
    alone,
    differences,
)
from tests.pipeline.simulated_company import simulated
from warehouse import Warehouse
from warehouse.features import customer_counts

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

PLAN = Plan(customers=300, months=6, seed=7)
HISTORY = date(2023, 6, 27)
NIGHTS = (date(2023, 6, 28), date(2023, 6, 29), date(2023, 6, 30))
MONTHS = PLAN.months
CUTOFF = date(2023, 6, 20)
# of so few customers in half a year, nobody saw it happen
SELDOM = ["days_since_rep_change", "days_since_rep_left", "days_since_personal_contact"]


@pytest.fixture(scope="module")
def after_history(
    tmp_path_factory: pytest.TempPathFactory, template: Warehouse, restore: Restore
) -> Saved:
    """The company after its history was loaded, built, mined and published."""
    founded = simulated(
        PLAN,
        "simulated",
        tmp_path_factory,
        template,
        history_last=HISTORY,
        last=NIGHTS[-1],
    )
    with restore(founded) as made:
        alone(stages.night, HISTORY, history=True)
        return save(made, founded)


@pytest.fixture(scope="module")
def nights(after_history: Saved, restore: Restore) -> MadeCompany:
    """The company after the nights that follow, each mined again in the end."""
    with restore(after_history) as made:
        for day in NIGHTS:
            alone(stages.night, day)
        mined_again(made, NIGHTS)
        saved = save(made, after_history)
    return saved.look()


def truth(company: MadeCompany, columns: str) -> list[tuple]:
    """Columns of the company's own books, a row a month."""
    with company.shop.connect("admin") as connection:
        return connection.execute(
            f"select {columns} from truth.months order by month_on".encode()
        ).fetchall()


def test_every_entity_is_in_play(nights: MadeCompany):
    told = nights.ask(
        "select entity from ledger.batches group by entity"
        " having sum(loaded_count) > 0 and sum(quarantined_count) = 0"
    )

    assert {entity for (entity,) in told} == set(ENTITIES)


def test_money_agrees_with_the_books_to_the_last_won_every_month(nights: MadeCompany):
    books = truth(
        nights,
        "gross_amount, discount_amount, refund_amount, cost_of_goods_amount,"
        " contact_cost_amount, service_cost_amount, gift_amount, profit_amount",
    )

    assert len(books) == MONTHS
    assert (
        nights.ask(
            "select sum(gross_amount)::bigint, sum(discount_amount)::bigint,"
            " sum(returned_amount)::bigint, sum(cost_of_goods_amount)::bigint,"
            " sum(contact_cost_amount)::bigint, sum(service_cost_amount)::bigint,"
            " sum(gift_cost_amount)::bigint, sum(profit_amount)::bigint"
            " from marts.fct_customer_months where month_start_date >= '2023-01-01'"
            " group by month_start_date having bool_and(profit_status = 'complete')"
            " order by month_start_date"
        )
        == books
    )


def test_purchases_active_customers_and_open_cases_agree_every_month(
    nights: MadeCompany,
):
    assert nights.ask(
        "select sum(order_count)::bigint,"
        " count(*) filter (where is_active and customer_id <> '(unknown)'),"
        " sum(open_case_count)::bigint"
        " from marts.fct_customer_months where month_start_date >= '2023-01-01'"
        " group by month_start_date order by month_start_date"
    ) == truth(nights, "purchase_count, active_customer_count, open_case_count")


def test_households_and_members_agree_at_every_month_s_end(nights: MadeCompany):
    assert nights.ask(
        "select count(distinct household_id) filter (where household_id <> '(unknown)'"
        " and customer_status in ('active', 'dormant')),"
        " count(*) filter (where customer_status = 'active'),"
        " count(*) filter (where customer_status = 'dormant'),"
        " count(*) filter (where customer_status = 'withdrawn')"
        " from marts.fct_customer_months"
        " where customer_id <> '(unknown)' and month_start_date >= '2023-01-01'"
        " group by month_start_date order by month_start_date"
    ) == truth(
        nights,
        "household_count, active_member_count, dormant_member_count,"
        " withdrawn_member_count",
    )


def test_any_order_of_nights_ends_in_the_marts_of_a_rebuild(
    nights: MadeCompany, after_history: Saved, restore: Restore
):
    wanted = nights.marts()
    with restore(after_history) as company:
        for day in shuffled(NIGHTS, Random(1)):
            alone(stages.load_shop, day)
            alone(stages.load_weblog, day)
            alone(stages.build_star, day)

        assert differences(mined_again(company, NIGHTS), wanted) == {}

        changed = [
            each for each in alone(stages.rebuild) if each.inserted or each.deleted
        ]
        assert changed == []


def test_few_customers_change_their_cluster_from_one_night_to_the_next(
    after_history: Saved, restore: Restore
):
    # among them an anchor date, the first of June, and not the company's first one
    nights = [HISTORY - timedelta(days=number) for number in reversed(range(30))]
    with restore(after_history) as company:
        company.tell_warehouse(
            "update marts.company_settings set first_anchor_date = '2023-05-01'"
        )
        for night in nights:
            segment(company.warehouse, night, again=True)
        told = company.ask(
            "with pairs as (select as_of_date, cluster_code, lag(cluster_code) over ("
            " partition by customer_id order by as_of_date) as before"
            " from mined.customer_segments where as_of_date >= %s)"
            " select as_of_date, count(*), count(distinct cluster_code),"
            " avg((cluster_code <> before)::integer)::float8 from pairs"
            " where before is not null and cluster_code is not null group by 1",
            nights[0],
        )

    assert [day for day, *_ in sorted(told)] == nights[1:]
    assert min(customers for _, customers, *_ in told) > 50
    assert min(clusters for *_, clusters, _ in told) >= 3
    assert max(share for *_, share in told) < 0.08


def counts_at_cutoff(company: MadeCompany) -> pd.DataFrame:
    """What was known of the customers at a cutoff before the end of the history."""
    with company.warehouse.connect("miner") as connection:
        return customer_counts(
            connection, [CUTOFF], active_days=360, save_campaign_types=["save"]
        )


def test_what_was_known_at_a_cutoff_does_not_see_a_later_row(
    after_history: Saved, restore: Restore
):
    end = datetime(2023, 6, 21, tzinfo=ZoneInfo("Asia/Seoul"))
    known = counts_at_cutoff(after_history.look())
    found = []
    for change in (later_rows.cut, later_rows.scramble):
        with restore(after_history) as company:
            with company.warehouse.connect("admin") as connection:
                change(connection, CUTOFF, end)
            found.append(counts_at_cutoff(company))

    # every source is in play, so that nothing is equal for want of rows
    assert known.notna().any().drop(SELDOM).all()
    assert (known.drop(columns=["cutoff_date", "customer_id"]).nunique() > 1).sum() > 40
    pd.testing.assert_frame_equal(found[0], known, check_exact=True)
    pd.testing.assert_frame_equal(found[1], known, check_exact=True)
