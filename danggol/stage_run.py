"""One run of a stage: timed, split into work and not-work, kept in the ledger."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID, uuid4

import psutil
import psycopg

from warehouse import Warehouse, ledger

Driver = Literal["airflow", "command"]


class WarehouseFailed(RuntimeError):
    """The warehouse refused or broke off; told without what it quotes of a row."""


@dataclass(slots=True)
class StageRun:
    """What a stage tells of itself while it runs."""

    stage: str
    day: date
    driver: Driver
    run_id: UUID = field(default_factory=uuid4)
    rows_in: int | None = None
    rows_out: int | None = None
    overhead: dict[str, float] = field(default_factory=dict)
    waited_seconds: float = 0.0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count the block's seconds as neither: another stage has its turn."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.waited_seconds += time.perf_counter() - start

    @contextmanager
    def not_work(self, what: str) -> Iterator[None]:
        """Count the block's seconds as not-work: importing, starting, waiting."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add_not_work(what, time.perf_counter() - start)

    def add_not_work(self, what: str, seconds: float) -> None:
        """Count `seconds` as not-work."""
        self.overhead[what] = self.overhead.get(what, 0.0) + seconds


@contextmanager
def recorded(
    warehouse: Warehouse,
    role: str,
    stage: str,
    day: date,
    driver: Driver,
    *,
    go_on: str,
) -> Iterator[StageRun]:
    """Run a stage and keep how it went in ``ledger.stage_runs``.

    Parameters
    ----------
    warehouse : Warehouse
        Of the company.
    role : str
        Role of the stage; writes the record too.
    stage, day, driver : str, date, str
        Which stage, for which business date, started by what.
    go_on : str
        Command by which a person goes on after a failure.

    Raises
    ------
    WarehouseFailed
        Instead of what the database driver says, which may quote a row.
    """
    run = StageRun(stage, day, driver)
    if driver == "airflow":
        # one process a task: what passed before this line was starting it
        started = psutil.Process().create_time()
        run.add_not_work("starting the task", max(0.0, time.time() - started))
    status: str = "failed"
    failure: Exception | None = None
    clock = _Clock(run)
    try:
        yield run
        status = "succeeded"
    except psycopg.Error as error:
        failure = WarehouseFailed(explain(error))
    except Exception as error:
        failure = error
    finally:
        told = None if failure is None else explain(failure)
        try:
            with warehouse.connect(role) as connection:
                ledger.write_stage_run(connection, clock.record(status, told))
        except psycopg.OperationalError as error:
            if status == "succeeded":
                failure = WarehouseFailed(explain(error))
            # else the stage's own error says more
    if failure is not None:
        failure.add_note(
            f"{stage} of {day} left nothing half-made: what it wrote is whole, or not "
            f"there. When the cause is gone, go on with: {go_on}"
        )
        # what it was raised from may quote a row, and a log would show it
        raise failure from None


class _Clock:
    """Where the seconds of a run went, since it began."""

    def __init__(self, run: StageRun) -> None:
        self._run = run
        self._begun, self._clock = datetime.now(UTC), time.perf_counter()
        self._before = sum(run.overhead.values())

    def record(self, status: str, error: str | None) -> ledger.StageRun:
        """What the ledger keeps of the run, which ends now."""
        run = self._run
        passed = time.perf_counter() - self._clock
        not_work = sum(run.overhead.values()) - self._before + run.waited_seconds
        return ledger.StageRun(
            run_id=run.run_id,
            business_date=run.day,
            stage=run.stage,
            driver=run.driver,
            status=status,
            rows_in=run.rows_in,
            rows_out=run.rows_out,
            overhead={name: round(value, 3) for name, value in run.overhead.items()},
            work_seconds=round(max(0.0, passed - not_work), 3),
            waited_seconds=round(run.waited_seconds, 3),
            error=error,
            started_at=self._begun,
            finished_at=datetime.now(UTC),
        )


def explain(exception: BaseException) -> str:
    """Say what went wrong, without a row's data: a database quotes rows in details."""
    if isinstance(exception, WarehouseFailed):
        return str(exception)
    name = type(exception).__name__
    if isinstance(exception, psycopg.errors.DiskFull):
        return (
            f"{name}: the warehouse's disk is full ({exception.diag.message_primary}); "
            "make space there first"
        )
    if isinstance(exception, psycopg.DataError):
        # its message quotes the value
        return f"{name}: {exception.sqlstate or 'a value that does not fit'}"
    if isinstance(exception, psycopg.OperationalError) and not exception.sqlstate:
        # nobody answered, or somebody let us not in: there is no row to quote
        return f"{name}: {' '.join(str(exception).split())}"
    if isinstance(exception, psycopg.Error):
        return f"{name}: {exception.diag.message_primary or exception.sqlstate or ''}"
    return f"{name}: {exception}"
