"""What the warehouse knows of a night before its rows are looked at."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from warehouse import Warehouse, gate_facts, ledger

# Fewer nights than this do not say what is usual.
FEWEST_NIGHTS = 5
# The median of so many nights is usual; a bootstrap among them does not move it.
NIGHTS_LOOKED_BACK = 28
# A night may bring so many usual nights: a sale, a week's outage made good.
LARGEST_MULTIPLE, LEAST_ALLOWANCE = 50, 10_000
# Of fewer rows a share says nothing: three returns may be all that a quiet day brings.
FEWEST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """What a company bears in a night.

    Parameters
    ----------
    refused_share : float
        Share of refused rows, in 0..1.
    missing_share : float
        Share of the customers that are not read any more, in 0..1.
    """

    refused_share: float = 0.01
    missing_share: float = 0.02


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Night:
    """A business date, with the bounds that depend on it.

    Parameters
    ----------
    day : date
        The business date.
    newest_day : date
        Newest business date of any batch; later than `day` when an old night runs.
    first_day : date or None
        First day of the company's history, once the star has it.
    batch_ids : mapping of str to sequence of int
        Batches of `day`, by entity.
    loaded_rows : mapping of str to int
        Rows that the night added to raw, by entity.
    usual_rows : mapping of str to int
        Median rows that a night loaded lately, by entity; absent while unknown.
    limits : Limits
        What the company bears.
    previous_rows : mapping of str to int
        Rows of each mart when it was last published.
    columns : mapping of str to frozenset of str
        Columns of each ``schema.table`` that the gates may read.
    """

    day: date
    newest_day: date
    first_day: date | None = None
    batch_ids: Mapping[str, Sequence[int]] = field(default_factory=dict)
    loaded_rows: Mapping[str, int] = field(default_factory=dict)
    usual_rows: Mapping[str, int] = field(default_factory=dict)
    limits: Limits = USUAL_LIMITS
    previous_rows: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def last_date(self) -> date:
        """Latest plausible date; a day's grace, as the source contract gives."""
        return self.newest_day + timedelta(days=1)

    @property
    def last_moment(self) -> datetime:
        """Latest plausible moment, whatever the company's time zone."""
        return datetime.combine(self.last_date, time(), UTC) + timedelta(days=1)

    def most_rows(self, entity: str) -> int | None:
        """Rows that a night of `entity` may bring; None while nothing is usual."""
        usual = self.usual_rows.get(entity)
        return None if usual is None else LARGEST_MULTIPLE * usual + LEAST_ALLOWANCE

    def has_shares(self, entity: str) -> bool:
        """Whether the night brought enough rows of `entity` for shares of them."""
        return self.loaded_rows.get(entity, 0) >= FEWEST_ROWS

    def batches(self, entity: str) -> Sequence[int]:
        """Batches of `entity` for the night; 0, which none has, if there is none."""
        return self.batch_ids.get(entity) or (0,)

    def batch_rows(self, entity: str, *, deleted: bool = False) -> str:
        """Write the SQL condition of the rows that the night brought of `entity`."""
        numbers = ", ".join(str(int(number)) for number in self.batches(entity))
        return f"_batch_id in ({numbers}) and {'' if deleted else 'not '}_is_deleted"

    def least_rows(self, mart: str, share: float) -> int:
        """Rows that `mart` must keep of those it had when last published."""
        return math.ceil(share * self.previous_rows.get(mart, 0))


def look_up(warehouse: Warehouse, day: date, limits: Limits) -> Night:
    """Read what is known of `day`, as role ``auditor``."""
    with warehouse.connect("auditor") as connection:
        columns = gate_facts.readable_columns(connection)
        has_settings = "marts_next.company_settings" in columns
        return Night(
            day=day,
            newest_day=max(day, ledger.newest_day(connection) or day),
            first_day=gate_facts.first_day(connection) if has_settings else None,
            batch_ids=gate_facts.batch_ids(connection, day),
            loaded_rows=gate_facts.loaded_rows(connection, day),
            usual_rows=gate_facts.usual_rows(
                connection, day, NIGHTS_LOOKED_BACK, FEWEST_NIGHTS
            ),
            limits=limits,
            previous_rows=gate_facts.previous_rows(connection),
            columns=columns,
        )
