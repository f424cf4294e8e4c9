"""What ran, what was checked, and what readers see of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from warehouse.connection import Connection
from warehouse.reading import read


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """An expectation that did not hold; how many rows broke it, never which."""

    table_name: str
    column_name: str | None
    expectation: str
    is_required: bool
    failing_key_count: int


@dataclass(frozen=True, slots=True)
class GateSummary:
    """One gate on one night, as it was checked last."""

    business_date: date
    gate: str
    passed: int
    failures: tuple[FailedCheck, ...]

    @property
    def failed(self) -> int:
        """Expectations that did not hold."""
        return len(self.failures)


@dataclass(frozen=True, slots=True)
class StageSummary:
    """A run of one stage for one business date, the latest of its kind.

    `overhead` has the seconds of not-work by name, `work_seconds` the rest.
    """

    business_date: date
    stage: str
    driver: str
    status: str
    rows_in: int | None
    rows_out: int | None
    work_seconds: float
    overhead: Mapping[str, float]
    finished_at: datetime
    error: str | None

    @property
    def not_work_seconds(self) -> float:
        """Seconds of starting, importing and waiting."""
        return sum(self.overhead.values())


@dataclass(frozen=True, slots=True)
class NightSeconds:
    """Where a night's seconds went: work by stage, not-work by what it was."""

    business_date: date
    work: Mapping[str, float]
    not_work: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class MartFreshness:
    """What readers see of a mart, and how the last attempt to renew it went.

    The first five are None for a mart that was never published.
    """

    mart: str
    as_of_date: date | None
    published_at: datetime | None
    row_count: int | None
    run_id: UUID | None
    size_bytes: int | None
    last_status: str
    last_as_of_date: date
    last_reason: str | None


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """Rows of one entity over all its readings; read = loaded + quarantined + known."""

    source_name: str
    entity: str
    batches: int
    read_count: int
    loaded_count: int
    quarantined_count: int
    known_count: int
    deleted_count: int
    last_business_date: date


@dataclass(frozen=True, slots=True)
class SchemaSize:
    """How large a schema was at the end of the last night, and what a night adds.

    `growth_bytes` is the mean over the nights of the last week; None after one night.
    """

    schema_name: str
    size_bytes: int
    growth_bytes: int | None


def schema_sizes(connection: Connection) -> list[SchemaSize]:
    """Every schema of the warehouse, the largest first."""
    return read(
        connection,
        SchemaSize,
        """
        with week as (
            select *
            from ledger.schema_sizes
            where business_date
                >= (select max(business_date) - 7 from ledger.schema_sizes)
        ),
        ends as (
            select
                schema_name,
                min(business_date) as first_date,
                max(business_date) as last_date,
                count(*) - 1 as nights
            from week
            group by schema_name
        )
        select
            ends.schema_name,
            latest.size_bytes,
            ((latest.size_bytes - earliest.size_bytes) / nullif(nights, 0))::bigint
                as growth_bytes
        from ends
        inner join week as latest
            on ends.schema_name = latest.schema_name
            and ends.last_date = latest.business_date
        inner join week as earliest
            on ends.schema_name = earliest.schema_name
            and ends.first_date = earliest.business_date
        order by latest.size_bytes desc, ends.schema_name
        """,
    )


def recent_nights(connection: Connection, count: int) -> list[date]:
    """The last `count` business dates that a stage ran for, oldest first."""
    rows = connection.execute(
        "select distinct business_date from ledger.stage_runs"
        " order by business_date desc limit %s",
        [count],
    )
    return sorted(day for (day,) in rows)


def gate_summary(connection: Connection, days: Sequence[date]) -> list[GateSummary]:
    """Each gate's latest check for each of `days`, in the order of the nights."""
    rows = connection.execute(
        """
        with latest as (
            select distinct on (business_date, gate) run_id, business_date, gate
            from ledger.gates
            where business_date = any(%s)
            order by business_date, gate, gate_id desc
        )
        select
            business_date, gate, count(*) filter (where has_passed),
            array_agg(
                array[
                    table_name, column_name,
                    coalesce(nullif(meaning, ''), expectation),
                    is_required::text, failing_key_count::text
                ] order by gate_id
            ) filter (where not has_passed and not is_warning)
        from ledger.gates
        inner join latest using (run_id, business_date, gate)
        group by business_date, gate
        order by business_date, min(gate_id)
        """,
        [list(days)],
    )
    return [
        GateSummary(day, gate, passed, tuple(_failed_check(each) for each in broken))
        for day, gate, passed, broken in ((*row[:3], row[3] or ()) for row in rows)
    ]


def _failed_check(fields: Sequence[str]) -> FailedCheck:
    table, column, expectation, is_required, count = fields
    return FailedCheck(table, column, expectation, is_required == "true", int(count))


def stage_summary(connection: Connection, days: Sequence[date]) -> list[StageSummary]:
    """Latest run that succeeded of each stage for each of `days`, as they started."""
    return _latest_runs(connection, days, ["succeeded"])


def last_attempts(connection: Connection, day: date) -> list[StageSummary]:
    """Latest run of each stage for `day`, however it ended."""
    return _latest_runs(connection, [day], ["succeeded", "failed"])


def _latest_runs(
    connection: Connection, days: Sequence[date], ends: Sequence[str]
) -> list[StageSummary]:
    return read(
        connection,
        StageSummary,
        """
        with latest as (
            select distinct on (business_date, stage) *
            from ledger.stage_runs
            where business_date = any(%(days)s) and status = any(%(ends)s)
            order by business_date, stage, stage_run_id desc
        )
        select
            business_date, stage, driver, status, rows_in, rows_out,
            work_seconds, overhead, finished_at, error
        from latest
        order by business_date, started_at, stage_run_id
        """,
        {"days": list(days), "ends": list(ends)},
    )


def night_seconds(stages: Iterable[StageSummary]) -> list[NightSeconds]:
    """Sum the stages of each night; waits between them are the scheduler's to tell."""
    nights: dict[date, NightSeconds] = {}
    for stage in stages:
        night = nights.setdefault(
            stage.business_date, NightSeconds(stage.business_date, {}, {})
        )
        work, not_work = dict(night.work), dict(night.not_work)
        work[stage.stage] = work.get(stage.stage, 0.0) + stage.work_seconds
        for what, seconds in stage.overhead.items():
            not_work[what] = not_work.get(what, 0.0) + seconds
        nights[stage.business_date] = NightSeconds(stage.business_date, work, not_work)
    return [nights[day] for day in sorted(nights)]


def freshness(connection: Connection) -> list[MartFreshness]:
    """What readers see of every mart; a night that was held shows as such."""
    return read(
        connection,
        MartFreshness,
        """
        with attempts as (
            select distinct on (mart) * from marts.publications
            order by mart, publication_id desc
        ),
        published as (
            select distinct on (mart)
                *,
                -- publishing an old night again makes no mart older
                max(as_of_date) over (partition by mart) as newest_date
            from marts.publications
            where status = 'published'
            order by mart, publication_id desc
        )
        select
            attempts.mart,
            published.newest_date as as_of_date,
            published.published_at,
            published.row_count,
            published.run_id,
            (
                -- a plain table is not in its own partition tree
                select coalesce(
                    sum(pg_total_relation_size(parts.relid))::bigint,
                    pg_total_relation_size(relations.relation)
                )
                from pg_partition_tree(relations.relation) as parts
            ) as size_bytes,
            attempts.status as last_status,
            attempts.as_of_date as last_as_of_date,
            attempts.reason as last_reason
        from attempts
        left join published on attempts.mart = published.mart
        cross join lateral (
            select to_regclass(format('marts.%I', attempts.mart)) as relation
        ) as relations
        order by attempts.mart
        """,
    )


def batch_summary(connection: Connection) -> list[BatchSummary]:
    """Rows read, loaded, quarantined and known already, by entity."""
    return read(
        connection,
        BatchSummary,
        """
        select
            source_name,
            entity,
            count(*) as batches,
            sum(read_count)::bigint as read_count,
            sum(loaded_count)::bigint as loaded_count,
            sum(quarantined_count)::bigint as quarantined_count,
            sum(known_count)::bigint as known_count,
            sum(deleted_count)::bigint as deleted_count,
            max(business_date) as last_business_date
        from ledger.batches
        group by source_name, entity
        order by source_name, entity
        """,
    )
