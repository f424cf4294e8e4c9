"""The job `cross_sell`: rules of the anchor, as they hold on a night."""

from datetime import date

import pytest

from mining.jobs.cross_sell import find_rules, published_rules
from tests.mining.jobs.conftest import NIGHT, Ask
from warehouse import Warehouse

pytestmark = pytest.mark.postgres


def test_products_that_are_13_apart_in_every_basket_are_the_first_rules(told: Ask):
    """The next line of a made basket is the product 13 further on, of 20."""
    first = told(
        "select substr(antecedent, 2)::integer, substr(consequent, 2)::integer"
        " from mined.cross_sell_rules where is_published and item_level = 'product'"
        " and rule_type = 'cross_sell' and antecedent not like '%+%'"
        " order by order_count desc, rule_id limit 40"
    )
    assert len(first) == 40
    assert {(one - other) % 20 for one, other in first} == {13, 7}


def test_the_items_of_a_rule_are_those_that_it_names(told: Ask):
    assert told(
        "select count(*) from mined.cross_sell_rules as rules full join ("
        " select rule_id, string_agg(item_id, ' + ' order by item_id collate \"C\")"
        " filter (where side_code = 'antecedent') as antecedent,"
        " max(item_id) filter (where side_code = 'consequent') as consequent"
        " from mined.cross_sell_rule_items group by rule_id) as items"
        " using (rule_id, antecedent, consequent)"
        " where rules.rule_type is null or items.rule_id is null"
        " or rules.rule_id is null"
    ) == [(0,)]


def test_rules_hold_for_91_days_from_the_eve_of_their_anchor(told: Ask):
    assert told(
        "select distinct valid_until from mined.cross_sell_rules where is_published"
    ) == [(date(2026, 3, 1),)]


def test_rules_that_chance_explains_are_counted_only(told: Ask):
    statuses = {
        status for (status,) in told("select status from mined.cross_sell_rules")
    }
    assert "published" in statuses
    assert "not_significant" not in statuses
    assert told(
        "select sum(value) > 0 from mined.model_evaluations"
        " where contender_code = 'not_significant'"
    ) == [(True,)]


def test_what_is_given_as_a_reason_is_what_is_published(mined: Warehouse, told: Ask):
    given = published_rules(mined, NIGHT, again=False)

    published = told("select rule_id from mined.cross_sell_rules where is_published")
    assert sorted(given["rule_id"]) == sorted(rule for (rule,) in published)
    assert all(isinstance(each, tuple) for each in given["antecedent"])


def test_the_next_anchor_says_how_far_what_is_bought_and_told_has_moved(
    made: Warehouse, ask: Ask
):
    with made.connect("admin") as connection:
        connection.execute(
            "update marts.company_settings set first_anchor_date = '2025-11-01'"
        )
    find_rules(made, NIGHT)

    assert ask(
        "select anchor_date, subject_code, value >= 0, row_count > 0"
        " from mined.model_evaluations"
        " where measure_code = 'population_stability_index' order by 2"
    ) == [
        (date(2025, 12, 1), "adjusted_lift", True, True),
        (date(2025, 12, 1), "product_id", True, True),
    ]
