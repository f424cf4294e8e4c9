"""What leaves the warehouse, and when: old mined nights, refused rows, old raw rows.

Everything goes by the business date, never by the clock, and leaves the core marts as
a function of what raw holds: of versions only those that a later one replaced go, and
web requests go together with the visits that were made of them.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from psycopg import sql

from warehouse.column_names import names
from warehouse.connection import Connection
from warehouse.entity import Entity

# A visit that goes on over midnight is whole in raw, so that it is known to have begun
# before the floor. Nobody clicks every half hour for longer than this.
LONGEST_VISIT = timedelta(days=1)


def remove_old_nights(connection: Connection, table: sql.Identifier, kept: int) -> int:
    """Remove all but the newest nights and the ends of months from a mined table.

    Parameters
    ----------
    connection : Connection
        May delete from `table`.
    table : Identifier
        Has a column `as_of_date`.
    kept : int
        How many nights stay, the newest of those that the table has.

    Returns
    -------
    int
        Rows removed.
    """
    return connection.execute(
        sql.SQL(
            "delete from {table} where as_of_date < (select min(as_of_date) from"
            " (select distinct as_of_date from {table} order by as_of_date desc"
            " limit {kept}) as newest)"
            " and extract(day from as_of_date + 1) <> 1"
        ).format(table=table, kept=sql.Literal(kept))
    ).rowcount


def expire_quarantine(connection: Connection, before: date) -> int:
    """Remove refused rows of nights before a date; the ledger keeps their number."""
    return connection.execute(
        "delete from vault.quarantine using ledger.batches"
        " where quarantine.batch_id = batches.batch_id"
        " and batches.business_date < %s",
        [before],
    ).rowcount


def floor(connection: Connection) -> tuple[date, datetime] | None:
    """The day from which raw is whole, and the moment at which it begins."""
    found: tuple[date, datetime] | None = connection.execute(
        "select floor_date, floor_at from ledger.raw_floors"
        " order by floor_date desc limit 1"
    ).fetchone()
    return found


def raise_floor(
    connection: Connection, floor_date: date, floor_at: datetime, night: date
) -> bool:
    """Raise raw's floor, if it lies lower; the rows go when the marts have followed."""
    return (
        connection.execute(
            "insert into ledger.raw_floors (floor_date, floor_at, business_date)"
            " select %(date)s, %(moment)s, %(night)s where not exists"
            " (select from ledger.raw_floors where floor_date >= %(date)s)",
            {"date": floor_date, "moment": floor_at, "night": night},
        ).rowcount
        > 0
    )


def clear_below_floor(connection: Connection, entities: Iterable[Entity]) -> int:
    """Remove what lies below a floor that the published marts follow already.

    Returns
    -------
    int
        Rows removed; 0 if there is nothing to do.
    """
    found = connection.execute(
        "select floor_date, floor_at from ledger.raw_floors"
        " where build_id is not null and removed_count is null"
        " order by floor_date desc limit 1"
    ).fetchone()
    if found is None:
        return 0
    floor_date, floor_at = found
    removed = _remove_visits(connection, floor_at - LONGEST_VISIT)
    for entity in entities:
        if not (entity.keeps_versions or entity.tells_visits):
            removed += _remove_versions(connection, entity, floor_at)
    connection.execute(
        "update ledger.raw_floors set removed_count = %s"
        " where removed_count is null and floor_date <= %s",
        [removed, floor_date],
    )
    return removed


def _remove_versions(connection: Connection, entity: Entity, floor_at: datetime) -> int:
    """Of each key keep the last version before the floor, and all from there on."""
    return connection.execute(
        sql.SQL(
            "delete from {raw} as old where old._source_stamp < {floor} and exists"
            " (select from {raw} as later where ({later}) = ({old})"
            " and (later._source_stamp, later._occurrence, later._content_hash)"
            " > (old._source_stamp, old._occurrence, old._content_hash)"
            " and later._source_stamp < {floor} and not later._is_deleted"
            " and later._batch_id not in (select batch_id from ledger.held_batches))"
        ).format(
            raw=sql.Identifier("raw", entity.name),
            floor=sql.Literal(floor_at),
            later=names(entity.key, "later"),
            old=names(entity.key, "old"),
        )
    ).rowcount


def _remove_visits(connection: Connection, before: datetime) -> int:
    """Remove requests and events; of each visitor by whom they are known later stays.

    That is the last login, and every order: whose it is may still change.
    """
    (removed,) = connection.execute(
        """
        with told as (
            select
                tableoid as place, ctid as row_id, visitor_hash, customer_id, order_id,
                requested_at as moment,
                -- as stg_weblog__requests names it: of one moment it decides
                md5(file_hash || '-' || line_number || '-' || _content_hash)
                    as request_id
            from raw.web_requests
            where requested_at < %(before)s
                and kind in ('human', 'app', 'unknown')
                and _batch_id not in (select batch_id from ledger.held_batches)
            union all
            select
                tableoid, ctid, visitor_hash, customer_id, order_id,
                occurred_at, md5('event-' || event_id)
            from raw.web_events as event
            where occurred_at < %(before)s
                and coalesce(kind, 'human') in ('human', 'app', 'unknown')
                and not _is_deleted
                and _batch_id not in (select batch_id from ledger.held_batches)
                and not exists (
                    select from raw.web_events as later
                    where later.event_id = event.event_id
                        and (
                            later._source_stamp, later._occurrence, later._content_hash
                        ) > (
                            event._source_stamp, event._occurrence, event._content_hash
                        )
                        and later._batch_id
                        not in (select batch_id from ledger.held_batches)
                )
        ),
        known as (
            select
                *,
                (lag(customer_id) over visitor, lag(order_id) over visitor)
                is distinct from (customer_id, null) as is_change
            from told
            where customer_id is not null or order_id is not null
            window visitor as (
                partition by visitor_hash order by moment, request_id
            )
        ),
        last_logins as (
            select distinct on (visitor_hash) place, row_id
            from known
            where is_change and customer_id is not null
            order by visitor_hash, moment desc, request_id desc
        ),
        kept as (
            select place, row_id from last_logins
            union
            select place, row_id from known where order_id is not null
        ),
        requests as (
            delete from raw.web_requests as old
            where requested_at < %(before)s
                and not exists (
                    select from kept where (place, row_id) = (old.tableoid, old.ctid)
                )
            returning 1
        ),
        events as (
            delete from raw.web_events as old
            where occurred_at < %(before)s
                and not exists (
                    select from kept where (place, row_id) = (old.tableoid, old.ctid)
                )
            returning 1
        )
        select (select count(*) from requests) + (select count(*) from events)
        """,
        {"before": before},
    ).fetchone() or (0,)
    return int(removed)


def keep_sizes(connection: Connection, night: date) -> None:
    """Keep how large each schema is at the end of a night."""
    connection.execute(
        """
        insert into ledger.schema_sizes (business_date, schema_name, size_bytes)
        select %s, nspname, sum(pg_total_relation_size(pg_class.oid))::bigint
        from pg_class
        inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
        where relkind in ('r', 'm')
            and nspname in (
                'raw', 'vault', 'ledger', 'staging', 'intermediate', 'marts_next',
                'mined', 'marts'
            )
        group by nspname
        on conflict (business_date, schema_name)
        do update set size_bytes = excluded.size_bytes
        """,
        [night],
    )
