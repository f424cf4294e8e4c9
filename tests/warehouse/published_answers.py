"""The answers about the company of `published_company`, by hand, as of its night.

February brought 20 more than January: a new customer 40, two who stayed 30 more, one
who left 50 less.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from tests.empty_marts import create_marts
from tests.warehouse.published_company import NIGHT
from warehouse import Warehouse
from warehouse.connection import Connection

Row = Mapping[str, Any]
SUMMER, AUTUMN = date(2025, 7, 1), date(2025, 10, 1)
RUN = UUID("00000000-0000-0000-0000-000000000007")
MINED = (
    *("customer_lifetime_values", "churn_predictions", "cross_sell_rules"),
    *("cross_sell_rule_items", "next_best_products"),
)


def publish_answers(warehouse: Warehouse, *without: str) -> None:
    """Publish every mart of the answers, but those named."""
    marts = {name: rows for name, rows in ROWS.items() if name not in without}
    with warehouse.connect("admin") as connection:
        create_marts(connection, marts)
        for name, rows in marts.items():
            tell(connection, name, rows)
            connection.execute(
                "insert into marts.publications"
                " (mart, as_of_date, row_count, run_id, status, published_at)"
                " values (%s, %s, %s, %s, 'published', '2026-03-02 01:00+09')",
                [name, NIGHT, len(rows), RUN],
            )
            if name in MINED:
                connection.execute(
                    f"create view marts.{name}_current as select * from marts.{name};"
                    f" grant select on marts.{name}_current to auditor".encode()
                )


def publish_scoreboard(warehouse: Warehouse) -> None:
    """Publish what textbooks say: one saying is wrong here, of one nobody can say."""
    with warehouse.connect("admin") as connection:
        connection.execute(
            """
            create table marts.textbook_scoreboard as
            select number::bigint as saying_number, saying_en, saying_ko, unit_code,
                low + 0.1 as company_value, low as company_low,
                low + 0.2 as company_high, 0.7::float8 as band_low, band_high,
                verdict_code, data_status, missing_input
            from (values
                (
                    2, 'Six times', '여섯 배', 'ratio', null::float8, null::float8,
                    'too_little_data', 'not_told', 'contacts.cost'
                ),
                (
                    1, 'Few bring most', '소수가 대부분', 'share', 0.4, 0.9,
                    'does_not', 'measured', null
                )
            ) as told (
                number, saying_en, saying_ko, unit_code, low, band_high, verdict_code,
                data_status, missing_input
            );
            grant select on marts.textbook_scoreboard to auditor
            """
        )


def tell(connection: Connection, mart: str, rows: Iterable[Row]) -> None:
    """Write rows into a mart; what is not told is 0 or NULL."""
    for row in rows:
        told = {"as_of_date": NIGHT} | row if mart in MINED else row
        connection.execute(
            sql.SQL("insert into marts.{} ({}) values ({})").format(
                sql.Identifier(mart),
                sql.SQL(", ").join(map(sql.Identifier, told)),
                sql.SQL(", ").join(map(sql.Literal, told.values())),
            )
        )


def _bridge(code: str, customers: int, previous: int, amount: int) -> Row:
    return {
        "period_code": "month",
        "period_start_date": date(2026, 2, 1),
        "period_end_date": date(2026, 2, 28),
        "component_code": code,
        "customer_count": customers,
        "previous_amount": previous,
        "amount": amount,
        "change_amount": amount - previous,
    }


def _cohort(first: date, quarter: date, customers: int, active: int) -> Row:
    number = (quarter - first).days // 90
    return {
        "cohort_quarter_date": first,
        "quarter_start_date": quarter,
        "quarter_number": number,
        "customer_count": customers,
        "active_count": active,
        "retention_share": active / customers,
        "retention_low_share": 0.0,
        "retention_high_share": 1.0,
    }


def _value(number: int, amount: int | None) -> Row:
    return {
        "customer_id": f"C-{number}",
        "clv_amount": amount,
        "horizon_weeks": 52,
        "value_basis_code": "margin",
        "status": "not_scorable" if amount is None else "estimated",
    }


def _churn(number: int, band: str | None, probability: float, *reasons: str) -> Row:
    return {
        "customer_id": f"C-{number}",
        "label_code": "no_purchase",
        "horizon_days": 90,
        "churn_probability": probability,
        "risk_band": band,
        "is_scorable": band is not None,
        **{f"reason_{place}_code": each for place, each in enumerate(reasons, 1)},
    }


def _measure(
    model: str, code: str, value: float, number: int = 0, **more: object
) -> Row:
    return {
        "model_code": model,
        "anchor_date": date(2026, 3, 1),
        "subject_code": "no_purchase" if model == "churn" else "all",
        "measure_code": code,
        "contender_code": "model",
        "bin_number": number,
        "value": value,
        "row_count": 10,
        "first_cutoff_date": date(2025, 6, 1),
        "last_cutoff_date": date(2025, 11, 30),
        "status": "measured",
        **more,
    }


def _rule(name: str, kind: str, level: str, counts: tuple[int, int]) -> Row:
    return {
        "rule_id": name,
        "rule_type": kind,
        "item_level": level,
        "confidence": 0.25,
        "order_count": counts[0],
        "expected_count": counts[1],
        "adjusted_lift": counts[0] / counts[1],
        "out_of_time_lift": 1.5,
        "due_days": 30 if kind == "re_sell" else None,
        "is_published": True,
    }


def _item(rule: str, side: str, item: str) -> Row:
    return {"rule_id": rule, "side_code": side, "item_id": item}


def _campaign(name: str, verdict: str, *lift: float | None) -> Row:
    return {
        "campaign_id": name,
        "verdict_code": verdict,
        "planned_amount": 1_000,
        "spent_amount": 900,
        "contact_count": 50,
        "contacted_count": 50,
        "treated_count": 50,
        "control_count": 50,
        "gain_amount": None,
        "lift": None,
        **dict(zip(("lift", "lift_low", "lift_high"), lift, strict=False)),
    }


def _step(month: int, step: str, number: int, count: int, share: float | None) -> Row:
    return {
        "month_start_date": date(2026, month, 1),
        "area_code": "at_sale",
        "step_code": step,
        "unit_code": "visit",
        "step_number": number,
        "step_count": count,
        "previous_step_share": share,
    }


def _case(
    name: str, customer: int, status: str, promised: date | None, *, is_open: bool
) -> Row:
    return {
        "case_id": name,
        "customer_id": f"C-{customer}",
        "case_type_code": "repair",
        "reason_code": "broken",
        "deadline_status": status,
        "is_open": is_open,
        "opened_date": date(2026, 2, 20),
        "promised_date": promised,
    }


ROWS: dict[str, list[Row]] = {
    "growth_bridges": [
        _bridge("lost", 1, 50, 0),
        _bridge("new", 1, 0, 40),
        _bridge("retained", 2, 100, 130),
        _bridge("no_purchase", 0, 0, 0),
        _bridge("new", 9, 0, 999)
        | {"period_code": "quarter", "period_start_date": date(2025, 10, 1)},
    ],
    "cohort_retention": [
        _cohort(SUMMER, SUMMER, 4, 4),
        _cohort(SUMMER, AUTUMN, 4, 2),
        _cohort(AUTUMN, AUTUMN, 6, 6),
        _cohort(AUTUMN, date(2026, 1, 1), 6, 3),
    ],
    "customer_lifetime_values": [
        _value(501, 1_000),
        _value(502, 400),
        _value(503, 300),
        _value(504, 200),
        _value(505, 100),
        _value(506, None),
    ],
    "churn_predictions": [
        _churn(501, "low", 0.1, "rhythm"),
        _churn(502, "high", 0.6, "rhythm", "spend"),
        _churn(503, "high", 0.7, "spend"),
        _churn(504, "medium", 0.3, "rhythm"),
        _churn(506, None, 0.9),
        _churn(501, "high", 0.9, "rhythm") | {"label_code": "visits_dropped"},
    ],
    "dim_reasons": [
        {
            "reason_group_code": "churn",
            "reason_code": "rhythm",
            "name_en": "Comes less often",
            "name_ko": "방문 리듬 저하",
        },
        {
            "reason_group_code": "churn",
            "reason_code": "spend",
            "name_en": "Spends <less>",
            "name_ko": None,
        },
        {
            "reason_group_code": "service",
            "reason_code": "broken",
            "name_en": "It broke",
            "name_ko": "고장",
        },
    ],
    "model_evaluations": [
        *(
            _measure("churn", "calibration_bin", seen, number, expected_value=said)
            for number, said, seen in ((1, 0.1, 0.2), (2, 0.6, 0.5))
        ),
        _measure("churn", "lift", 1.6, 1),
        _measure("churn", "lift", 0.4, 2),
        _measure("churn", "captured_share", 0.8, 1),
        _measure("churn", "captured_share", 1.0, 2),
        _measure("churn", "auc", 0.81),
        _measure("churn", "auc", 0.74, contender_code="rfm_rule"),
        _measure("churn", "auc", 0.55) | {"anchor_date": date(2026, 2, 1)},
        _measure("lifetime_values", "calibration_bin", 0.5, 1, expected_value=0.4),
        _measure("lifetime_values", "calibration_bin", 2.5, 2, expected_value=3.0),
        _measure("lifetime_values", "total_amount", 900, expected_value=1_000),
    ],
    "cross_sell_rules": [
        _rule("tea", "cross_sell", "category", (30, 20)),
        _rule("cup", "cross_sell", "product", (60, 40)),
        _rule("again", "re_sell", "product", (12, 8)),
        _rule("weak", "re_sell", "product", (12, 2)) | {"is_published": False},
    ],
    "cross_sell_rule_items": [
        _item("tea", "antecedent", "tea"),
        _item("tea", "antecedent", "cake"),
        _item("tea", "consequent", "cups"),
        _item("cup", "antecedent", "p1"),
        _item("cup", "consequent", "p2"),
        _item("again", "antecedent", "p2"),
        _item("again", "consequent", "p2"),
    ],
    "next_best_products": [
        {"customer_id": f"C-{number}", "list": "new", "rank": rank, "rule_id": "cup"}
        for number, rank in ((501, 1), (501, 2), (502, 1))
    ],
    "dim_products": [
        {"product_id": "p1", "product_name": "Cup & saucer"},
        {"product_id": "p2", "product_name": "Tea pot"},
    ],
    "dim_campaigns": [
        {
            "campaign_id": "k1",
            "campaign_name": "Spring",
            "start_date": date(2026, 2, 1),
        },
        {"campaign_id": "k2", "campaign_name": None, "start_date": date(2026, 1, 1)},
    ],
    "campaign_results": [
        _campaign("k1", "works", 0.05, 0.01, 0.09),
        _campaign("k2", "no_holdout"),
        _campaign("(unknown)", "no_holdout"),
    ],
    "ecrm_funnels": [
        _step(1, "cart", 1, 20, None),
        _step(2, "cart", 1, 10, None),
        _step(2, "checkout", 2, 8, 0.8),
        _step(3, "cart", 1, 1, None),
    ],
    "service_request_deadlines": [
        _case("s1", 505, "running", date(2026, 3, 2), is_open=True),
        _case("s2", 504, "overdue", date(2026, 2, 25), is_open=True),
        _case("s3", 503, "missed", date(2026, 2, 25), is_open=False),
    ],
    "unanswered_inquiries": [
        {
            "interaction_id": "i1",
            "inquiry_status": "waiting",
            "inquired_at": datetime.fromisoformat("2026-02-27 12:00+09:00"),
        },
        {"interaction_id": "i2", "inquiry_status": "answered_late"},
    ],
}
