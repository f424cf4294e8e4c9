"""What ran: builds and the batches they take up, gates, stages."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from warehouse.connection import Connection


@dataclass(frozen=True, slots=True)
class StageRun:
    """One finished run of a stage, with where its seconds went.

    `overhead` holds seconds of not-work by name (importing, starting dbt),
    `waited_seconds` those in which another stage had its turn, `work_seconds` the
    rest.
    """

    run_id: UUID
    business_date: date
    stage: str
    driver: str
    status: str
    rows_in: int | None
    rows_out: int | None
    overhead: Mapping[str, float]
    work_seconds: float
    waited_seconds: float
    error: str | None
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One expectation's outcome; keys of failing rows, never their values."""

    table_name: str
    column_name: str | None
    expectation: str
    is_required: bool
    has_passed: bool
    failing_key_count: int = 0
    failing_keys: list[str] = field(default_factory=list)
    meaning: str = ""
    is_warning: bool = False


def begin_build(
    connection: Connection,
    day: date,
    run_id: UUID,
    stage: str,
    *,
    models: str | None = None,
    everything: bool = False,
) -> int:
    """Start a build; a star build takes up every batch that none has published.

    `models` is the digest of the models that build. With `everything` batches that
    were published come again, too. A build that was killed left its row behind: it is
    marked as failed, and its batches come again, since only publishing marks them.
    """
    connection.execute(
        "update ledger.builds set status = 'failed', finished_at = clock_timestamp()"
        " where status = 'building'"
    )
    (build_id,) = connection.execute(
        "insert into ledger.builds (business_date, run_id, stage, models_sha256)"
        " values (%s, %s, %s, %s) returning build_id",
        [day, run_id, stage, models],
    ).fetchone() or (0,)
    if stage == "star":
        connection.execute(
            "insert into ledger.build_batches (build_id, batch_id)"
            " select %s, batch_id from ledger.batches"
            " where not is_held and (build_id is null or %s)",
            [build_id, everything],
        )
    return int(build_id)


def are_other_models(connection: Connection, models: str) -> bool:
    """Whether none or other models built what is shown, or something since."""
    found = connection.execute(
        "with shown as (select max(build_id) as build_id from ledger.builds"
        " where stage = 'star' and status = 'published')"
        " select shown.build_id is not null and not exists (select from ledger.builds"
        " where builds.stage = 'star' and builds.build_id >= shown.build_id"
        " and builds.models_sha256 is distinct from %s) from shown",
        [models],
    ).fetchone()
    return found != (True,)


def end_build(
    connection: Connection,
    build_id: int,
    status: str,
    left_out: Iterable[str] = (),
    *,
    is_whole: bool = True,
) -> None:
    """End a build; a published one covers its batches, `left_out` entities' aside.

    Unless it `is_whole`, some marts still are what other models made of them.
    """
    connection.execute(
        "update ledger.builds set status = %s, finished_at = clock_timestamp(),"
        " models_sha256 = case when %s then models_sha256 end where build_id = %s",
        [status, is_whole, build_id],
    )
    if status == "published":
        connection.execute(
            "update ledger.batches set build_id = %(build)s where batch_id in"
            " (select batch_id from ledger.build_batches where build_id = %(build)s)"
            " and entity <> all(%(left_out)s)",
            {"build": build_id, "left_out": list(left_out)},
        )
        if "web_requests" not in left_out:
            # the visits that readers see begin at raw's floor now
            connection.execute(
                "update ledger.raw_floors set build_id = builds.build_id"
                " from ledger.builds where raw_floors.build_id is null"
                " and builds.build_id = %s and builds.stage = 'star'",
                [build_id],
            )


def keep_first_affected_date(connection: Connection, build_id: int) -> None:
    """Keep from which day on a build of the star computed customers' days anew."""
    connection.execute(
        "update ledger.builds set first_affected_date ="
        " (select min(activity_date) from marts_next.int_affected_customer_days)"
        " where build_id = %s",
        [build_id],
    )


def keep_build_marts(
    connection: Connection, build_id: int, marts: Iterable[str]
) -> None:
    """Keep which mined marts a build is to publish: the others stay as they are."""
    connection.execute(
        "insert into ledger.build_marts (build_id, mart) select %s, unnest(%s::text[])",
        [build_id, list(marts)],
    )


def pinned_row_count(connection: Connection, build_id: int) -> int:
    """Rows that the batches of a build stored in raw."""
    (count,) = connection.execute(
        "select coalesce(sum(loaded_count + deleted_count), 0)::bigint"
        " from ledger.batches inner join ledger.build_batches using (batch_id)"
        " where build_batches.build_id = %s",
        [build_id],
    ).fetchone() or (0,)
    return int(count)


def hold_batches(
    connection: Connection, day: date, entities: Iterable[str], *, held: bool
) -> None:
    """Keep the batches of `entities` for `day` away from every model, or let go."""
    connection.execute(
        "update ledger.batches set is_held = %s"
        " where business_date = %s and entity = any(%s) and is_held <> %s",
        [held, day, list(entities), held],
    )


def held_entities(connection: Connection) -> set[str]:
    """Entities of which a gate holds batches."""
    rows = connection.execute(
        "select distinct entity from ledger.batches where is_held"
    )
    return {entity for (entity,) in rows}


def write_gate(
    connection: Connection,
    run_id: UUID,
    gate: str,
    day: date,
    checks: Iterable[GateCheck],
) -> None:
    """Keep the outcome of every expectation of a gate."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ledger.gates (run_id, gate, business_date, table_name,"
            " column_name, expectation, is_required, has_passed, failing_key_count,"
            " failing_keys, meaning, is_warning)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    run_id,
                    gate,
                    day,
                    check.table_name,
                    check.column_name,
                    check.expectation,
                    check.is_required,
                    check.has_passed,
                    check.failing_key_count,
                    check.failing_keys,
                    check.meaning,
                    check.is_warning,
                )
                for check in checks
            ],
        )


def write_stage_run(connection: Connection, run: StageRun) -> None:
    """Keep one run of a stage."""
    connection.execute(
        "insert into ledger.stage_runs (run_id, business_date, stage, driver, status,"
        " rows_in, rows_out, overhead, work_seconds, waited_seconds, error,"
        " started_at, finished_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            run.run_id,
            run.business_date,
            run.stage,
            run.driver,
            run.status,
            run.rows_in,
            run.rows_out,
            json.dumps(run.overhead),
            run.work_seconds,
            run.waited_seconds,
            run.error,
            run.started_at,
            run.finished_at,
        ],
    )


def newest_day(connection: Connection) -> date | None:
    """Newest business date of any batch; None before the first."""
    found = connection.execute("select max(business_date) from ledger.batches")
    newest: date | None
    (newest,) = found.fetchone() or (None,)
    return newest


def skipped_nights(connection: Connection, first: date) -> list[date]:
    """Dates from `first` on that were never published, though a later one was."""
    rows = connection.execute(
        "with published as (select distinct business_date from ledger.stage_runs"
        " where stage = 'publish_mined' and status = 'succeeded')"
        " select day::date from generate_series(%s::timestamp,"
        " (select max(business_date) from published)::timestamp, '1 day') as day"
        " where day::date not in (select business_date from published) order by day",
        [first],
    )
    return [day for (day,) in rows]


def is_night_complete(connection: Connection, day: date) -> bool:
    """Whether the night of `day` has been mined and published."""
    found = connection.execute(
        "select true from ledger.stage_runs where business_date = %s"
        " and stage = 'publish_mined' and status = 'succeeded' limit 1",
        [day],
    )
    return found.fetchone() is not None


def has_succeeded(connection: Connection, day: date, stage: str) -> bool:
    """Whether the latest run of a stage for `day` that came to an end succeeded."""
    found = connection.execute(
        "select status from ledger.stage_runs where business_date = %s and stage = %s"
        " order by stage_run_id desc limit 1",
        [day, stage],
    ).fetchone()
    return found is not None and found[0] == "succeeded"


def last_error(connection: Connection) -> str | None:
    """What the stage that failed last said, if it has not succeeded since."""
    found = connection.execute(
        "select error from ledger.stage_runs as failed where status = 'failed'"
        " and not exists (select from ledger.stage_runs as later"
        " where later.stage = failed.stage"
        " and later.business_date = failed.business_date"
        " and later.status = 'succeeded'"
        " and later.stage_run_id > failed.stage_run_id)"
        " order by stage_run_id desc limit 1"
    ).fetchone()
    return None if found is None else found[0]


def finished_stages(connection: Connection, day: date, last_stage: str) -> set[str]:
    """Stages of a night that need not run again.

    Those that succeeded since the night was last completed: a night that broke off
    goes on where it stopped, a complete night runs anew. So does one that a gate
    stopped: what it found is mended in the source, which must be read again.
    """
    rows = connection.execute(
        "select distinct stage from ledger.stage_runs"
        " where business_date = %(day)s and status = 'succeeded'"
        " and stage_run_id > (select coalesce(max(stage_run_id), 0)"
        " from ledger.stage_runs where business_date = %(day)s"
        " and (status = 'succeeded' and stage = %(last)s"
        " or status = 'failed' and error like 'GateFailed:%%'))",
        {"day": day, "last": last_stage},
    )
    return {stage for (stage,) in rows}


def holiday_years(connection: Connection, source: str) -> set[int]:
    """Years whose public holidays were kept as `source` tells them."""
    rows = connection.execute(
        "select distinct extract(year from holiday_date)::int from ledger.holidays"
        " where source = %s",
        [source],
    )
    return {year for (year,) in rows}


def keep_holidays(
    connection: Connection, source: str, holidays: Mapping[date, str]
) -> None:
    """Keep public holidays, each with its name, in place of all those before."""
    connection.execute("delete from ledger.holidays")
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ledger.holidays values (%s, %s, %s)",
            [(day, name, source) for day, name in sorted(holidays.items())],
        )
