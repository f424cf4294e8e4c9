"""What the question marts say of money closes to the simulated company's own books.

Profits to its ledger, growth to the change in revenue, campaigns to their budget.
"""

from collections.abc import Iterator
from datetime import date

import pytest

from demo.simulated.plan import Plan
from tests.pipeline.conftest import Restore
from tests.pipeline.made_company import MadeCompany, build_history
from tests.pipeline.simulated_company import simulated
from warehouse import Warehouse

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

# nine quarters: two years, to be compared, and one quarter more
PLAN = Plan(customers=300, months=27, seed=7)
LAST = date(2025, 3, 31)
REVENUE = "gross_amount - discount_amount - refund_amount"
LENGTH = {"month": 1, "quarter": 3, "year": 12}  # in months


@pytest.fixture(scope="module")
def company(
    tmp_path_factory: pytest.TempPathFactory, template: Warehouse, restore: Restore
) -> Iterator[MadeCompany]:
    """The company after one night that took in all of its history."""
    before = simulated(
        PLAN, "closing", tmp_path_factory, template, history_last=LAST, last=LAST
    )
    with restore(before) as made:
        build_history(LAST)
        yield made


def books(company: MadeCompany, query: str) -> list[tuple]:
    """Rows of the company's own database."""
    with company.shop.connect("admin") as connection:
        return connection.execute(query.encode()).fetchall()


def test_customer_profits_close_to_the_ledger_line_by_line_every_quarter(
    company: MadeCompany,
):
    ledger = books(
        company,
        "select date_trunc('quarter', month_on)::date, sum(purchase_count)::bigint,"
        " sum(gross_amount)::bigint, sum(discount_amount)::bigint,"
        " sum(refund_amount)::bigint, sum(cost_of_goods_amount)::bigint,"
        " sum(contact_cost_amount)::bigint, sum(service_cost_amount)::bigint,"
        " sum(gift_amount)::bigint, sum(profit_amount)::bigint"
        " from truth.months group by 1 order by 1",
    )

    assert len(ledger) == 9
    assert (
        company.ask(
            "select quarter_start_date, sum(order_count)::bigint,"
            " sum(gross_amount)::bigint, sum(discount_amount)::bigint,"
            " sum(returned_amount)::bigint, sum(cost_of_goods_amount)::bigint,"
            " sum(contact_cost_amount)::bigint, sum(service_cost_amount)::bigint,"
            " sum(gift_cost_amount)::bigint, sum(profit_amount)::bigint"
            " from marts.customer_profits where quarter_start_date >= '2023-01-01'"
            " group by 1 having bool_and(profit_status = 'complete') order by 1"
        )
        == ledger
    )


def test_the_year_that_ends_with_a_quarter_is_its_four_quarters(company: MadeCompany):
    assert company.ask(
        "select sum(yearly_profit_amount)::bigint, sum(yearly_order_count)::bigint"
        " from marts.customer_profits where quarter_start_date = '2024-10-01'"
    ) == books(
        company,
        "select sum(profit_amount)::bigint, sum(purchase_count)::bigint"
        " from truth.months where month_on between '2024-01-01' and '2024-12-31'",
    )


@pytest.mark.parametrize(
    ("period", "count"), [("month", 26), ("quarter", 8), ("year", 2)]
)
def test_growth_bridges_add_up_to_the_change_in_revenue(
    company: MadeCompany, period: str, count: int
):
    months = dict(books(company, f"select month_on, {REVENUE} from truth.months"))
    days = sorted(months)
    bridges = company.ask(
        "select period_start_date, sum(change_amount)::bigint, sum(amount)::bigint,"
        " count(*) from marts.growth_bridges where period_code = %s"
        " group by period_start_date order by period_start_date",
        period,
    )

    assert len(bridges) == count
    for start, change, amount, components in bridges:
        first, length = days.index(start), LENGTH[period]
        revenue = sum(months[day] for day in days[first : first + length])
        before = sum(months[day] for day in days[first - length : first])
        assert (change, amount, components) == (revenue - before, revenue, 6)


def test_growth_bridges_count_everybody_who_bought(company: MadeCompany):
    found = company.ask(
        "select period_start_date, sum(customer_count)::bigint"
        " from marts.growth_bridges where period_code = 'month'"
        " and component_code in ('new', 'reactivated', 'retained')"
        " group by period_start_date order by period_start_date"
    )

    assert found == books(
        company,
        "select month_on, active_customer_count from truth.months"
        " where month_on > '2023-01-01' order by month_on",
    )


def test_campaign_results_close_to_budget_contacts_and_costs(company: MadeCompany):
    told = books(
        company,
        "select campaigns.campaign_no::text, budget, coalesce(sum(cost), 0)::bigint,"
        " count(contact_no) filter (where arm = 'treated'),"
        " (select count(*) from campaign_answers as answers"
        " where answers.campaign_no = campaigns.campaign_no)"
        " from campaigns left join campaign_contacts as contacts"
        " on contacts.campaign_no = campaigns.campaign_no"
        " group by campaigns.campaign_no, budget order by 1",
    )

    assert len(told) >= 14
    assert (
        company.ask(
            "select campaign_id, planned_amount::bigint, spent_amount::bigint,"
            " contact_count, response_count from marts.campaign_results"
            " where campaign_id <> '(unknown)' order by campaign_id"
        )
        == told
    )
    assert company.ask(
        "select count(*) from marts.campaign_results where campaign_id <> '(unknown)'"
        " and planned_amount is distinct from"
        " tested_spent_amount + untested_spent_amount + unspent_amount"
    ) == [(0,)]


def test_campaigns_and_other_contacts_cost_what_the_ledger_says(company: MadeCompany):
    ((spent,),) = company.ask(
        "select sum(spent_amount)::bigint from marts.campaign_results"
    )
    ((others,),) = company.ask(
        "select sum(cost_amount)::bigint from marts.fct_interactions"
        " where origin_id like 'interaction:%%' and interaction_type_code <> 'gift'"
    )

    assert books(company, "select sum(contact_cost_amount)::bigint from truth.months")[
        0
    ] == (spent + others,)


def test_arms_are_those_that_the_lot_drew(company: MadeCompany):
    # who is approached under two memberships that are one person now is not compared
    drawn = books(
        company,
        "select campaign_no::text, count(*) filter (where arm = 'treated'),"
        " count(*) filter (where arm = 'holdout') from campaign_contacts"
        " where assignment = 'randomised' group by campaign_no order by 1",
    )
    found = company.ask(
        "select campaign_id, treated_count, control_count"
        " from marts.campaign_results where treated_count + control_count > 0"
        " order by campaign_id"
    )

    assert [campaign for campaign, *_ in found] == [campaign for campaign, *_ in drawn]
    for (_, *counted), (_, *wanted) in zip(found, drawn, strict=True):
        for some, all_of_them in zip(counted, wanted, strict=True):
            assert 0.9 * all_of_them <= some <= all_of_them


def test_list_prices_and_discounts_close_to_the_ledger_every_month(
    company: MadeCompany,
):
    assert company.ask(
        "select month_start_date, sum(gross_amount)::bigint,"
        " sum(discount_amount)::bigint from marts.price_realisation"
        " group by 1 order by 1"
    ) == books(
        company,
        "select month_on, gross_amount, discount_amount from truth.months"
        " order by month_on",
    )


def test_households_bring_what_their_members_bring(company: MadeCompany):
    assert company.ask(
        "select quarter_start_date, sum(net_amount), sum(yearly_net_amount),"
        " sum(member_count)::bigint from marts.household_values group by 1 order by 1"
    ) == company.ask(
        "select quarter_start_date, sum(net_amount), sum(yearly_net_amount), count(*)"
        " from marts.customer_profits where household_id <> '(unknown)'"
        " group by 1 order by 1"
    )


def test_grades_part_those_who_bought_in_the_year_and_movements_add_up(
    company: MadeCompany,
):
    graded = company.ask(
        "select quarter_start_date, count(*), sum(contribution_amount)"
        " from marts.customer_grades group by 1 order by 1"
    )

    assert len(graded) == 9
    assert graded == company.ask(
        "select quarter_start_date, count(*), sum(yearly_margin_amount)"
        " from marts.customer_profits where yearly_order_count > 0"
        " and customer_id <> '(unknown)' and quarter_start_date >= '2023-01-01'"
        " group by 1 order by 1"
    )
    assert graded == company.ask(
        "select quarter_start_date, sum(customer_count)::bigint,"
        " sum(contribution_amount) from marts.grade_movements"
        " where to_grade_code <> '(none)' group by 1 order by 1"
    )
    ((smallest, largest),) = company.ask(
        "select min(share), max(share) from (select sum(contribution_amount)"
        " filter (where grade_code = 'A') / sum(contribution_amount) as share"
        " from marts.customer_grades group by quarter_start_date) as shares"
    )
    assert 0.5 <= smallest <= largest < 0.6


def test_every_buyer_is_in_a_cohort_or_older_than_the_history(company: MadeCompany):
    cohorts = dict(
        company.ask(
            "select quarter_start_date, sum(active_count)::bigint"
            " from marts.cohort_retention group by 1"
        )
    )
    older = dict(
        company.ask(
            "select quarter_start_date, count(*) from marts.customer_profits as profits"
            " inner join marts.dim_customers as customers using (customer_id)"
            " where profits.order_count > 0 and customers.is_current"
            " and customers.registered_at < '2023-01-01 00:00 Asia/Seoul' group by 1"
        )
    )
    buyers = company.ask(
        "select quarter_start_date, count(*) from marts.customer_profits"
        " where order_count > 0 and customer_id <> '(unknown)' group by 1"
    )

    assert len(buyers) == 9
    assert {day: cohorts[day] + older[day] for day, _ in buyers} == dict(buyers)
