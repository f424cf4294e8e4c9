"""Whose segment is another than the night before, and why.

A customer **entered**, **left** or **moved**. Who withdrew, was merged into another
or is not told any more has left, though orders of theirs remain.

RFM scores compare customers, so one may move by the own doing, by the calendar, or
because others did. Each is asked by what was not: the customer's own figures change one
step at a time, while all others stay where they were the night before.

1. the figures of the night before, as that night told them;
2. the same figures as they are told now: what differs is ``late_data``, or ``merge``
   for who took another membership in;
3. with the orders, credits and returns since: ``own_behaviour``;
4. with the window of the new night, which an order may have left: ``clock``;
5. among the others as they are now: ``peers_shift``.

The cause is the step with which the segment left the old one for good. If the rules
are others, the old ones are not there to say who would have moved under them: every
move of that night is by ``rule_version``.

Who entered did so by a first purchase, or came back (``own_behaviour``); took in
another's orders (``merge``); or had bought before without being told of
(``late_data``). Who left withdrew or is not told any more (``own_behaviour``), goes by
another number (``merge``), or never bought what was told (``late_data``).

No model assigns RFM segments, so ``model_anchor`` is never a cause of these.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining.segments.rfm import SCORED, measures, segment_codes, tie_scores

CHANGES = ("entered", "left", "moved")
CAUSES = (
    "rule_version",
    "model_anchor",
    "merge",
    "late_data",
    "own_behaviour",
    "clock",
    "peers_shift",
)

Texts = NDArray[np.object_]


def segment_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Who entered, left or moved between two nights.

    Parameters
    ----------
    before, after : DataFrame of shape (n_customers, 2 or more)
        Segments of each night by `customer_id`: `rfm_segment_code`, `has_left`.

    Returns
    -------
    DataFrame of shape (n_changes, 3)
        By `customer_id`, sorted: `change`; `from_code` and `to_code`, missing for who
        entered and who left.
    """
    was, became = (
        night.loc[~night["has_left"], "rfm_segment_code"] for night in (before, after)
    )
    codes = pd.DataFrame({"from_code": was, "to_code": became}).sort_index()
    entered, left = codes["from_code"].isna(), codes["to_code"].isna()
    changes = codes.assign(
        change=np.select([entered, left], ["entered", "left"], "moved")
    )
    return changes[codes["from_code"] != codes["to_code"]]


def causes_of_changes(
    changes: pd.DataFrame,
    before: pd.DataFrame,
    after: pd.DataFrame,
    told: Mapping[str, pd.DataFrame],
    merged_into: pd.Series,
    *,
    are_other_rules: bool,
) -> Texts:
    """Cause of each change.

    Parameters
    ----------
    changes : DataFrame of shape (n_changes, 3)
        As `segment_changes` returns them.
    before, after : DataFrame of shape (n_customers, 5)
        Both nights by `customer_id`: `last_purchase_date`, `frequency`,
        `monetary_amount`, `rfm_segment_code`, `has_left`.
    told : mapping of str to DataFrame of shape (n_told, 3)
        Figures as they are told now, by `customer_id`, of who entered or moved: under
        ``before`` those of the night before, under ``since`` with what happened since,
        both in the window of the night before.
    merged_into : Series
        Current number of each customer of the night before who goes by another now.
    are_other_rules : bool
        Whether the rules of the two nights differ.

    Returns
    -------
    ndarray of shape (n_changes,)
        Text, of `CAUSES`.
    """
    customers, kind = changes.index, changes["change"].to_numpy()
    took_in = customers.isin(merged_into)
    bought_before = told["before"]["last_purchase_date"].dropna().index
    entered = np.select(
        [
            customers.isin(before.index),
            took_in,
            customers.isin(bought_before),
        ],
        ["own_behaviour", "merge", "late_data"],
        "own_behaviour",
    )
    left = np.select(
        [customers.isin(merged_into.index), customers.isin(after.index)],
        ["merge", "own_behaviour"],
        "late_data",
    )
    causes: Texts = np.select(
        [kind == "entered", kind == "left"], [entered, left], "rule_version"
    ).astype(object)
    if not are_other_rules:
        moved = kind == "moved"
        causes[moved] = _causes_of_moves(
            changes[moved], before, after, told, took_in[moved]
        )
    return causes


def _causes_of_moves(
    moves: pd.DataFrame,
    before: pd.DataFrame,
    after: pd.DataFrame,
    told: Mapping[str, pd.DataFrame],
    took_in: NDArray[np.bool_],
) -> Texts:
    """The step with which each segment left the old one for good."""
    own = before.loc[moves.index]
    # who bought since may, as told now, not have bought before
    nothing = {"frequency": 0, "monetary_amount": 0.0}
    steps = (
        night.reindex(moves.index).fillna(nothing)
        for night in (told["before"], told["since"], after)
    )
    old = moves["from_code"].to_numpy(dtype=object)
    codes = [
        old,
        *(codes_among_peers(step, own, before) for step in steps),
        moves["to_code"].to_numpy(dtype=object),
    ]
    corrected: Texts = np.where(took_in, "merge", "late_data").astype(object)
    since = ("own_behaviour", "clock", "peers_shift")
    causes = np.full_like(corrected, since[-1])
    for which, cause in enumerate(
        [corrected, *(np.full_like(corrected, each) for each in since)]
    ):
        leaves = (codes[which] == old) & (codes[which + 1] != old)
        causes[leaves] = cause[leaves]
    return causes


def codes_among_peers(
    figures: pd.DataFrame, own: pd.DataFrame, everybody: pd.DataFrame
) -> Texts:
    """Segment of each customer, did its figures change and nobody else's.

    Parameters
    ----------
    figures, own : DataFrame of shape (n_customers, 3 or more)
        What the figures of each customer change to, and what they are:
        `last_purchase_date`, `frequency`, `monetary_amount`, in the same order.
    everybody : DataFrame of shape (n_everybody, 3 or more)
        The same figures of all, `own` among them.

    Returns
    -------
    ndarray of shape (n_customers,)
        Codes as `segment_codes` gives them.
    """
    buys, bought = (each["frequency"].to_numpy() > 0 for each in (figures, own))
    buyers = everybody[everybody["frequency"] > 0]
    count = len(buyers) - bought + 1
    scores = pd.DataFrame(1, index=figures.index, columns=list(SCORED))
    new, former, others = (_measures(each) for each in (figures, own, buyers))
    for name in SCORED:
        ordered, value = np.sort(others[name]), new[name]
        is_below = bought & (former[name] < value)
        is_up_to = bought & (former[name] <= value)
        below = np.searchsorted(ordered, value, side="left") - is_below
        up_to = np.searchsorted(ordered, value, side="right") - is_up_to + 1
        scores[name] = np.where(buys, tie_scores(below, up_to, count), 1)
    scores.loc[figures["frequency"].to_numpy() == 1, "frequency_score"] = 1
    return segment_codes(scores, buys)


def _measures(figures: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    return measures(
        figures["last_purchase_date"],
        figures["frequency"].to_numpy(dtype="int64"),
        figures["monetary_amount"],
    )
