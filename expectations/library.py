"""All that is used of Great Expectations, imported without the collector's detours.

Its import makes half a million objects that all stay. Pausing the collector while
they are made takes a quarter off the import, the most expensive part of a gate.
"""

import gc
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _collector_paused() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


_started = time.perf_counter()
with _collector_paused():
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.core import (
        ExpectationSuite,
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
        RunIdentifier,
        expectationSuiteValidationResultSchema,
    )
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.row_conditions import Column

# its import sets this level to INFO, and then it tells of every temporary folder
logging.getLogger("great_expectations.data_context.types.base").setLevel(
    logging.WARNING
)
CRITICAL, WARNING = FailureSeverity.CRITICAL, FailureSeverity.WARNING
_import_seconds = time.perf_counter() - _started

__all__ = [
    "CRITICAL",
    "WARNING",
    "Column",
    "EphemeralDataContext",
    "Expectation",
    "ExpectationSuite",
    "ExpectationSuiteIdentifier",
    "ExpectationSuiteValidationResult",
    "ExpectationValidationResult",
    "ProgressBarsConfig",
    "RunIdentifier",
    "ValidationResultIdentifier",
    "expectationSuiteValidationResultSchema",
    "gx",
    "gxe",
    "take_import_seconds",
]


def take_import_seconds() -> float:
    """Seconds that the import took, to whoever asks first; 0 after that."""
    global _import_seconds
    taken, _import_seconds = _import_seconds, 0.0
    return taken
