"""Nights of a few rows, each of which changes old facts, against a rebuild.

Every night tells one thing after which facts of days long past are wrong: dates would
not find them, affected keys must.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from tests.pipeline.told_nights import (
    CORE,
    Ask,
    Night,
    asking,
    copied,
    published_and_rebuilt,
    run_night,
    tell,
)
from warehouse import Warehouse

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

INCREMENTAL = (
    "fct_orders",
    "fct_web_sessions",
    "fct_campaign_contacts",
    "fct_campaign_responses",
    "customer_days",
)

HISTORY: Night = {
    "customers": [
        {"customer_id": "anna", "household_id": "h1"},
        {"customer_id": "ben"},
        {"customer_id": "cleo"},
    ],
    "products": [{"product_id": "bread", "unit_cost": 1}],
    "stores": [{"store_id": "s1"}],
    "campaigns": [{"campaign_id": "m1"}],
    "orders": [
        {"order_id": "o1", "customer_id": "anna", "ordered_at": "2025-01-02 10:00"},
        {"order_id": "o2", "customer_id": "ben", "ordered_at": "2025-01-02 11:00"},
        {
            "order_id": "o3",
            "customer_id": "dora",
            "store_id": "s9",
            "ordered_at": "2025-01-03 12:00",
        },
        {"order_id": "o4", "customer_id": "cleo", "ordered_at": "2025-01-04 09:00"},
    ],
    "order_lines": [
        {"order_id": order, "line_id": line, "product_id": product, **amounts}
        for order, line, product, amounts in (
            ("o1", "1", "bread", {"quantity": 2, "net_amount": 5}),
            ("o1", "2", "cake", {"quantity": 1, "net_amount": 3}),
            ("o2", "1", "bread", {"quantity": 1, "net_amount": "2.50"}),
            ("o3", "1", "bread", {"quantity": 4, "net_amount": 10}),
            ("o3", "2", "bread", {"quantity": 1, "net_amount": "2.50"}),
            ("o4", "1", "cake", {"quantity": 2, "net_amount": 6}),
        )
    ],
    "campaign_contacts": [
        {
            "contact_id": contact,
            "campaign_id": campaign,
            "customer_id": customer,
            "contact_date": "2025-01-03",
        }
        for contact, campaign, customer in (("k1", "m1", "anna"), ("k2", "m2", "cleo"))
    ],
    "campaign_responses": [
        {
            "response_id": "r1",
            "campaign_id": "m2",
            "customer_id": "ben",
            "response_date": "2025-01-04",
        }
    ],
    "web_requests": [
        {
            "visitor_hash": "v1",
            "requested_at": "2025-01-03 10:00",
            "product_id": "cake",
        },
        {"visitor_hash": "v1", "requested_at": "2025-01-03 10:40"},
        {
            "visitor_hash": "v2",
            "requested_at": "2025-01-03 12:00",
            "customer_id": "ben",
        },
    ],
}
NIGHTS: dict[str, Night] = {
    "history": HISTORY,
    "nothing": {},
    "order moved, late login": {
        "orders": [
            {
                "order_id": "o1",
                "customer_id": "ben",
                "ordered_at": "2025-01-02 10:00",
                "_source_stamp": "2025-01-05",
            }
        ],
        "web_requests": [
            {
                "visitor_hash": "v1",
                "requested_at": "2025-01-05 09:00",
                "customer_id": "cleo",
            }
        ],
    },
    "order cancelled, late line": {
        "orders": [
            {
                "order_id": "o2",
                "customer_id": "ben",
                "order_status": "cancelled",
                "ordered_at": "2025-01-02 11:00",
                "_source_stamp": "2025-01-05",
            }
        ],
        "web_requests": [
            {"visitor_hash": "v1", "requested_at": "2025-01-03 10:20"},
        ],
    },
    "customer changed, product told": {
        "customers": [
            {
                "customer_id": "ben",
                "customer_status": "dormant",
                "_source_stamp": "2025-01-02 10:30",
            }
        ],
        "products": [{"product_id": "cake", "unit_cost": 2}],
    },
    "cleo merged into anna": {
        "customer_merges": [
            {
                "customer_id": "cleo",
                "merged_into_customer_id": "anna",
                "merged_at": "2025-01-05",
            }
        ],
    },
    "the unknown told": {
        "customers": [{"customer_id": "dora"}],
        "stores": [{"store_id": "s9"}],
        "campaigns": [{"campaign_id": "m2"}],
    },
    "merge corrected, line deleted": {
        "customer_merges": [
            {
                "customer_id": "cleo",
                "merged_into_customer_id": "ben",
                "merged_at": "2025-01-05",
                "_source_stamp": "2025-01-06",
            }
        ],
        "order_lines": [
            {
                "order_id": "o3",
                "line_id": "2",
                "_is_deleted": True,
                "_source_stamp": "2025-01-06",
            }
        ],
    },
    "ben merged into dora": {
        "customer_merges": [
            {
                "customer_id": "ben",
                "merged_into_customer_id": "dora",
                "merged_at": "2025-01-06",
            }
        ],
    },
    "orders confirmed in app and log": {
        "web_events": [
            {
                "event_id": "e1",
                "visitor_hash": "v7",
                "occurred_at": "2025-01-04 10:00",
                "page_code": "product",
                "product_id": "cake",
            },
            {
                "event_id": "e2",
                "visitor_hash": "v7",
                "occurred_at": "2025-01-04 10:10",
                "page_code": "order_done",
                "order_id": "o4",
            },
            {
                "event_id": "e3",
                "visitor_hash": "v8",
                "occurred_at": "2025-01-04 11:00",
                "page_code": "other",
            },
        ],
        "web_requests": [
            {
                "visitor_hash": "v9",
                "requested_at": "2025-01-03 12:00",
                "order_id": "o3",
            },
        ],
    },
    "order of an event moved": {
        "orders": [
            {
                "order_id": "o4",
                "customer_id": "anna",
                "ordered_at": "2025-01-04 09:00",
                "_source_stamp": "2025-01-06",
            }
        ],
    },
    "event corrected, event deleted": {
        "web_events": [
            {
                "event_id": "e1",
                "visitor_hash": "v8",
                "occurred_at": "2025-01-04 10:00",
                "page_code": "product",
                "_source_stamp": "2025-01-06",
            },
            {"event_id": "e3", "_is_deleted": True, "_source_stamp": "2025-01-06"},
        ],
    },
}


@dataclass
class Story:
    """What each night left behind."""

    orders: dict[str, dict[str, tuple]] = field(default_factory=dict)
    sessions: dict[str, list[tuple]] = field(default_factory=dict)
    # of visitors 7 to 9, whom an app's events or an order make known
    visits: dict[str, list[tuple]] = field(default_factory=dict)
    days: dict[str, dict[tuple, tuple]] = field(default_factory=dict)
    # of the incremental facts: where each row lies and which transaction wrote it
    places: dict[str, list[tuple]] = field(default_factory=dict)
    campaigns: dict[str, list[tuple]] = field(default_factory=dict)
    published: dict[str, list[str]] = field(default_factory=dict)
    rebuilt: dict[str, list[str]] = field(default_factory=dict)
    calendar: list[tuple] = field(default_factory=list)


@pytest.fixture(scope="module")
def story(template: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Run every night on a warehouse of its own, then rebuild all of it."""
    target = tmp_path_factory.mktemp("dbt")
    story = Story()
    with copied(template, "warehouse_of_nights") as warehouse:
        for name, night in NIGHTS.items():
            tell(warehouse, night)
            run_night(warehouse, target, selected=CORE)
            look(story, name, asking(warehouse))
        ask = asking(warehouse)
        story.calendar = ask(
            "select date_day, iso_week_code, weekday_number, is_weekend,"
            " quarter_number from marts.dim_dates order by date_day"
        )
        story.published, story.rebuilt = published_and_rebuilt(
            warehouse, target, selected=CORE
        )
    return story


def look(story: Story, night: str, ask: Ask) -> None:
    """Keep what a reader sees after a night."""
    orders = ask(
        "select order_id, customer_id, current_customer_id, store_id, line_count,"
        " net_amount, margin_amount from marts.fct_orders"
    )
    story.orders[night] = {order_id: rest for order_id, *rest in map(list, orders)}
    story.sessions[night] = ask(
        "select started_at::time::text, current_customer_id, page_view_count"
        " from marts.fct_web_sessions as sessions where visitor_id = 'v1'"
        " order by sessions.started_at"
    )
    story.visits[night] = ask(
        "select visitor_id, current_customer_id, evidence_code, page_view_count"
        " from marts.fct_web_sessions where visitor_id in ('v7', 'v8', 'v9')"
        " order by visitor_id"
    )
    days = ask(
        "select customer_id, activity_date, order_count, line_count, net_amount,"
        " margin_amount, session_count, contact_count from marts.customer_days"
    )
    story.days[night] = {
        (customer, day.day): tuple(rest) for customer, day, *rest in days
    }
    story.campaigns[night] = ask(
        "select contact_id, campaign_id, current_customer_id"
        " from marts.fct_campaign_contacts order by contact_id"
    )
    story.places[night] = [
        (table, *place)
        for table in INCREMENTAL
        for place in sorted(
            ask(f"select ctid::text, xmin::text from marts_next.{table}")
        )
    ]


def test_a_build_without_batches_writes_no_row_of_a_fact(story: Story):
    assert story.places["nothing"] == story.places["history"]


def test_an_unaffected_row_is_not_written_again(story: Story):
    before, after = (
        {place for place in story.places[night] if place[0] == "fct_orders"}
        for night in ("nothing", "order moved, late login")
    )

    assert len(before & after) == 3  # all but o1


def test_an_order_that_moved_leaves_its_first_customer(story: Story):
    before, after = "nothing", "order moved, late login"

    assert story.orders[before]["o1"][0] == "anna"
    assert story.orders[after]["o1"][0] == "ben"
    assert ("anna", 2) in story.days[before]
    assert ("anna", 2) not in story.days[after]
    assert story.days[after]["ben", 2][:3] == (2, 3, Decimal("10.50"))


def test_a_late_login_names_the_visits_before_it(story: Story):
    assert story.sessions["nothing"] == [("10:00:00", None, 1), ("10:40:00", None, 1)]
    assert story.sessions["order moved, late login"] == [
        ("10:00:00", "cleo", 1),
        ("10:40:00", "cleo", 1),
        ("09:00:00", "cleo", 1),
    ]


def test_a_late_line_joins_two_sessions(story: Story):
    assert story.sessions["order cancelled, late line"] == [
        ("10:00:00", "cleo", 3),
        ("09:00:00", "cleo", 1),
    ]


def test_a_cancelled_order_is_gone(story: Story):
    night = "order cancelled, late line"

    assert set(story.orders[night]) == {"o1", "o3", "o4"}
    assert story.days[night]["ben", 2][:3] == (1, 2, Decimal(8))


def test_a_product_told_late_gives_old_orders_their_margin(story: Story):
    assert story.orders["order cancelled, late line"]["o1"][-1] is None
    # 5 - 2 x 1 for the bread, 3 - 2 for the cake
    assert story.orders["customer changed, product told"]["o1"][-1] == Decimal(4)


def test_a_merge_moves_everything_and_its_correction_moves_it_on(story: Story):
    merged, corrected = "cleo merged into anna", "merge corrected, line deleted"

    assert story.orders[merged]["o4"][:2] == ["cleo", "anna"]
    assert story.orders[corrected]["o4"][:2] == ["cleo", "ben"]
    assert {customer for _, customer, _ in story.sessions[corrected]} == {"ben"}
    assert not [day for day in story.days[corrected] if day[0] == "cleo"]


def test_a_merge_moves_those_who_were_merged_before(story: Story):
    night = "ben merged into dora"

    # no batch of the night names cleo
    assert story.orders[night]["o4"][:2] == ["cleo", "dora"]
    assert {customer for _, customer, _ in story.sessions[night]} == {"dora"}
    assert {customer for customer, _ in story.days[night]} == {"anna", "dora"}


def test_an_order_that_a_visitor_confirms_names_the_visitor(story: Story):
    # o4 is cleo's, who is dora by now
    assert story.visits["orders confirmed in app and log"] == [
        ("v7", "dora", "order", 2),
        ("v8", None, None, 1),
        ("v9", "dora", "order", 1),
    ]


def test_a_visitor_moves_with_the_order_that_names_them(story: Story):
    before, after = "orders confirmed in app and log", "order of an event moved"

    assert story.visits[after][0] == ("v7", "anna", "order", 2)
    assert story.days[before]["dora", 4][-2] == 1  # visits
    assert ("dora", 4) not in story.days[after]
    assert story.days[after]["anna", 4][-2] == 1


def test_an_event_that_is_corrected_leaves_its_first_visitor(story: Story):
    assert story.visits["event corrected, event deleted"] == [
        ("v7", "anna", "order", 1),
        ("v8", None, None, 1),
        ("v9", "dora", "order", 1),
    ]


def test_what_was_unknown_is_found_once_it_is_told(story: Story):
    before, after = "cleo merged into anna", "the unknown told"

    assert story.orders[before]["o3"][:3] == ["(unknown)", "(unknown)", "(unknown)"]
    assert story.orders[after]["o3"][:3] == ["dora", "dora", "s9"]
    assert story.campaigns[before][1][1] == "(unknown)"
    assert story.campaigns[after][1][1] == "m2"


def test_the_days_of_all_customers_are_those_counted_by_hand(story: Story):
    none = Decimal(0)

    assert story.days["merge corrected, line deleted"] == {
        ("anna", 3): (0, 0, none, None, 0, 1),
        ("ben", 2): (1, 2, Decimal(8), Decimal(4), 0, 0),
        # the visits of v1 and v2, and the contact of cleo
        ("ben", 3): (0, 0, none, None, 2, 1),
        ("ben", 4): (1, 1, Decimal(6), Decimal(2), 0, 0),
        ("ben", 5): (0, 0, none, None, 1, 0),
        ("dora", 3): (1, 1, Decimal(10), Decimal(6), 0, 0),
    }


def test_what_the_nights_published_equals_a_rebuild_from_all_batches(story: Story):
    assert len(story.rebuilt) > 10
    assert story.published == story.rebuilt


def test_the_calendar_has_every_day_and_iso_weeks(story: Story):
    days = [day for day, *_ in story.calendar]
    by_day = {day: rest for day, *rest in story.calendar}

    # the year before the history to the year after its last batch
    assert days[0] == date(2024, 1, 1)
    assert days[-1] == date(2026, 12, 31)
    assert len(days) == len(set(days)) == 366 + 365 + 365
    # a Monday that the ISO calendar gives to the year after
    assert by_day[date(2024, 12, 30)] == ["2025-W01", 1, False, 4]
