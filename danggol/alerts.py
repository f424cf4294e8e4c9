"""What is told of a night that failed, is late, holds marts back, or has recovered."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import psycopg

from danggol.delivery import channels
from danggol.environment import Environment, NotStarted
from danggol.outbox import Alert, Kind, Outbox
from danggol.stage_run import explain
from warehouse import figures, ledger
from warehouse.figures import NightFacts
from warehouse.publication import announce_late

MOST_KEYS = 10
_LOG = logging.getLogger(__name__)


def outbox(here: Environment) -> Outbox:
    """The company's alerts."""
    return Outbox(here.home, channels(here.settings))


def night_failed(here: Environment, day: date, error: BaseException | None) -> None:
    """Tell that a night failed, once; further failures of the night add nothing."""
    outbox(here).tell(day, "failed", lambda: _failed(here, day, error))


@contextmanager
def telling_of(here: Environment, day: date) -> Iterator[None]:
    """Tell of a night that fails in the block; its error goes on unchanged."""
    try:
        yield
    except Exception as error:
        try:
            night_failed(here, day, error)
        except Exception as trouble:
            _LOG.warning("no alert could be kept: %s", explain(trouble))
        raise


def night_ended(here: Environment, day: date) -> None:
    """Tell of marts that were held back; or that a night is whole after all."""
    box = outbox(here)
    facts = _facts(here, day)
    if facts is not None and facts.held:
        box.tell(day, "held", lambda: _held(here, day, facts))
    else:
        box.tell(day, "recovered", lambda: _recovered(here, day, facts))
    box.send_waiting()


def check_late(here: Environment, now: datetime) -> str:
    """Say whether the night that should be published by now is, and tell if not.

    Needs no scheduler. Readers are told in `publications`, as long as the warehouse
    can be reached.

    Returns
    -------
    str
        Empty if all is well, else what is late.

    Raises
    ------
    LookupError
        If the company has no `publish_by`.
    """
    day = expected_night(here, now)
    box = outbox(here)
    if day is None:
        box.send_waiting()
        return ""
    facts = _facts(here, day)
    if facts is not None and facts.is_complete:
        box.send_waiting()
        return skipped(here)
    alert = _late(here, day, facts)
    if facts is not None:
        announce_late(here.warehouse, day, alert.subject)
    box.tell(day, "late", lambda: alert)
    box.send_waiting()
    return f"{alert.subject}\n{alert.text}"


def skipped(here: Environment) -> str:
    """Which nights before the newest were never published, and what to do; or empty."""
    after_bootstrap = here.company.history_last_date + timedelta(days=1)
    with here.warehouse.connect("auditor") as connection:
        days = ledger.skipped_nights(connection, after_bootstrap)
    if not days:
        return ""
    told = ", ".join(map(str, days[:MOST_KEYS])) + (", ..." if days[MOST_KEYS:] else "")
    go_on = here.command(f"backfill {days[0]} {days[-1]}")
    return f"Skipped nights ({len(days)}): {told}; make up for them by {go_on}"


def expected_night(here: Environment, now: datetime) -> date | None:
    """The newest business date whose `publish_by` has passed; None before the first."""
    company = here.company
    if company.publish_by is None:
        raise LookupError(
            "publish_by is not set: write the time of day by which a night is to be "
            'published into company.yml, for example publish_by: "07:00"'
        )
    local = now.astimezone(company.zone)
    passed = local.timetz().replace(tzinfo=None) >= company.publish_by
    day = local.date() - timedelta(days=1 if passed else 2)
    if company.last_date is not None:
        day = min(day, company.last_date)
    return day if day > company.history_last_date else None


def _facts(here: Environment, day: date) -> NightFacts | None:
    """What the warehouse knows of a night; None if it cannot be reached."""
    try:
        with here.warehouse.connect("auditor") as connection:
            return figures.night_facts(connection, day, MOST_KEYS)
    except (psycopg.Error, NotStarted):
        return None


def _failed(here: Environment, day: date, error: BaseException | None) -> Alert:
    facts = _facts(here, day)
    what = explain(error) if error is not None else (facts and facts.error) or ""
    stage = facts.failed_stage if facts is not None else None
    at = f" at {stage}" if stage else ""
    return _alert(here, day, "failed", f"failed{at}", what, facts)


def _late(here: Environment, day: date, facts: NightFacts | None) -> Alert:
    by = here.company.publish_by
    assert by is not None
    what = "The warehouse cannot be reached."
    if facts is not None:
        done = ", ".join(facts.stages) or "no stage"
        what = f"Ended well so far: {done}."
        if facts.error:
            what += f"\n{facts.error}"
    return _alert(here, day, "late", f"not published by {by:%H:%M}", what, facts)


def _held(here: Environment, day: date, facts: NightFacts) -> Alert:
    what = "\n".join(f"{mart}: {reason}" for mart, reason in facts.held.items())
    count = f"{len(facts.held)} mart{'s' if len(facts.held) > 1 else ''}"
    return _alert(here, day, "held", f"published but for {count}", what, facts)


def _recovered(here: Environment, day: date, facts: NightFacts | None) -> Alert:
    return _alert(
        here, day, "recovered", "has recovered", "Everything is published.", facts
    )


def _alert(
    here: Environment,
    day: date,
    kind: Kind,
    happened: str,
    what: str,
    facts: NightFacts | None,
) -> Alert:
    company = here.company
    subject = f"{company.name}: the night of {day} {happened}"
    lines = [what] if what else []
    if facts is not None:
        lines += _counts(facts)
        lines += _keys(facts.failing_keys)
        lines += [f"Readers see: {_seen(facts)}."]
    if kind != "recovered":
        lines += [f"When the cause is gone, go on with: {here.command_of(day)}"]
    told: dict[str, object] = {
        "company": company.code,
        "business_date": day.isoformat(),
        "kind": kind,
    }
    if facts is not None:
        told |= {
            "stage": facts.failed_stage,
            "rows": facts.rows,
            "failing_keys": list(facts.failing_keys),
            "held_marts": sorted(facts.held),
            "star_as_of_date": _iso(facts.star_as_of),
            "mined_as_of_date": _iso(facts.mined_as_of),
        }
    return Alert(kind, subject, "\n".join(lines), told)


def _counts(facts: NightFacts) -> list[str]:
    if not facts.rows:
        return ["Rows: nothing of the night was loaded."]
    return [
        "Rows: "
        + "; ".join(
            f"{entity} {told['read']:,} read, {told['loaded']:,} loaded"
            + (f", {told['quarantined']:,} refused" if told["quarantined"] else "")
            for entity, told in facts.rows.items()
        )
        + "."
    ]


def _keys(keys: Sequence[str]) -> list[str]:
    return [f"Rows that failed, up to {MOST_KEYS}: {', '.join(keys)}."] if keys else []


def _seen(facts: NightFacts) -> str:
    if facts.star_as_of is None:
        return "nothing yet"
    mined = facts.mined_as_of
    return f"the star of {facts.star_as_of}, " + (
        f"segments of {mined}" if mined else "no segments yet"
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
