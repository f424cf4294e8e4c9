"""What `test_answers_incremental` tells night by night, entity by entity."""

from datetime import date

from tests.pipeline.told_nights import Night, Row


def order(number: str, customer: str | None, day: str, **more: object) -> Row:
    """An order of noon."""
    return {
        "order_id": number,
        "customer_id": customer,
        "channel_code": "store",
        "store_id": "s1",
        "ordered_at": f"{day} 12:00",
    } | more


def line(number: str, product: str, net: int, cost: int, **more: object) -> Row:
    """The line of an order, a tenth below the list price."""
    return {
        "order_id": number,
        "line_id": "1",
        "product_id": product,
        "quantity": 1,
        "gross_amount": net + net // 10,
        "discount_amount": net // 10,
        "net_amount": net,
        "unit_cost": cost,
    } | more


def contact(number: str, customer: str, arm: str | None, **more: object) -> Row:
    """A contact of campaign m1, by lot."""
    return {
        "contact_id": number,
        "campaign_id": "m1",
        "customer_id": customer,
        "channel_code": "sms",
        "content_code": "spring",
        "assignment_code": "randomised",
        "arm_code": arm,
        "cost_amount": 0 if arm == "holdout" else 3,
        "contact_date": "2025-02-10",
    } | more


def member(number: str, registered: str, household: str | None = None) -> Row:
    """A customer as first told."""
    return {
        "customer_id": number,
        "household_id": household,
        "registered_at": f"{registered} 09:00",
    }


HISTORY: Night = {
    "customers": [
        member("anna", "2023-06-01", "h1"),
        member("ben", "2024-03-01", "h2"),
        member("cleo", "2024-08-01", "h2"),
        member("dan", "2024-04-01"),
        member("eve", "2024-06-01", "h1"),
    ],
    "products": [
        {"product_id": "tea", "department": "food", "subcategory": "tea"},
        {"product_id": "cup", "department": "gifts", "subcategory": "cup"},
    ],
    "channels": [
        {"channel_code": "store", "is_online": False},
        {"channel_code": "web", "is_online": True},
    ],
    "campaigns": [
        {"campaign_id": "m1", "budget_amount": 100}
        | {"start_date": "2025-02-10", "end_date": "2025-02-19"},
    ],
    "orders": [
        order("a1", "anna", "2024-02-10"),
        order("a2", "anna", "2024-11-05"),
        order("a3", "anna", "2025-02-20"),
        order("b1", "ben", "2024-05-10"),
        order("b2", "ben", "2025-02-12", channel_code="web"),
        order("c1", "cleo", "2024-08-15"),
        order("c2", "cleo", "2024-12-24"),
        order("d1", "dan", "2024-04-10"),
        order("e1", "eve", "2025-01-15"),
        order("g1", None, "2025-03-03"),
    ],
    "order_lines": [
        line("a1", "tea", 100, 60),
        line("a2", "cup", 50, 20),
        line("a3", "tea", 30, 10),
        line("b1", "cup", 80, 40),
        line("b2", "tea", 20, 10),
        line("c1", "tea", 40, 10),
        line("c2", "cup", 60, 30),
        line("d1", "tea", 10, 5),
        line("e1", "cup", 70, 30),
        line("g1", "tea", 5, 2),
    ],
    "campaign_contacts": [
        contact("k1", "ben", "treated"),
        contact("k2", "dan", "treated"),
        contact("k3", "cleo", "holdout"),
        contact("k4", "eve", "holdout"),
        contact("k5", "anna", None, assignment_code="targeted", cost_amount=4),
        contact("k6", "eve", "treated", campaign_id="m2", contact_date="2025-03-05"),
    ],
    "campaign_responses": [
        {"response_id": "r1", "campaign_id": "m1", "customer_id": "ben"}
        | {"order_id": "b2", "response_date": "2025-02-12"},
    ],
    "consents": [
        {"customer_id": "ben", "channel_code": "sms", "purpose_code": "advertising"}
        | {"consent_state": "granted", "changed_at": "2024-03-01 10:00"},
    ],
    "service_cases": [
        {"case_id": "s1", "customer_id": "ben", "case_type_code": "complaint"}
        | {"opened_at": "2025-02-15 10:00", "solved_at": "2025-02-20 10:00"}
        | {"cost_amount": 2},
    ],
    "interactions": [
        {"interaction_id": "i1", "customer_id": "cleo", "channel_code": "phone"}
        | {"interaction_type_code": "call", "direction_code": "inbound"}
        | {"cost_amount": 1, "started_at": "2024-08-01 10:00"},
    ],
    "returns": [
        {"return_id": "t1", "order_id": "e1", "refund_amount": 7}
        | {"returned_at": "2025-03-20 10:00"},
    ],
}
CORRECTED = {"_source_stamp": "2025-04-01"}
NIGHTS: dict[str, tuple[date, Night]] = {
    "history": (date(2025, 3, 31), HISTORY),
    "nothing": (date(2025, 3, 31), {}),
    "cleo's first order comes late": (
        date(2025, 4, 1),
        {
            "orders": [order("c0", "cleo", "2024-02-05", channel_code="web")],
            "order_lines": [line("c0", "tea", 10, 4)],
        },
    ),
    "an order of last year is cancelled": (
        date(2025, 4, 2),
        {
            "orders": [
                order("c2", "cleo", "2024-12-24", order_status="cancelled", **CORRECTED)
            ],
        },
    ),
    "eve had registered before, and moved in February": (
        date(2025, 4, 3),
        {
            "customers": [
                member("eve", "2023-06-01", "h2") | {"_source_stamp": "2025-02-10"}
            ],
        },
    ),
    "a return, a complaint, an opt-out and an answer come late": (
        date(2025, 4, 4),
        {
            "returns": [
                {"return_id": "t2", "order_id": "a2", "refund_amount": 5}
                | {"returned_at": "2024-11-20 10:00"},
            ],
            "service_cases": [
                {"case_id": "s2", "customer_id": "cleo"}
                | {"case_type_code": "complaint", "cost_amount": 4}
                | {"opened_at": "2025-02-11 10:00", "closed_at": "2025-02-12 10:00"},
            ],
            "consents": [
                {"customer_id": "ben", "channel_code": "sms"}
                | {"purpose_code": "advertising", "consent_state": "withdrawn"}
                | {"changed_at": "2025-02-12 10:00"},
            ],
            "campaign_responses": [
                {"response_id": "r2", "campaign_id": "m1", "customer_id": "gus"}
                | {"order_id": "g1", "response_date": "2025-03-03"},
            ],
        },
    ),
    "dan is ben": (
        date(2025, 4, 5),
        {
            "customer_merges": [
                {"customer_id": "dan", "merged_into_customer_id": "ben"}
                | {"merged_at": "2025-04-05 10:00"},
            ],
        },
    ),
    "the unknown told, cups are food, m1 was shorter": (
        date(2025, 4, 6),
        {
            "stores": [{"store_id": "s1"}],
            "customers": [member("gus", "2025-03-01")],
            "products": [
                {"product_id": "cup", "department": "food", "subcategory": "cup"}
                | CORRECTED,
            ],
            "campaigns": [
                {"campaign_id": "m1", "budget_amount": 90, **CORRECTED}
                | {"start_date": "2025-02-10", "end_date": "2025-02-11"},
                {"campaign_id": "m2"},
            ],
        },
    ),
    "a contact was never made": (
        date(2025, 4, 7),
        {
            "campaign_contacts": [
                contact("k4", "eve", "holdout", _is_deleted=True, **CORRECTED)
            ],
        },
    ),
    "the quarter closes on the day of an order": (
        date(2025, 6, 30),
        {
            "orders": [order("b3", "ben", "2025-06-30")],
            "order_lines": [line("b3", "tea", 90, 30)],
        },
    ),
    "ben and dan are two after all": (
        date(2025, 7, 1),
        {
            "customer_merges": [
                {"customer_id": "dan", "_is_deleted": True}
                | {"_source_stamp": "2025-07-01"},
            ],
        },
    ),
    "three years pass": (
        date(2028, 6, 30),
        {
            "orders": [order("a4", "anna", "2028-06-30")],
            "order_lines": [line("a4", "tea", 40, 10)],
        },
    ),
    "cleo had returned something of her first order": (
        date(2028, 7, 1),
        {
            "returns": [
                {"return_id": "t3", "order_id": "c0", "refund_amount": 3}
                | {"returned_at": "2024-02-20 10:00"},
            ],
        },
    ),
}
