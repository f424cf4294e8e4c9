"""Where customers stand, and what happened to them in some days."""

from dataclasses import dataclass, field, fields

import numpy as np

from demo.simulated.causes.approaches import Contacts
from demo.simulated.causes.matters import Matters
from demo.simulated.moments import Bools, Floats, Ints

ORGANIC, FROM_OFFER, FROM_QUOTE = 0, 1, 2  # sources of purchases


@dataclass(slots=True)
class State:
    """Where every customer stands at the end of a day.

    Attributes
    ----------
    day : int
        The last day lived through.
    renewed, due : ndarray
        Operational time of the last purchase (or of joining), and of the next;
        the next is hidden.
    due_day : ndarray
        Day of the next.
    lapse : ndarray
        When the customer leaves without a trace, in days and fractions; hidden.
    left : ndarray
        Day of leaving for a cause, or of the membership's end by being joined.
    saved : ndarray
        Day of the last contact that lowers the hazard; far back for none.
    withdrawn : ndarray
        Day on which somebody who left says so, or `NEVER`.
    open : Matters
        What is not decided yet.
    number : int
        Next running number of a matter.
    """

    day: int
    renewed: Floats
    due: Floats
    due_day: Ints
    lapse: Floats
    left: Ints
    saved: Ints
    withdrawn: Ints
    open: Matters = field(default_factory=Matters.none)
    number: int = 1

    def gone(self) -> Ints:
        """Day of leaving of each customer, for whatever cause."""
        return np.minimum(self.left, self.lapse.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Met:
    """Triggers by which customers were met: arrays of equal length."""

    kind: Ints
    customer: Ints
    day: Ints
    has_left: Bools

    def taken(self, which: Bools) -> "Met":
        """Those where `which` is true."""
        return Met(*(getattr(self, each.name)[which] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases in the order of days; `number` is of the campaign or the quote."""

    customer: Ints
    day: Ints
    source: Ints
    number: Ints


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to the customers in the days from `first` to before `last`.

    Attributes
    ----------
    opened : Matters
        What was opened, with its hidden end.
    gone : ndarray of shape (customers,)
        Day of leaving, known to the last day.
    rep_left, rep_moved : tuple of ndarray
        Desk and day.
    """

    first: int
    last: int
    purchases: Purchases
    contacts: Contacts
    opened: Matters
    met: Met
    gone: Ints
    rep_left: tuple[Ints, Ints]
    rep_moved: tuple[Ints, Ints]
