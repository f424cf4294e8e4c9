"""The report: one page, complete in itself, with the numbers of the warehouse."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from danggol.environment import Environment
from danggol.report import OtherNight, write_report
from danggol.settings import PROJECT
from danggol.wording import UNKNOWN
from tests.danggol.report.reading import Page
from tests.warehouse.published_company import (
    CUSTOMERS,
    NIGHT,
    hold,
    publish_segments,
    publish_star,
)
from warehouse import Warehouse, figures, ledger
from warehouse.ledger import GateCheck, StageRun

pytestmark = pytest.mark.postgres

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RUN = StageRun(
    run_id=uuid4(),
    business_date=NIGHT,
    stage="build_star",
    driver="command",
    status="succeeded",
    rows_in=7,
    rows_out=1234,
    overhead={"starting dbt": 3.25},
    work_seconds=61.5,
    waited_seconds=20.0,
    error=None,
    started_at=NOON,
    finished_at=NOON,
)


@pytest.fixture
def published(warehouse: Warehouse) -> Warehouse:
    publish_star(warehouse)
    publish_segments(warehouse)
    with warehouse.connect("publisher") as connection:
        ledger.write_stage_run(connection, RUN)
    return warehouse


def test_the_page_is_well_formed_html_with_captions_and_described_charts(
    published, surroundings
):
    page = Page(write_report(surroundings(published)))
    # three charts, large and small, in two languages
    assert page.tags["svg"] == 12
    assert page.source.count('role="img" aria-label=') == 12
    assert page.tags["table"] == page.tags["caption"] == 8
    assert page.tags["h1"] == 2
    assert [name for name, n in Counter(page.ids).items() if n > 1] == []


def test_the_page_asks_nothing_of_any_network_and_runs_nothing(published, surroundings):
    path = write_report(surroundings(published))
    page = Page(path)
    for forbidden in ("http:", "https:", "//www", "@import", "src=", "javascript"):
        assert forbidden not in page.source
    assert page.source.replace("url(#", "").count("url(") == 0
    assert page.tags["script"] == page.tags["link"] == page.tags["img"] == 0
    assert path.stat().st_size < 1_000_000


def test_the_page_tells_the_first_answer(published, surroundings):
    text = Page(write_report(surroundings(published))).text
    assert "As of 1 March 2026, looking back 365 days; amounts in KRW." in text
    assert "Customers 6 with an order; 5 of them bought in the last 365 days" in text
    assert "Sales ₩200 what they paid" in text
    assert "bring 50.0 % of these sales" in text
    assert "At risk 2 good customers who stay away; they paid ₩70" in text
    assert "Gini coefficient 0.40" in text


def test_the_page_tells_segments_with_what_to_do_in_both_languages(
    published, surroundings
):
    page = Page(write_report(surroundings(published)))
    assert (
        "10 Hibernating 2 33.3 % ₩30 15.0 % 85 days ago 1.5 write to Hibernating"
        in page.text
    )
    assert "10 휴면 고객 2 33.3% ₩30 15.0% 85 일 전 1.5 연락" in page.korean
    assert "2026년 3월 1일 기준, 지난 365일." in page.korean


@pytest.mark.parametrize(
    ("country", "opens"), [("KR", "ko"), ("US", "en"), (None, "en")]
)
def test_the_page_opens_in_the_language_of_the_companys_country(
    published, surroundings, country, opens
):
    page = Page(write_report(surroundings(published, country_code=country)))
    assert page.source.count(" checked>") == 1
    assert f'id="in-{opens}" checked>' in page.source
    assert f'<html lang="{opens}">' in page.source


def test_the_page_tells_where_the_seconds_went(published, surroundings):
    text = Page(write_report(surroundings(published))).text
    assert "night build_star All 2026-03-01 61.5 s + 3.2 s 61.5 s + 3.2 s" in text
    assert "starting dbt 3.2 s." in text


def test_names_are_escaped_wherever_they_stand(published, surroundings):
    publish_segments(published, [*CUSTOMERS, ("C-507", 3, 7, 60, "loyal")])
    page = Page(write_report(surroundings(published)))
    assert "Loyal <customers>" not in page.source
    # the map and the table
    assert page.source.count("Loyal &lt;customers&gt;") >= 2
    assert "Haneul & Daughters" in page.text


def test_equal_figures_give_equal_bytes(published, surroundings, tmp_path):
    here = surroundings(published)
    first = write_report(here, tmp_path / "first.html")
    second = write_report(here, tmp_path / "second.html")
    assert first.read_bytes() == second.read_bytes()


def test_without_a_customer_at_risk_or_waiting_no_customer_is_on_the_page(
    published, surroundings
):
    source = Page(write_report(surroundings(published))).source
    assert "C-50" not in source


def test_a_night_without_a_stage_has_a_gap_in_its_seconds(published, surroundings):
    other = replace(RUN, run_id=uuid4(), stage="mine_segments")
    next_night = replace(RUN, run_id=uuid4(), business_date=NIGHT + timedelta(days=1))
    with published.connect("publisher") as connection:
        ledger.write_stage_run(connection, other)
        ledger.write_stage_run(connection, next_night)
    text = Page(write_report(surroundings(published))).text
    assert f"2026-03-02 61.5 s + 3.2 s {UNKNOWN} 61.5 s + 3.2 s" in text


def test_the_page_says_what_did_not_hold_without_naming_rows(published, surroundings):
    broken = GateCheck(
        table_name="marts_next.fct_orders",
        column_name="order_id",
        expectation="expect_column_values_to_be_unique",
        is_required=True,
        has_passed=False,
        failing_key_count=1234,
        failing_keys=["order 77"],
    )
    hold(published, "dim_segments", NIGHT + timedelta(days=1), "gate: <not unique>")
    with published.connect("auditor") as connection:
        ledger.write_gate(connection, uuid4(), "star", NIGHT, [broken])
    page = Page(write_report(surroundings(published)))
    assert "2026-03-01 ✗ 1 failed , 0 passed" in page.text
    assert "marts_next.fct_orders.order_id" in page.text
    assert "expect_column_values_to_be_unique 1,234 night stopped" in page.text
    assert "held 2026-03-02: gate: <not unique>" in page.text
    assert "order 77" not in page.source


def test_the_page_names_the_run_and_the_moment_of_publication(published, surroundings):
    with published.connect("admin") as connection:
        connection.execute(
            "update marts.publications set published_at = '2026-03-01 20:30:00+00'"
        )
        (run_id,) = connection.execute(
            "select run_id from marts.publications where mart = 'customer_segments'"
        ).fetchone()
    text = Page(write_report(surroundings(published))).text
    # nine hours ahead of UTC
    assert f"published 2026-03-02 05:30 (Asia/Seoul) by run {run_id}" in text


def test_simulated_data_are_called_so_and_others_are_not(published, surroundings):
    here = surroundings(published, is_synthetic=True)
    assert "Nothing here is about real people" in Page(write_report(here)).text
    mine = Environment(
        here.settings, here.company.model_copy(update={"is_synthetic": False})
    )
    text = Page(write_report(mine)).text
    assert "imulated" not in text
    assert "real people" not in text


def test_a_window_without_sales_has_a_page_too(warehouse, surroundings):
    publish_star(warehouse)
    publish_segments(warehouse, [("C-1", 1, 1, 0, "champions")])
    with warehouse.connect("admin") as connection:
        connection.execute("delete from marts.value_concentration")
    text = Page(write_report(surroundings(warehouse))).text
    assert "Nobody brought anything in this window." in text


def test_before_the_first_night_an_older_report_stays(warehouse, surroundings):
    here = surroundings(warehouse)
    old = here.home / "report.html"
    old.write_text("the older one")
    with pytest.raises(figures.NothingPublished):
        write_report(here)
    assert old.read_text() == "the older one"


def test_a_report_of_another_night_than_is_published_is_refused(
    published, surroundings
):
    here = surroundings(published)
    assert write_report(here, wanted=NIGHT).exists()
    (here.home / "report.html").write_text("the older one")
    with pytest.raises(OtherNight, match=r"night of 2026-03-01, not of 2026-03-02"):
        write_report(here, wanted=NIGHT + timedelta(days=1))
    assert (here.home / "report.html").read_text() == "the older one"


def test_a_report_replaces_the_one_before_and_leaves_nothing_beside(
    published, surroundings
):
    here = surroundings(published)
    (here.home / "report.html").write_text("the older one")
    path = write_report(here)
    assert path == here.home / "report.html"
    assert "As of" in path.read_text("utf-8")
    assert not list(here.home.glob("*.new"))


def test_the_date_reads_as_people_write_it(published, surroundings):
    publish_segments(published, CUSTOMERS, date(2026, 12, 31))
    assert "As of 31 December 2026" in Page(write_report(surroundings(published))).text


def test_nobody_but_the_report_waits_for_matplotlib():
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, danggol.report; print('matplotlib' in sys.modules)",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "False"
