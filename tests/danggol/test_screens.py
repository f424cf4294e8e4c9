"""What `make status` and the end of the demo show, on a terminal of 100 columns."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from rich.cells import cell_len
from rich.console import Console, RenderableType

from danggol import status_screen, summary_screen
from danggol.status_screen import ServiceRow
from warehouse.figures import (
    FailedCheck,
    FirstAnswer,
    GateSummary,
    MartFreshness,
    SchemaSize,
    Segment,
    SegmentSummary,
    StageSummary,
)

NIGHT = date(2026, 3, 1)
NEXT = NIGHT + timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

ANSWER = FirstAnswer(
    as_of_date=NIGHT,
    currency_code="KRW",
    window_days=365,
    customers=2469,
    buyers=2469,
    money=Decimal(9_000_000),
    top_20_share=0.546,
    at_risk_customers=327,
    at_risk_money=Decimal(605_871),
)
LOAD = StageSummary(
    business_date=NIGHT,
    stage="load_shop",
    driver="airflow",
    status="succeeded",
    rows_in=1_708_184,
    rows_out=1_708_084,
    work_seconds=30.0,
    overhead={"starting the task": 1.25, "waiting for the lock": 0.01},
    finished_at=NOON,
    error=None,
)
MINE = replace(
    LOAD,
    stage="mine_segments",
    rows_in=None,
    rows_out=2469,
    work_seconds=0.5,
    overhead={"starting the task": 0.75},
)
GATE = GateSummary(NIGHT, "load_shop", 25, ())
BROKEN = FailedCheck("raw.orders", "order_id", "expect_unique", True, 1234)
MART = MartFreshness(
    mart="fct_orders",
    as_of_date=NIGHT,
    published_at=NOON,
    row_count=155_848,
    run_id=UUID(int=1),
    size_bytes=33_669_120,
    last_status="published",
    last_as_of_date=NIGHT,
    last_reason=None,
)
HELD = replace(
    MART, last_status="held", last_as_of_date=NEXT, last_reason="gate: no rows"
)
SEGMENTS = SegmentSummary(
    NIGHT,
    "KRW",
    365,
    tuple(
        Segment(
            code="at_risk",
            name_en="At risk",
            name_ko="이탈 위험 고객",
            meaning_en="",
            meaning_ko="",
            action_en="",
            action_ko="",
            display_order=place,
            customers=customers,
            money=Decimal(customers * 1000),
            customer_share=customers / 400,
            share=customers / 400,
            median_recency_days=1.0,
            median_frequency=2.0,
        )
        for place, customers in ((1, 100), (2, 300))
    ),
)


def lines(screen: RenderableType) -> list[str]:
    """The screen's lines; each fits 100 columns."""
    written = io.StringIO()
    Console(file=written, width=100, color_system=None).print(screen)
    shown = written.getvalue().splitlines()
    assert all(cell_len(line.rstrip()) <= 100 for line in shown)
    return [" ".join(line.split()) for line in shown]


def status(**changes: object) -> list[str]:
    given: dict = {
        "company": "Haneul",
        "services": [ServiceRow("PostgreSQL", True, "127.0.0.1:5432")],
        "stages": [LOAD, MINE],
        "marts": [MART],
        "gates": [GATE],
    }
    return lines(status_screen.status(**given | changes))


def summary(**changes: object) -> list[str]:
    given: dict = {
        "stages": [LOAD, MINE],
        "gates": [GATE],
        "segments": SEGMENTS,
        "scheduling": {NIGHT: 4.0},
        "places": {"report": "/home/me/report.html"},
    }
    return lines(summary_screen.summary(**given | changes))


def test_the_first_answer_is_one_sentence():
    assert lines(summary_screen.first_answer(ANSWER))[1] == (
        "2,469 customers; the best 20 % bring 54.6 % of sales; 327 good customers at"
        " risk, worth ₩605,871"
    )


def test_the_first_answer_says_of_whom_when_some_did_not_buy():
    answer = replace(ANSWER, buyers=2000)
    text = " ".join(lines(summary_screen.first_answer(answer)))
    assert "the best 20 % of the 2,000 buyers bring 54.6 %" in text


def test_the_summary_tells_rows_in_and_out_of_each_stage_and_night():
    again = replace(LOAD, business_date=NEXT, rows_in=0, rows_out=0)
    shown = summary(stages=[LOAD, MINE, again])
    assert "night load_shop mine_segments" in shown
    assert "2026-03-01 1,708,184 → 1,708,084 → 2,469" in shown
    assert "2026-03-02 0 → 0 not run" in shown


def test_the_summary_tells_gates_and_what_did_not_hold():
    shown = summary(gates=[GATE, GateSummary(NEXT, "load_shop", 24, (BROKEN,))])
    assert "2026-03-01 ✓ 25 passed" in shown
    assert "2026-03-02 ✗ 1 failed, 24 passed" in shown
    assert (
        "✗ 2026-03-02 load_shop stopped the night: raw.orders.order_id expect_unique,"
        " 1,234 rows" in shown
    )


def test_the_summary_tells_sizes_and_money_of_segments():
    shown = summary()
    assert "At risk 100 25.0 % ₩100,000 25.0 % 이탈 위험 고객" in shown
    assert "all 400 ₩400,000" in shown


def test_the_summary_itemises_work_and_not_work_with_scheduling():
    shown = summary()
    assert "load_shop 30.0" in shown
    assert "work 30.5" in shown
    assert "starting the task 2.0" in shown
    assert "scheduling 4.0" in shown
    # 1.25 + 0.01 + 0.75 + 4.0; the hundredth has no line of its own
    assert "not-work, at most 40 6.0" in shown
    assert not any(line.startswith("waiting") for line in shown)


def test_a_night_over_the_budget_of_not_work_is_red():
    written = io.StringIO()
    console = Console(file=written, width=100, force_terminal=True)
    slow = replace(LOAD, overhead={"starting dbt": 41.0})
    console.print(
        summary_screen.seconds_table(summary_screen.night_seconds([slow]), {})
    )
    assert "\x1b[1;31m" in written.getvalue()


def test_the_summary_ends_with_where_to_look_next_uncut():
    place = "/home/" + "a" * 150 + "/report.html"
    shown = summary(places={"report": place})
    assert place in "".join(shown).replace(" ", "")


def test_the_status_tells_services_last_night_marts_and_gates():
    shown = status()
    assert "PostgreSQL ✓ up 127.0.0.1:5432 load_shop ✓ 1,708,084 31.3" in shown
    assert "fct_orders 2026-03-01 156k 32 MB" in shown
    assert "Gates ✓ all 25 expectations of 2026-03-01 passed" in shown


def test_the_status_tells_sizes_and_what_a_night_adds():
    shown = status(
        sizes=[
            SchemaSize("raw", 300 * 2**20, 2 * 2**20),
            SchemaSize("vault", 2**20, None),
            SchemaSize("mined", 2**20, -(2**10)),
        ]
    )
    assert "Size raw vault mined" in shown
    assert "300 MB 1.0 MB 1.0 MB" in shown
    assert "a night +2.0 MB \N{EN DASH} -1.0 kB" in shown


def test_the_status_tells_what_is_unsettled():
    shown = status(
        alerts={NIGHT: "Haneul: the night of 2026-03-01 failed at load_shop (failed)"},
        half_filled={NEXT: ["raw_shop", "raw_weblog"]},
        skipped="Skipped nights (1): 2026-02-27; make up for them",
    )
    assert "✗ Skipped nights (1): 2026-02-27; make up for them" in shown
    assert "✗ Haneul: the night of 2026-03-01 failed at load_shop (failed)" in shown
    assert (
        "✗ 2026-03-02: Airflow stopped after raw_shop, raw_weblog;"
        " danggol night 2026-03-02 goes on" in shown
    )


def test_the_status_of_a_company_without_a_night_says_so():
    shown = status(
        services=[ServiceRow("scheduler", False)], stages=[], marts=[], gates=[]
    )
    assert any("scheduler ✗ down" in line for line in shown)
    assert any("Last night none yet" in line for line in shown)
    assert "No mart is published yet." in shown


def test_the_status_tells_why_a_stage_failed_and_a_mart_was_held():
    failed = replace(LOAD, status="failed", error="GateFailed: gate 'star':\n  no rows")
    shown = status(stages=[failed], marts=[HELD, replace(MART, mart="dim_dates")])
    assert "✗ load_shop: GateFailed: gate 'star': no rows" in shown
    assert "✗ fct_orders held on 2026-03-02: gate: no rows" in shown


def test_marts_held_for_one_reason_share_a_line():
    shown = status(marts=[replace(HELD, mart=f"mart_{n}") for n in range(3)])
    assert "✗ 3 marts held on 2026-03-02: gate: no rows" in shown


def test_a_mart_that_was_never_published_has_no_numbers():
    never = replace(
        HELD, as_of_date=None, published_at=None, row_count=None, size_bytes=None
    )
    assert "fct_orders never \N{EN DASH} \N{EN DASH}" in status(marts=[never])


def test_the_worst_night_still_fits_one_screen():
    long = "expect_a_very_long_name_that_goes_on_and_on_beyond_any_terminal " * 3
    broken = replace(BROKEN, expectation=long)
    shown = status(
        services=[ServiceRow(f"service-{n}", False, "x" * 60) for n in range(4)],
        stages=[
            replace(LOAD, stage=f"stage_{n}", status="failed", error=long)
            for n in range(5)
        ],
        marts=[
            replace(HELD, mart="fct_campaign_responses", last_reason=f"{n} {long}")
            for n in range(17)
        ],
        gates=[GateSummary(NIGHT, "star", 0, (broken,) * 30)],
    )
    assert len(shown) <= 40
    assert "and 26 more, see the report" in shown
