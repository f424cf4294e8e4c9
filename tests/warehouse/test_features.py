"""What was known of customers at a cutoff, counted by hand."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from psycopg import sql

from tests.empty_marts import create_marts
from tests.made_marts import READ
from warehouse import Warehouse
from warehouse.connection import Connection
from warehouse.features import (
    COUNTS,
    customer_counts,
    save_contacts,
    typical_long_gap,
    visits_around,
)

pytestmark = pytest.mark.postgres

CUTOFF = date(2024, 6, 30)


@pytest.fixture
def marts(warehouse: Warehouse) -> Iterator[Connection]:
    """Empty marts of a company in Seoul, to be filled by the test."""
    with warehouse.connect("admin", autocommit=True) as connection:
        create_marts(connection, READ)
        told = {"company_code": "made", "time_zone": "Asia/Seoul"}
        insert(connection, "company_settings", **told)
        yield connection


def insert(connection: Connection, mart: str, **row: Any) -> None:
    statement = sql.SQL("insert into marts.{} ({}) values ({})").format(
        sql.Identifier(mart),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    connection.execute(statement, row)


def ago(days: int) -> date:
    """Day so many days before the cutoff."""
    return CUTOFF - timedelta(days=days)


def at(days: int, hour: str = "12:00") -> str:
    """Moment of that day in Seoul."""
    return f"{ago(days)} {hour}+09"


def buys(marts: Connection, customer: str, *days: int, amount: int = 10) -> None:
    """Purchases so many days before the cutoff, or after it where negative."""
    for each in days:
        told = {"order_count": 1, "line_count": 2, "net_amount": amount}
        insert(
            marts,
            "customer_days",
            customer_id=customer,
            activity_date=ago(each),
            gross_amount=amount,
            **told,
        )


def takes(marts: Connection, *lines: tuple[str, str, int, int]) -> None:
    """Two pieces each: who, of what, days before the cutoff, and the price of one."""
    for number, (customer, product, days, price) in enumerate(lines):
        insert(
            marts,
            "fct_order_lines",
            order_id=str(number),
            line_id="1",
            current_customer_id=customer,
            product_id=product,
            quantity=2,
            gross_amount=2 * price,
            order_date=ago(days),
        )


def known(warehouse: Warehouse, customer: str = "a", **more: Any) -> pd.Series:
    """What was known of one customer at the cutoff."""
    return all_known(warehouse, **more).loc[(pd.Timestamp(CUTOFF), customer)]


def all_known(warehouse: Warehouse, **more: Any) -> pd.DataFrame:
    told: dict[str, Any] = {"cutoffs": [CUTOFF], "active_days": 91}
    with warehouse.connect("miner") as connection:
        counts = customer_counts(connection, **(told | more))
    assert list(counts.columns) == ["cutoff_date", "customer_id", *COUNTS]
    return counts.set_index(["cutoff_date", "customer_id"])


def test_purchases_are_counted_back_from_the_cutoff(marts, warehouse) -> None:
    buys(marts, "a", 3, 27, 28, 90, 91, 363, 364)
    told = known(warehouse)

    assert told["recency_days"] == 3
    assert told["tenure_days"] == 364
    assert told["visit_count"] == 7
    assert told["visit_count_28d"] == 2
    assert told["visit_count_91d"] == 4
    assert told["visit_count_364d"] == 6
    assert told["longest_gap_days"] == 363 - 91
    assert told["last_gap_days"] == 24
    assert told["squared_gap_days"] == 24**2 + 1 + 62**2 + 1 + 272**2 + 1
    assert told["net_amount_28d"] == 20
    assert told["net_amount_91d"] == 40
    assert told["net_amount_364d"] == 60
    assert told["line_count_364d"] == 12


def test_only_customers_of_the_active_window_are_rows(marts, warehouse) -> None:
    buys(marts, "inside", 90)
    buys(marts, "outside", 91)
    buys(marts, "later", -1)
    buys(marts, "(unknown)", 1)
    told = all_known(warehouse)

    assert told.index.get_level_values("customer_id").tolist() == ["inside"]
    assert all_known(warehouse, active_days=92).shape[0] == 2


def test_several_cutoffs_are_rows_of_their_own(marts, warehouse) -> None:
    buys(marts, "a", 3, 40)
    told = all_known(warehouse, cutoffs=[CUTOFF, ago(30)])

    assert told["recency_days"].tolist() == [10, 3]
    assert told["visit_count"].tolist() == [1, 2]


def test_a_company_with_nothing_but_orders_has_missing_counts(marts, warehouse) -> None:
    buys(marts, "a", 3)
    told = known(warehouse)
    zero = {"net_amount_28d", "net_amount_91d", "net_amount_364d"}
    unknown = ["contact_count_28d", "quote_count_182d", "dearer_line_count_364d"]

    assert told[["case_count_182d", "session_count_91d", "has_rep"]].isna().all()
    assert told[unknown].isna().all()
    assert told[["return_count_364d", "category_count_91d"]].isna().all()
    assert told[list(zero)].tolist() == [10, 10, 10]
    assert told["store_count_364d"] == 0


def test_a_share_of_the_customers_is_the_same_at_every_cutoff(marts, warehouse) -> None:
    for number in range(200):
        buys(marts, f"c{number:03}", 1, 40)
    cutoffs = [CUTOFF, ago(35)]
    told = all_known(warehouse, cutoffs=cutoffs, share=0.5).reset_index()
    by_cutoff = told.groupby("cutoff_date")["customer_id"].agg(list)

    assert by_cutoff.iloc[0] == by_cutoff.iloc[1]
    assert 70 < len(by_cutoff.iloc[0]) < 130
    few = all_known(warehouse, share=0.1).reset_index()["customer_id"]
    assert set(few) < set(by_cutoff.iloc[0])


def test_categories_of_what_was_bought(marts, warehouse) -> None:
    buys(marts, "a", 10, 200)
    kinds = {"tea": "drinks", "pot": "kitchen", "cup": "kitchen"}
    for product, category in kinds.items():
        insert(marts, "dim_products", product_id=product, category=category)
    takes(marts, ("a", "tea", 10, 100), ("a", "pot", 200, 300), ("a", "cup", 50, 330))
    told = known(warehouse)

    assert told["category_count_91d"] == 2
    assert told["category_count_364d"] == 2


def test_a_product_is_dearer_for_who_has_not_come_since(marts, warehouse) -> None:
    buys(marts, "a", 10, 200)
    buys(marts, "b", 2, 40)
    buys(marts, "c", 60)
    takes(
        marts,
        # a third more since b took it
        *(("a", "tea", 10, 100), ("b", "tea", 2, 130), ("b", "tea", -5, 900)),
        # a tenth more, which a and b have taken since
        *(("c", "pot", 60, 300), ("c", "pot", 60, 300)),
        *(("a", "pot", 50, 330), ("b", "pot", 40, 330)),
        # not more than rounding, cheaper, and more only for a while
        *(("c", "cup", 60, 100), ("b", "cup", 2, 101)),
        *(("c", "pan", 60, 100), ("b", "pan", 2, 90)),
        *(("c", "rug", 60, 100), ("b", "rug", 40, 130), ("b", "rug", 2, 100)),
    )
    told = all_known(warehouse)["dearer_line_count_364d"]

    assert told.droplevel("cutoff_date").to_dict() == {"a": 1, "b": 0, "c": 2}


def test_a_case_is_what_it_was_at_the_cutoff(marts, warehouse) -> None:
    buys(marts, "a", 3)
    cases: dict[str, dict[str, Any]] = {
        "solved in time": {"opened": 30, "promised": at(20), "solved_at": at(25)},
        "late": {"opened": 40, "promised": at(33), "solved_at": at(30)},
        "solved after the cutoff": {
            "opened": 12,
            "promised": at(5),
            "solved_at": at(-2),
        },
        "not due yet": {"opened": 2, "promised": at(-5), "solved_at": at(-1)},
        "closed, nothing promised": {"opened": 100, "closed_at": at(90)},
        "opened after the cutoff": {"opened": -1},
    }
    for name, told in cases.items():
        insert(
            marts,
            "fct_service_cases",
            case_id=name,
            current_customer_id="a",
            opened_date=ago(told["opened"]),
            promised_at=told.get("promised"),
            solved_at=told.get("solved_at"),
            closed_at=told.get("closed_at"),
        )
    told = known(warehouse)

    assert told["case_count_182d"] == 5
    assert told["open_case_count"] == 2
    assert told["open_case_days"] == 12
    assert told["late_case_count_182d"] == 2
    assert told["days_since_late_case"] == 5


def test_the_day_ends_at_midnight_of_the_company_s_own_zone(marts, warehouse) -> None:
    buys(marts, "a", 3)
    for name, moment in (("before", at(0, "23:59")), ("after", at(-1, "00:00"))):
        insert(
            marts,
            "fct_service_cases",
            case_id=name,
            current_customer_id="a",
            opened_date=ago(9),
            solved_at=moment,
        )

    assert known(warehouse)["open_case_count"] == 1


def test_answers_that_are_late_and_promises_that_are_broken(marts, warehouse) -> None:
    buys(marts, "a", 3)
    contacts = (
        ("mail", 30, at(28), at(29)),  # in time
        ("mail", 20, at(18), at(16)),  # late
        ("mail", 9, at(7), None),  # never
        ("mail", 1, at(-1), at(-3)),  # not due yet, and late only afterwards
        ("promise", 15, at(11), at(-9)),  # broken, and kept after the cutoff
    )
    for number, (kind, days, due, done) in enumerate(contacts):
        insert(
            marts,
            "fct_interactions",
            interaction_id=f"interaction:{number}",
            origin_id=f"interaction:{number}",
            current_customer_id="a",
            interaction_type_code=kind,
            interaction_date=ago(days),
            due_at=due,
            done_at=done,
        )
    told = known(warehouse)

    assert told["late_answer_count_182d"] == 2
    assert told["days_since_late_answer"] == 7
    assert told["waiting_contact_days"] == 9
    assert told["broken_promise_count_182d"] == 1
    assert told["days_since_broken_promise"] == 11


def visit(marts: Connection, name: str, days: int, known_at: str, *pages: str) -> None:
    """A visit of a that began so many days before the cutoff."""
    evidence = f"{name} evidence"
    insert(
        marts,
        "fct_web_sessions",
        session_id=name,
        current_customer_id="a",
        evidence_request_id=evidence,
        session_date=ago(days),
    )
    insert(
        marts,
        "fct_page_views",
        page_view_id=evidence,
        page_code="login",
        viewed_at=known_at,
    )
    for number, page in enumerate(pages):
        code, _, moment = page.partition("@")
        insert(
            marts,
            "fct_page_views",
            page_view_id=f"{name} {number}",
            session_id=name,
            page_code=code,
            viewed_date=ago(days),
            viewed_at=moment or at(days),
        )


def test_a_visit_is_known_from_the_login_on(marts, warehouse) -> None:
    buys(marts, "a", 3)
    visit(marts, "logged in", 20, at(20), "search", "product")
    visit(marts, "found out later", 40, at(10), "search_failed", "search_failed")
    visit(marts, "found out after the cutoff", 5, at(-1), "search")
    told = known(warehouse)

    assert told["session_count_28d"] == 1
    assert told["session_count_91d"] == 2
    assert told["days_since_session"] == 20
    assert told["search_count_91d"] == 3
    assert told["fruitless_search_count_91d"] == 1
    assert told["failed_search_count_91d"] == 2
    assert told["days_since_failed_search"] == 40


def test_of_a_visit_past_midnight_only_what_came_before_is_known(
    marts, warehouse
) -> None:
    buys(marts, "a", 3)
    pages = (f"search@{at(0, '23:58')}", f"search@{at(-1, '00:01')}")
    visit(marts, "late", 0, at(0, "23:50"), *pages)

    assert known(warehouse)["search_count_91d"] == 1


def owner(marts: Connection, employee: str, begin: str, end: str) -> None:
    insert(
        marts,
        "dim_customers",
        customer_key=f"a {begin}",
        customer_id="a",
        current_customer_id="a",
        employee_id=employee,
        valid_from=begin,
        valid_to=end,
    )


def test_who_looked_after_the_customer_and_left(marts, warehouse) -> None:
    buys(marts, "a", 3)
    owner(marts, "E1", "-infinity", at(300))
    owner(marts, "E2", at(300), at(49))
    owner(marts, "E3", at(49), at(-2))  # the next one comes after the cutoff
    owner(marts, "E4", at(-2), "infinity")
    for employee, resigned in (("E1", 100), ("E2", 50), ("E3", -3)):
        insert(
            marts,
            "dim_employees",
            employee_key=employee,
            employee_id=employee,
            resigned_date=ago(resigned),
            valid_from="-infinity",
            valid_to="infinity",
        )
    told = known(warehouse)

    assert told["has_rep"] == 1
    assert told["rep_change_count_364d"] == 2
    assert told["days_since_rep_change"] == 49
    # E1 left long after handing over
    assert told["days_since_rep_left"] == 50


def test_contacts_of_campaigns_without_those_held_out(marts, warehouse) -> None:
    buys(marts, "a", 3)
    insert(marts, "dim_channels", channel_code="phone", is_online=False)
    insert(marts, "dim_channels", channel_code="sms", is_online=True)
    insert(marts, "dim_campaigns", campaign_id="K1", campaign_type="offer")
    insert(marts, "dim_campaigns", campaign_id="K2", campaign_type="save")
    contacts = (
        *(("K1", "sms", 5, False), ("K1", "sms", 60, False)),
        *(("K1", "phone", 100, False), ("K1", "sms", 1, True)),
        *(("K2", "phone", 50, False), ("K1", "sms", -1, False)),
    )
    for number, (campaign, channel, days, is_holdout) in enumerate(contacts):
        insert(
            marts,
            "fct_campaign_contacts",
            contact_id=str(number),
            current_customer_id="a",
            campaign_id=campaign,
            channel_code=channel,
            assignment_code="randomised",
            is_holdout=is_holdout,
            contact_date=ago(days),
        )
    told = known(warehouse, save_campaign_types=["save"])

    assert told["contact_count_28d"] == 1
    assert told["contact_count_91d"] == 2
    assert told["contact_count_364d"] == 3
    assert told["days_since_contact"] == 5
    assert told["personal_contact_count_182d"] == 1
    assert told["days_since_personal_contact"] == 100
    assert told["days_since_save_contact"] == 50
    with warehouse.connect("miner") as connection:
        saves = save_contacts(connection, CUTOFF, ["save"])
    assert saves.drop(columns="contact_date").to_dict("records") == [
        {
            "customer_id": "a",
            "campaign_id": "K2",
            "is_holdout": False,
            "is_randomised": True,
        }
    ]


def test_quotes_are_open_until_they_are_decided_or_over(marts, warehouse) -> None:
    buys(marts, "a", 3)
    quotes = (
        ("lost", 30, 16, at(20)),  # lost before the cutoff
        ("lost", 10, -4, at(-1)),  # lost after it: still open then
        ("open", 40, 26, None),  # over
        ("won", 50, 36, at(45)),
    )
    for number, (status, days, valid, decided) in enumerate(quotes):
        insert(
            marts,
            "fct_quotes",
            quote_id=str(number),
            line_id="1",
            current_customer_id="a",
            quote_status=status,
            quote_date=ago(days),
            valid_until_date=ago(valid),
            decided_at=decided,
        )
    told = known(warehouse)

    assert told["quote_count_182d"] == 4
    assert told["open_quote_count"] == 1
    assert told["lost_quote_count_182d"] == 2


def test_what_came_after_is_counted_for_the_same_customers(marts, warehouse) -> None:
    buys(marts, "a", 3, 27, 28, -1, -28, -29)
    buys(marts, "b", 60)
    buys(marts, "c", -3)
    with warehouse.connect("miner") as connection:
        told = visits_around(connection, [CUTOFF], 28, 91)

    assert told["customer_id"].tolist() == ["a", "b"]
    assert told["visits_before_count"].tolist() == [2, 0]
    assert told["visits_after_count"].tolist() == [2, 0]


def test_the_typical_long_gap_is_a_median_of_90th_percentiles(marts, warehouse) -> None:
    with warehouse.connect("miner") as connection:
        assert typical_long_gap(connection, CUTOFF) is None
    buys(marts, "a", 1, 21, 41)  # 20 and 20
    buys(marts, "b", 1, 11, 111)  # 10 and 100: 91 at nine tenths
    buys(marts, "c", 1)
    with warehouse.connect("miner") as connection:
        found = typical_long_gap(connection, CUTOFF)
        before = typical_long_gap(connection, ago(11))

    assert found == pytest.approx(np.median([20, 91]))
    assert before == pytest.approx(np.median([20, 100]))
