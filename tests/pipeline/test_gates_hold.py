"""A gate that fails keeps yesterday's marts, says so, and lets go when it passes."""

import pytest
import yaml

from danggol import quarantine_commands, stages
from danggol.mining_jobs import AFTER_MINING
from expectations.results import GateFailed
from tests.pipeline.conftest import Saved
from tests.pipeline.made_company import (
    HISTORY,
    NIGHTS,
    WEB_DAYS,
    MadeCompany,
    differences,
    web_log,
)

pytestmark = pytest.mark.postgres
FIRST, SECOND, THIRD = NIGHTS
MINED = AFTER_MINING
WEB_MARTS = [
    "failed_searches",
    "fct_page_views",
    "fct_web_sessions",
    "order_steps",
    "visitor_recognition",
]
# the lines of 27 February, whatever day their receipts are of
LINES_OF_FIRST = {
    "AFTER": 0, "BACK": 2, "BEFORE": 1, "LATE": 1, "NEW": 1, "NOBODY": 1,
    "R5701": 2, "R5703": 2, "R5719": 2,
}  # fmt: skip
HELD = (
    "select mart, as_of_date, reason from marts.publications"
    " where status = 'held' order by mart"
)


def test_a_failed_load_gate_stops_the_night_and_names_the_lines(company: MadeCompany):
    before = company.marts()
    company.lose_receipts()

    with pytest.raises(GateFailed, match=r"order_lines.*one line in ten lacks its"):
        company.night(FIRST)

    assert differences(company.marts(), before) == {}
    assert [
        (stage, status)
        for stage, status in company.ask(
            "select stage, status from ledger.stage_runs where business_date = %s",
            FIRST,
        )
    ] == [("load_shop", "failed")]
    ((count, keys),) = company.ask(
        "select failing_key_count, failing_keys from ledger.gates"
        " where not has_passed and is_required"
    )
    assert count == sum(LINES_OF_FIRST.values())
    assert len(keys) == 10  # enough to start looking
    assert {key.split("/")[0] for key in keys} <= set(LINES_OF_FIRST)


def test_a_warning_stops_nothing_and_is_told_where_the_stage_runs(
    company: MadeCompany, caplog: pytest.LogCaptureFixture
):
    company.turn_clock_to(FIRST)
    company.tell_shop("update receipt_versions set voided_at = updated_at")

    with caplog.at_level("WARNING", logger="danggol.gating"):
        stages.load_shop(FIRST)

    (told,) = [each for each in caplog.messages if "lets it pass" in each]
    assert "raw.orders.order_status" in told
    assert "At least half of the orders stand" in told


def test_customers_that_vanish_are_missing_until_there_are_too_many(
    company: MadeCompany,
):
    company.tell_shop("create table guests as select 'G' || generate_series(1, 200) n")
    settings = yaml.safe_load((company.home / "company.yml").read_text("utf-8"))
    settings["shop"]["entities"]["customers"] = {
        "mode": "full",
        "query": "select distinct on (member_no) member_no as customer_id, province,"
        " erased as is_deleted from member_log union all"
        " select n, 'Jeju', false from guests",
    }
    company.change_settings(shop=settings["shop"])
    company.night(FIRST)
    company.tell_shop("delete from guests where n in ('G1', 'G2', 'G3')")
    company.night(SECOND)

    ask = (
        "select customer_id, province, valid_from > '-infinity', is_current"
        " from marts.dim_customers where customer_status = 'missing'"
    )
    missing = [(number, "Jeju", True, True) for number in ("G1", "G2", "G3")]
    assert sorted(company.ask(ask)) == missing

    company.tell_shop("delete from guests where length(n) = 2")
    with pytest.raises(GateFailed, match="At most 2 % of the customers are missing"):
        company.night(THIRD)
    assert sorted(company.ask(ask)) == missing
    company.change_settings(largest_missing_share=0.04)
    company.night(THIRD)
    assert len(company.ask(ask)) == 3 + 6


def test_a_night_of_refused_rows_goes_on_when_somebody_accepts_them(
    company: MadeCompany, capsys: pytest.CaptureFixture[str]
):
    for number in ("BAD1", "BAD2"):
        company.tell_shop(
            "insert into receipt_versions values (%s, 'M01', null,"
            " '1800-01-01 12:00+09', null, '2024-02-27 12:00+09')",
            number,
        )
    with pytest.raises(GateFailed, match=r"1 % of the rows of .*among them orders"):
        company.night(FIRST)

    quarantine_commands.list_heaps()
    quarantine_commands.show("orders", str(FIRST))
    quarantine_commands.accept("orders", str(FIRST), "a till of the tests")
    told = capsys.readouterr().out

    assert "ordered_at lies outside the years 1900 to 2200" in " ".join(told.split())
    assert '"order_id": "BAD2"' in told
    assert "2 rows of orders of 2024-02-27 stay out: a till of the tests" in told
    assert "publish_mined" in company.night(FIRST)


def test_readers_are_told_of_every_mart_that_a_failed_load_gate_keeps(
    company: MadeCompany,
):
    company.lose_receipts()
    with pytest.raises(GateFailed):
        company.night(FIRST)

    held = company.ask(HELD)

    assert [mart for mart, _, _ in held] == sorted(company.marts())
    assert {day for _, day, _ in held} == {FIRST}
    assert all("raw.order_lines" in reason for _, _, reason in held)


def test_held_lines_stay_unseen_until_the_gate_passes(
    company: MadeCompany, after_each_night: list[Saved]
):
    company.lose_receipts()
    with pytest.raises(GateFailed):
        company.night(FIRST)
    company.find_receipts()

    company.night(SECOND)

    batches = (
        "select business_date from ledger.batches"
        " where entity = 'order_lines' and is_held"
    )
    lines = (
        "select count(*) from marts.fct_order_lines"
        " inner join raw.order_lines using (order_id, line_id)"
        " where _batch_date = %s"
    )
    assert company.ask(batches) == [(FIRST,)]
    assert company.ask(lines, FIRST) == [(0,)]

    company.night(FIRST)

    assert company.ask(batches) == []
    assert company.ask(lines, FIRST) == [(sum(LINES_OF_FIRST.values()),)]
    in_order = after_each_night[1].look().marts()
    found = company.marts()
    # the second night was mined when the lines were not there
    found |= {mart: in_order[mart] for mart in MINED}
    assert differences(found, in_order) == {}


def test_a_failed_star_gate_keeps_every_mart_and_its_batches_come_again(
    company: MadeCompany, after_each_night: list[Saved]
):
    before = company.marts()
    # one order in ten at a blow: nobody cancels like that
    company.tell_shop(
        "insert into receipt_versions select receipt_no, member_no, branch_no,"
        " sold_at, '2024-02-27 18:00+09', '2024-02-27 18:00+09'"
        " from receipts where member_no = 'M01'"
    )

    with pytest.raises(GateFailed, match=r"fct_orders.*one order in twenty was lost"):
        company.night(FIRST)

    star = sorted(before.keys() - set(MINED))
    assert differences(company.marts(), before) == {}
    assert [(mart, day) for mart, day, _ in company.ask(HELD)] == [
        (mart, FIRST) for mart in star
    ]
    ((reason),) = {reason for *_, reason in company.ask(HELD)}
    assert "marts_next.fct_orders" in reason
    assert company.ask(
        "select status from ledger.builds order by build_id desc limit 1"
    ) == [("held",)]
    assert company.ask(
        "select count(*) from mined.customer_segments where as_of_date = %s", FIRST
    ) == [(0,)]

    company.tell_shop(
        "insert into receipt_versions select receipt_no, member_no, branch_no,"
        " sold_at, null, '2024-02-27 22:00+09'"
        " from receipts where voided_at = '2024-02-27 18:00+09'"
    )
    company.night(FIRST, anew=True)

    in_order = after_each_night[0].look().marts()
    assert differences(company.marts(), in_order) == {}


def test_a_failed_weblog_gate_holds_the_web_marts_and_the_night_goes_on(
    company: MadeCompany, after_each_night: list[Saved]
):
    before = company.marts()
    log = company.home / "weblogs" / f"access.log-{FIRST:%Y%m%d}"
    strange = [
        line.replace("Mozilla/5.0", "Zzyzx/1.0").split("(Windows")[0] + '" "-" "-"'
        for line in web_log(FIRST)[:15]
    ]
    log.write_text("\n".join(web_log(FIRST)[:5] + strange) + "\n", "utf-8")

    ran = company.night(FIRST)

    in_order = after_each_night[0].look().marts()
    found = company.marts()
    assert ran[-2:] == ["publish_mined", "retain"]
    assert [(mart, day) for mart, day, _ in company.ask(HELD)] == [
        (mart, FIRST) for mart in WEB_MARTS
    ]
    assert {mart: found[mart] for mart in WEB_MARTS} == {
        mart: before[mart] for mart in WEB_MARTS
    }
    # these go on, without tonight's visits
    with_visits = {
        "customer_360", "customer_days", "ecrm_funnels", "fct_customer_months",
        "fct_interactions", "question_catalogue",
    }  # fmt: skip
    for mart in in_order.keys() - {*WEB_MARTS, *with_visits}:
        assert found[mart] == in_order[mart], mart
    assert [row for row in found["fct_interactions"] if "visitor:" not in row] == [
        row for row in in_order["fct_interactions"] if "visitor:" not in row
    ]
    assert company.ask(
        "select sum(order_count)::int, sum(session_count)::int from marts.customer_days"
    ) == [(246, 0)]

    # the server writes on: what is strange is less than half then
    with log.open("a", encoding="utf-8") as file:
        file.write("\n".join(web_log(FIRST)[5:]) + "\n")
    stages.load_weblog(FIRST)
    stages.build_star(FIRST)

    assert company.ask(
        "select session_date, count(*) from marts.fct_web_sessions"
        " where kind_code = 'human' group by 1 order by 1"
    )[-2:] == [(HISTORY, 5), (FIRST, 5)]
    assert company.ask("select count(*) from ledger.held_batches") == [(0,)]


def test_a_log_that_was_read_by_a_wrong_format_is_made_good_out_of_the_quarantine(
    company: MadeCompany,
    after_each_night: list[Saved],
    capsys: pytest.CaptureFixture[str],
):
    weblog = yaml.safe_load((company.home / "company.yml").read_text("utf-8"))["weblog"]
    company.change_settings(weblog=weblog | {"format": "aws_alb"})
    company.night(FIRST)
    assert [mart for mart, *_ in company.ask(HELD)] == WEB_MARTS

    company.change_settings(weblog=weblog)
    capsys.readouterr()
    quarantine_commands.retry("web_requests", str(FIRST))
    told = capsys.readouterr().out
    company.night(FIRST)

    # the files of the days before were read by it, too
    known = sum(len(web_log(day)) for day in WEB_DAYS if day < FIRST)
    assert f"{len(web_log(FIRST))} taken in, {known} were known, 0 refused" in told
    in_order = after_each_night[0].look().marts()
    assert differences(company.marts(), in_order) == {}
