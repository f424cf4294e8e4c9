"""The one definition of a night: its stages, whoever drives them.

Airflow's tasks and `danggol night` call the same functions. Each takes a business
date, holds the company's lock, records itself in the ledger and may run again at
any time: the same batches give the same marts.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from psycopg import sql

from danggol import alerts, public_holidays
from danggol.environment import Environment
from danggol.gating import (
    left_out,
    marts_of_held_batches,
    pass_build_gate,
    pass_load_gate,
    pass_mined_gate,
)
from danggol.mining_jobs import MINED_MARTS, MINING_JOBS
from danggol.stage_run import Driver, StageRun, recorded
from danggol.transformation import (
    MINED,
    STAR,
    STAR_AGAIN,
    Transformation,
    build,
    models_digest,
)
from ingest.contract import ENTITIES
from warehouse import ledger, retention, vault
from warehouse.founding import refuse_another
from warehouse.locks import night_lock
from warehouse.publication import Published, publish
from warehouse.raw_tables import analyze_raw

Progress = Callable[[str, float], None]

# after so many rows the planner must know that raw is not empty any more
MANY_ROWS = 50_000


class MiningFailed(RuntimeError):
    """A mining job failed; what the others wrote was published."""


def business_date(partition_key: str | None) -> date:
    """The business date that a partition key names.

    Raises
    ------
    ValueError
        If it is not an ISO date: a run by hand must name its partition.
    """
    if partition_key is None:
        raise ValueError("this run has no partition key; trigger it with a date")
    return date.fromisoformat(partition_key)


def load_shop(
    day: date,
    *,
    driver: Driver = "command",
    history: bool = False,
    progress: Progress = lambda _what, _share: None,
) -> None:
    """Take in the operational tables of `day`, and let the gate look at them.

    With `history`, everything up to `day`, a batch an entity and month.
    """
    here = Environment.current()
    with _stage(here, "loader", "load_shop", day, driver) as run:
        from ingest import shop

        _refuse_below_floor(here, day)
        night = here.night(day, run.run_id)
        source = here.company.shop
        if history:
            first = here.company.history_first_date
            counts = shop.load_history(here.warehouse, source, night, first, progress)
        else:
            counts = shop.load(here.warehouse, source, night)
        run.rows_in, run.rows_out = counts.read, counts.loaded + counts.deleted
        pass_load_gate(here, run, "load_shop", source.entities)


def load_weblog(
    day: date, *, driver: Driver = "command", history: bool = False
) -> None:
    """Take in the web requests up to the end of `day` that are not there yet.

    A company without web logs has nothing to do here, and the night goes on.
    """
    here = Environment.current()
    with _stage(here, "loader", "load_weblog", day, driver) as run:
        floor = _refuse_below_floor(here, day)
        source = here.company.weblog
        if source is None:
            run.rows_in = run.rows_out = 0
            return
        with run.not_work("importing polars"):
            from ingest.contract.visits import WEB_REQUESTS
            from ingest.weblog import loading
            from ingest.windows import BEGINNING, everything_until

        counts = loading.load(
            here.warehouse,
            source,
            here.home,
            day,
            everything_until(
                day,
                here.company.zone,
                BEGINNING if floor is None else floor - retention.LONGEST_VISIT,
            ),
            here.weblog_keys,
            run.run_id,
            only_missing=history,
        )
        run.rows_in, run.rows_out = counts.read, counts.loaded + counts.deleted
        pass_load_gate(here, run, "load_weblog", [WEB_REQUESTS.name])


def build_star(day: date, *, driver: Driver = "command") -> list[Published]:
    """Build the star from every batch that is not held, check and publish it.

    Only what new batches touch is built, unless other models or settings built what
    readers see: then everything is.
    """
    return _build_star(Environment.current(), "build_star", day, driver)


def _build_star(
    here: Environment, name: str, day: date, driver: Driver, *, everything: bool = False
) -> list[Published]:
    with _stage(here, "publisher", name, day, driver) as run:
        digest = models_digest(here.company.dbt_vars())
        with here.warehouse.connect("publisher") as connection:
            everything = everything or ledger.are_other_models(connection, digest)
        build_id = _begin_build(here, run, "star", models=digest, everything=everything)
        public_holidays.keep(here.warehouse, here.company, day)
        star = STAR if everything else STAR_AGAIN
        built = _transform(here, run, star, full_refresh=everything)
        with here.warehouse.connect("publisher") as connection:
            ledger.keep_first_affected_date(connection, build_id)
        held = marts_of_held_batches(here) | pass_build_gate(
            here, run, "star", build_id, (mart.name for mart in built.marts)
        )
        return _publish(here, run, built, build_id, held, everything=everything)


def rebuild() -> list[Published]:
    """Build the star from every batch there is, and publish the rows that differ.

    Raises
    ------
    LookupError
        If nothing was ever loaded.
    """
    here = Environment.current()
    with here.warehouse.connect("auditor") as connection:
        day = ledger.newest_day(connection)
    if day is None:
        raise LookupError("nothing was loaded yet: `danggol night DATE --history`")
    return _build_star(here, "rebuild", day, "command", everything=True)


def mine(
    job: str, day: date, *, driver: Driver = "command", again: bool = False
) -> None:
    """Run a mining job; with `again`, train anew models whose past has changed."""
    here = Environment.current()
    with _stage(here, "miner", f"mine_{job}", day, driver, job=job) as run:
        with run.not_work("importing the libraries"):
            from mining.jobs import JOBS

        told: dict[str, Any] = {"again": again}
        if job == "segments":  # the miner has no key to tell who was forgotten
            told["forgotten"] = vault.forgotten(here.warehouse, here.keyed_hash)
        run.rows_out = JOBS[job](here.warehouse, day, **told)


def publish_mined(day: date, *, driver: Driver = "command") -> list[Published]:
    """Check what the mining jobs wrote for `day`, and publish it as marts."""
    here = Environment.current()
    with _stage(here, "publisher", "publish_mined", day, driver) as run:
        build_id = _begin_build(here, run, "mined")
        failed, held = pass_mined_gate(here, run, build_id)
        built = _transform(here, run, MINED)
        published = _publish(here, run, built, build_id, held)
        if failed:
            raise MiningFailed(
                f"mining jobs {', '.join(failed)} failed on {day}; their marts keep "
                "the night before. `danggol status` says why"
            )
        return published


def retain(day: date, *, driver: Driver = "command") -> None:
    """Let go what the company's settings do not keep, and note each schema's size."""
    here = Environment.current()
    kept = here.company.retention
    with (
        _stage(here, "publisher", "retain", day, driver) as run,
        here.warehouse.connect("publisher") as connection,
    ):
        newest = max(day, ledger.newest_day(connection) or day)
        connection.execute("set role owner")
        removed = sum(
            retention.remove_old_nights(
                connection, sql.Identifier("mined", mart), kept.mined_nights
            )
            for mart in MINED_MARTS
        )
        removed += retention.expire_quarantine(
            connection, newest - timedelta(days=kept.quarantine_days)
        )
        removed += retention.clear_below_floor(connection, ENTITIES.values())
        if kept.raw_days is not None:
            first = (newest - timedelta(days=kept.raw_days)).replace(day=1)
            begins = datetime.combine(first, time.min, here.company.zone)
            retention.raise_floor(connection, first, begins, newest)
        retention.keep_sizes(connection, newest)
        run.rows_out = removed
    alerts.night_ended(here, day)


def mine_again(day: date) -> list[Published]:
    """Mine and publish `day` out of the marts there are now."""
    for job in MINING_JOBS:
        mine(job, day, again=True)
    published = publish_mined(day)
    alerts.night_ended(Environment.current(), day)
    return published


def night(
    day: date,
    *,
    history: bool = False,
    anew: bool = False,
    starting: Callable[[str], None] = lambda _stage: None,
    progress: Progress = lambda _what, _share: None,
) -> list[str]:
    """Run a whole night without Airflow; returns the stages that ran.

    A night that broke off goes on where it stopped; a complete one, or any with
    `anew`, runs from its beginning.
    """
    here = Environment.current()
    _refuse_a_day_that_cannot_be(here, day)
    stages: dict[str, Callable[[], object]] = {
        "load_shop": lambda: load_shop(day, history=history, progress=progress),
        "load_weblog": lambda: load_weblog(day, history=history),
        "build_star": lambda: build_star(day),
        **{f"mine_{job}": partial(mine, job, day) for job in MINING_JOBS},
        "publish_mined": lambda: publish_mined(day),
        "retain": lambda: retain(day),
    }
    with here.warehouse.connect("auditor") as connection:
        done = ledger.finished_stages(connection, day, "retain")
    ran = []
    cause: Exception | None = None
    for name, run in stages.items():
        if name in done and not anew:
            continue
        starting(name)
        try:
            with alerts.telling_of(here, day):
                run()
        except MiningFailed as error:
            raise error from cause
        except Exception as error:
            if not name.startswith("mine_"):
                raise
            # the others go on, and publishing says in the end what failed
            cause = cause or error
        ran.append(name)
        # what comes after a stage that ran must see what it did
        anew = True
    return ran


def _refuse_a_day_that_cannot_be(here: Environment, day: date) -> None:
    # a mistyped year would let go of what is to be kept
    if day > datetime.now(here.company.zone).date():
        raise ValueError(f"{day} has not begun yet")
    last = here.company.last_date
    if last is not None and day > last:
        raise ValueError(
            f"{day} lies after the last day of {here.company.code}, {last}: an empty "
            "night would age every customer"
        )


def _refuse_below_floor(here: Environment, day: date) -> datetime | None:
    """Where raw's floor begins, unless the night lies below it."""
    with here.warehouse.connect("loader") as connection:
        found = retention.floor(connection)
    if found is None:
        return None
    first, begins = found
    if day < first:
        raise ValueError(
            f"{day} lies below raw's floor: what is older than {first} has left raw by "
            "the setting retention.raw_days, and cannot be told again"
        )
    return begins


@contextmanager
def _stage(
    here: Environment,
    role: str,
    name: str,
    day: date,
    driver: Driver,
    *,
    job: str | None = None,
) -> Iterator[StageRun]:
    """Record a stage and hold the company's lock while it runs."""
    warehouse = here.warehouse
    _refuse_a_day_that_cannot_be(here, day)
    go_on = here.command("rebuild") if name == "rebuild" else here.command_of(day)
    with (
        recorded(warehouse, role, name, day, driver, go_on=go_on) as run,
        ExitStack() as held,
    ):
        with run.waiting():
            connection = held.enter_context(night_lock(warehouse, role, job=job))
        refuse_another(connection, here.founding)
        yield run


def _begin_build(
    here: Environment,
    run: StageRun,
    stage: str,
    *,
    models: str | None = None,
    everything: bool = False,
) -> int:
    with here.warehouse.connect("publisher") as connection:
        build_id = ledger.begin_build(
            connection, run.day, run.run_id, stage, models=models, everything=everything
        )
        run.rows_in = ledger.pinned_row_count(connection, build_id)
    if run.rows_in >= MANY_ROWS:
        analyze_raw(here.warehouse)
    return build_id


def _transform(
    here: Environment,
    run: StageRun,
    selection: tuple[str, ...],
    *,
    full_refresh: bool = False,
) -> Transformation:
    """Run dbt; each stage keeps its parse results in a folder of its own."""
    target = here.home / "dbt" / run.stage
    built = build(
        here.warehouse,
        selection,
        here.company.dbt_vars(),
        target,
        full_refresh=full_refresh,
    )
    run.add_not_work("starting dbt", built.starting_seconds)
    return built


def _publish(
    here: Environment,
    run: StageRun,
    built: Transformation,
    build_id: int,
    held: dict[str, str],
    *,
    everything: bool = False,
) -> list[Published]:
    published = publish(
        here.warehouse,
        built.marts,
        run.day,
        run.run_id,
        build_id,
        held=held,
        left_out=sorted(left_out(held)),
        everything=everything,
        nights_kept=here.company.retention.mined_nights,
    )
    run.rows_out = sum(each.inserted for each in published)
    return published
