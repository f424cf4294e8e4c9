"""Question marts: nights of a few rows that change closed quarters, and a rebuild.

Every night tells one thing after which answers about months long past are wrong, as in
`test_star_incremental`.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from tests.pipeline.answers_told import NIGHTS
from tests.pipeline.told_nights import (
    Ask,
    asking,
    copied,
    published_and_rebuilt,
    run_night,
    tell,
)
from warehouse import Warehouse

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

HOW: dict[str, Any] = {
    "variables": {"history_first_date": "2024-01-01"},
    "after_mining": ["customer_360"],
}
# What is looked at after every night.
ASKED = {
    "causes": "select period_start_date, component_code, customer_count,"
    " previous_amount::int, amount::int from marts.growth_bridges"
    " where period_code = 'quarter' and customer_count > 0",
    "cohorts": "select cohort_quarter_date, quarter_number, active_count,"
    " customer_count, net_amount::int from marts.cohort_retention",
    "beginnings": "select cohort_quarter_date, quarter_number,"
    " first_quarter_amount::int from marts.cohort_retention",
    "grades": "select quarter_start_date, customer_id, grade_code, movement_code,"
    " contribution_amount::int from marts.customer_grades",
    "households": "select household_id, member_count, yearly_net_amount::int,"
    " best_member_customer_id from marts.household_values"
    " where quarter_start_date = '2025-01-01'",
    "prices": "select month_start_date, store_id, department, line_count,"
    " gross_amount::int from marts.price_realisation",
    "campaigns": "select campaign_id, verdict_code, planned_amount::int,"
    " spent_amount::int, tested_spent_amount::int, treated_buyer_count, treated_count,"
    " control_buyer_count, control_count, response_count, attributed_amount::int"
    " from marts.campaign_results",
    "backlash": "select backlash_code, treated_struck_count, control_struck_count"
    " from marts.contact_backlash where campaign_id = 'm1' and window_days = 7"
    " and channel_code = 'sms'",
    "pressure": "select month_start_date, pressure_code, customer_count,"
    " repeated_contact_count, refused_contact_count, opt_out_count"
    " from marts.contact_pressure",
    "first channels": "select cohort_quarter_date, channel_code, customer_count,"
    " moved_offline_count from marts.channel_cohorts",
    "people": "select customer_id, order_count, net_amount::int, grade_code"
    " from marts.customer_360",
}
INCREMENTAL = (
    "marts_next.customer_profits",
    "intermediate.int_customers_summed",
    "intermediate.int_customer_periods",
    "marts_next.growth_bridges",
    "intermediate.int_cohorts_summed",
    "marts_next.customer_grades",
    "marts_next.grade_movements",
    "marts_next.household_values",
    "intermediate.int_prices_summed",
    "marts_next.price_realisation",
    "marts_next.value_needs_quadrants",
    "intermediate.int_campaign_members",
    "marts_next.campaign_results",
    "marts_next.contact_backlash",
    "intermediate.int_contact_months",
    "marts_next.contact_pressure",
)


@dataclass
class Story:
    """What each night left behind."""

    answers: dict[str, dict[str, set[tuple]]] = field(default_factory=dict)
    # where each row lies and which transaction wrote it
    places: dict[str, dict[str, list[tuple]]] = field(default_factory=dict)
    published: dict[str, list[str]] = field(default_factory=dict)
    rebuilt: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def story(template: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Run every night on a warehouse of its own, then rebuild all of it."""
    target = tmp_path_factory.mktemp("dbt")
    story = Story()
    with copied(template, "warehouse_of_answers") as warehouse:
        ask = asking(warehouse)
        for name, (day, night) in NIGHTS.items():
            tell(warehouse, night, day)
            run_night(warehouse, target, day=day, **HOW)
            story.answers[name] = {what: set(ask(q)) for what, q in ASKED.items()}
            story.places[name] = places(ask)
        story.published, story.rebuilt = published_and_rebuilt(
            warehouse, target, day=day, **HOW
        )
    return story


def places(ask: Ask) -> dict[str, list[tuple]]:
    """Where each row of the incremental tables lies, and who wrote it."""
    return {
        table: sorted(ask(f"select ctid::text, xmin::text from {table}"))
        for table in INCREMENTAL
    }


Q1, Q2, Q3, Q4 = (date(2024, month, 1) for month in (1, 4, 7, 10))
NOW = date(2025, 1, 1)


def changed(story: Story, night: str, what: str) -> tuple[set[tuple], set[tuple]]:
    """Rows that a night took away, and those it brought."""
    names = list(NIGHTS)
    before = story.answers[names[names.index(night) - 1]][what]
    after = story.answers[night][what]
    return before - after, after - before


def test_the_history_is_what_is_counted_by_hand(story: Story):
    told = story.answers["history"]

    assert {row[1:] for row in told["causes"] if row[0] == NOW} == {
        ("new", 1, 0, 63),  # eve, less her return
        ("reactivated", 1, 0, 20),
        ("retained", 1, 50, 30),
        ("lost", 1, 60, 0),
        ("unknown", 1, 0, 5),
    }
    # of margin: cleo 60, anna 50, eve 33, ben 50, dan 5, all of 198
    assert {row[1:] for row in told["grades"] if row[0] == NOW} == {
        ("cleo", "A", "same", 60),
        ("ben", "A", "up", 50),
        ("anna", "A", "same", 50),
        ("eve", "C", "first", 33),
        ("dan", "D", "same", 5),
    }
    assert told["households"] == {("h1", 2, 143, "anna"), ("h2", 2, 200, "ben")}
    assert told["campaigns"] == {
        ("m1", "too_small", 100, 10, 6, 1, 2, 0, 2, 1, 20),
        ("(unknown)", "no_holdout", None, 3, 0, 0, 1, 0, 0, 0, 0),
    }


def test_a_build_without_batches_writes_no_row(story: Story):
    assert all(story.places["history"].values())
    assert story.places["nothing"] == story.places["history"]


def test_who_began_earlier_is_not_new_later(story: Story):
    night = "cleo's first order comes late"

    assert changed(story, night, "causes") == (
        {(Q2, "lost", 1, 100, 0), (Q3, "new", 1, 0, 40)},
        {(Q2, "lost", 2, 110, 0), (Q3, "reactivated", 1, 0, 40)},
    )
    assert changed(story, night, "cohorts") == (
        {(Q3, 0, 1, 1, 40), (Q3, 1, 1, 1, 60), (Q3, 2, 0, 1, 0)},
        {
            (Q1, 0, 1, 1, 10),
            (Q1, 1, 0, 1, 0),
            (Q1, 2, 1, 1, 40),
            (Q1, 3, 1, 1, 60),
            (Q1, 4, 0, 1, 0),
        },
    )
    assert changed(story, night, "first channels") == (
        {(Q3, "store", 1, 0)},
        {(Q1, "web", 1, 1)},
    )


def test_a_cancelled_order_is_gone_from_causes_grades_and_prices(story: Story):
    night = "an order of last year is cancelled"

    assert changed(story, night, "causes") == (
        {(Q4, "retained", 1, 40, 60), (NOW, "lost", 1, 60, 0)},
        {(Q4, "lost", 1, 40, 0)},
    )
    # eve rises because cleo falls: 100 of 168 are above her, less than four fifths
    assert changed(story, night, "people") == (
        {("cleo", 3, 110, "A"), ("eve", 1, 63, "C")},
        {("cleo", 2, 50, "B"), ("eve", 1, 63, "B")},
    )
    assert changed(story, night, "prices") == (
        {(date(2024, 12, 1), "(unknown)", "gifts", 1, 66)},
        set(),
    )


def test_who_registered_before_the_history_and_moved_is_counted_elsewhere(
    story: Story,
):
    night = "eve had registered before, and moved in February"

    assert changed(story, night, "causes") == (
        {(NOW, "new", 1, 0, 63), (NOW, "reactivated", 1, 0, 20)},
        {(NOW, "reactivated", 2, 0, 83)},
    )
    assert changed(story, night, "cohorts") == ({(NOW, 0, 1, 1, 63)}, set())
    assert changed(story, night, "households") == (
        {("h1", 2, 143, "anna"), ("h2", 2, 140, "ben")},
        {("h1", 1, 80, "anna"), ("h2", 3, 203, "ben")},
    )


def test_late_news_of_what_came_after_a_contact_is_taken_up(story: Story):
    night = "a return, a complaint, an opt-out and an answer come late"
    february = date(2025, 2, 1)

    assert changed(story, night, "causes") == (
        {(Q4, "reactivated", 1, 0, 50), (NOW, "retained", 1, 50, 30)},
        {(Q4, "reactivated", 1, 0, 45), (NOW, "retained", 1, 45, 30)},
    )
    assert changed(story, night, "campaigns") == (
        {("m1", "too_small", 100, 10, 6, 1, 2, 0, 2, 1, 20)},
        {("m1", "too_small", 100, 10, 6, 1, 2, 0, 2, 2, 25)},
    )
    assert changed(story, night, "backlash") == (
        {("opt_out", 0, 0), ("complaint", 1, 0)},
        {("opt_out", 1, 0), ("complaint", 1, 1)},
    )
    assert changed(story, night, "pressure") == (
        {(february, "1", 3, 0, 0, 0)},
        {(february, "1", 3, 0, 0, 1)},
    )


def test_joined_memberships_are_one_everywhere(story: Story):
    night = "dan is ben"
    february = date(2025, 2, 1)

    assert changed(story, night, "cohorts") == (
        {(Q2, 0, 2, 2, 90), (Q2, 1, 0, 2, 0), (Q2, 2, 0, 2, 0), (Q2, 3, 1, 2, 20)},
        {(Q2, 0, 1, 1, 90), (Q2, 1, 0, 1, 0), (Q2, 2, 0, 1, 0), (Q2, 3, 1, 1, 20)},
    )
    assert changed(story, night, "households") == (
        {("h2", 3, 203, "ben")},
        {("h2", 3, 213, "ben")},
    )
    assert changed(story, night, "campaigns") == (
        {("m1", "too_small", 100, 10, 6, 1, 2, 0, 2, 2, 25)},
        {("m1", "too_small", 100, 10, 6, 1, 1, 0, 2, 2, 25)},
    )
    assert changed(story, night, "pressure") == (
        {(february, "1", 3, 0, 0, 1)},
        {(february, "1", 1, 0, 0, 0), (february, "2", 1, 1, 0, 1)},
    )


def test_what_was_unknown_is_found_and_a_shorter_campaign_follows_less(story: Story):
    night = "the unknown told, cups are food, m1 was shorter"

    assert {row[1:3] for row in story.answers[night]["prices"]} == {("s1", "food")}
    assert changed(story, night, "campaigns") == (
        {
            ("m1", "too_small", 100, 10, 6, 1, 1, 0, 2, 2, 25),
            ("(unknown)", "no_holdout", None, 3, 0, 0, 1, 0, 0, 0, 0),
        },
        {
            ("m1", "too_small", 90, 10, 6, 0, 1, 0, 2, 2, 25),
            ("m2", "no_holdout", None, 3, 0, 0, 1, 0, 0, 0, 0),
            ("(unknown)", "no_holdout", None, 0, 0, 0, 0, 0, 0, 0, 0),
        },
    )


def test_a_deleted_contact_is_not_compared_with_any_more(story: Story):
    assert changed(story, "a contact was never made", "campaigns") == (
        {("m1", "too_small", 90, 10, 6, 0, 1, 0, 2, 2, 25)},
        {("m1", "too_small", 90, 10, 6, 0, 1, 0, 1, 2, 25)},
    )


def test_a_quarter_is_answered_for_on_the_night_of_its_last_day(story: Story):
    night, quarter = "the quarter closes on the day of an order", date(2025, 4, 1)

    assert changed(story, night, "causes") == (
        set(),
        {
            (quarter, "retained", 1, 20, 90),
            (quarter, "lost", 2, 93, 0),
            (quarter, "unknown", 1, 5, 0),
        },
    )
    assert changed(story, night, "grades") == (
        set(),
        {
            (quarter, "ben", "A", "same", 70),
            (quarter, "anna", "A", "same", 45),
            (quarter, "eve", "B", "same", 33),
            (quarter, "cleo", "C", "same", 30),
        },
    )


def test_a_merge_taken_back_parts_them_again(story: Story):
    assert changed(story, "ben and dan are two after all", "people") == (
        {("ben", 4, 200, "A")},
        {("ben", 3, 190, "A"), ("dan", 1, 10, None)},
    )


def test_what_a_cohort_began_with_is_told_anew_in_all_its_quarters(story: Story):
    night = "cleo had returned something of her first order"
    gone, come = changed(story, night, "beginnings")

    # quarters 0 to 17, the last closed one
    assert gone == {(Q1, number, 10) for number in range(18)}
    assert come == {(Q1, number, 7) for number in range(18)}


def test_what_the_nights_published_equals_a_rebuild_from_all_batches(story: Story):
    wanted = {"cohort_retention", "spend_by_tenure", "channel_sequences"}
    wanted |= {table.split(".")[1] for table in INCREMENTAL if "marts" in table}

    assert wanted <= story.rebuilt.keys()
    for mart, rows in story.published.items():
        assert rows == story.rebuilt[mart], mart
