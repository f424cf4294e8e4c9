"""One customer out of marts that are as their contracts say; rows by hand."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from psycopg import sql

from warehouse import Warehouse, customer_reading
from warehouse.customer_facts import (
    Case,
    Churn,
    Contacts,
    LifetimeValue,
    NextProduct,
    Permission,
    Purchase,
    Standing,
    Worth,
)

pytestmark = pytest.mark.postgres
NIGHT = date(2026, 3, 1)
Insert = Callable[..., None]


@pytest.fixture
def insert(empty_marts: Warehouse) -> Insert:
    """Puts a row into a mart, which is then published; C1 is C5's older number."""

    def row(mart: str, **told: object) -> None:
        with empty_marts.connect("admin") as connection:
            connection.execute(
                sql.SQL("insert into {} ({}) values ({})").format(
                    sql.Identifier("marts", mart),
                    sql.SQL(", ").join(map(sql.Identifier, told)),
                    sql.SQL(", ").join(map(sql.Placeholder, told)),
                ),
                told,
            )
            connection.execute(
                "insert into marts.publications (mart, as_of_date, run_id, status)"
                " values (%s, %s, gen_random_uuid(), 'published')",
                [mart, NIGHT],
            )

    row(
        "company_settings",
        company_name="Haneul",
        currency_code="KRW",
        time_zone="Asia/Seoul",
    )
    for number, current, status, since in (
        ("C1", "C5", "active", "-infinity"),
        ("C1", "C5", "merged", "2026-01-31 20:00+00"),
        ("C5", "C5", "active", "-infinity"),
        ("C9", "C9", "active", "-infinity"),
        ("C9", "C9", "withdrawn", "2026-01-31 20:00+00"),
        ("C9", "C9", "withdrawn", "2026-02-10 00:00+00"),
        ("(unknown)", "(unknown)", None, "-infinity"),
    ):
        row(
            "dim_customers",
            customer_id=number,
            current_customer_id=current,
            customer_status=status,
            valid_from=since,
            registered_at="2025-05-01 00:00+09",
        )
    return row


def test_a_number_is_followed_to_who_it_is_now(empty_marts: Warehouse, insert: Insert):
    who = customer_reading.read(empty_marts, "C1").identity

    assert (who.number, who.current_number, who.joined_numbers) == ("C1", "C5", ["C1"])
    assert (who.status, who.status_since) == ("active", None)
    assert who.registered_date == date(2025, 5, 1)


def test_who_left_did_so_on_a_day_of_the_company(
    empty_marts: Warehouse, insert: Insert
):
    who = customer_reading.read(empty_marts, "C9").identity

    # 20 o'clock in London is the next morning in Seoul; a later version changes nothing
    assert (who.status, who.status_since) == ("withdrawn", date(2026, 2, 1))


@pytest.mark.parametrize("number", ["C2", "(unknown)", "' or true --"])
def test_a_number_that_nobody_has_is_said_so(
    empty_marts: Warehouse, insert: Insert, number: str
):
    with pytest.raises(LookupError, match="no customer has the number"):
        customer_reading.read(empty_marts, number)


def test_before_the_first_night_there_is_nothing_to_read(warehouse: Warehouse):
    with pytest.raises(LookupError, match="nothing is published yet"):
        customer_reading.read(warehouse, "C5")


def test_what_is_not_published_is_left_out(empty_marts: Warehouse, insert: Insert):
    told = customer_reading.read(empty_marts, "C5")

    assert told.as_of == dict.fromkeys(("company_settings", "dim_customers"), NIGHT)
    assert (told.standing, told.value, told.churn) == (None, None, [])


def test_everything_told_of_a_customer_is_read_by_name(
    empty_marts: Warehouse, insert: Insert
):
    insert(
        "dim_segments",
        rfm_segment_code="at_risk",
        name_en="At risk",
        suggested_action_en="Write.",
    )
    of_night = {"as_of_date": NIGHT, "customer_id": "C5"}
    insert(
        "customer_segments",
        **of_night,
        rfm_segment_code="at_risk",
        lifecycle_stage_code="dormant",
        value_grade="A",
        recency_days=40,
        frequency=6,
        monetary_amount=40_000,
        recency_score=2,
        frequency_score=4,
        monetary_score=5,
        cluster_name="Evening",
    )
    insert(
        "customer_360",
        customer_id="C5",
        grade_code="B",
        grade_movement_code="up",
        order_count=12,
        net_amount=90_000,
    )
    insert(
        "customer_lifetime_values",
        **of_night,
        clv_amount=9,
        clv_low_amount=1,
        clv_high_amount=20,
        probability_alive=0.5,
        expected_purchases=4.5,
        horizon_weeks=52,
        value_basis_code="margin",
        status="estimated",
    )
    for group, code, name in (
        ("churn", "rhythm", "Comes less often"),
        ("churn", "spend", "Spends less"),
        ("service", "rhythm", "Another one"),
        ("service", "broken", "Broken"),
        ("permission", "granted", "Agreed"),
    ):
        insert("dim_reasons", reason_group_code=group, reason_code=code, name_en=name)
    insert(
        "churn_predictions",
        **of_night,
        label_code="no_purchase",
        horizon_days=90,
        churn_probability=0.25,
        risk_band="high",
        reason_1_code="spend",
        reason_1_contribution=0.5,
        reason_2_code="rhythm",
        reason_2_contribution=0.25,
    )
    for product in ("tea", "cup", "cake"):
        insert("dim_products", product_id=product, product_name=product.title())
    for item, side in (
        ("tea", "antecedent"),
        ("cup", "antecedent"),
        ("cake", "consequent"),
    ):
        insert(
            "cross_sell_rule_items",
            as_of_date=NIGHT,
            rule_id="r",
            side_code=side,
            item_id=item,
        )
    for rank, product, reason, more in (
        (2, "p9", "near_item", {"reason_product_id": "tea"}),
        (1, "cake", "published_rule", {"rule_id": "r"}),
        (4, "tea", "bestseller", {}),
    ):
        insert(
            "next_best_products",
            **of_night,
            list="new",
            rank=rank,
            product_id=product,
            reason_code=reason,
            **more,
        )
    insert(
        "customer_contact_permissions_current",
        customer_id="C5",
        channel_code="sms",
        may_contact_day=True,
        may_contact_night=False,
        reason_code="granted",
        since="2026-01-31 20:00+00",
        reconfirm_by=date(2028, 2, 1),
    )
    for number, day, credit in (
        *(("1", 1, False), ("2", 2, False), ("3", 3, False)),
        *(("4", 4, False), ("5", 5, True)),
    ):
        insert(
            "fct_orders",
            order_id=number,
            current_customer_id="C5",
            order_date=date(2026, 1, day),
            net_amount=1_000 * day,
            line_count=day,
            is_credit=credit,
        )
    insert(
        "fct_service_cases",
        case_id="1",
        current_customer_id="C5",
        reason_code="broken",
        opened_date=date(2026, 1, 21),
        is_open=True,
    )
    for kind, day in (("call", 3), ("call", 9), ("sale", 9), ("mail", 4)):
        insert(
            "fct_interactions",
            current_customer_id="C5",
            interaction_type_code=kind,
            interaction_date=date(2026, 1, day),
        )

    told = customer_reading.read(empty_marts, "C5")

    amount = Decimal(40_000)
    assert told.standing == Standing(
        "At risk", "Write.", "dormant", "A", 40, 6, amount, 2, 4, 5, "Evening"
    )
    assert told.worth == Worth("B", "up", 12, Decimal(90_000), None)
    assert told.value == LifetimeValue(
        *(
            Decimal(9),
            Decimal(1),
            Decimal(20),
            0.5,
            4.5,
            52,
            "margin",
            "estimated",
            None,
        )
    )
    assert told.churn == [
        Churn(
            "no_purchase",
            90,
            0.25,
            "high",
            ["Spends less", "Comes less often"],
            [0.5, 0.25],
            None,
        )
    ]
    assert told.products == [
        NextProduct("new", "Cake", "published_rule", "Cup + Tea"),
        NextProduct("new", "p9", "near_item", "Tea"),
    ]
    assert told.permissions == [
        Permission("sms", True, False, "Agreed", date(2026, 2, 1), date(2028, 2, 1))
    ]
    assert told.purchases == [
        Purchase(date(2026, 1, day), Decimal(1_000 * day), day, 4) for day in (4, 3, 2)
    ]
    assert told.cases == [Case(date(2026, 1, 21), "Broken", True, 1)]
    assert told.contacts == [
        Contacts("call", 2, date(2026, 1, 9)),
        Contacts("mail", 1, date(2026, 1, 4)),
    ]
