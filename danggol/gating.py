"""A gate between two stages: its outcome kept, its consequences drawn."""

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from danggol.environment import Environment
from danggol.mining_jobs import AFTER_MINING, MINING_JOBS, with_following
from danggol.stage_run import StageRun
from warehouse import ledger, models
from warehouse.publication import announce_all_held, announce_held

if TYPE_CHECKING:
    from expectations.results import GateResult, Outcome

_LOG = logging.getLogger(__name__)
_PEOPLE = frozenset({"customers", "customer_merges", "households", "accounts"})
_ORDERS = _PEOPLE | {
    "orders",
    "order_lines",
    "returns",
    "products",
    "stores",
    "employees",
}
_VISITS = _ORDERS | {"web_requests", "web_events"}
_CONTACTS = _VISITS | {
    "interactions",
    "campaigns",
    "campaign_contacts",
    "campaign_responses",
    "service_cases",
    "quotes",
    "leads",
    "registrations",
    "surveys",
    "referrals",
}
# Of marts by keys that a gate may hold: entities that tell which keys are affected.
_MADE_OF: Mapping[str, frozenset[str]] = {
    "fct_page_views": _VISITS,
    "fct_web_sessions": _VISITS,
    "failed_searches": _VISITS,
    "order_steps": _VISITS,
    "visitor_recognition": _VISITS,
    "fct_interactions": _CONTACTS,
    "fct_campaign_contacts": _PEOPLE | {"campaign_contacts", "campaigns"},
    "fct_campaign_responses": _PEOPLE | {"campaign_responses", "campaigns"},
    "fct_payments": _ORDERS | {"payments"},
    "fct_returns": _ORDERS,
    "fct_quotes": _PEOPLE | {"quotes", "employees", "products"},
    "fct_leads": _PEOPLE | {"leads", "employees", "products", "campaigns"},
    "fct_service_cases": _PEOPLE | {"service_cases", "employees", "products"},
    "fct_consents": _PEOPLE | {"consents"},
    "customer_contact_permissions_current": _PEOPLE | {"consents"},
    "fct_registrations": _PEOPLE | {"registrations"},
    "fct_surveys": _PEOPLE | {"surveys", "employees"},
    "fct_referrals": _PEOPLE | {"referrals"},
    "value_concentration": _ORDERS,
    "unanswered_inquiries": _CONTACTS,
    "open_promises": _CONTACTS,
    "service_request_deadlines": _PEOPLE
    | {"service_cases", "employees", "products", "stores"},
    "unconfirmed_registrations": _PEOPLE | {"registrations"},
    "quote_conflicts": _PEOPLE | {"quotes", "employees", "products"},
    "lead_quality": _PEOPLE | {"leads", "employees", "products", "campaigns", "stores"},
}


def pass_load_gate(
    here: Environment, run: StageRun, gate: str, entities: Iterable[str]
) -> None:
    """Look at tonight's batches; those that fail stay away from every model.

    A batch that was held is let go as soon as the gate passes.

    Raises
    ------
    expectations.results.GateFailed
        If an entity that the night needs failed.
    """
    result, failure = _check(here, run, gate)
    wanted = set(entities)
    # orders without their lines would be orders of nothing: what stops the night
    # holds the whole reading
    failed = wanted if failure is not None else wanted & result.held_entities
    with here.warehouse.connect("auditor") as connection:
        ledger.hold_batches(connection, run.day, failed, held=True)
        ledger.hold_batches(connection, run.day, wanted - failed, held=False)
    if failure is not None:
        reason = "; ".join(_reason(each) for each in result.failures)
        announce_all_held(here.warehouse, run.day, run.run_id, reason)
        raise failure


def pass_build_gate(
    here: Environment,
    run: StageRun,
    gate: str,
    build_id: int,
    marts: Iterable[str],
    *,
    left_out: Collection[str] = (),
) -> dict[str, str]:
    """Look at what was built; says which marts must stay as they are, and why.

    Tables of `left_out` are not looked at: it is told already that they lack the night.

    Raises
    ------
    expectations.results.GateFailed
        If the night must stop. Readers are told on every mart of `marts`.
    """
    result, failure = _check(here, run, gate, left_out)
    if failure is not None:
        reason = "; ".join(_reason(each) for each in result.failures)
        for mart in marts:
            announce_held(here.warehouse, mart, run.day, run.run_id, reason)
        with here.warehouse.connect("publisher") as connection:
            ledger.end_build(connection, build_id, "held")
        raise failure
    reasons = [_reason(each) for each in result.failures if not each.is_required]
    return dict.fromkeys(result.held_marts, "; ".join(reasons))


def marts_of_held_batches(here: Environment) -> dict[str, str]:
    """Marts that lack rows because a gate holds batches, with what readers are told."""
    from expectations.gates import GATES

    with here.warehouse.connect("auditor") as connection:
        held = ledger.held_entities(connection)
    return {
        mart: f"the gate after load holds {check.entity}"
        for checks in GATES.values()
        for check in checks
        if check.entity in held
        for mart in check.holds
    }


def pass_mined_gate(
    here: Environment, run: StageRun, build_id: int
) -> tuple[list[str], dict[str, str]]:
    """Look at what was mined; says which jobs failed, and which marts stay, and why.

    The models built next read which marts the build is to publish.

    Raises
    ------
    expectations.results.GateFailed
        As `pass_build_gate`.
    """
    failed, held = _unmined(here, run.day)
    held |= pass_build_gate(here, run, "mined", build_id, AFTER_MINING, left_out=held)
    held = with_following(held)
    to_publish = [mart for mart in AFTER_MINING if mart not in held]
    with here.warehouse.connect("publisher") as connection:
        ledger.keep_build_marts(connection, build_id, to_publish)
    return failed, held


def left_out(held: Iterable[str]) -> frozenset[str]:
    """Entities whose batches must come again, when the held marts are published."""
    return frozenset().union(*(_MADE_OF.get(mart, frozenset()) for mart in held))


def _unmined(here: Environment, day: date) -> tuple[list[str], dict[str, str]]:
    """Jobs that did not succeed for `day`; marts that have nothing for it, and why."""
    with here.warehouse.connect("auditor") as connection:
        # a job that was killed has left no word
        failed = [
            job
            for job in MINING_JOBS
            if not ledger.has_succeeded(connection, day, f"mine_{job}")
        ]
        reasons = models.not_worth_publishing(connection, day)
    reasons |= {job: f"mining job {job} failed" for job in failed}
    return failed, {
        mart: reason for job, reason in reasons.items() for mart in MINING_JOBS[job]
    }


def _check(
    here: Environment, run: StageRun, gate: str, left_out: Collection[str] = ()
) -> "tuple[GateResult, Exception | None]":
    with run.not_work("importing Great Expectations"):
        from expectations import gates
        from expectations.night import Limits
        from expectations.results import GateFailed

    failure: Exception | None = None
    try:
        result = gates.check(
            here.warehouse,
            gate,
            run.day,
            str(run.run_id),
            home=here.home,
            limits=Limits(
                refused_share=here.company.largest_refused_share,
                missing_share=here.company.largest_missing_share,
            ),
            left_out=left_out,
        )
    except GateFailed as failed:
        result, failure = failed.result, failed
    for warning in result.warnings:
        _LOG.warning("gate %s, which lets it pass: %s", gate, warning)
    run.add_not_work("connecting the gate", result.seconds.get("connecting", 0.0))
    with here.warehouse.connect("auditor") as connection:
        ledger.write_gate(
            connection,
            run.run_id,
            gate,
            run.day,
            [
                ledger.GateCheck(
                    table_name=each.table,
                    column_name=each.column,
                    expectation=each.expectation,
                    is_required=each.is_required,
                    has_passed=each.has_passed,
                    failing_key_count=each.key_count,
                    failing_keys=list(each.keys),
                    meaning=each.meaning,
                    is_warning=each.is_warning,
                )
                for each in result.checks
            ],
        )
    return result, failure


def _reason(outcome: "Outcome") -> str:
    return f"gate: {outcome.table} {outcome.column or ''} {outcome.expectation}"
