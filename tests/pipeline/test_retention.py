"""A company that keeps a month of raw: what goes, and what readers see of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from danggol import stages
from tests.pipeline.conftest import Restore, Saved
from tests.pipeline.made_company import (
    LATER_NIGHTS,
    NIGHTS,
    MadeCompany,
    Marts,
    differences,
)

pytestmark = pytest.mark.postgres
LAST = LATER_NIGHTS[0]  # 1 March, the first day that raw is to keep
A_MONTH_LATER = date(2024, 4, 1)
SUMS = {"customer_days", "ecrm_funnels", "fct_customer_months"}


@dataclass(frozen=True)
class Story:
    """The company, and its marts before the floor was raised and after it."""

    company: MadeCompany
    before: Marts
    raised: Marts
    raw_rows: list[int]


@pytest.fixture(scope="module")
def story(after_each_night: list[Saved], restore: Restore) -> Iterator[Story]:
    with restore(after_each_night[-1]) as company:
        company.change_settings(retention={"raw_days": 31})
        company.turn_clock_to(LAST)
        for stage in (stages.load_shop, stages.load_weblog, stages.build_star):
            stage(LAST)
        before = company.marts()
        raw_rows = [count(company)]
        for _ in range(2):
            stages.retain(A_MONTH_LATER)
            raw_rows.append(count(company))
            stages.build_star(LAST)
        yield Story(company, before, company.marts(), raw_rows)


def count(company: MadeCompany) -> int:
    ((rows,),) = company.ask(
        "select (select count(*) from raw.web_requests)"
        " + (select count(*) from raw.orders)"
    )
    return rows


def test_raw_rows_go_only_after_the_marts_have_followed(story: Story):
    at_first, raised, followed = story.raw_rows

    assert at_first == raised
    # five days of 16 lines but the logins of three visitors and the last day before
    # the floor; a moved and a voided receipt
    assert raised - followed == 4 * 16 - 3 + 2


def test_visits_before_the_floor_leave_readers_and_nothing_else_does(story: Story):
    changed = differences(story.raised, story.before)

    assert {mart: new for mart, (new, _) in changed.items() if mart not in SUMS} == {
        "fct_interactions": [],
        "fct_page_views": [],
        "fct_web_sessions": [],
        "order_steps": [],
        "visitor_recognition": [],
    }
    assert changed.keys() >= SUMS
    assert story.company.ask(
        "select session_date, count(*) from marts.fct_web_sessions group by 1"
    ) == [(LAST, 8)]  # one of them in the app
    assert story.company.ask(
        "select sum(order_count)::int, sum(session_count)::int from marts.customer_days"
        " where activity_date < %s",
        LAST,
    ) == story.company.ask(
        "select count(*)::int, 0 from marts.fct_orders where order_date < %s"
        " and not is_credit"
        " and current_customer_id <> '(unknown)'",
        LAST,
    )


def test_a_login_before_the_floor_still_tells_whose_a_visit_is(story: Story):
    assert story.company.ask(
        "select current_customer_id from marts.fct_web_sessions"
        " where current_customer_id is not null order by 1"
    ) == [("M01",), ("M02",), ("M03",)]


def test_a_rebuild_from_what_is_left_changes_nothing(story: Story):
    changed = [each for each in stages.rebuild() if each.inserted or each.deleted]

    assert changed == []


def test_lines_below_the_floor_are_not_taken_in_again(story: Story):
    for file in (story.company.home / "weblogs").iterdir():
        file.touch()
    stages.load_weblog(LAST)

    assert story.company.ask(
        "select read_count, loaded_count from ledger.batches"
        " where entity = 'web_requests' order by batch_id desc limit 1"
    ) == [(16 + 18, 0)]


def test_a_night_below_the_floor_is_refused_with_the_setting(story: Story):
    with pytest.raises(ValueError, match=r"below raw's floor.*retention\.raw_days"):
        stages.load_shop(NIGHTS[0])
