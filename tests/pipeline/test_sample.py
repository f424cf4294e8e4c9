"""A share of Haneul Mart's members, as a company of its own."""

import pytest

from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import HISTORY

pytestmark = pytest.mark.postgres
UNKNOWN = "(unknown)"


def test_a_sample_of_the_customers_has_all_their_rows_and_no_others(
    founded: Saved, after_history: Saved, restore: Restore
):
    history = after_history.look()
    orders = (
        "select customer_id, order_id, line_count, net_amount"
        " from marts.fct_orders order by order_id"
    )
    whole = history.ask(orders)
    contacts = [
        f"select customer_id, {key} from marts.{fact}"
        f" where customer_id <> '{UNKNOWN}' order by 1, 2"
        for fact, key in (
            ("fct_payments", "payment_id"),  # whose orders say whose they are
            ("fct_returns", "return_id"),
            ("fct_service_cases", "case_id"),
            ("fct_quotes", "line_id"),
            ("fct_consents", "channel_code"),
            ("fct_interactions", "interaction_id"),
        )
    ]
    whole_contacts = [history.ask(query) for query in contacts]
    with restore(founded) as company:
        company.change_settings(sample_share=0.5)
        company.night(HISTORY, history=True)

        told = "select customer_id from marts.dim_customers where customer_id <> %s"
        chosen = {customer for (customer,) in company.ask(told, UNKNOWN)}
        assert company.ask(orders) == [row for row in whole if row[0] in chosen]
        for query, rows in zip(contacts, whole_contacts, strict=True):
            assert company.ask(query) == [row for row in rows if row[0] in chosen]
        leads = company.ask("select lead_id from marts.fct_leads order by 1")
        assert leads == [("L1",), ("L4",)]  # by the hash of their numbers
        segments = company.ask(
            "select count(distinct customer_id) from marts.customer_segments_current"
        )
    assert segments == [(len({row[0] for row in whole if row[0] in chosen}),)]
    assert 5 < len(chosen) < 25
