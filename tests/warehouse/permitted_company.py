"""A company published as nights do it, some of whose customers permit contact."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import uuid4

from psycopg import sql

from warehouse import Warehouse
from warehouse.ledger import begin_build
from warehouse.mart_tables import READERS
from warehouse.publication import Mart, publish

NIGHTS = (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3))
PLACE = "file:///mail"
# customer, channel, may contact by day, by night, reason
Permission = tuple[str, str, bool, bool, str]

TABLES = {
    "customer_segments": "as_of_date date, customer_id text, rfm_segment_code text",
    "customer_segment_changes": "as_of_date date, previous_as_of_date date,"
    " customer_id text, change text, from_code text, to_code text, cause_code text",
    "customer_contact_permissions_current": "customer_id text, channel_code text,"
    " may_contact_day boolean, may_contact_night boolean, reconfirm_by date,"
    " reason_code text",
    "fct_referrals": "referral_id text, customer_id text, current_customer_id text,"
    " source_customer_id text, referred_current_customer_id text",
    "dim_stores": "store_id text",
    "customer_days": "customer_id text",
    "dim_customers": "customer_id text, current_customer_id text",
}
MARTS = {
    "customer_segments": Mart(
        "customer_segments", ("as_of_date", "customer_id"), "night", readers=READERS
    ),
    "customer_segment_changes": Mart(
        "customer_segment_changes",
        ("as_of_date", "customer_id"),
        "night",
        readers=READERS,
    ),
    "customer_contact_permissions_current": Mart(
        "customer_contact_permissions_current",
        ("customer_id", "channel_code"),
        "difference",
        readers=READERS,
    ),
    "fct_referrals": Mart(
        "fct_referrals", ("referral_id",), "difference", readers=READERS
    ),
    "dim_stores": Mart("dim_stores", ("store_id",), "difference", readers=READERS),
    "customer_days": Mart("customer_days", ("customer_id",), "difference"),
    "dim_customers": Mart(
        "dim_customers", ("customer_id",), "difference", readers=READERS
    ),
}


def publish_rows(
    warehouse: Warehouse, mart: str, rows: Sequence[tuple], night: date = NIGHTS[0]
) -> None:
    """Publish a night of one mart."""
    table = sql.Identifier("marts_next", mart)
    with warehouse.connect("transformer") as connection:
        connection.execute(sql.SQL("drop table if exists {}").format(table))
        connection.execute(
            sql.SQL("create table {} ({})").format(table, sql.SQL(TABLES[mart]))
        )
        if rows:
            connection.cursor().executemany(
                sql.SQL("insert into {} values ({})").format(
                    table, sql.SQL(", ").join([sql.Placeholder()] * len(rows[0]))
                ),
                rows,
            )
    run_id = uuid4()
    stage = "mined" if MARTS[mart].publish == "night" else "star"
    with warehouse.connect("publisher") as connection:
        build_id = begin_build(connection, night, run_id, stage)
    publish(warehouse, [MARTS[mart]], night, run_id, build_id)


def publish_segments(
    warehouse: Warehouse,
    night: date,
    codes: Mapping[str, str],
    changes: Sequence[tuple] = (),
) -> None:
    """Publish a night of segments, and what changed: customer, change, codes, cause."""
    publish_rows(
        warehouse,
        "customer_segments",
        [(night, customer, code) for customer, code in codes.items()],
        night,
    )
    publish_rows(
        warehouse,
        "customer_segment_changes",
        [(night, None, *change) for change in changes],
        night,
    )


def publish_permissions(
    warehouse: Warehouse, permissions: Sequence[Permission], night: date = NIGHTS[0]
) -> None:
    """Publish who may be contacted; who may must be asked again by 2028."""
    publish_rows(
        warehouse,
        "customer_contact_permissions_current",
        [
            (customer, channel, day, late, date(2028, 1, 1) if day else None, reason)
            for customer, channel, day, late, reason in permissions
        ],
        night,
    )


def granted(customer: str, channel: str = "sms") -> Permission:
    """A customer who may be contacted by day and by night."""
    return customer, channel, True, True, "granted"


def withdrawn(customer: str, channel: str = "sms") -> Permission:
    """A customer who took the consent back."""
    return customer, channel, False, False, "withdrawn"
