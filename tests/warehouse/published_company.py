"""A company of six customers, published as the nights do it; figures by hand.

The buyers paid 10, 20, 30, 40 and 100, 200 in all: the best of the five brings half.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from warehouse import Warehouse
from warehouse.ledger import begin_build
from warehouse.publication import Mart, announce_held, publish

NIGHT = date(2026, 3, 1)

# customer, recency_days, frequency, amount, segment
Customer = tuple[str, int, int, int, str]
CUSTOMERS: tuple[Customer, ...] = (
    ("C-501", 1, 9, 100, "champions"),
    ("C-502", 40, 6, 40, "at_risk"),
    ("C-503", 50, 8, 30, "cannot_lose"),
    ("C-504", 80, 2, 20, "hibernating"),
    ("C-505", 90, 1, 10, "hibernating"),
    ("C-506", 400, 0, 0, "lost"),
)

MARTS = {
    "customer_segments": Mart(
        "customer_segments", ("as_of_date", "customer_id"), "night"
    ),
    "dim_segments": Mart("dim_segments", ("rfm_segment_code",), "difference"),
    "company_settings": Mart("company_settings", ("company_code",), "difference"),
    "value_concentration": Mart(
        "value_concentration", ("month_start_date", "measure_code"), "difference"
    ),
}

STAR = """
create table marts_next.dim_segments as
select code as rfm_segment_code, place as display_order, name_en, name_ko,
    'meaning' as meaning_en, '뜻' as meaning_ko,
    'write to ' || name_en as suggested_action_en, '연락' as suggested_action_ko
from (values
    ('champions', 1::bigint, 'Champions', '최우수 고객'),
    ('loyal', 2, 'Loyal <customers>', '충성 고객'),
    ('at_risk', 8, 'At risk', '이탈 위험 고객'),
    ('cannot_lose', 9, 'Cannot lose them', '놓칠 수 없는 고객'),
    ('hibernating', 10, 'Hibernating', '휴면 고객'),
    ('lost', 11, 'Lost customers', '이탈 고객')
) as names (code, place, name_en, name_ko);
create table marts_next.company_settings as
select 'haneul' as company_code, 'KRW' as currency_code, 365::bigint as rfm_window_days;
create table marts_next.value_concentration as
select month_start_date, measure_code, 5::bigint as customer_count,
    total::numeric(18, 2) as total_amount, top::float8 as top_20_share,
    0.4::float8 as gini
from (values
    (date '2026-02-01', 'net_amount', 200, 0.5),
    (date '2026-01-01', 'net_amount', 100, 0.25),
    (date '2026-01-01', 'margin_amount', 50, 0.75)
) as months (month_start_date, measure_code, total, top);
create table marts_next.customer_segments (
    as_of_date date, customer_id text, recency_days bigint, frequency bigint,
    monetary_amount numeric(18, 2), rfm_segment_code text
)
"""


def publish_star(warehouse: Warehouse) -> None:
    """Publish everything but the segments' customers."""
    with warehouse.connect("transformer") as connection:
        connection.execute(STAR)
    star = ["dim_segments", "company_settings", "value_concentration"]
    _publish(warehouse, star, "star")


def publish_segments(
    warehouse: Warehouse,
    customers: Sequence[Customer] = CUSTOMERS,
    night: date = NIGHT,
) -> UUID:
    """Publish a night of customer segments; returns its run."""
    with warehouse.connect("transformer") as connection:
        connection.execute("truncate marts_next.customer_segments")
        connection.cursor().executemany(
            "insert into marts_next.customer_segments (as_of_date, customer_id,"
            " recency_days, frequency, monetary_amount, rfm_segment_code)"
            " values (%s, %s, %s, %s, %s, %s)",
            [(night, *customer) for customer in customers],
        )
    return _publish(warehouse, ["customer_segments"], "mined", night)


def hold(warehouse: Warehouse, mart: str, night: date, reason: str) -> None:
    """Keep a mart as it is, and say why."""
    announce_held(warehouse, mart, night, uuid4(), reason)


def _publish(
    warehouse: Warehouse, names: Sequence[str], stage: str, night: date = NIGHT
) -> UUID:
    run_id = uuid4()
    with warehouse.connect("publisher") as connection:
        build_id = begin_build(connection, night, run_id, stage)
    publish(warehouse, [MARTS[name] for name in names], night, run_id, build_id)
    return run_id
