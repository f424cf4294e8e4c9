"""A fact of which few rows changed, by affected keys against a full comparison."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from tests.benchmarks.embedded import embedded_warehouse, tidy
from tests.benchmarks.measuring import Comparison, Contender, compare
from warehouse import Warehouse
from warehouse.ledger import begin_build
from warehouse.mart_tables import columns_of
from warehouse.publication import Mart, publish

ORDERS = 125_000
LINES_AN_ORDER = 4
ROWS = ORDERS * LINES_AN_ORDER
CHANGED_ORDERS = 500
CHANGED_ROWS = CHANGED_ORDERS * LINES_AN_ORDER
DAY = date(2026, 3, 1)
FACT = Mart(
    "fct_order_lines",
    ("order_id", "line_id"),
    "keys",
    affected="affected_orders",
    affected_key=("order_id",),
)
FIRST_TIME = Mart(FACT.name, FACT.key, "difference")

# Of the affected orders every tenth is new and every tenth is gone.
BUILD = f"""
create table marts_next.before as
select
    to_char(order_number, 'FM0000000') as order_id,
    line_number::text as line_id,
    (order_number * 31 % 9000)::text as customer_id,
    (order_number * line_number % 20000)::text as product_id,
    date '2023-01-01' + order_number % 1000 as order_date,
    (1 + order_number % 5)::numeric(18, 3) as quantity,
    (order_number % 9973)::numeric(18, 2) as gross_amount,
    (order_number % 100)::numeric(18, 2) as discount_amount,
    (order_number % 9973 - order_number % 100)::numeric(18, 2) as net_amount,
    timestamptz '2023-01-01 00:00:00+00' + order_number * interval '1 min'
        as ordered_at
from generate_series(1, {ORDERS}) as order_number,
    generate_series(1, {LINES_AN_ORDER}) as line_number
order by order_number, line_number;

create table marts_next.affected_orders as
select
    to_char(number * {ORDERS // CHANGED_ORDERS}, 'FM0000000') as order_id,
    number % 10 as remainder
from generate_series(1, {CHANGED_ORDERS}) as number;

create table marts_next.fct_order_lines as
select * from marts_next.before;
alter table marts_next.fct_order_lines add primary key (order_id, line_id);
"""
CHANGE = """
delete from marts_next.fct_order_lines using marts_next.affected_orders
where fct_order_lines.order_id = affected_orders.order_id and remainder = 0;

delete from marts_next.before using marts_next.affected_orders
where before.order_id = affected_orders.order_id and remainder = 1;

update marts_next.fct_order_lines
set net_amount = net_amount - 1, discount_amount = discount_amount + 1
from marts_next.affected_orders
where fct_order_lines.order_id = affected_orders.order_id
"""
RESTORE = (
    "truncate marts.fct_order_lines",
    "insert into marts.fct_order_lines select * from marts_next.before",
    "vacuum analyze marts.fct_order_lines",
)
MERGE = """
merge into marts.fct_order_lines as old
using marts_next.fct_order_lines as new
on old.order_id = new.order_id and old.line_id = new.line_id
when matched and (old.*) is distinct from (new.*)
    then update set ({names}) = row({new})
when not matched then insert ({names}) values ({new})
when not matched by source then delete
"""
DIGEST = "select count(*), sum(hashtextextended(fact::text, 0)) from {} as fact"


def run() -> list[Comparison]:
    """Publish the same change in two ways."""
    run_id = uuid4()
    with embedded_warehouse() as warehouse:
        build_id = _build(warehouse, run_id)
        ours = _contender(
            warehouse,
            "by affected keys",
            lambda: publish(warehouse, [FACT], DAY, run_id, build_id),
        )
        peer = _contender(warehouse, "MERGE, all compared", lambda: _merge(warehouse))
        return compare(
            f"publish {CHANGED_ROWS:,} changed of {ROWS:,} rows", [ours], [peer]
        )


def _build(warehouse: Warehouse, run_id: UUID) -> int:
    """Publish the fact as it was; then build it anew, as it is to be."""
    with warehouse.connect("transformer") as connection:
        connection.execute(BUILD.encode())
    with warehouse.connect("publisher") as connection:
        build_id = begin_build(connection, DAY, run_id, "star")
    publish(warehouse, [FIRST_TIME], DAY, run_id, build_id)
    with warehouse.connect("transformer") as connection:
        connection.execute(CHANGE.encode())
    tidy(warehouse, "vacuum analyze")
    return build_id


def _contender(
    warehouse: Warehouse, name: str, publish_change: Callable[[], object]
) -> Contender:
    return Contender(
        name=name,
        row_count=CHANGED_ROWS,
        run=publish_change,
        outcome=lambda _: _digest(warehouse, f"marts.{FACT.name}"),
        expected=_digest(warehouse, f"marts_next.{FACT.name}"),
        prepare=lambda: tidy(warehouse, *RESTORE),
    )


def _digest(warehouse: Warehouse, table: str) -> tuple[Any, ...] | None:
    with warehouse.connect("admin") as connection:
        return connection.execute(DIGEST.format(table).encode()).fetchone()


def _merge(warehouse: Warehouse) -> None:
    with warehouse.connect("publisher") as connection:
        connection.execute("set role owner")
        columns = columns_of(connection, "marts", FACT.name)
        names = ", ".join(columns)
        new = ", ".join(f"new.{name}" for name in columns)
        connection.execute(MERGE.format(names=names, new=new).encode())
