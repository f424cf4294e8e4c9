"""The answers on the page: each section says what its mart says, or is not there."""

import re
from collections.abc import Iterator

import pytest

from danggol.report import write_report
from danggol.report.told import read
from danggol.wording import UNKNOWN
from tests.conftest import copy_of
from tests.danggol.report.placing import place
from tests.danggol.report.reading import Page
from tests.warehouse.published_answers import (
    ROWS,
    publish_answers,
    publish_scoreboard,
)
from tests.warehouse.published_company import publish_segments, publish_star
from warehouse import Warehouse

pytestmark = pytest.mark.postgres

# section, the mart without which it is not there, what is told for it
SECTIONS = (
    ("changes", "growth_bridges", "growth"),
    ("cohorts", "cohort_retention", "cohorts"),
    ("values", "customer_lifetime_values", "values"),
    ("churn", "churn_predictions", "churn"),
    ("rules", "cross_sell_rules", "rules"),
    ("campaigns", "campaign_results", "campaigns"),
    ("funnel", "ecrm_funnels", "funnel"),
    ("cases", "service_request_deadlines", "cases"),
)
# What gives names and measures to others.
BESIDE = ("dim_reasons", "dim_products", "dim_campaigns", "model_evaluations")


@pytest.fixture
def answered(warehouse: Warehouse) -> Warehouse:
    publish_star(warehouse)
    publish_segments(warehouse)
    publish_answers(warehouse)
    return warehouse


@pytest.fixture(scope="module")
def page(
    template: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    with copy_of(template) as warehouse:
        publish_star(warehouse)
        publish_segments(warehouse)
        publish_answers(warehouse)
        publish_scoreboard(warehouse)
        yield Page(write_report(place(warehouse, tmp_path_factory.mktemp("page"))))


def test_the_page_with_every_answer_is_well_formed_in_both_languages(page):
    assert page.tags["table"] == page.tags["caption"]
    assert len(page.ids) == len(set(page.ids))
    for language in ("en", "ko"):
        assert {f"{language}-{section}" for section, *_ in SECTIONS} <= set(page.ids)
        # concentration, segments, sayings, trust and notes beside them
        assert page.source.count(f'href="#{language}-') == len(SECTIONS) + 5


def test_equal_answers_give_equal_bytes(answered, surroundings, tmp_path):
    here = surroundings(answered)
    first = write_report(here, tmp_path / "first.html")
    second = write_report(here, tmp_path / "second.html")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("mart", "what"), [each[1:] for each in SECTIONS])
def test_without_a_mart_nothing_is_told_for_its_section(
    warehouse, surroundings, mart, what
):
    publish_star(warehouse)
    publish_segments(warehouse)
    publish_answers(warehouse, mart)
    told = read(surroundings(warehouse))
    untold = {each for _, _, each in SECTIONS if getattr(told, each) is None}
    # who is at risk is told with what they are worth
    gone_with = {"churn"} if mart == "customer_lifetime_values" else set()
    assert untold == {what} | gone_with


def test_without_marts_no_section_of_theirs_is_there(warehouse, surroundings):
    publish_star(warehouse)
    publish_segments(warehouse)
    page = Page(write_report(surroundings(warehouse)))
    assert not {f"en-{section}" for section, *_ in SECTIONS} & set(page.ids)
    assert page.source.count('href="#en-') == 4


@pytest.mark.parametrize("marts", [BESIDE, tuple(ROWS)], ids=["beside", "all"])
def test_marts_without_rows_leave_a_page_that_reads(answered, surroundings, marts):
    with answered.connect("admin") as connection:
        for mart in marts:
            connection.execute(f"truncate marts.{mart}".encode())
    text = Page(write_report(surroundings(answered))).text
    assert "None" not in text
    # a name that nobody told is the code, or a dash
    unnamed = f"C-502 ₩400 60 % 40 days ago {UNKNOWN}, {UNKNOWN}"
    assert (unnamed in text) == (marts is BESIDE)


def test_the_page_tells_why_sales_moved(page):
    assert "₩170 in the month, ₩20 (13.3 %) more than in the month before." in page.text
    assert "came new 1 ₩0 ₩40 +₩40" in page.text
    assert "All ₩150 ₩170 +₩20" in page.text
    assert "이달 매출은 ₩170, 전월보다 ₩20(13.3%) 늘었습니다." in page.korean


def test_the_page_tells_who_stays(page):
    assert "50 % of new customers bought again in the next quarter." in page.text
    assert "Q3 2025 4 50 %" in page.text


def test_the_page_tells_what_customers_are_worth_and_what_was_right_before(page):
    assert "₩2,000 from 5 customers; the typical (median) one ₩300." in page.text
    assert "All together: expected ₩1,000, came ₩900." in page.text


def test_the_page_names_those_at_risk_by_number_with_reasons(page):
    assert "Of 4 active customers 2 are at high risk; ₩700" in page.text
    assert (
        "C-502 ₩400 60 % 40 days ago Comes less often, Spends <less> At risk"
        in page.text
    )
    # a reason that has no Korean name keeps its other one
    assert "방문 리듬 저하, Spends <less>" in page.korean
    assert "The first two tenths held 100 %" in page.text
    assert "(AUC) 0.81" in page.text
    assert "A plain RFM rule reaches 0.74." in page.text


def test_the_page_names_rules_by_what_they_sell(page):
    assert "Cup & saucer Tea pot 25 % 1.5\N{MULTIPLICATION SIGN}" in page.text
    assert "cake + tea cups" in page.text


def test_the_page_gives_each_campaign_its_verdict(page):
    assert "2 campaigns cost ₩1,800: 1 works, 1 no comparison." in page.text
    assert "Spring 1 February 2026 works +5.0 +1.0 to +9.0" in page.text


def test_the_page_follows_visits_to_the_sale(page):
    assert "February 2026, step by step" in page.text
    assert "checkout 80 % went on 8" in page.text


def test_the_page_tells_who_waits(page):
    assert "2 open, the oldest since 20 February 2026: 1 overdue" in page.text
    assert "s2 C-504 repair It broke overdue 25 February 2026" in page.text
    assert "Inquiries whose answer is due: 1." in page.text


def test_customers_are_on_the_page_by_number_alone(page):
    # at risk, or with an open case; those of the curve and the segments are not
    shown = set(re.findall(r"C-\d+", page.source))
    assert shown == {"C-502", "C-503", "C-504", "C-505"}
    # the marts know of no more: identifiers lie in the vault
    assert "@" not in page.text
    assert not re.search(r"01\d-?\d{3,4}-?\d{4}", page.text)


def test_every_section_says_which_night_it_is_of(page):
    for _, mart, _ in SECTIONS:
        assert f"{mart} as of 1 March 2026" in page.text
        assert f"{mart} 2026년 3월 1일 기준" in page.korean


def test_the_page_holds_sayings_against_the_company(page):
    assert "Few bring most does not 50 % 40 % to 60 % 70 % to 90 %" in page.text
    assert "소수가 대부분 불성립 50% 40% ~ 60% 70% ~ 90%" in page.korean
    assert (
        "Six times too little data not told: contacts.cost "
        f"{UNKNOWN} 0.7\N{MULTIPLICATION SIGN} or more"
    ) in page.text
