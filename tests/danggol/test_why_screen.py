"""What `danggol why` shows, on a terminal of 80 columns."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rich.cells import cell_len
from rich.console import Console

from danggol.why_screen import why
from warehouse.customer_facts import (
    Case,
    Churn,
    Contacts,
    CustomerFacts,
    Identity,
    LifetimeValue,
    NextProduct,
    Permission,
    Purchase,
    Standing,
    Worth,
)

NIGHT = date(2026, 3, 1)
MARTS = (
    *("customer_segments", "customer_lifetime_values", "churn_predictions"),
    *("next_best_products", "customer_contact_permissions_current"),
    *("fct_interactions", "customer_360"),
)
FACTS = CustomerFacts(
    company_name="Haneul Mart",
    currency_code="KRW",
    as_of=dict.fromkeys(MARTS, NIGHT) | {"fct_interactions": date(2026, 3, 2)},
    identity=Identity("C5", "C5", (), "active", None, date(2024, 5, 1)),
    standing=Standing(
        segment="At risk",
        suggested_action="Write personally and ask what is missing.",
        stage_code="at_risk",
        value_grade="A",
        recency_days=40,
        frequency=6,
        monetary_amount=Decimal(40_000),
        recency_score=2,
        frequency_score=4,
        monetary_score=5,
        cluster="Evening shoppers",
    ),
    worth=Worth("B", "up", 12, Decimal(90_000), Decimal(20_000)),
    value=LifetimeValue(
        clv_amount=Decimal(123_456),
        clv_low_amount=Decimal(1_000),
        clv_high_amount=Decimal(300_000),
        probability_alive=0.834,
        expected_purchases=4.25,
        horizon_weeks=52,
        value_basis_code="margin",
        status="estimated",
        status_reason_code=None,
    ),
    churn=[
        Churn(
            "no_purchase",
            90,
            0.34,
            "high",
            ["Comes less often", "Spends less"],
            [0.6931471805599453, -0.6931471805599453],
            None,
        ),
        Churn("visits_dropped", 90, None, None, [], [], "no_visits_to_drop"),
    ],
    products=[
        NextProduct("again", "Bread", "own_habit", None),
        NextProduct("new", "Cake", "published_rule", "Bread + Butter"),
        NextProduct("new", "Tea", "bestseller", None),
    ],
    permissions=[
        Permission("sms", True, False, "-", date(2026, 1, 1), date(2028, 1, 1)),
        Permission("email", False, False, "Refused", date(2026, 1, 1), None),
        Permission("post", False, False, "Refused", date(2026, 1, 1), None),
    ],
    purchases=[Purchase(date(2026, 1, 20), Decimal(5_000), 2, 12)],
    cases=[Case(date(2026, 1, 21), "Broken", True, 3)],
    contacts=[
        Contacts("campaign_contact", 7, date(2026, 2, 1)),
        Contacts("call", 1, date(2026, 1, 22)),
    ],
)


def shown(facts: CustomerFacts = FACTS) -> str:
    """The screen, its spaces made one; each line fits 80 columns."""
    written = io.StringIO()
    Console(file=written, width=80, color_system=None).print(why(facts))
    lines = written.getvalue().splitlines()
    assert all(cell_len(line.rstrip()) <= 80 for line in lines)
    assert len(lines) <= 40
    return "\n".join(" ".join(line.split()) for line in lines)


def test_everything_that_is_said_of_a_customer_is_on_one_screen():
    told = shown().replace("\n", " ")

    for part in (
        "C5 of Haneul Mart active registered 2024-05-01",
        "Segments as of 2026-03-01",
        "segment At risk R2 F4 M5 Write personally and ask what is missing.",
        "bought 40 days ago; 6 purchase days and ₩40,000 in the window",
        "stage at_risk value grade A",
        "cluster Evening shoppers",
        "12 purchases, ₩90,000, profit ₩20,000",
        "grade B (up) since the last quarter's end",
        "52 weeks ₩123,456 margin; in 9 of 10 cases ₩1,000 to ₩300,000",
        "4.2 purchase days expected; 83.4 % likely a customer still",
        "no purchase 34.0 % in 90 days, high risk",
        "Comes less often (odds x 2.0), Spends less (odds x 0.5)",
        "visits halve not scorable: no visits to drop",
        "again Bread bought often",
        "new Cake goes with Bread + Butter",
        "Tea most buy it",
        "sms ✓ by day, 8 to 21 since 2026-01-01, ask again by 2028-01-01",
        "✗ email, post: Refused since 2026-01-01",
        "It rests on as of 2026-03-02",
        "12 purchases 2026-01-20 ₩5,000 (2 lines)",
        "3 cases 2026-01-21 Broken (open)",
        "8 contacts campaign contact 7, last 2026-02-01; call 1, last 2026-01-22",
    ):
        assert part in told


def test_a_merged_number_says_whose_it_is_now():
    told = shown(
        replace(FACTS, identity=Identity("C1", "C5", ["C1"], "active", None, None))
    )

    assert told.startswith("C1 was merged into C5, who is shown here\nC5 of")


def test_who_left_is_said_to_have_left_since_when():
    gone = Identity("C5", "C5", (), "withdrawn", date(2026, 2, 3), None)

    told = shown(replace(FACTS, identity=gone))

    assert "C5 of Haneul Mart withdrawn since 2026-02-03" in told
    assert "send nothing" in told


def test_who_did_nothing_yet_has_an_answer_everywhere():
    told = shown(
        replace(
            FACTS,
            standing=None,
            worth=None,
            value=None,
            churn=[],
            products=[],
            permissions=[],
            purchases=[],
            cases=[],
            contacts=[],
        )
    )

    assert "has not bought yet, so is in no segment" in told
    assert "nothing was ever said: send nothing" in told


def test_what_is_not_published_yet_is_said_to_be_missing():
    told = shown(replace(FACTS, as_of={"customer_segments": NIGHT}, value=None))

    assert "Segments as of 2026-03-01" in told
    assert "Lifetime value not published yet" in told
    assert "sms" not in told  # what is not known is not said
