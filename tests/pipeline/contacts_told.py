"""What `test_contacts_incremental` tells night by night, entity by entity."""

from tests.pipeline.told_nights import Night

HISTORY: Night = {
    "customers": [
        {"customer_id": "anna", "phone_hash": "p1", "email_hash": "e1"},
        {"customer_id": "ben", "phone_hash": "p2"},
        {"customer_id": "cleo", "phone_hash": "p3"},
    ],
    "employees": [{"employee_id": "erin", "team_code": "north"}],
    "products": [{"product_id": "bread", "unit_cost": 1}],
    "campaigns": [{"campaign_id": "m1"}],
    "channels": [{"channel_code": "web", "channel_name": "Web shop"}],
    "reasons": [{"reason_group_code": "service", "reason_code": "broken"}],
    "orders": [
        {"order_id": "o1", "customer_id": "ben", "ordered_at": "2025-01-01 10:00"},
        {"order_id": "o2", "customer_id": "cleo", "ordered_at": "2025-01-01 11:00"},
    ],
    "order_lines": [
        {"order_id": "o1", "line_id": "1", "product_id": "bread"}
        | {"quantity": 3, "net_amount": 9},
        {"order_id": "o2", "line_id": "1", "product_id": "cake"}
        | {"quantity": 2, "net_amount": 6},
    ],
    # b1 and r1 follow the order's customer, who is another version by then
    "payments": [
        {"payment_id": "b1", "order_id": "o1", "due_amount": 9}
        | {"due_date": "2025-01-04", "billed_at": "2025-01-03 10:00"},
        {"payment_id": "b2", "order_id": "o2", "due_amount": 6, "customer_id": "dora"}
        | {"billed_at": "2025-01-03 11:00"},
    ],
    "returns": [
        {"return_id": "r1", "order_id": "o1", "line_id": "1", "quantity": 2}
        | {"refund_amount": 6, "is_restocked": True, "returned_at": "2025-01-03 10:00"},
        {"return_id": "r2", "order_id": "o2", "line_id": "1", "quantity": 1}
        | {"refund_amount": 3, "is_restocked": True, "returned_at": "2025-01-03 11:00"},
        {"return_id": "r3", "order_id": "o3", "line_id": "1", "quantity": 1}
        | {
            "customer_id": "anna",
            "refund_amount": 3,
            "returned_at": "2025-01-03 12:00",
        },
    ],
    "service_cases": [
        {"case_id": "c1", "customer_id": "ben", "employee_id": "erin"}
        | {"product_id": "bread", "opened_at": "2025-01-01 10:00"},
        {"case_id": "c2", "customer_id": "ben", "employee_id": "erin"}
        | {"product_id": "cake", "opened_at": "2025-01-03 10:00"},
    ],
    "quotes": [
        {"quote_id": "q1", "line_id": "1", "customer_id": "cleo", "product_id": "cake"}
        | {"employee_id": "fred", "unit_price_amount": 3}
        | {"quoted_at": "2025-01-03 10:00"},
    ],
    "leads": [
        {"lead_id": "l1", "customer_id": "cleo", "employee_id": "erin"}
        | {"campaign_id": "m2", "received_at": "2025-01-03 10:00"},
        {"lead_id": "l2", "phone_hash": "p7", "email_hash": "e1"}
        | {"received_at": "2025-01-01 10:00"},
        {"lead_id": "l3", "phone_hash": "p2", "received_at": "2025-01-01 10:00"},
    ],
    "consents": [
        {"customer_id": customer, "channel_code": "sms", "purpose_code": "advertising"}
        | {"consent_state": state, "changed_at": moment}
        for customer, state, moment in (
            ("ben", "granted", "2025-01-01 10:00"),
            ("ben", "withdrawn", "2025-01-03 10:00"),
            ("cleo", "granted", "2025-01-03 10:00"),
        )
    ],
    "registrations": [
        {"registration_id": "s1", "customer_id": "ben", "event_code": "fair"}
        | {"registered_at": "2025-01-03 10:00"},
        {"registration_id": "s2", "lead_id": "l2", "event_code": "fair"}
        | {"registered_at": "2025-01-03 10:00"},
    ],
    "surveys": [
        {"survey_id": "v1", "customer_id": "dora", "employee_id": "erin"}
        | {"question_code": "nps", "score": 9, "asked_at": "2025-01-03 10:00"},
        {"survey_id": "v2", "customer_id": "anna", "question_code": "nps"}
        | {"score": 0, "asked_at": "2025-01-03 10:00"},
    ],
    "referrals": [
        {"referral_id": "f1", "customer_id": "anna", "referred_customer_id": "ben"}
        | {"referred_at": "2025-01-01 10:00", "joined_at": "2025-01-03 10:00"},
        {"referral_id": "f2", "customer_id": "cleo", "referred_at": "2025-01-03 10:00"},
    ],
}
CORRECTED = {"_source_stamp": "2025-01-06"}
NIGHTS: dict[str, Night] = {
    "history": HISTORY,
    "nothing": {},
    "late, corrected, deleted": {
        "payments": [
            {"payment_id": "b1", "order_id": "o1", "due_amount": 9, **CORRECTED}
            | {"due_date": "2025-01-04", "billed_at": "2025-01-03 10:00"}
            | {"payment_status": "paid", "paid_at": "2025-01-06 10:00"},
        ],
        "returns": [
            {"return_id": "r1", "order_id": "o1", "line_id": "1", "quantity": 3}
            | {"refund_amount": 9, "is_restocked": True, **CORRECTED}
            | {"returned_at": "2025-01-03 10:00"},
        ],
        "service_cases": [
            {"case_id": "c1", "customer_id": "ben", "employee_id": "erin", **CORRECTED}
            | {"product_id": "bread", "opened_at": "2025-01-01 10:00"}
            | {"solved_at": "2025-01-05 10:00"},
        ],
        "quotes": [
            {"quote_id": "q1", "line_id": "2", "customer_id": "cleo"}
            | {"product_id": "bread", "unit_price_amount": 2, "quote_status": "lost"}
            | {"quoted_at": "2025-01-03 10:00"},
        ],
        "consents": [
            {"customer_id": "cleo", "channel_code": "sms"}
            | {"purpose_code": "advertising", "changed_at": "2025-01-02 10:00"}
            | {"consent_state": "refused"},
        ],
        "registrations": [
            {"registration_id": "s1", "customer_id": "ben", "event_code": "fair"}
            | {"registered_at": "2025-01-03 10:00", "attended_at": "2025-01-05 10:00"}
            | CORRECTED,
        ],
        "surveys": [{"survey_id": "v2", "_is_deleted": True, **CORRECTED}],
        "referrals": [
            {"referral_id": "f2", "customer_id": "cleo", **CORRECTED}
            | {"referred_customer_id": "dora", "referred_at": "2025-01-03 10:00"},
        ],
    },
    # the versions of 2 January, of facts before and after it
    "customer and employee changed": {
        "customers": [
            {"customer_id": "ben", "customer_status": "dormant", "phone_hash": "p2"}
            | {"_source_stamp": "2025-01-02"},
        ],
        "employees": [
            {"employee_id": "erin", "team_code": "south"}
            | {"_source_stamp": "2025-01-02"},
        ],
    },
    "the unknown told": {
        "customers": [{"customer_id": "dora", "phone_hash": "p4"}],
        "employees": [{"employee_id": "fred", "team_code": "west"}],
        "products": [{"product_id": "cake", "unit_cost": 2}],
        "campaigns": [{"campaign_id": "m2"}],
        "orders": [
            {"order_id": "o3", "customer_id": "ben", "ordered_at": "2025-01-01 12:00"},
        ],
        "channels": [{"channel_code": "fair"}],
        "reasons": [{"reason_group_code": "return", "reason_code": "broken"}],
    },
    "order cancelled, order moved": {
        "orders": [
            {"order_id": "o1", "customer_id": "anna", **CORRECTED}
            | {"ordered_at": "2025-01-01 10:00"},
            {"order_id": "o2", "customer_id": "cleo", "order_status": "cancelled"}
            | {"ordered_at": "2025-01-01 11:00", **CORRECTED},
        ],
    },
    "a customer with the lead's number": {
        "customers": [{"customer_id": "gus", "phone_hash": "p7"}],
    },
    "another with the same number": {
        "customers": [{"customer_id": "hana", "phone_hash": "p7"}],
    },
    "cleo, gus and hana merged into anna": {
        "customer_merges": [
            {"customer_id": customer, "merged_into_customer_id": "anna"}
            | {"merged_at": "2025-01-05"}
            for customer in ("cleo", "gus", "hana")
        ],
    },
    "merge corrected, numbers changed": {
        "customer_merges": [
            {"customer_id": "cleo", "merged_into_customer_id": "dora", **CORRECTED}
            | {"merged_at": "2025-01-05"},
        ],
        "customers": [
            {"customer_id": "ben", "customer_status": "dormant", "phone_hash": "p8"}
            | CORRECTED,
        ],
    },
}
