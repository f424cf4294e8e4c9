"""The list of what there is to find, and of what looks like it and is not."""

from enum import StrEnum

import numpy as np
import polars as pl

from demo.simulated.books.journals import Journals, always
from demo.simulated.moments import Ints


class Planted(StrEnum):
    """What somebody who looks at the data should find."""

    COMPLAINT = "complaint"  # case opened as one, and not meant otherwise
    CONFLICTING_QUOTES = "conflicting_quotes"
    BROKEN_PROMISE = "broken_promise"  # not kept when it was due
    UNANSWERED_MAIL = "unanswered_mail"  # not answered when it was due
    DUPLICATE_CARD = "duplicate_card"  # a customer's card, taken for a new person's


def note(
    journals: Journals,
    kind: Planted,
    moment: Ints,
    key: Ints,
    member_no: Ints,
    *,
    near_miss: bool = False,
    detail: str | None = None,
) -> None:
    """List facts, each with the moment from which on it can be found.

    Parameters
    ----------
    key : ndarray
        Number of the row that shows it, in its own table.
    near_miss : bool
        Whether it only looks so, and must not be found.
    """
    count = len(moment)
    journals.add(
        "truth.planted",
        moment,
        {
            "kind": always(str(kind), count),
            "is_near_miss": np.full(count, near_miss),
            "key": pl.Series(key).cast(pl.String),
            "member_no": member_no,
            "detail": always(detail, count),
        },
    )
