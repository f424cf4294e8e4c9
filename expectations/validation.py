"""One connection of role ``auditor`` through which suites are validated."""

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from expectations.library import (
    WARNING,
    Column,
    Expectation,
    ExpectationSuite,
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
    ProgressBarsConfig,
    gx,
    gxe,
)
from expectations.results import LARGEST_KEY_COUNT, GateNotAnswered, Outcome
from warehouse import Warehouse

# Name of the variable under which the library finds the URL with the password: its
# configuration, its texts and its files then hold the name only.
_URL = "AUDITOR_URL"

# Counts and shares, never a value of a row; then keys, never a value either.
_COUNTS = {
    "result_format": "BASIC",
    "partial_unexpected_count": 0,
    "exclude_unexpected_values": True,
}


_KEYS = {
    "result_format": "SUMMARY",
    "partial_unexpected_count": LARGEST_KEY_COUNT,
    "exclude_unexpected_values": True,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a suite said of a table, for us and for Data Docs."""

    outcomes: list[Outcome]
    result: ExpectationSuiteValidationResult


class Auditor:
    """A data source of Great Expectations on the warehouse.

    All tables of a gate share it; it holds two connections, one of which the
    library opens to see whether there is a warehouse at all.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        # SQLAlchemy 2.1 chooses another driver for a bare postgresql:// than before.
        url = warehouse.url("auditor", driver="postgresql+psycopg")
        context = gx.get_context(mode="ephemeral", runtime_environment={_URL: url})
        context.enable_analytics(False)
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        try:
            self._source = context.data_sources.add_postgres(
                name="warehouse",
                connection_string=f"${{{_URL}}}",
                # the library's stub forgets this field of its own class
                kwargs={  # type: ignore[call-arg]
                    "pool_size": 1,
                    "max_overflow": 0,
                    "hide_parameters": True,
                    "connect_args": {"application_name": "danggol gate"},
                },
            )
        except Exception as error:
            raise GateNotAnswered(_without_details("warehouse", error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._source.get_execution_engine().close()
        self._source.get_engine().dispose()

    def judge(
        self,
        schema: str,
        table: str,
        suite: ExpectationSuite,
        *,
        key: Sequence[str],
        rows: Mapping[str, object],
        required: bool,
    ) -> Judgement:
        """Validate `suite` on the rows of a table that have the values of `rows`.

        Raises
        ------
        GateNotAnswered
            If a query failed; names the table, the expectation and the kind of
            error; the rest of it may quote a row.
        """
        name = f"{schema}.{table}"
        _look_at(suite, rows)
        try:
            # A table asset, and conditions on the expectations: a query asset is
            # fetched whole to learn its columns, and a daily batch is looked for
            # among all days there are, which fails on an empty night.
            with warnings.catch_warnings():
                # for a schema in the connection, which this data source cannot have
                warnings.simplefilter("ignore", DeprecationWarning)
                asset = self._source.add_table_asset(
                    name=suite.name, table_name=table, schema_name=schema
                )
            batch = asset.get_batch(asset.build_batch_request())
            result = batch.validate(suite, result_format=_COUNTS)
            found = _by_description(result)
            _refuse_unanswered(name, found)
            broken = [e for e in suite.expectations if not found[_meaning(e)].success]
            keys = _keys(batch, broken, key)
        except GateNotAnswered:
            raise
        except Exception as error:
            raise GateNotAnswered(_without_details(name, error)) from None
        outcomes = [
            _outcome(name, each, found[_meaning(each)], keys, required)
            for each in suite.expectations
        ]
        return Judgement(outcomes, result)


def columns_asked(suite: ExpectationSuite) -> set[str]:
    """Columns that the expectations of `suite` name."""
    return {column for each in suite.expectations for column in _columns(each)}


def _columns(expectation: Expectation) -> list[str]:
    kwargs = expectation.configuration.kwargs
    single = [kwargs.get(name) for name in ("column", "column_A", "column_B")]
    return [*filter(None, single), *kwargs.get("column_list", ())]


def _look_at(suite: ExpectationSuite, rows: Mapping[str, object]) -> None:
    """Restrict every expectation to `rows`; one in SQL says so in its own query."""
    condition: Any = None
    for column, value in rows.items():
        asked = Column(column)
        # equality makes a condition here, not a truth
        wanted = asked.is_in(value) if isinstance(value, list) else asked == value
        condition = wanted if condition is None else condition & wanted
    for expectation in suite.expectations if rows else ():
        if not isinstance(expectation, gxe.UnexpectedRowsExpectation):
            # all others have it, their common class does not say so
            own = expectation.row_condition  # type: ignore[attr-defined]
            both = condition if own is None else condition & own
            expectation.row_condition = both  # type: ignore[attr-defined]


def _meaning(expectation: Expectation) -> str:
    """Sentence that tells an expectation from the others of its suite."""
    return expectation.description or ""


def _by_description(
    result: ExpectationSuiteValidationResult,
) -> dict[str, ExpectationValidationResult]:
    """Results by what tells them apart: they come in another order than asked."""
    return {
        each.expectation_config.description or "": each
        for each in result.results
        if each.expectation_config is not None
    }


def _refuse_unanswered(
    table: str, found: Mapping[str, ExpectationValidationResult]
) -> None:
    """Tell a query that failed from an expectation that did."""
    unanswered = [
        f"{table}: {description} {_kind_told(each.exception_info)}"
        for description, each in found.items()
        if each.exception_info.get("raised_exception") is not False
    ]
    if unanswered:
        raise GateNotAnswered("; ".join(unanswered))


def _keys(
    batch: Any, broken: Sequence[Expectation], key: Sequence[str]
) -> dict[str, list[str]]:
    """Keys of rows that broke an expectation, by its description.

    A second pass, so that a night that passes does not pay for it.
    """
    by_query = [e for e in broken if isinstance(e, gxe.UnexpectedRowsExpectation)]
    by_row = [e for e in broken if e not in by_query]
    found: dict[str, list[str]] = {}
    for expectations, form in (
        (by_query, {"result_format": "COMPLETE"}),
        (by_row, {**_KEYS, "unexpected_index_column_names": list(key)}),
    ):
        if expectations:
            suite = ExpectationSuite(name="broken", expectations=expectations)
            for each in batch.validate(suite, result_format=form).results:
                found[each.expectation_config.description] = _keys_told(
                    each.result, key
                )
    return found


def _keys_told(result: Mapping[str, Any], key: Sequence[str]) -> list[str]:
    if "details" in result:  # rows of a query, which selects keys only
        rows = [row.values() for row in result["details"]["unexpected_rows"]]
    else:  # lists by column, all in one element; none for a rule about no row
        lists = (result.get("partial_unexpected_index_list") or [{}])[0]
        rows = list(zip(*(lists.get(column, ()) for column in key), strict=True))
    # whoever looks again sees the same ones
    return sorted("/".join(map(str, row)) for row in rows)[:LARGEST_KEY_COUNT]


def _outcome(
    table: str,
    expectation: Expectation,
    found: ExpectationValidationResult,
    keys: Mapping[str, list[str]],
    required: bool,
) -> Outcome:
    is_warning = expectation.severity == WARNING
    told = found.result
    count = told.get("unexpected_count") or 0
    if isinstance(expectation, gxe.UnexpectedRowsExpectation):
        count = told["observed_value"]
    return Outcome(
        table=table,
        column=", ".join(_columns(expectation)) or None,
        expectation=expectation.configuration.type,
        meaning=_meaning(expectation).rstrip("."),
        is_required=required and not is_warning,
        is_warning=is_warning,
        has_passed=bool(found.success),
        key_count=0 if found.success else int(count),
        keys=tuple(keys.get(_meaning(expectation), ())),
    )


def _without_details(table: str, error: BaseException) -> str:
    """Say the kind of an error: its text may hold values of rows, or an address."""
    first = error
    while first.__cause__ is not None:
        first = first.__cause__
    return f"{table}: {type(error).__name__} because of {type(first).__name__}"


def _kind_told(failed_metrics: Mapping[str, Any]) -> str:
    """Read the kind of the first error off the tracebacks that the library tells."""
    tracebacks = (
        each["exception_traceback"]
        for each in failed_metrics.values()
        if isinstance(each, Mapping)
    )
    found = re.search(r"^(?:\w+\.)*(\w+): ", "\n".join(tracebacks), re.MULTILINE)
    return found.group(1) if found else "is not answered"
