"""What a gate says. Plain data: importing this does not import the library."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

# Enough to start looking; the count says how many there are.
LARGEST_KEY_COUNT = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation of one table, and whether it held.

    Parameters
    ----------
    table : str
        ``schema.table``.
    column : str or None
        Column, or columns joined by a comma; None for one about the whole table.
    expectation : str
        Name of the expectation, such as ``expect_column_values_to_not_be_null``.
    meaning : str
        The same as a sentence.
    is_required : bool
        Whether the night stops when it does not hold.
    is_warning : bool
        Whether it is recorded only and holds nothing back.
    has_passed : bool
        Whether it held.
    key_count : int
        Rows that broke it; 0 where it is about no single row.
    keys : sequence of str
        Keys of up to ten of these rows, never their values.
    """

    table: str
    column: str | None
    expectation: str
    meaning: str
    is_required: bool
    is_warning: bool
    has_passed: bool
    key_count: int = 0
    keys: Sequence[str] = ()

    @property
    def has_failed(self) -> bool:
        """Whether it did not hold, and is more than a warning."""
        return not (self.has_passed or self.is_warning)

    def __str__(self) -> str:
        place = f"{self.table}.{self.column}" if self.column else self.table
        rows = f"; {self.key_count} rows" if self.key_count else ""
        keys = f", among them {', '.join(self.keys)}" if self.keys else ""
        return f"{place}: {self.expectation} ({self.meaning}{rows}{keys})"


@dataclass(frozen=True, slots=True)
class GateResult:
    """Everything that one gate found on one night.

    Parameters
    ----------
    gate, day, run_id
        What ran.
    checks : sequence of Outcome
        Every expectation with its outcome, for the ledger.
    held_entities : set of str
        Optional entities whose batches must stay away from every model.
    held_marts : set of str
        Marts that must keep yesterday's rows because of that.
    seconds : dict of str to float
        Where the time went; ``importing`` and ``connecting`` are not work.
    """

    gate: str
    day: date
    run_id: str
    checks: Sequence[Outcome]
    held_entities: frozenset[str] = frozenset()
    held_marts: frozenset[str] = frozenset()
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def failures(self) -> list[Outcome]:
        """Broken expectations, warnings left out."""
        return [each for each in self.checks if each.has_failed]

    @property
    def warnings(self) -> list[Outcome]:
        """Broken expectations that hold nothing back."""
        return [each for each in self.checks if each.is_warning and not each.has_passed]

    @property
    def passed(self) -> bool:
        """Whether every expectation but warnings held."""
        return not self.failures


class GateError(RuntimeError):
    """A gate did not let the night through."""


class GateFailed(GateError):
    """The data broke an expectation on a required table.

    Its text names every table, column, expectation and up to ten keys, and never a
    value; `result` is what the ledger has to keep.
    """

    def __init__(self, result: GateResult) -> None:
        self.result = result
        lines = "\n".join(f"  {failure}" for failure in result.failures)
        super().__init__(f"gate {result.gate!r} on {result.day}:\n{lines}")


class GateNotAnswered(GateError):
    """The warehouse could not say whether an expectation holds."""
