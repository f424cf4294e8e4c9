"""What a gate must know of a night before it looks at rows, read as `auditor`."""

from datetime import date, timedelta

from warehouse.connection import Connection


def readable_columns(connection: Connection) -> dict[str, frozenset[str]]:
    """Columns of each ``schema.table`` that this role may read."""
    rows = connection.execute(
        """
        select nspname || '.' || relname, array_agg(attname::text)
        from pg_attribute
        inner join pg_class on pg_attribute.attrelid = pg_class.oid
        inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
        where nspname in ('raw', 'ledger', 'marts_next', 'mined', 'marts')
            and attnum > 0
            and not attisdropped
            and relkind in ('r', 'p', 'v', 'm')
            and has_table_privilege(pg_class.oid, 'select')
        group by 1
        """
    )
    return {table: frozenset(names) for table, names in rows}


def first_day(connection: Connection) -> date | None:
    """First day of the history, as the star that was just built says."""
    found = connection.execute(
        "select min(history_first_date) from marts_next.company_settings"
    ).fetchone()
    return found[0] if found else None


def batch_ids(connection: Connection, day: date) -> dict[str, list[int]]:
    """Batches of `day`, by entity."""
    rows = connection.execute(
        "select entity, array_agg(batch_id order by batch_id) from ledger.batches"
        " where business_date = %s group by entity",
        [day],
    )
    return dict(rows.fetchall())


def loaded_rows(connection: Connection, day: date) -> dict[str, int]:
    """Rows that the batches of `day` added to raw, by entity."""
    rows = connection.execute(
        "select entity, sum(loaded_count)::bigint from ledger.batches"
        " where business_date = %s group by entity",
        [day],
    )
    return dict(rows.fetchall())


def usual_rows(
    connection: Connection, day: date, nights: int, fewest: int
) -> dict[str, int]:
    """Median rows that a night loaded, by entity.

    Over the `nights` before `day`; an entity with fewer than `fewest` is left out.
    """
    rows = connection.execute(
        """
        select entity, percentile_disc(0.5) within group (order by loaded_count)
        from (
            select entity, business_date, sum(loaded_count)::bigint as loaded_count
            from ledger.batches
            where business_date < %s and business_date >= %s
            group by entity, business_date
        ) as nights
        group by entity
        having count(*) >= %s
        """,
        [day, day - timedelta(days=nights), fewest],
    )
    return dict(rows.fetchall())


def previous_rows(connection: Connection) -> dict[str, int]:
    """Rows of each mart when it was last published."""
    rows = connection.execute(
        "select distinct on (mart) mart, row_count from marts.publications"
        " where status = 'published' and row_count is not null"
        " order by mart, publication_id desc"
    )
    return dict(rows.fetchall())
