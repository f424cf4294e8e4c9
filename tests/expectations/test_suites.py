"""Suites as data: what can be said of them without a database."""

from datetime import date

import pytest

from expectations.gates import GATES, Check
from expectations.library import WARNING
from expectations.night import Night
from expectations.validation import columns_asked

CHECKS = [
    pytest.param(check, id=f"{gate}: {check.name}")
    for gate, checks in GATES.items()
    for check in checks
]
ENOUGH = dict.fromkeys(("orders", "order_lines", "web_requests"), 100)
FIRST_NIGHT = Night(
    day=date(2031, 3, 4), newest_day=date(2031, 3, 4), loaded_rows=ENOUGH
)
LATER_NIGHT = Night(
    day=date(2031, 3, 4),
    newest_day=date(2031, 3, 9),
    first_day=date(2029, 1, 1),
    batch_ids={"orders": [1, 2]},
    loaded_rows=ENOUGH,
    usual_rows={"orders": 10},
    previous_rows={"fct_orders": 1000},
    columns={"marts.dim_segments": frozenset({"rfm_segment_code"})},
)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("night", [FIRST_NIGHT, LATER_NIGHT], ids=["first", "later"])
def test_every_expectation_says_in_a_sentence_of_its_own_what_it_wants(
    check: Check, night: Night
) -> None:
    sentences = [each.description or "" for each in check.suite(night).expectations]

    assert len(set(sentences)) == len(sentences) > 0
    assert all(each[0].isupper() and each.endswith(".") for each in sentences)


@pytest.mark.parametrize("check", CHECKS)
def test_every_suite_can_fail_and_explains_itself(check: Check) -> None:
    suite = check.suite(FIRST_NIGHT)

    assert any(each.severity != WARNING for each in suite.expectations)
    assert suite.notes


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_that_is_not_required_holds_a_mart(check: Check) -> None:
    assert check.required == (not check.holds)


def test_suites_have_names_of_their_own() -> None:
    names = [
        check.suite(FIRST_NIGHT).name for checks in GATES.values() for check in checks
    ]

    assert len(set(names)) == len(names)


def test_columns_asked_are_those_of_single_and_paired_columns() -> None:
    (check,) = (each for each in GATES["load_shop"] if each.table == "order_lines")

    assert columns_asked(check.suite(FIRST_NIGHT)) == {
        "order_id",
        "quantity",
        "net_amount",
        "gross_amount",
    }


def test_bounds_follow_the_newest_date_and_what_is_usual() -> None:
    # a day's grace, and one more for the time zone; 50 x 10 + 10,000; 95 % of 1,000
    assert LATER_NIGHT.last_date == date(2031, 3, 10)
    assert LATER_NIGHT.last_moment.isoformat() == "2031-03-11T00:00:00+00:00"
    assert LATER_NIGHT.most_rows("orders") == 10_500
    assert LATER_NIGHT.most_rows("products") is None
    assert LATER_NIGHT.least_rows("fct_orders", 0.95) == 950
    assert LATER_NIGHT.least_rows("dim_customers", 0.95) == 0


def test_rows_of_a_night_are_those_of_its_batches_without_tombstones() -> None:
    assert LATER_NIGHT.batch_rows("orders") == "_batch_id in (1, 2) and not _is_deleted"
    assert LATER_NIGHT.batch_rows("products") == "_batch_id in (0) and not _is_deleted"
