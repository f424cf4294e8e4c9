"""What a raw table is made of. `ingest.contract` says which there are."""

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "numeric", "boolean", "date", "timestamptz", "integer", "bigint"]
Personal = Literal["plain", "quasi", "identifier", "dropped"]
HashKey = Literal["identifiers", "cookies"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a source may tell.

    Parameters
    ----------
    name : str
        Name in the source contract and in `raw`.
    type : str
        PostgreSQL type it has in `raw`.
    meaning : str
        What it says, with its unit, and what it enables.
    required : bool
        Whether a source must have it; a row without it is quarantined.
    personal : str
        ``identifier`` goes to the vault only, ``quasi`` is granted by name;
        ``dropped`` is stored nowhere, only what is derived from it.
    cleaned : str, optional
        SQL, over the column, of what is stored in its place.
    """

    name: str
    type: Type
    meaning: str
    required: bool = False
    personal: Personal = "plain"
    cleaned: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule of one row: SQL that is true for a row to be refused.

    `columns` are those it reads; a source without one of them is not checked.
    ``{batch_end}`` in the SQL stands for the end of the batch's window.
    """

    reason: str
    refused_when: str
    columns: tuple[str, ...]

    @classmethod
    def one_of(cls, column: str, codes: tuple[str, ...]) -> "Check":
        """Refuse a code that is not in the list; an empty one is no code."""
        known = ", ".join(f"'{code}'" for code in codes)
        return cls(
            f"{column} is not one of {', '.join(codes)}",
            f"{column} not in ({known})",
            (column,),
        )

    @classmethod
    def not_later(cls, column: str) -> "Check":
        """Refuse a moment after the batch's business date, with a day's grace."""
        return cls(
            f"{column} lies more than a day after the batch's business date",
            f"{column} >= {{batch_end}}::timestamptz + interval '1 day'",
            (column,),
        )


@dataclass(frozen=True, slots=True)
class Derived:
    """A column of `raw` computed from one that `raw` does not hold.

    `expression` is SQL over the column `source`; where `is_keyed`, its text is
    hashed with a key of the company's.
    """

    name: str
    type: Type
    source: str
    expression: str
    meaning: str
    is_keyed: bool = False
    personal: Personal = "quasi"


@dataclass(frozen=True, slots=True)
class Entity:
    """One table of `raw`, with the meaning of every column."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    enables: str
    required: bool = False
    checks: tuple[Check, ...] = ()
    derived: tuple[Derived, ...] = ()
    # columns by which affected keys are found, one index each
    looked_up_by: tuple[str, ...] = ()
    # columns whose change makes a new version; None: all; (): a stamp alone does
    told: tuple[str, ...] | None = None
    # a dimension shows every version, so none ever leaves raw
    keeps_versions: bool = False
    # lines of a log, which never change
    is_log: bool = False
    # moment of what visits are made of: it leaves raw with them, no sample parts it,
    # and a visitor's are found by it
    visited_at: str | None = None

    @property
    def tells_visits(self) -> bool:
        """Whether visits are made of it."""
        return self.visited_at is not None

    @property
    def identifiers(self) -> tuple[Column, ...]:
        """Columns that only the vault may hold."""
        return tuple(c for c in self.columns if c.personal == "identifier")

    @property
    def stored(self) -> tuple[Column | Derived, ...]:
        """Columns that `raw` holds, in order."""
        elsewhere = ("identifier", "dropped")
        kept = tuple(c for c in self.columns if c.personal not in elsewhere)
        return kept + self.derived

    @property
    def hashed_by(self) -> HashKey:
        """Which of the company's keys hashes what is keyed: one visitor, one hash."""
        return "cookies" if self.tells_visits else "identifiers"
