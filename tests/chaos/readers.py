"""Readers of every kind, at work while nights are published under them."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import psycopg
from psycopg import IsolationLevel

from warehouse import Warehouse

PAUSE = 0.02  # seconds between two looks of a reader

# What a user hangs on marts: it must be there, and work, after any number of nights.
HUNG_ON = """
create schema bi authorization bi_reader;
grant create on schema bi to bi_reader;
create view bi.sales with (security_invoker = true) as
select current_customer_id, sum(net_amount) as net_amount
from marts.fct_orders group by current_customer_id;
grant select on bi.sales to bi_reader;
alter table marts.fct_order_lines enable row level security;
create policy one_store on marts.fct_order_lines for select
to marketing_reader using (store_id = (
    select min(stores.store_id) from marts.dim_stores as stores
    where stores.store_id <> '(unknown)'
));
create policy whole on marts.fct_order_lines for select
to bi_reader, auditor using (true);
create role analyst login password 'of the analyst';
do $$ begin
    execute format('grant connect on database %I to analyst', current_database());
end $$;
grant usage on schema marts to analyst;
grant select (customer_id, customer_status) on marts.dim_customers to analyst;
"""
TAKEN_OFF = """
drop owned by analyst;
drop role analyst;
"""

STAR = (
    "select count(*), sum(net_amount) from marts.fct_orders",
    "select count(*), sum(net_amount) from marts.fct_order_lines",
    "select count(*), sum(page_view_count) from marts.fct_web_sessions",
    "select count(*), count(distinct current_customer_id) from marts.dim_customers",
)
MINED = (
    "select as_of_date, count(*), sum(monetary_amount), sum(recency_days)"
    " from marts.customer_segments_current group by as_of_date",
)
NIGHTS = "select star_as_of_date, mined_as_of_date from marts.nights_shown"
WAITING = """
select
    readers.usename,
    waits.mode,
    coalesce(waits.relation::regclass::text, waits.locktype),
    (
        select string_agg(concat_ws(' ', others.backend_type, others.query), ', ')
        from pg_stat_activity as others
        where others.pid = any(pg_blocking_pids(waits.pid))
    )
from pg_locks as waits
inner join pg_stat_activity as readers on waits.pid = readers.pid
where
    not waits.granted and readers.datname = current_database()
    and readers.usename in ('bi_reader', 'marketing_reader', 'analyst')
"""
Figures = tuple[tuple[object, ...], ...]


@dataclass
class Seen:
    """What the readers saw.

    Attributes
    ----------
    query_seconds : float
        How long a BI query takes.
    star, mined : dict
        Figures seen of each night; more than one of a night is a mixture.
    pairs : Counter
        How often each pair of nights was seen.
    looks : Counter
        How often each reader looked.
    troubles : list of str
        Errors, gaps, mixtures; empty if all was well.
    waits : Counter
        How often a reader was seen to wait for a lock, by what it waited for.
    """

    query_seconds: float
    star: dict[date, set[Figures]] = field(default_factory=dict)
    mined: dict[date, set[Figures]] = field(default_factory=dict)
    pairs: Counter[tuple[date, date]] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    waits: Counter[tuple[str, ...]] = field(default_factory=Counter)


def faults_of(seen: Seen, truth: dict[date, tuple[Figures, Figures]]) -> list[str]:
    """What a reader should not have seen, or did not get to see.

    Parameters
    ----------
    truth : dict
        Figures of star and mined marts after each night, undisturbed.
    """
    faults = [*seen.troubles]
    faults += [
        f"{reader} waited {count} times for {mode} on {what} behind {whom}"
        for (reader, mode, what, whom), count in seen.waits.items()
    ]
    for place, what in enumerate((seen.star, seen.mined)):
        for night, figures in what.items():
            if figures != {truth[night][place]}:
                faults.append(f"{('star', 'mined')[place]} of {night} is a mixture")
    nights = sorted(truth)
    whole = [(night, night) for night in nights]
    between = list(zip(nights[1:], nights, strict=False))
    faults += [
        f"star of {star} with segments of {mined}"
        for star, mined in seen.pairs
        if (star, mined) not in (*whole, *between)
    ]
    return faults + [f"{name} never looked" for name in READERS if not seen.looks[name]]


def truth_of(warehouse: Warehouse) -> tuple[Figures, Figures]:
    """Figures of star and mined marts as they are now."""
    with warehouse.connect("auditor") as connection:
        return figures_of(connection, STAR), figures_of(connection, MINED)


def figures_of(connection: psycopg.Connection, queries: Sequence[str]) -> Figures:
    """Answers of some queries, one row each."""
    return tuple(connection.execute(q.encode()).fetchone() or () for q in queries)


@contextmanager
def reading(warehouse: Warehouse, query_seconds: float) -> Iterator[Seen]:
    """Let all readers look on while the block runs.

    Parameters
    ----------
    query_seconds : float
        How long a BI query takes.
    """
    seen, done = Seen(query_seconds), threading.Event()
    with warehouse.connect("admin") as connection:
        connection.execute(HUNG_ON)
    threads = [
        threading.Thread(target=_look_on, args=(name, look, warehouse, seen, done))
        for name, look in READERS.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield seen
        # every reader gets to see the last night
        looks = seen.looks.copy()
        while any(seen.looks[name] < looks[name] + 2 for name in READERS):
            if seen.troubles:
                break
            time.sleep(PAUSE)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        with warehouse.connect("admin") as connection:
            connection.execute(TAKEN_OFF)


def _look_on(
    name: str,
    look: Callable[[Warehouse, Seen], None],
    warehouse: Warehouse,
    seen: Seen,
    done: threading.Event,
) -> None:
    while not done.is_set():
        try:
            look(warehouse, seen)
            seen.looks[name] += 1
        except Exception as error:
            seen.troubles.append(f"{name}: {type(error).__name__}: {error}")
        time.sleep(PAUSE)


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise AssertionError(f"{what}: {found}, wanted {wanted}")


def _repeatable(warehouse: Warehouse, seen: Seen) -> None:
    with warehouse.connect("bi_reader") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        star_night, mined_night = connection.execute(NIGHTS).fetchone() or (None, None)
        star = figures_of(connection, STAR)
        mined = figures_of(connection, MINED)
        time.sleep(0.2)
        again = figures_of(connection, STAR), figures_of(connection, MINED)
        _expect("a second look", again, (star, mined))
    seen.pairs[star_night, mined_night] += 1
    seen.star.setdefault(star_night, set()).add(star)
    seen.mined.setdefault(mined_night, set()).add(mined)
    _expect("the mined night", mined[0][0], mined_night)


def _prepared(warehouse: Warehouse, seen: Seen) -> None:
    query = "select customer_id, rfm_segment_code from marts.customer_segments_current"
    with warehouse.connect("bi_reader", autocommit=True) as connection:
        for _ in range(25):  # prepared once, asked across nights
            rows = connection.execute(query, prepare=True).fetchall()
            _expect("customers in two segments", len({c for c, _ in rows}), len(rows))
            if not rows:
                raise AssertionError("no segment at all")
            time.sleep(PAUSE)


_BOTH = (
    "select (select sum(gross_amount - discount_amount) from marts.{one}),"
    " (select sum(gross_amount - discount_amount) from marts.{other})"
)


def _joined(warehouse: Warehouse, _seen: Seen) -> None:
    sides = ("fct_orders", "customer_days")
    with warehouse.connect("auditor", autocommit=True) as connection:
        for one, other in (sides, reversed(sides)):
            query = _BOTH.format(one=one, other=other)
            left, right = connection.execute(query.encode()).fetchone() or (0, 1)
            _expect(f"{one} against {other}", left, right)
        lonely = connection.execute(
            "select count(*) from marts.fct_order_lines as lines left join"
            " marts.fct_orders as orders using (order_id) where orders.order_id is null"
        ).fetchone()
        _expect("lines without an order", lonely, (0,))


def _view(warehouse: Warehouse, _seen: Seen) -> None:
    with warehouse.connect("bi_reader", autocommit=True) as connection:
        found = connection.execute(
            "select (select sum(net_amount) from bi.sales),"
            " (select sum(net_amount) from marts.fct_orders)"
        ).fetchone() or (0, 1)
        _expect("the view", found[0], found[1])


def _policy(warehouse: Warehouse, _seen: Seen) -> None:
    with warehouse.connect("marketing_reader", autocommit=True) as connection:
        stores = connection.execute(
            "select distinct store_id from marts.fct_order_lines"
        ).fetchall()
        wanted = connection.execute(
            "select min(store_id) from marts.dim_stores where store_id <> '(unknown)'"
        ).fetchall()
        _expect("stores that the policy shows", stores, wanted)


def _columns(warehouse: Warehouse, _seen: Seen) -> None:
    with psycopg.connect(
        host=warehouse.host,
        port=warehouse.port,
        dbname=warehouse.database,
        user="analyst",
        password="of the analyst",
        autocommit=True,
    ) as connection:
        connection.execute("select customer_id from marts.dim_customers").fetchall()
        try:
            connection.execute("select district from marts.dim_customers")
        except psycopg.errors.InsufficientPrivilege:
            return
    raise AssertionError("a column that was not granted can be read")


def _long_query(warehouse: Warehouse, seen: Seen) -> None:
    query = (
        "with before as materialized (select sum(net_amount) as sum"
        " from marts.fct_orders), pause as materialized (select pg_sleep(%s)"
        " from before) select before.sum, (select sum(net_amount)"
        " from marts.fct_order_lines) from before, pause"
    )
    with warehouse.connect("bi_reader") as connection:
        orders, lines = connection.execute(query, [seen.query_seconds]).fetchone() or (
            0,
            1,
        )
        _expect("orders and lines of one query", orders, lines)


def _waits(warehouse: Warehouse, seen: Seen) -> None:
    with warehouse.connect("auditor", autocommit=True) as connection:
        for _ in range(50):
            seen.waits.update(connection.execute(WAITING).fetchall())
            time.sleep(PAUSE)


READERS: dict[str, Callable[[Warehouse, Seen], None]] = {
    "two moments of one transaction": _repeatable,
    "a prepared statement": _prepared,
    "two marts, both ways": _joined,
    "a view of the user's": _view,
    "row level security": _policy,
    "column grants": _columns,
    "a long query": _long_query,
    "waits for locks": _waits,
}
