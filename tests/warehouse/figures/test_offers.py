"""Rules by the names of what they sell, campaigns by their verdicts."""

from datetime import date

import pytest

from tests.warehouse.published_answers import publish_answers
from tests.warehouse.published_company import NIGHT, publish_star
from warehouse import Warehouse, figures

pytestmark = pytest.mark.postgres


@pytest.fixture
def answered(warehouse: Warehouse) -> Warehouse:
    publish_star(warehouse)
    publish_answers(warehouse)
    return warehouse


def test_published_rules_have_names_and_how_much_they_add(answered):
    with answered.connect("auditor") as connection:
        rules = figures.rules(connection)
    assert rules.as_of_date == NIGHT
    assert rules.counts == {"cross_sell": 2, "re_sell": 1}
    assert [
        (each.antecedents, each.consequents, each.extra_count, each.offer_count)
        for each in rules.shown
    ] == [
        # two customers are offered it, one of them twice
        (["Cup & saucer"], ["Tea pot"], 20, 2),
        (["cake", "tea"], ["cups"], 10, 0),
        (["Tea pot"], ["Tea pot"], 4, 0),
    ]


def test_campaigns_come_newest_first_without_the_unknown_one(answered):
    with answered.connect("auditor") as connection:
        campaigns = figures.campaigns(connection)
    assert [each.campaign_id for each in campaigns.every] == ["k1", "k2"]
    assert campaigns.every[0].start_date == date(2026, 2, 1)
    assert campaigns.verdicts == {"works": 1, "no_holdout": 1}
    assert campaigns.spent_amount == 1_800


def test_a_company_without_rules_and_campaigns_has_none(warehouse):
    publish_star(warehouse)
    with warehouse.connect("auditor") as connection:
        assert figures.rules(connection) is None
        assert figures.campaigns(connection) is None
