"""What people are told of nights that fail, are late, hold marts back, recover."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from typer.testing import CliRunner

from danggol import alerts, stages
from danggol.cli import app
from danggol.environment import Environment
from danggol.stage_run import WarehouseFailed
from expectations.results import GateFailed
from tests.danggol.receivers import Webhook, serving
from tests.pipeline.made_company import (
    HISTORY,
    NIGHTS,
    ZONE,
    MadeCompany,
    web_log,
)

pytestmark = pytest.mark.postgres
FIRST, SECOND, _ = NIGHTS
MORNING_AFTER = datetime.combine(SECOND, time(7, 30), ZONE)


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    server = Webhook()
    monkeypatch.setenv("ALERT_WEBHOOK_URL", server.url)
    with serving(server):
        yield server


def test_a_night_that_fails_is_told_of_once_and_so_is_its_recovery(
    company: MadeCompany, webhook: Webhook
):
    company.lose_receipts()
    for _ in range(2):
        with pytest.raises(GateFailed):
            company.night(FIRST)

    (told,) = webhook.received
    lines = told["text"].splitlines()
    assert lines[0] == "Haneul Mart: the night of 2024-02-27 failed at load_shop"
    assert "one line in ten lacks its order" in told["text"]
    assert "order_lines 26 read, 12 loaded" in told["text"]
    assert "Readers see: the star of 2024-02-26, segments of 2024-02-26." in lines
    assert lines[-1].endswith("go on with: COMPANY=haneul danggol night 2024-02-27")
    assert len(told["failing_keys"]) == 10
    assert told["failing_keys"][0] == "raw.order_lines BACK/1"

    company.find_receipts()
    company.night(FIRST)

    assert [each["kind"] for each in webhook.received] == ["failed", "recovered"]
    assert (
        "Readers see: the star of 2024-02-27, segments of 2024-02-27."
        in webhook.received[1]["text"]
    )


def test_a_night_that_ends_well_is_not_told_of(company: MadeCompany, webhook: Webhook):
    company.night(FIRST)

    assert webhook.received == []


def test_marts_that_a_gate_holds_are_named_with_the_reason_and_the_others_go_on(
    company: MadeCompany, webhook: Webhook
):
    log = company.home / "weblogs" / f"access.log-{FIRST:%Y%m%d}"
    log.write_text("\n".join(web_log(FIRST)[:5] + ["GARBAGE"] * 15) + "\n", "utf-8")

    company.night(FIRST)

    (told,) = webhook.received
    assert told["kind"] == "held"
    assert told["held_marts"] == [
        "failed_searches",
        "fct_page_views",
        "fct_web_sessions",
        "order_steps",
        "visitor_recognition",
    ]
    assert "published but for 5 marts" in told["text"]
    assert "fct_web_sessions: the gate after load holds web_requests" in told["text"]
    assert told["mined_as_of_date"] == FIRST.isoformat()
    assert company.ask("select star_as_of_date from marts.nights_shown") == [(FIRST,)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2024-02-28 07:00", FIRST, id="on time"),
        pytest.param("2024-02-28 06:59", None, id="the history's own night"),
        pytest.param("2024-02-29 06:59", FIRST, id="not yet the next"),
        pytest.param("2024-03-09 12:00", date(2024, 3, 8), id="days later"),
    ],
)
def test_a_night_is_expected_from_its_hour_on(
    company: MadeCompany, now: str, expected: date | None
):
    company.change_settings(publish_by="07:00")
    moment = datetime.fromisoformat(now).replace(tzinfo=ZONE)

    assert alerts.expected_night(Environment.current(), moment) == expected


def test_a_late_night_is_told_of_once_to_people_and_readers(
    company: MadeCompany, webhook: Webhook
):
    company.change_settings(publish_by="07:00")
    here = Environment.current()

    for _ in range(2):
        late = alerts.check_late(here, MORNING_AFTER)

    assert late.startswith(
        "Haneul Mart: the night of 2024-02-27 not published by 07:00"
    )
    assert [each["kind"] for each in webhook.received] == ["late"]
    assert company.ask(
        "select mart, count(*) from marts.publications where status = 'late'"
        " and as_of_date = %s and reason like '%%not published by 07:00' group by mart"
        " order by mart",
        FIRST,
    ) == [(mart, 1) for mart in sorted(company.marts())]

    company.night(FIRST)

    assert alerts.check_late(here, MORNING_AFTER) == ""
    assert [each["kind"] for each in webhook.received] == ["late", "recovered"]


def test_nights_that_were_skipped_are_named_with_the_command_for_them(
    company: MadeCompany,
):
    company.change_settings(publish_by="07:00")
    here = Environment.current()
    company.night(SECOND)

    assert alerts.check_late(here, MORNING_AFTER + timedelta(days=1)) == (
        "Skipped nights (1): 2024-02-27; make up for them by"
        " COMPANY=haneul danggol backfill 2024-02-27 2024-02-27"
    )

    company.night(FIRST)

    assert alerts.check_late(here, MORNING_AFTER + timedelta(days=1)) == ""


def test_a_night_whose_mining_failed_recovers_when_it_is_mined_again(
    company: MadeCompany, webhook: Webhook
):
    company.tell_warehouse("revoke insert on mined.customer_segments from miner")
    with pytest.raises(stages.MiningFailed, match="segments failed") as told:
        company.night(FIRST)
    assert "permission denied" in str(told.value.__cause__)
    company.tell_warehouse("grant insert on mined.customer_segments to miner")

    stages.mine_again(FIRST)

    assert [each["kind"] for each in webhook.received] == ["failed", "recovered"]


def test_a_rebuild_that_failed_makes_no_night_late(company: MadeCompany):
    company.change_settings(publish_by="07:00")
    company.night(FIRST)
    company.tell_warehouse("revoke insert on ledger.builds from publisher")
    with pytest.raises(WarehouseFailed) as told:
        stages.rebuild()

    assert told.value.__notes__[0].endswith("COMPANY=haneul danggol rebuild")
    assert alerts.check_late(Environment.current(), MORNING_AFTER) == ""


def test_a_night_for_which_there_is_no_warehouse_is_told_of(
    company: MadeCompany, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://crm:a-secret@127.0.0.1:1/danggol")

    ended = CliRunner().invoke(app, ["night", f"{FIRST}"])

    assert ended.exit_code == 1
    (told,) = webhook.received
    assert "cannot connect to 127.0.0.1:1 as crm" in told["text"]
    assert "a-secret" not in told["text"]


def test_a_warehouse_that_is_down_is_late_too(
    company: MadeCompany, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
):
    company.change_settings(publish_by="07:00")
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql://crm:a-secret@127.0.0.1:1/danggol")

    late = alerts.check_late(Environment.current(), MORNING_AFTER)

    assert "The warehouse cannot be reached." in late
    (told,) = webhook.received
    assert "a-secret" not in told["text"]


def test_without_an_hour_nothing_can_be_late(company: MadeCompany):
    with pytest.raises(LookupError, match='publish_by: "07:00"'):
        alerts.check_late(Environment.current(), MORNING_AFTER)


def test_no_alert_names_a_person(company: MadeCompany, webhook: Webhook):
    company.turn_clock_to(FIRST)
    company.change_query(
        "customers",
        "select member_no as customer_id, email, (email::numeric)::text as province,"
        " updated_at from members",
    )
    with pytest.raises(Exception, match="customers: the query fails on a row"):
        company.night(FIRST)

    (told,) = webhook.received
    assert "customers: the query fails on a row" in told["text"]
    assert "@" not in told["text"]
    assert HISTORY.isoformat() in told["text"]
