"""What was known of customers at a cutoff: counts, a row a customer, through COPY.

Everything is summed by the warehouse, from `customer_days` where it has it, and only
days up to the cutoff are looked at. What goes on changes later: a case is open at the
cutoff if it was solved after it, a quote is open if it was decided after it, a visit to
the web site is a customer's only from the login on that says so, and who looked after
the customer is asked of the version that was valid then.

The queries lie beside this module, a file a concern.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from warehouse.connection import Connection
from warehouse.copying import read_frame
from warehouse.features.customers import count_active, customers_who_left
from warehouse.features.outcomes import (
    save_contacts,
    typical_long_gap,
    visits_around,
)

__all__ = [
    "COUNTS",
    "count_active",
    "customer_counts",
    "customers_who_left",
    "save_contacts",
    "typical_long_gap",
    "visits_around",
]

_FOLDER = Path(__file__).parent
# For the transaction: how many rows a part of the query has is not known before, and
# taken for few; sorting them to merge takes three times as long as hashing.
_PLANNING = "select set_config('enable_mergejoin', 'off', true)"
# in the order in which they build on one another
_CONCERNS = (*("cutoffs", "purchases", "products", "service", "web", "reps", "offers"),)


class _Table(NamedTuple):
    """What a part of the query knows of a customer at a cutoff.

    A count is 0 where nothing was found, and null before the source told anything;
    what is measured is null where there is nothing to measure.
    """

    counts: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    is_told: str | None = None


_TABLES: Mapping[str, _Table] = {
    "rhythm": _Table(
        measures=(
            *("recency_days", "tenure_days"),
            *("longest_gap_days", "last_gap_days", "squared_gap_days"),
            *("visit_count", "visit_count_28d", "visit_count_91d", "visit_count_364d"),
        )
    ),
    "days": _Table(
        counts=(
            *("net_amount_28d", "net_amount_91d", "net_amount_364d"),
            *("gross_amount_364d", "discount_amount_364d"),
            *("line_count_91d", "line_count_364d", "credit_count_364d"),
        )
    ),
    "returned": _Table(
        counts=("return_count_91d", "return_count_364d", "returned_amount_364d"),
        is_told="has_returns",
    ),
    "places": _Table(counts=("store_count_364d", "channel_count_364d")),
    "categories": _Table(
        counts=("category_count_91d", "category_count_364d"), is_told="has_categories"
    ),
    "dearer": _Table(measures=("dearer_line_count_364d",)),
    "cases": _Table(
        counts=("case_count_182d", "open_case_count", "late_case_count_182d"),
        measures=("open_case_days", "days_since_late_case"),
        is_told="has_cases",
    ),
    "dues": _Table(
        counts=("late_answer_count_182d", "broken_promise_count_182d"),
        measures=(
            *("days_since_late_answer", "waiting_contact_days"),
            "days_since_broken_promise",
        ),
        is_told="has_dues",
    ),
    "sessions_counted": _Table(
        counts=("session_count_28d", "session_count_91d"),
        measures=("days_since_session",),
        is_told="has_sessions",
    ),
    "searches": _Table(
        counts=("search_count_91d", "fruitless_search_count_91d"),
        is_told="has_sessions",
    ),
    "failures": _Table(
        counts=("failed_search_count_91d",),
        measures=("days_since_failed_search",),
        is_told="has_failed_searches",
    ),
    "reps": _Table(
        counts=("has_rep", "rep_change_count_364d"),
        measures=("days_since_rep_change", "days_since_rep_left"),
        is_told="has_reps",
    ),
    "contacts": _Table(
        counts=(
            *("contact_count_28d", "contact_count_91d", "contact_count_364d"),
            "personal_contact_count_182d",
        ),
        measures=(
            *("days_since_contact", "days_since_personal_contact"),
            "days_since_save_contact",
        ),
        is_told="has_contacts",
    ),
    "responses": _Table(counts=("response_count_364d",), is_told="has_responses"),
    "quotes": _Table(
        counts=("quote_count_182d", "open_quote_count", "lost_quote_count_182d"),
        is_told="has_quotes",
    ),
}

COUNTS = tuple(
    name for table in _TABLES.values() for name in (*table.counts, *table.measures)
)
"""Columns of `customer_counts` beside cutoff_date and customer_id."""


def customer_counts(
    connection: Connection,
    cutoffs: Sequence[date],
    active_days: int,
    *,
    share: float = 1.0,
    save_campaign_types: Sequence[str] = (),
) -> pd.DataFrame:
    """What was known of each active customer at the end of each cutoff's day.

    Parameters
    ----------
    connection : Connection
        As `miner`.
    cutoffs : sequence of date
        Last days that count as known; several cost little more than one.
    active_days : int
        Length of the window, up to the cutoff, in which a customer bought at least
        once to be a row.
    share : float
        Share of the customers, drawn by a hash of their number: the same ones at
        every cutoff, and in any order.
    save_campaign_types : sequence of str
        Campaign types that keep customers from leaving; their contacts are told apart
        from the others'.

    Returns
    -------
    DataFrame
        cutoff_date, customer_id and `COUNTS` (float32, missing where not known or
        nothing to measure), sorted by cutoff and customer. Days are counted back from
        the cutoff, amounts are in the company's currency.
    """
    connection.execute(_PLANNING)
    return read_frame(
        connection,
        _query(),
        {
            "cutoffs": list(cutoffs),
            "active_days": active_days,
            "share": share,
            "save_types": list(save_campaign_types),
        },
        types={
            "cutoff_date": "datetime64[s]",
            "customer_id": "str",
            **dict.fromkeys(COUNTS, "float32"),
        },
    )


def _query() -> str:
    parts = [(_FOLDER / f"{name}.sql").read_text("utf-8") for name in _CONCERNS]
    columns = ["rhythm.cutoff_date", "rhythm.customer_id"]
    for name, table in _TABLES.items():
        for count in table.counts:
            column = f"coalesce({name}.{count}, 0)"
            if table.is_told:
                column = f"case when told.{table.is_told} then {column} end"
            columns.append(f"{column} as {count}")
        columns += [f"{name}.{measure}" for measure in table.measures]
    joins = [
        f"left join {name} using (cutoff_date, customer_id)"
        for name in _TABLES
        if name != "rhythm"
    ]
    return "\n".join(
        (
            "with " + ",\n\n".join(part.rstrip() for part in parts),
            "select " + ", ".join(columns),
            "from rhythm inner join told using (cutoff_date)",
            *joins,
            "order by rhythm.cutoff_date, rhythm.customer_id",
        )
    )
