"""Gates between the stages of a night: let it pass, hold a mart, or stop it."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import ModuleType

from expectations import data_docs, library, night
from expectations.library import ExpectationSuite
from expectations.night import USUAL_LIMITS, Limits, Night
from expectations.results import GateFailed, GateResult, Outcome
from expectations.suites import (
    batches,
    churn_predictions,
    cross_sell_rules,
    customer_days,
    customer_lifetime_values,
    customer_segments,
    customers,
    dim_customers,
    fct_order_lines,
    fct_orders,
    fct_web_sessions,
    next_best_products,
    order_lines,
    orders,
    products,
    value_concentration,
    visits,
)
from expectations.validation import Auditor, columns_asked
from warehouse import Warehouse

# A visit holds what was seen in it, so both wait for the same rows. customer_days
# goes on: its count of visits is one column of many, and holding it would keep
# tonight's orders from every segment because of a web log.
WEB_MARTS = frozenset(
    {
        "failed_searches",
        "fct_page_views",
        "fct_web_sessions",
        "order_steps",
        "visitor_recognition",
    }
)


@dataclass(frozen=True, slots=True)
class Check:
    """One table behind a gate.

    Parameters
    ----------
    schema, table : str
        Where the rows are. Of `raw`, a gate looks at the rows of tonight's batches.
    date_column : str or None
        Column that dates the rows; None for a table that is looked at whole.
    key : tuple of str
        Columns that name a row to a person who has to find it.
    suite : callable
        What must hold, given the night.
    required : bool
        Whether a failure stops the night.
    holds : frozenset of str
        Marts that keep yesterday's rows when the check fails and is not required.
    entity : str or None
        Of which entity batches stay away from every model then.
    """

    schema: str
    table: str
    date_column: str | None
    key: tuple[str, ...]
    suite: Callable[[Night], ExpectationSuite]
    required: bool = True
    holds: frozenset[str] = frozenset()
    entity: str | None = None

    @property
    def name(self) -> str:
        """``schema.table``."""
        return f"{self.schema}.{self.table}"


# What a company need not have, with the marts that are made of it alone.
OPTIONAL: Mapping[str, frozenset[str]] = {
    "products": frozenset({"dim_products"}),
    "stores": frozenset({"dim_stores"}),
    "households": frozenset({"dim_households"}),
    "accounts": frozenset({"dim_accounts"}),
    "employees": frozenset({"dim_employees"}),
    "channels": frozenset({"dim_channels"}),
    "reasons": frozenset({"dim_reasons"}),
    "campaigns": frozenset({"dim_campaigns"}),
    "campaign_contacts": frozenset({"fct_campaign_contacts"}),
    "campaign_responses": frozenset({"fct_campaign_responses"}),
    "payments": frozenset({"fct_payments"}),
    "returns": frozenset({"fct_returns"}),
    "quotes": frozenset({"fct_quotes", "quote_conflicts"}),
    "leads": frozenset({"fct_leads", "lead_quality"}),
    "interactions": frozenset(
        {"fct_interactions", "open_promises", "unanswered_inquiries"}
    ),
    "service_cases": frozenset({"fct_service_cases", "service_request_deadlines"}),
    "consents": frozenset({"customer_contact_permissions_current", "fct_consents"}),
    "registrations": frozenset({"fct_registrations", "unconfirmed_registrations"}),
    "surveys": frozenset({"fct_surveys"}),
    "referrals": frozenset({"fct_referrals"}),
    "web_events": WEB_MARTS,
    "web_requests": WEB_MARTS,
}


def _readings_of(entity: str, suite: Callable[[Night], ExpectationSuite]) -> Check:
    return _optional(entity, "ledger", "batches", ("entity",), suite)


def _rows_of(
    entity: str, key: tuple[str, ...], suite: Callable[[Night], ExpectationSuite]
) -> Check:
    return _optional(entity, "raw", entity, key, suite)


def _optional(
    entity: str,
    schema: str,
    table: str,
    key: tuple[str, ...],
    suite: Callable[[Night], ExpectationSuite],
) -> Check:
    return Check(
        schema,
        table,
        None,
        key,
        suite,
        required=False,
        holds=OPTIONAL[entity],
        entity=entity,
    )


def _mined(suite: ModuleType, *key: str, holds: Iterable[str] = ()) -> Check:
    """What one job wrote; the marts of the others are published without it."""
    table = suite.__name__.rpartition(".")[2]
    held = frozenset({table, *holds})
    return Check(
        "mined", table, "as_of_date", key, suite.suite, required=False, holds=held
    )


GATES: Mapping[str, tuple[Check, ...]] = {
    "load_shop": (
        Check("ledger", "batches", None, ("entity",), batches.shop_suite),
        Check("raw", "customers", None, ("customer_id",), customers.suite),
        Check("raw", "orders", None, ("order_id",), orders.suite),
        Check("raw", "order_lines", None, ("order_id", "line_id"), order_lines.suite),
        *(
            _readings_of(entity, partial(batches.optional_suite, entity=entity))
            for entity in OPTIONAL
            if entity != "web_requests"  # which has a gate of its own
        ),
        _rows_of("products", ("product_id",), products.suite),
        _rows_of("web_events", ("event_id",), visits.events_suite),
    ),
    "load_weblog": (
        _readings_of("web_requests", batches.weblog_suite),
        _rows_of("web_requests", ("file_hash", "line_number"), visits.requests_suite),
    ),
    "star": (
        Check("marts_next", "fct_orders", None, ("order_id",), fct_orders.suite),
        Check(
            "marts_next",
            "fct_order_lines",
            None,
            ("order_id", "line_id"),
            fct_order_lines.suite,
        ),
        Check(
            "marts_next", "dim_customers", None, ("customer_key",), dim_customers.suite
        ),
        Check(
            "marts_next",
            "customer_days",
            None,
            ("customer_id", "activity_date"),
            customer_days.suite,
        ),
        Check(
            "marts_next",
            "fct_web_sessions",
            None,
            ("session_id",),
            fct_web_sessions.suite,
            required=False,
            holds=WEB_MARTS,
        ),
        Check(
            "marts_next",
            "value_concentration",
            None,
            ("month_start_date", "measure_code"),
            value_concentration.suite,
            required=False,
            holds=frozenset({"value_concentration"}),
        ),
    ),
    "mined": (
        Check(
            "mined",
            "customer_segments",
            "as_of_date",
            ("customer_id",),
            customer_segments.suite,
        ),
        _mined(customer_lifetime_values, "customer_id"),
        _mined(churn_predictions, "customer_id", "label_code"),
        _mined(cross_sell_rules, "rule_id", holds=["cross_sell_rule_items"]),
        _mined(next_best_products, "customer_id", "list", "rank"),
    ),
}


def check(
    warehouse: Warehouse,
    gate: str,
    day: date,
    run_id: str,
    *,
    home: Path | None = None,
    limits: Limits = USUAL_LIMITS,
    left_out: Collection[str] = (),
) -> GateResult:
    """Check the tables behind `gate` for one business date, as role ``auditor``.

    Parameters
    ----------
    warehouse : Warehouse
        Where the tables are.
    gate : str
        One of `GATES`.
    day : date
        The business date.
    run_id : str
        Run that the ledger will name.
    home : Path, optional
        Company home; the results are kept there for Data Docs.
    limits : Limits
        What the company bears.
    left_out : collection of str
        Tables that have nothing for the night, which is told already.

    Returns
    -------
    GateResult
        Every expectation with its outcome; nothing of it is a value of a row.

    Raises
    ------
    GateFailed
        If a required table broke an expectation. All of them are named, and the
        exception carries the result, so that the ledger can keep it.
    GateNotAnswered
        If the warehouse could not say.
    """
    return check_tables(
        warehouse,
        gate,
        tuple(each for each in GATES[gate] if each.table not in left_out),
        day,
        run_id,
        home=home,
        limits=limits,
    )


def check_tables(
    warehouse: Warehouse,
    gate: str,
    checks: tuple[Check, ...],
    day: date,
    run_id: str,
    *,
    home: Path | None = None,
    limits: Limits = USUAL_LIMITS,
) -> GateResult:
    """Check any tables as `check` does those of a gate."""
    clock = _Clock()
    with clock.lap("connecting"):
        tonight = night.look_up(warehouse, day, limits)
        auditor = Auditor(warehouse)
    outcomes: list[Outcome] = []
    optional: list[Check] = []
    with auditor:
        for each in checks:
            with clock.lap(each.name):
                found = _check_table(auditor, each, tonight, gate, home)
            outcomes += found
            if not each.required and any(outcome.has_failed for outcome in found):
                optional.append(each)
    result = GateResult(
        gate=gate,
        day=day,
        run_id=run_id,
        checks=tuple(outcomes),
        held_entities=frozenset(each.entity for each in optional if each.entity),
        held_marts=frozenset().union(*(each.holds for each in optional)),
        seconds=clock.seconds,
    )
    if any(each.is_required for each in result.failures):
        raise GateFailed(result)
    return result


def _check_table(
    auditor: Auditor,
    check: Check,
    tonight: Night,
    gate: str,
    home: Path | None,
) -> list[Outcome]:
    suite = check.suite(tonight)
    missing = _what_is_missing(check, suite, tonight)
    if missing:
        return missing
    judgement = auditor.judge(
        check.schema,
        check.table,
        suite,
        key=check.key,
        rows=_rows(check, tonight),
        required=check.required,
    )
    if home is not None:
        data_docs.keep(home, tonight.day, gate, suite, judgement.result)
    return judgement.outcomes


def _rows(check: Check, tonight: Night) -> dict[str, object]:
    """Values by column that the rows to look at have; the suite's SQL has its own."""
    if check.schema == "raw":
        return {"_batch_id": list(tonight.batches(check.table)), "_is_deleted": False}
    return {check.date_column: tonight.day} if check.date_column else {}


def _what_is_missing(
    check: Check, suite: ExpectationSuite, tonight: Night
) -> list[Outcome]:
    """Say which table or columns are not there, before any query fails on them."""
    known = tonight.columns.get(check.name)

    def outcome(column: str | None, expectation: str, meaning: str) -> Outcome:
        return Outcome(
            table=check.name,
            column=column,
            expectation=expectation,
            meaning=meaning,
            is_required=check.required,
            is_warning=False,
            has_passed=False,
        )

    if known is None:
        meaning = "the table is not there, or role auditor may not read it"
        return [outcome(None, "expect_table_to_exist", meaning)]
    return [
        outcome(column, "expect_column_to_exist", "the table has no such column")
        for column in sorted({*columns_asked(suite), *check.key} - known)
    ]


class _Clock:
    """Seconds by name."""

    def __init__(self) -> None:
        self.seconds = {"importing": library.take_import_seconds()}

    @contextmanager
    def lap(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            self.seconds[name] = self.seconds.get(name, 0.0) + spent
