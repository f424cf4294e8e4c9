"""Figures of a company that can be counted by hand, on a real PostgreSQL."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from tests.warehouse.published_company import (
    CUSTOMERS,
    NIGHT,
    hold,
    publish_segments,
    publish_star,
)
from warehouse import Warehouse, figures, ledger
from warehouse.figures import SchemaSize
from warehouse.ledger import GateCheck, StageRun
from warehouse.retention import keep_sizes

pytestmark = pytest.mark.postgres

NEXT = NIGHT + timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def published(warehouse: Warehouse) -> Warehouse:
    publish_star(warehouse)
    publish_segments(warehouse)
    return warehouse


def test_the_first_answer_counts_customers_their_money_and_those_at_risk(published):
    with published.connect("auditor") as connection:
        assert figures.first_answer(connection) == figures.FirstAnswer(
            as_of_date=NIGHT,
            currency_code="KRW",
            window_days=365,
            customers=6,
            buyers=5,
            money=Decimal("200.00"),
            top_20_share=0.5,
            at_risk_customers=2,
            at_risk_money=Decimal("70.00"),
        )


def test_the_curve_is_read_between_customers(published):
    with published.connect("auditor") as connection:
        curve = figures.lorenz_curve(connection)
    assert len(curve.shares) == 101
    assert [curve.shares[p] for p in (0, 20, 40, 60, 80, 100)] == pytest.approx(
        [0, 10 / 200, 30 / 200, 60 / 200, 100 / 200, 1]
    )
    # two and a half customers: 10, 20, and half of 30
    assert curve.shares[50] == pytest.approx(45 / 200)
    assert curve.top_share(50) == pytest.approx(155 / 200)
    # 2 (1*10 + 2*20 + 3*30 + 4*40 + 5*100) / (5 * 200) - 6/5
    assert curve.gini == pytest.approx(0.4)


def test_a_customer_whose_returns_outweigh_purchases_counts_as_zero(warehouse):
    publish_star(warehouse)
    publish_segments(
        warehouse,
        [("returns", 1, 3, -50, "champions"), ("buys", 1, 3, 100, "champions")],
    )
    with warehouse.connect("auditor") as connection:
        curve = figures.lorenz_curve(connection)
        assert curve.shares[50] == 0
        assert curve.top_share(50) == 1
        assert figures.first_answer(connection).money == Decimal("50.00")


def test_there_is_no_curve_when_nobody_brought_anything(warehouse):
    publish_star(warehouse)
    publish_segments(warehouse, [("free", 1, 1, 0, "champions")])
    with warehouse.connect("auditor") as connection:
        curve = figures.lorenz_curve(connection)
        assert (curve.shares, curve.gini, curve.top_share(20)) == ((), None, None)
        champions = figures.segment_summary(connection).segments[0]
        assert (champions.customer_share, champions.share) == (1.0, None)


def test_segments_come_in_their_order_with_sizes_money_and_typical_customer(published):
    with published.connect("auditor") as connection:
        summary = figures.segment_summary(connection)
    assert (summary.as_of_date, summary.customers, summary.money) == (NIGHT, 6, 200)
    assert [each.code for each in summary.segments] == [
        "champions",
        "loyal",
        "at_risk",
        "cannot_lose",
        "hibernating",
        "lost",
    ]
    hibernating = summary.segments[4]
    assert (hibernating.customers, hibernating.money) == (2, Decimal("30.00"))
    assert hibernating.customer_share == pytest.approx(2 / 6)
    assert hibernating.share == pytest.approx(30 / 200)
    assert hibernating.median_recency_days == 85
    assert hibernating.median_frequency == 1.5


def test_an_empty_segment_is_a_measured_zero_without_a_typical_customer(published):
    with published.connect("auditor") as connection:
        loyal = figures.segment_summary(connection).segments[1]
    assert (loyal.customers, loyal.money, loyal.share) == (0, 0, 0.0)
    assert (loyal.median_recency_days, loyal.median_frequency) == (None, None)


def test_only_the_newest_night_counts(published):
    publish_segments(published, CUSTOMERS[:2], NEXT)
    with published.connect("auditor") as connection:
        answer = figures.first_answer(connection)
    assert (answer.as_of_date, answer.customers, answer.money) == (NEXT, 2, 140)


def test_before_the_first_night_one_is_told_what_to_do(warehouse):
    with (
        warehouse.connect("auditor") as connection,
        pytest.raises(figures.NothingPublished, match="never been published; run"),
    ):
        figures.first_answer(connection)


def test_months_are_of_one_measure_and_in_order(published):
    with published.connect("auditor") as connection:
        months = figures.concentration_by_month(connection)
    assert [(m.month_start_date, m.total_amount, m.top_20_share) for m in months] == [
        (date(2026, 1, 1), Decimal("100.00"), 0.25),
        (date(2026, 2, 1), Decimal("200.00"), 0.5),
    ]


def test_a_still_transaction_sees_no_night_published_meanwhile(published):
    with published.connect("auditor") as connection:
        figures.hold_still(connection)
        before = figures.first_answer(connection)
        publish_segments(published, CUSTOMERS[:2], NEXT)
        assert figures.first_answer(connection) == before


def test_a_held_mart_shows_what_readers_see_and_why_it_is_not_newer(published):
    hold(published, "dim_segments", NEXT, "gate: it had no rows")
    with published.connect("auditor") as connection:
        marts = {each.mart: each for each in figures.freshness(connection)}
    held = marts["dim_segments"]
    assert (held.as_of_date, held.row_count) == (NIGHT, 6)
    assert (held.last_status, held.last_as_of_date) == ("held", NEXT)
    assert held.last_reason == "gate: it had no rows"
    assert marts["company_settings"].last_status == "published"
    assert marts["company_settings"].last_reason is None


def test_a_mart_that_was_only_held_has_no_date_and_no_size(warehouse):
    hold(warehouse, "fct_orders", NIGHT, "gate: none")
    with warehouse.connect("auditor") as connection:
        (mart,) = figures.freshness(connection)
    assert (mart.as_of_date, mart.published_at, mart.run_id) == (None, None, None)
    assert (mart.row_count, mart.size_bytes) == (None, None)


def test_a_size_includes_every_partition(published):
    publish_segments(published, CUSTOMERS, date(2026, 4, 1))
    with published.connect("auditor") as connection:
        marts = {each.mart: each for each in figures.freshness(connection)}
        sizes = [
            connection.execute(f"select pg_total_relation_size('{name}')").fetchone()
            for name in (
                "marts.customer_segments_2026_03",
                "marts.customer_segments_2026_04",
                "marts.dim_segments",
            )
        ]
    march, april, names = (size for (size,) in sizes)
    assert march > 0
    assert marts["customer_segments"].size_bytes == march + april
    assert marts["customer_segments"].row_count == 12
    assert marts["dim_segments"].size_bytes == names


def test_a_schema_grows_by_the_mean_of_the_last_weeks_nights(warehouse):
    with warehouse.connect("admin") as connection:
        connection.execute(
            "insert into ledger.schema_sizes values"
            " (%(before)s, 'raw', 1), (%(night)s, 'raw', 1000),"
            " (%(next)s, 'raw', 1600),"
            " (%(next)s, 'mined', 70)",
            {"before": date(2026, 1, 1), "night": NIGHT, "next": NEXT},
        )
    with warehouse.connect("auditor") as connection:
        assert figures.schema_sizes(connection) == [
            SchemaSize("raw", 1600, 600),
            SchemaSize("mined", 70, None),
        ]


def test_the_end_of_a_night_knows_how_large_each_schema_is(warehouse):
    with warehouse.connect("publisher") as connection:
        connection.execute("set role owner")
        keep_sizes(connection, NIGHT)
    with warehouse.connect("auditor") as connection:
        sizes = {each.schema_name: each for each in figures.schema_sizes(connection)}
    assert {"raw", "vault", "ledger", "mined", "marts"} <= set(sizes)
    assert sizes["raw"].size_bytes > 0


def test_publishing_an_old_night_again_makes_no_mart_older(published):
    publish_segments(published, CUSTOMERS, NEXT)
    run_id = publish_segments(published, CUSTOMERS, NIGHT)
    with published.connect("auditor") as connection:
        marts = {each.mart: each for each in figures.freshness(connection)}
    assert marts["customer_segments"].as_of_date == NEXT
    assert marts["customer_segments"].run_id == run_id


def check(column: str, *, has_passed: bool, rows: int = 0) -> GateCheck:
    return GateCheck(
        table_name="raw.orders",
        column_name=column,
        expectation="expect_column_values_to_not_be_null",
        is_required=True,
        has_passed=has_passed,
        failing_key_count=rows,
        failing_keys=["order 1"] * min(rows, 1),
    )


def test_a_gate_counts_as_it_was_checked_last(warehouse):
    with warehouse.connect("auditor") as connection:
        for day, checks in (
            (NIGHT, [check("order_id", has_passed=False, rows=9)]),
            (
                NIGHT,
                [
                    check("order_id", has_passed=True),
                    check("customer_id", has_passed=False, rows=2),
                ],
            ),
            (NEXT, [check("order_id", has_passed=True)]),
            (NEXT + timedelta(days=1), [check("order_id", has_passed=True)]),
        ):
            ledger.write_gate(connection, uuid4(), "load_shop", day, checks)
        first, second = figures.gate_summary(connection, [NEXT, NIGHT])
    assert (first.business_date, first.passed, first.failed) == (NIGHT, 1, 1)
    assert first.failures == (
        figures.FailedCheck(
            "raw.orders", "customer_id", "expect_column_values_to_not_be_null", True, 2
        ),
    )
    assert (second.business_date, second.passed, second.failures) == (NEXT, 1, ())


def test_what_is_shown_of_a_failure_has_no_room_for_keys():
    names = {field.name for field in fields(figures.FailedCheck)}
    assert names == {
        "table_name",
        "column_name",
        "expectation",
        "is_required",
        "failing_key_count",
    }


def run(stage: str, day: date, status: str = "succeeded", **told: object) -> StageRun:
    given: dict = {
        "run_id": uuid4(),
        "business_date": day,
        "stage": stage,
        "driver": "command",
        "status": status,
        "rows_in": 7,
        "rows_out": 5,
        "overhead": {"starting dbt": 3.0},
        "work_seconds": 2.0,
        "waited_seconds": 0.0,
        "error": None if status == "succeeded" else "GateFailed: no rows",
        "started_at": NOON,
        "finished_at": NOON,
    }
    return StageRun(**given | told)


def write(warehouse: Warehouse, *runs: StageRun) -> None:
    for each in runs:
        with warehouse.connect("publisher") as connection:
            ledger.write_stage_run(connection, each)


def test_the_latest_success_of_a_stage_counts_and_attempts_show_failures(warehouse):
    write(
        warehouse,
        run("load_shop", NIGHT, rows_out=1),
        run("load_shop", NIGHT, rows_out=4),
        run("build_star", NIGHT, started_at=NOON + timedelta(minutes=1)),
        run("build_star", NIGHT, "failed", started_at=NOON + timedelta(minutes=2)),
        run("load_shop", NEXT),
    )
    with warehouse.connect("auditor") as connection:
        assert figures.recent_nights(connection, 5) == [NIGHT, NEXT]
        assert figures.recent_nights(connection, 1) == [NEXT]
        stages = figures.stage_summary(connection, [NIGHT])
        attempts = figures.last_attempts(connection, NIGHT)
    assert [(each.stage, each.rows_out) for each in stages] == [
        ("load_shop", 4),
        ("build_star", 5),
    ]
    assert [(each.stage, each.status, each.error) for each in attempts] == [
        ("load_shop", "succeeded", None),
        ("build_star", "failed", "GateFailed: no rows"),
    ]


def test_a_night_sums_its_stages_into_work_and_not_work(warehouse):
    write(
        warehouse,
        run("load_shop", NIGHT, overhead={"waiting": 0.5}, work_seconds=4.0),
        run("build_star", NIGHT, overhead={"waiting": 1.0, "starting dbt": 3.0}),
        run("load_shop", NEXT, overhead={}, work_seconds=1.5),
    )
    with warehouse.connect("auditor") as connection:
        stages = figures.stage_summary(connection, [NIGHT, NEXT])
    first, second = figures.night_seconds(stages)
    assert first == figures.NightSeconds(
        NIGHT,
        work={"load_shop": 4.0, "build_star": 2.0},
        not_work={"waiting": 1.5, "starting dbt": 3.0},
    )
    assert second == figures.NightSeconds(NEXT, {"load_shop": 1.5}, {})


def test_rows_of_an_entity_are_summed_over_its_batches(warehouse):
    with warehouse.connect("loader") as connection:
        for day, loaded, known in ((NIGHT, 6, 0), (NEXT, 2, 1)):
            connection.execute(
                "insert into ledger.batches (source_name, entity, business_date, mode,"
                " window_from, window_to, reading_number, read_count, loaded_count,"
                " quarantined_count, known_count, run_id)"
                " values ('shop', 'orders', %s, 'append', %s, %s, 1, %s, %s, 1, %s,"
                " %s)",
                [day, NOON, NOON, loaded + 1 + known, loaded, known, UUID(int=1)],
            )
    with warehouse.connect("auditor") as connection:
        assert figures.batch_summary(connection) == [
            figures.BatchSummary(
                source_name="shop",
                entity="orders",
                batches=2,
                read_count=11,
                loaded_count=8,
                quarantined_count=2,
                known_count=1,
                deleted_count=0,
                last_business_date=NEXT,
            )
        ]
