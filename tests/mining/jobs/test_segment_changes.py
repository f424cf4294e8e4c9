"""Changes of segments out of marts: what is compared, and each cause by one deed.

Customer n of ten bought on n days, a month apart, for 100 each, the last of them 5 days
later than customer n - 1: two customers in each fifth, by all three scores. Between the
two nights nothing happens but what a test does.
"""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from mining.jobs import JOBS
from tests.mining.jobs.conftest import NIGHT, Ask
from warehouse import Warehouse

pytestmark = pytest.mark.postgres

BEFORE = NIGHT - timedelta(days=1)
WINDOW_DAYS = 365
LEAST = "M00000001"
BUY = (
    "insert into marts.customer_days (customer_id, activity_date, order_count,"
    " net_amount) values ('{who}', '{day}', 1, {amount})"
)
CHANGES = (
    "select customer_id, change, from_code, to_code, cause_code"
    f" from mined.customer_segment_changes where as_of_date = '{NIGHT}'"
)


def tell(made: Warehouse, *statements: str) -> None:
    """Change something, as the administrator."""
    with made.connect("admin") as connection:
        for statement in statements:
            connection.execute(statement.encode())


def publish(made: Warehouse, night: date, status: str = "published") -> None:
    """Say that the segments of a night were published, or held."""
    tell(
        made,
        "insert into marts.publications (mart, as_of_date, run_id, status)"
        f" values ('customer_segments', '{night}', '{uuid4()}', '{status}')",
    )


@pytest.fixture
def planted(made: Warehouse) -> Warehouse:
    """The company of ten, of which no night was mined."""
    tell(
        made,
        "delete from marts.customer_days",
        "insert into marts.customer_days (customer_id, activity_date, order_count,"
        " net_amount) select 'M' || lpad(n::text, 8, '0'),"
        f" date '{BEFORE}' - 5 * (10 - n) - 30 * day, 1, 100"
        " from generate_series(1, 10) as n"
        " cross join lateral generate_series(0, n - 1) as day",
    )
    return made


@pytest.fixture
def quiet(planted: Warehouse) -> Warehouse:
    """The company after its first night was published."""
    JOBS["segments"](planted, BEFORE)
    publish(planted, BEFORE)
    return planted


def mined(made: Warehouse, ask: Ask) -> dict[str, tuple[str, str]]:
    """Change and cause of everybody who changed on the second night."""
    JOBS["segments"](made, NIGHT)
    rows = ask(CHANGES)
    assert all(
        (old is None) == (change == "entered")
        and (new is None) == (change == "left")
        and old != new
        for _, change, old, new, _ in rows
    )
    return {who: (change, cause) for who, change, _, _, cause in rows}


def test_the_first_night_is_compared_with_none(planted: Warehouse, ask: Ask):
    assert mined(planted, ask) == {}


def test_on_a_night_on_which_nothing_happens_nobody_moves(quiet: Warehouse, ask: Ask):
    assert mined(quiet, ask) == {}


def test_one_order_is_the_own_doing_of_one_and_pushes_neighbours(
    quiet: Warehouse, ask: Ask
):
    tell(quiet, BUY.format(who=LEAST, day=NIGHT, amount=9_000))

    # By recency and money each of the others is a place lower: 5 goes from 3-3-3 to
    # 2-3-2, at risk; 9 from 5-5-5 to 4-5-4, loyal; 7 from 4-4-4 to 3-4-3, as loyal.
    assert mined(quiet, ask) == {
        LEAST: ("moved", "own_behaviour"),
        "M00000005": ("moved", "peers_shift"),
        "M00000009": ("moved", "peers_shift"),
    }


def test_one_order_told_late_is_late_data(quiet: Warehouse, ask: Ask):
    tell(quiet, BUY.format(who=LEAST, day=BEFORE, amount=9_000))

    found = mined(quiet, ask)

    assert found.pop(LEAST) == ("moved", "late_data")
    assert set(found.values()) == {("moved", "peers_shift")}


def test_an_order_that_leaves_the_window_is_the_clock(planted: Warehouse, ask: Ask):
    leaving = NIGHT - timedelta(days=WINDOW_DAYS)
    tell(planted, BUY.format(who="Old", day=leaving, amount=1_000))
    JOBS["segments"](planted, BEFORE)
    publish(planted, BEFORE)

    found = mined(planted, ask)

    assert found.pop("Old") == ("moved", "clock")
    assert set(found.values()) <= {("moved", "peers_shift")}


@pytest.mark.parametrize("days", [60, 180])
def test_other_rules_alone_are_the_cause_of_every_move(
    days: int, quiet: Warehouse, ask: Ask
):
    tell(quiet, f"update marts.company_settings set rfm_window_days = {days}")

    found = mined(quiet, ask)

    assert len(found) > 0
    assert set(found.values()) == {("moved", "rule_version")}


def test_other_code_by_which_everybody_stands_the_same_is_no_other_rule(
    quiet: Warehouse, ask: Ask
):
    tell(quiet, "update mined.customer_segments set rule_version = 'rfm-365-before'")
    tell(quiet, BUY.format(who=LEAST, day=NIGHT, amount=9_000))

    found = mined(quiet, ask)

    assert found[LEAST] == ("moved", "own_behaviour")
    assert "rule_version" not in {cause for _, cause in found.values()}


def test_who_withdraws_or_is_told_no_more_left_and_who_joins_another_by_the_merge(
    quiet: Warehouse, ask: Ask
):
    withdrawn, gone, merged, other = (f"M{n:08}" for n in (10, 8, 5, 3))
    ends = f"timestamptz '{NIGHT} 12:00+09'"
    tell(
        quiet,
        "insert into marts.dim_customers (customer_key, customer_id,"
        " current_customer_id, customer_status, valid_from, valid_to)"
        f" select 'later', customer_id, customer_id, 'withdrawn', {ends}, 'infinity'"
        f" from marts.dim_customers where customer_id = '{withdrawn}'",
        f"update marts.dim_customers set valid_to = {ends}"
        f" where customer_key in ('{withdrawn}', '{gone}')",
        f"update marts.dim_customers set current_customer_id = '{other}'"
        f" where customer_id = '{merged}'",
        f"delete from marts.customer_days as old where customer_id = '{merged}' and"
        f" activity_date in (select activity_date from marts.customer_days"
        f" where customer_id = '{other}')",
        f"update marts.customer_days set customer_id = '{other}'"
        f" where customer_id = '{merged}'",
    )

    found = mined(quiet, ask)

    assert found.pop(withdrawn) == ("left", "own_behaviour")
    assert found.pop(gone) == ("left", "own_behaviour")
    assert found.pop(merged) == ("left", "merge")
    # three days and five, the last as long ago as that of the fifth
    assert found.pop(other) == ("moved", "merge")
    assert set(found.values()) <= {("moved", "peers_shift")}


def test_a_first_order_enters(quiet: Warehouse, ask: Ask):
    tell(quiet, BUY.format(who="New", day=NIGHT, amount=1_000))

    found = mined(quiet, ask)

    assert found.pop("New") == ("entered", "own_behaviour")
    assert set(found.values()) <= {("moved", "peers_shift")}


def test_a_night_that_was_held_is_not_compared_with(quiet: Warehouse, ask: Ask):
    JOBS["segments"](quiet, NIGHT)
    publish(quiet, NIGHT, "held")
    after = NIGHT + timedelta(days=1)
    tell(quiet, BUY.format(who="New", day=after, amount=1_000))

    JOBS["segments"](quiet, after)

    assert ask(
        "select distinct previous_as_of_date from mined.customer_segment_changes"
        f" where as_of_date = '{after}'"
    ) == [(BEFORE,)]
