"""The job `next_best_products`: two lists a customer, and what is due again."""

from datetime import date

import pytest

from mining.jobs.next_best_products import recommend
from tests.mining.jobs.conftest import NIGHT, Ask
from warehouse import Warehouse

pytestmark = pytest.mark.postgres

OWNED = (
    "exists (select from marts.fct_order_lines as lines"
    " where lines.current_customer_id = offers.customer_id"
    " and lines.product_id = offers.product_id and lines.order_date > date"
    f" '{NIGHT}' - 730 and lines.order_date <= '{NIGHT}')"
)


def test_what_is_new_was_not_bought_and_what_is_again_was(told: Ask):
    assert told(
        f"select distinct list, {OWNED} from mined.next_best_products as offers"
        " order by list"
    ) == [("again", True), ("new", False)]


def test_each_list_has_ranks_from_1_to_10_without_a_gap(told: Ask):
    assert told(
        "select bool_and(most = count and least = 1 and most <= 10), max(most) from"
        " (select max(rank) as most, min(rank) as least, count(distinct product_id)"
        " as count from mined.next_best_products group by customer_id, list) as lists"
    ) == [(True, 10)]


def test_what_is_not_on_sale_is_not_offered(made: Warehouse, ask: Ask):
    with made.connect("admin") as connection:
        connection.execute(
            "update marts.dim_products set discontinued_date = '2025-12-20'"
            " where right(product_id, -1)::integer % 2 = 0"
        )
        connection.execute(
            "update marts.dim_products set launched_date = '2025-12-21'"
            " where right(product_id, -1)::integer % 5 = 0"
        )

    recommend(made, NIGHT)

    assert ask(
        "select distinct right(product_id, -1)::integer % 10"
        " from mined.next_best_products order by 1"
    ) == [(1,), (3,), (7,), (9,)]


def test_a_published_rule_is_the_reason_of_whom_it_speaks_for(told: Ask):
    reasons = dict(
        told("select reason_code, count(*) from mined.next_best_products group by 1")
    )
    assert {"published_rule", "own_habit"} <= reasons.keys()
    assert told(
        "select bool_and((reason_code = 'published_rule') = (rule_id is not null)),"
        " bool_and((reason_code = 'near_item') = (reason_product_id is not null))"
        " from mined.next_best_products"
    ) == [(True, True)]


def test_the_chosen_method_is_kept_beside_bestsellers(told: Ask):
    measures = {
        contender: (value, low, high)
        for contender, value, low, high in told(
            "select contender_code, value, value_low, value_high"
            " from mined.model_evaluations where measure_code = 'ndcg_at_10'"
        )
    }
    mine = measures["model"][0]
    naive = measures.get("bestsellers", measures["model"])[0]
    gained, low, high = measures["model - bestsellers"]
    assert gained == pytest.approx(mine - naive, abs=2e-6)
    assert low <= gained <= high


def test_the_next_anchor_looks_back_on_what_the_last_one_offered(
    made: Warehouse, ask: Ask
):
    with made.connect("admin") as connection:
        connection.execute(
            "update marts.company_settings set first_anchor_date = '2025-11-01'"
        )
    recommend(made, NIGHT)

    assert ask(
        "select anchor_date, value between 0 and 1 from mined.model_evaluations"
        " where measure_code = 'last_period_ndcg_at_10'"
    ) == [(date(2025, 12, 1), True)]
    assert ask(
        "select anchor_date, value >= 0, row_count > 0 from mined.model_evaluations"
        " where measure_code = 'population_stability_index'"
        " and model_code = 'next_best_products' and subject_code = 'product_id'"
    ) == [(date(2025, 12, 1), True, True)]


def test_what_is_due_is_due_within_a_quarter(told: Ask):
    assert told(
        "select count(*) > 0, bool_and(due_date > last_purchase_date),"
        f" max(due_date) <= date '{NIGHT}' + 91 from mined.repurchase_dues"
    ) == [(True, True, True)]
