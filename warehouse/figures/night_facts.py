"""What an alert says of one night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from warehouse.connection import Connection


@dataclass(frozen=True, slots=True)
class NightFacts:
    """One business date, as far as it has come.

    Attributes
    ----------
    stages : tuple of str
        Stages whose last run ended well, in order.
    failed_stage, error : str, optional
        The stage that failed last, if it has not ended well since.
    rows : mapping of str to mapping of str to int
        Rows read, loaded and quarantined by entity.
    failing_keys : tuple of str
        Table and key of some rows that broke a gate.
    held : mapping of str to str
        Marts that the night did not renew, with the reason.
    star_as_of, mined_as_of : date, optional
        Nights that readers see.
    """

    stages: tuple[str, ...]
    failed_stage: str | None
    error: str | None
    rows: Mapping[str, Mapping[str, int]]
    failing_keys: tuple[str, ...]
    held: Mapping[str, str]
    star_as_of: date | None
    mined_as_of: date | None

    @property
    def is_complete(self) -> bool:
        """Whether everything that could be published was."""
        return "publish_mined" in self.stages and self.failed_stage is None


def night_facts(connection: Connection, day: date, most_keys: int) -> NightFacts:
    """Facts of one night, read as `auditor`."""
    runs = connection.execute(
        "select distinct on (stage) stage, status, error, stage_run_id"
        " from ledger.stage_runs where business_date = %s and stage <> 'rebuild'"
        " order by stage, stage_run_id desc",
        [day],
    ).fetchall()
    runs.sort(key=lambda run: run[3])
    failed = [run for run in runs if run[1] == "failed"]
    rows = connection.execute(
        "select entity, sum(read_count)::bigint, sum(loaded_count)::bigint,"
        " sum(quarantined_count)::bigint from ledger.batches"
        " where business_date = %s group by entity order by min(batch_id)",
        [day],
    )
    held = connection.execute(
        "select mart, reason from (select distinct on (mart) mart, status, reason"
        " from marts.publications where as_of_date = %s"
        " order by mart, publication_id desc) as last where status = 'held'",
        [day],
    )
    shown = connection.execute(
        "select star_as_of_date, mined_as_of_date from marts.nights_shown"
    ).fetchone()
    star_as_of, mined_as_of = shown or (None, None)
    return NightFacts(
        stages=tuple(stage for stage, status, *_ in runs if status == "succeeded"),
        failed_stage=failed[-1][0] if failed else None,
        error=failed[-1][2] if failed else None,
        rows={
            entity: {"read": read, "loaded": loaded, "quarantined": quarantined}
            for entity, read, loaded, quarantined in rows
        },
        failing_keys=_failing_keys(connection, day, most_keys),
        held=dict(held.fetchall()),
        star_as_of=star_as_of,
        mined_as_of=mined_as_of,
    )


def _failing_keys(connection: Connection, day: date, most: int) -> tuple[str, ...]:
    """Keys of rows that broke an expectation when each gate was asked last."""
    rows = connection.execute(
        """
        with latest as (
            select distinct on (gate) gate, run_id
            from ledger.gates
            where business_date = %s
            order by gate, gate_id desc
        )
        select distinct table_name || ' ' || failing_key
        from ledger.gates
        inner join latest using (gate, run_id)
        cross join unnest(failing_keys) as failing (failing_key)
        where not has_passed and not is_warning
        order by 1
        limit %s
        """,
        [day, most],
    )
    return tuple(key for (key,) in rows)
