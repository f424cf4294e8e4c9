"""Facts of sales, service, consents and referrals: nights of a few rows, and a rebuild.

Every night tells one thing after which facts of days long past are wrong, as in
`test_star_incremental`, of what passes between a company and its customers.
"""

from dataclasses import dataclass, field

import pytest

from tests.pipeline.contacts_told import NIGHTS
from tests.pipeline.told_nights import (
    CORE,
    Ask,
    asking,
    copied,
    published_and_rebuilt,
    run_night,
    tell,
)
from warehouse import Warehouse

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

# What is looked at of each fact, after its customer: the current number, and the status
# of the version. An employee is looked at by the team of the version.
CUSTOMER = "facts.current_customer_id, customers.customer_status"
ASKED = {
    "fct_payments": ("payment_id", "facts.payment_status, late_days"),
    "fct_returns": ("return_id", "facts.order_id, product_id, restocked_amount::int"),
    "fct_service_cases": ("case_id", "employees.team_code, product_id, is_open"),
    "fct_quotes": ("quote_id", "employees.team_code, product_id, quote_status"),
    "fct_leads": ("lead_id", "employees.team_code, campaign_id, match_code"),
    "fct_consents": ("source_customer_id", "channel_code, consent_state"),
    "fct_registrations": ("registration_id", "lead_id, has_attended"),
    "fct_surveys": ("survey_id", "employees.team_code, score::int"),
    "fct_referrals": (
        "referral_id",
        "referred_current_customer_id, has_joined, (select customer_status from"
        " marts.dim_customers as referred"
        " where referred.customer_key = facts.referred_customer_key)",
    ),
}


@dataclass
class Story:
    """What each night left behind."""

    # of each fact, by its key: what `ASKED` looks at
    facts: dict[str, dict[str, list[tuple]]] = field(default_factory=dict)
    # where each row lies and which transaction wrote it
    places: dict[str, list[tuple]] = field(default_factory=dict)
    published: dict[str, list[str]] = field(default_factory=dict)
    rebuilt: dict[str, list[str]] = field(default_factory=dict)

    def of(self, night: str, fact: str, key: str) -> list[tuple]:
        """What a night says of one key of a fact."""
        return [rest for found, *rest in self.facts[night][fact] if found == key]


@pytest.fixture(scope="module")
def story(template: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Run every night on a warehouse of its own, then rebuild all of it."""
    target = tmp_path_factory.mktemp("dbt")
    story = Story()
    with copied(template, "warehouse_of_contacts") as warehouse:
        ask = asking(warehouse)
        for name, night in NIGHTS.items():
            tell(warehouse, night)
            run_night(warehouse, target, selected=CORE)
            story.facts[name] = {fact: look(ask, fact) for fact in ASKED}
            story.places[name] = places(ask)
        story.published, story.rebuilt = published_and_rebuilt(
            warehouse, target, selected=CORE
        )
    return story


def look(ask: Ask, fact: str) -> list[tuple]:
    """What a reader sees of a fact."""
    key, columns = ASKED[fact]
    employees = (
        "left join marts.dim_employees as employees using (employee_key)"
        if "employees." in columns
        else ""
    )
    rows = ask(
        f"select facts.{key}, {CUSTOMER}, {columns} from marts.{fact} as facts"
        f" inner join marts.dim_customers as customers using (customer_key) {employees}"
    )
    return sorted(rows, key=repr)


def places(ask: Ask) -> list[tuple]:
    """Where each row of every fact lies, and which transaction wrote it."""
    return [
        (fact, *place)
        for fact in ASKED
        for place in sorted(
            ask(f"select ctid::text, xmin::text from marts_next.{fact}")
        )
    ]


NOBODY = ("(unknown)", None)
ANNA, BEN, CLEO = (("anna", "active"), ("ben", "active"), ("cleo", "active"))


def test_the_history_is_what_is_counted_by_hand(story: Story):
    assert story.facts["history"] == {
        "fct_payments": [("b1", *BEN, "due", None), ("b2", *NOBODY, "due", None)],
        "fct_returns": [
            ("r1", *BEN, "o1", "bread", 2),
            # nobody tells what cake costs; and not restocked is 0 at any cost
            ("r2", *CLEO, "o2", "(unknown)", None),
            ("r3", *ANNA, "(unknown)", "(unknown)", 0),
        ],
        "fct_service_cases": [
            ("c1", *BEN, "north", "bread", True),
            ("c2", *BEN, "north", "(unknown)", True),
        ],
        "fct_quotes": [("q1", *CLEO, None, "(unknown)", "open")],
        "fct_leads": [
            ("l1", *CLEO, "north", "(unknown)", "told"),
            ("l2", *ANNA, None, "(unknown)", "email"),
            ("l3", *BEN, None, "(unknown)", "phone"),
        ],
        "fct_consents": [
            ("ben", *BEN, "sms", "granted"),
            ("ben", *BEN, "sms", "withdrawn"),
            ("cleo", *CLEO, "sms", "granted"),
        ],
        "fct_registrations": [("s1", *BEN, None, False), ("s2", *NOBODY, "l2", False)],
        "fct_surveys": [("v1", *NOBODY, "north", 9), ("v2", *ANNA, None, 0)],
        "fct_referrals": [
            ("f1", *ANNA, "ben", True, "active"),
            ("f2", *CLEO, "(unknown)", False, None),
        ],
    }


def test_a_build_without_batches_writes_no_row_of_a_fact(story: Story):
    assert len(story.places["nothing"]) == 20
    assert story.places["nothing"] == story.places["history"]


def test_a_late_row_a_correction_and_a_delete_are_in_their_facts(story: Story):
    night = "late, corrected, deleted"

    assert story.of(night, "fct_payments", "b1") == [[*BEN, "paid", 2]]
    assert story.of(night, "fct_returns", "r1") == [[*BEN, "o1", "bread", 3]]
    assert story.of(night, "fct_service_cases", "c1") == [
        [*BEN, "north", "bread", False]
    ]
    assert story.of(night, "fct_quotes", "q1") == [
        [*CLEO, None, "(unknown)", "open"],
        [*CLEO, None, "bread", "lost"],
    ]
    assert story.of(night, "fct_consents", "cleo") == [
        [*CLEO, "sms", "granted"],
        [*CLEO, "sms", "refused"],
    ]
    assert story.of(night, "fct_registrations", "s1") == [[*BEN, None, True]]
    assert story.of(night, "fct_surveys", "v2") == []
    assert story.of(night, "fct_referrals", "f2") == [[*CLEO, "(unknown)", True, None]]


def test_a_version_told_late_is_that_of_later_facts_only(story: Story):
    night = "customer and employee changed"
    dormant = ("ben", "dormant")

    # whose order was of the day before
    assert story.of(night, "fct_payments", "b1") == [[*dormant, "paid", 2]]
    assert story.of(night, "fct_returns", "r1") == [[*dormant, "o1", "bread", 3]]
    assert story.facts[night]["fct_service_cases"] == [
        ("c1", *BEN, "north", "bread", False),
        ("c2", *dormant, "south", "(unknown)", True),
    ]
    assert story.of(night, "fct_leads", "l1") == [[*CLEO, "south", "(unknown)", "told"]]
    assert story.of(night, "fct_leads", "l3") == [[*BEN, None, "(unknown)", "phone"]]
    assert story.of(night, "fct_consents", "ben") == [
        [*BEN, "sms", "granted"],
        [*dormant, "sms", "withdrawn"],
    ]
    assert story.of(night, "fct_registrations", "s1") == [[*dormant, None, True]]
    assert story.of(night, "fct_surveys", "v1") == [[*NOBODY, "south", 9]]
    # referred before, joined after
    assert story.of(night, "fct_referrals", "f1") == [[*ANNA, "ben", True, "dormant"]]


def test_what_was_unknown_is_found_once_it_is_told(story: Story):
    night = "the unknown told"
    dora = ("dora", "active")

    assert story.of(night, "fct_payments", "b2") == [[*dora, "due", None]]
    assert story.of(night, "fct_returns", "r2") == [[*CLEO, "o2", "cake", 2]]
    # the order's customer goes before the return's
    assert story.of(night, "fct_returns", "r3") == [
        ["ben", "dormant", "o3", "(unknown)", 0]
    ]
    assert story.of(night, "fct_service_cases", "c2") == [
        ["ben", "dormant", "south", "cake", True]
    ]
    assert story.of(night, "fct_quotes", "q1") == [
        [*CLEO, "west", "cake", "open"],
        [*CLEO, None, "bread", "lost"],
    ]
    assert story.of(night, "fct_leads", "l1") == [[*CLEO, "south", "m2", "told"]]
    assert story.of(night, "fct_surveys", "v1") == [[*dora, "south", 9]]
    assert story.of(night, "fct_referrals", "f2") == [[*CLEO, "dora", True, "active"]]


def test_a_return_goes_with_its_cancelled_order_and_a_bill_stays(story: Story):
    night = "order cancelled, order moved"

    assert story.of(night, "fct_returns", "r1") == [[*ANNA, "o1", "bread", 3]]
    assert story.of(night, "fct_returns", "r2") == []
    assert story.facts[night]["fct_payments"] == [
        ("b1", *ANNA, "paid", 2),
        ("b2", "dora", "active", "due", None),
    ]


@pytest.mark.parametrize(
    ("night", "found"),
    [
        ("the unknown told", [*ANNA, None, "(unknown)", "email"]),
        (
            "a customer with the lead's number",
            ["gus", "active", None, "(unknown)", "phone"],
        ),
        # a number of two is nobody's
        ("another with the same number", [*ANNA, None, "(unknown)", "email"]),
        (
            "cleo, gus and hana merged into anna",
            [*ANNA, None, "(unknown)", "phone"],
        ),
    ],
)
def test_a_lead_is_the_customer_who_alone_has_its_number(
    story: Story, night: str, found: list[object]
):
    assert story.of(night, "fct_leads", "l2") == [found]


def test_a_lead_is_nobody_once_its_customer_has_another_number(story: Story):
    before, after = "cleo, gus and hana merged into anna", list(NIGHTS)[-1]

    assert story.of(before, "fct_leads", "l3") == [[*BEN, None, "(unknown)", "phone"]]
    assert story.of(after, "fct_leads", "l3") == [[*NOBODY, None, "(unknown)", "none"]]


def test_a_merge_moves_everything_and_its_correction_moves_it_on(story: Story):
    merged, corrected = list(NIGHTS)[-2:]

    for fact, key in (
        ("fct_quotes", "q1"),
        ("fct_leads", "l1"),
        ("fct_consents", "cleo"),
        ("fct_referrals", "f2"),
    ):
        assert {row[0] for row in story.of(merged, fact, key)} == {"anna"}
        assert {row[0] for row in story.of(corrected, fact, key)} == {"dora"}


def test_what_the_nights_published_equals_a_rebuild_from_all_batches(story: Story):
    assert {"dim_channels", "dim_reasons", *ASKED} <= story.rebuilt.keys()
    assert story.published == story.rebuilt
