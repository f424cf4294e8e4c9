"""What a customer's past says about churn: one compact matrix, a column a feature.

The warehouse counts (`warehouse/features.sql` says what each count is); here counts
become features. An additive model adds up what single features say and cannot divide
one by another, so ratios that matter, such as silence in one's own rhythms, are
features of their own.

A missing value means that there is nothing to measure: no gap after one visit, no days
since something that never happened, or a source that the company does not have. A
source that is there and tells of nothing is a measured zero.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Counts = Mapping[str, Vector]

GROUPS = (
    "rhythm",
    "spend",
    "breadth",
    "service",
    "web_search",
    "rep",
    "price",
    "campaign_pressure",
    "returns",
)
"""What a reason may name, in the order in which ties are told.

Whoever looks at the web site, answers a campaign, asks for a quote or has something
repaired is about to stay. Such signs of life are of the rhythm: beside what went wrong
they would outweigh it, and be told of everybody who lacks them.
"""

YEAR, QUARTER, MONTH = 364, 91, 28  # days: whole weeks
SHORTEST_OBSERVED = 28  # days that a rate is taken over at least


@dataclass(frozen=True, slots=True)
class Feature:
    """A column of the matrix.

    Attributes
    ----------
    group : str
        One of `GROUPS`.
    needs : tuple of str
        The counts that it is computed from.
    of : callable
        Computes it.
    """

    group: str
    needs: tuple[str, ...]
    of: Callable[..., Vector]


def _same(count: Vector) -> Vector:
    return count


def _ratio(above: Vector, below: Vector) -> Vector:
    """Missing where there is nothing to divide by."""
    out = np.full_like(above, np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out


def _observed(tenure_days: Vector, window: int = YEAR) -> Vector:
    """Days of the window over which the customer could have come."""
    return np.clip(tenure_days + 1, SHORTEST_OBSERVED, window).astype(np.float32)


def _monthly(count: Vector, tenure_days: Vector) -> Vector:
    """What a window of a year holds, for 28 days of the time as a customer."""
    return count * MONTH / _observed(tenure_days)


def _in_rhythms(recency_days: Vector, visits: Vector, tenure_days: Vector) -> Vector:
    """Silence, in mean gaps of the last year."""
    return recency_days * visits / _observed(tenure_days)


def _fading(recency_days: Vector, visits: Vector, tenure_days: Vector) -> Vector:
    """Visits to expect in 28 days, the fewer the longer the silence."""
    silence = _in_rhythms(recency_days, visits, tenure_days)
    return _monthly(visits, tenure_days) * np.exp(-silence / 2)


def _gap_met(squared_gaps: Vector, tenure_days: Vector, recency_days: Vector) -> Vector:
    """Mean length of the gap that a day picked at random lies in."""
    return _ratio(squared_gaps, tenure_days - recency_days)


def _trend(window: int) -> Callable[..., Vector]:
    """What a short window holds, over its share of what a year holds."""

    def trend(count: Vector, yearly: Vector, tenure_days: Vector) -> Vector:
        shares = _observed(tenure_days, window) / _observed(tenure_days)
        return _ratio(count, yearly * shares)

    return trend


def _silence_since(days_since: Vector, recency_days: Vector) -> Vector:
    """Days since something happened; missing for whoever has come after it."""
    return np.where(days_since <= recency_days, days_since, np.float32(np.nan))


def _share(part: Vector, other: Vector) -> Vector:
    return _ratio(part, part + other)


_PLAIN: Mapping[str, tuple[str, ...]] = {
    "rhythm": (
        *("recency_days", "tenure_days", "visit_count"),
        *("visit_count_28d", "visit_count_91d", "visit_count_364d"),
        *("longest_gap_days", "last_gap_days"),
        *("session_count_28d", "session_count_91d", "days_since_session"),
        *("search_count_91d", "case_count_182d", "response_count_364d"),
        *("quote_count_182d", "open_quote_count"),
    ),
    "spend": ("net_amount_28d", "net_amount_91d", "net_amount_364d"),
    "breadth": (
        *("category_count_91d", "category_count_364d"),
        *("store_count_364d", "channel_count_364d"),
    ),
    "service": (
        *("open_case_count", "open_case_days"),
        *("late_case_count_182d", "days_since_late_case"),
        *("late_answer_count_182d", "days_since_late_answer", "waiting_contact_days"),
        *("broken_promise_count_182d", "days_since_broken_promise"),
    ),
    "web_search": (
        *("fruitless_search_count_91d", "failed_search_count_91d"),
        "days_since_failed_search",
    ),
    "rep": (
        *("has_rep", "rep_change_count_364d"),
        *("days_since_rep_change", "days_since_rep_left"),
    ),
    "price": ("dearer_line_count_364d", "lost_quote_count_182d"),
    "campaign_pressure": (
        *("contact_count_28d", "contact_count_91d", "contact_count_364d"),
        "days_since_contact",
        *("personal_contact_count_182d", "days_since_personal_contact"),
        "days_since_save_contact",
    ),
    "returns": ("return_count_91d", "return_count_364d", "credit_count_364d"),
}
"""Counts that are features as they are, by group."""

_TENURE, _VISITS, _AMOUNT = "tenure_days", "visit_count_364d", "net_amount_364d"

_COMPUTED: Mapping[str, Feature] = {
    "monthly_visits": Feature("rhythm", (_VISITS, _TENURE), _monthly),
    "silence_in_rhythms": Feature(
        "rhythm", ("recency_days", _VISITS, _TENURE), _in_rhythms
    ),
    "fading_visits": Feature("rhythm", ("recency_days", _VISITS, _TENURE), _fading),
    "gap_met_days": Feature(
        "rhythm", ("squared_gap_days", _TENURE, "recency_days"), _gap_met
    ),
    "silence_in_longest_gaps": Feature(
        "rhythm", ("recency_days", "longest_gap_days"), _ratio
    ),
    "visit_trend_28d": Feature(
        "rhythm", ("visit_count_28d", _VISITS, _TENURE), _trend(MONTH)
    ),
    "visit_trend_91d": Feature(
        "rhythm", ("visit_count_91d", _VISITS, _TENURE), _trend(QUARTER)
    ),
    "monthly_amount": Feature("spend", (_AMOUNT, _TENURE), _monthly),
    "amount_per_visit": Feature("spend", (_AMOUNT, _VISITS), _ratio),
    "amount_trend_91d": Feature(
        "spend", ("net_amount_91d", _AMOUNT, _TENURE), _trend(QUARTER)
    ),
    "discount_share": Feature(
        "spend", ("discount_amount_364d", "gross_amount_364d"), _ratio
    ),
    "lines_per_visit_91d": Feature(
        "breadth", ("line_count_91d", "visit_count_91d"), _ratio
    ),
    "lines_per_visit_364d": Feature("breadth", ("line_count_364d", _VISITS), _ratio),
    "silence_since_rep_left": Feature(
        "rep", ("days_since_rep_left", "recency_days"), _silence_since
    ),
    "dearer_share": Feature(
        "price", ("dearer_line_count_364d", "line_count_364d"), _ratio
    ),
    "returned_share": Feature("returns", ("returned_amount_364d", _AMOUNT), _share),
}

FEATURES: Mapping[str, Feature] = {
    **{
        name: Feature(group, (name,), _same)
        for group, names in _PLAIN.items()
        for name in names
    },
    **_COMPUTED,
}
"""Every feature that is known, by name."""

COUNTS = tuple(dict.fromkeys(n for each in FEATURES.values() for n in each.needs))
"""What the warehouse counts, as `float32` columns."""


def churn_features(counts: pd.DataFrame) -> pd.DataFrame:
    """The matrix of features, from a row of counts a customer.

    Parameters
    ----------
    counts : DataFrame of shape (n, n_counts)
        Of `COUNTS`, whatever the company can tell; those that are not there count as
        not known.

    Returns
    -------
    DataFrame of shape (n, n_features)
        A column for each of `FEATURES`, float32, in one block; the index of `counts`.
    """
    columns = {
        name: counts[name].to_numpy(dtype=np.float32)
        for name in COUNTS
        if name in counts.columns
    }
    unknown = np.full(len(counts), np.nan, dtype=np.float32)
    matrix = np.empty((len(counts), len(FEATURES)), dtype=np.float32, order="F")
    for place, feature in enumerate(FEATURES.values()):
        needed = (columns.get(name, unknown) for name in feature.needs)
        matrix[:, place] = feature.of(*needed)
    return pd.DataFrame(matrix, index=counts.index, columns=list(FEATURES), copy=False)
