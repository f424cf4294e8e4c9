"""What happened after a cutoff, and how long customers usually stay away."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from warehouse.connection import Connection
from warehouse.copying import read_frame

_VISITS = """
select
    cutoffs.cutoff_date,
    visits.customer_id,
    count(*) filter (
        where visits.activity_date <= cutoffs.cutoff_date
            and visits.activity_date > cutoffs.cutoff_date - %(horizon_days)s
    ) as visits_before_count,
    count(*) filter (
        where visits.activity_date > cutoffs.cutoff_date
            and visits.activity_date <= cutoffs.cutoff_date + %(horizon_days)s
    ) as visits_after_count
from unnest(%(cutoffs)s::date[]) as cutoffs (cutoff_date)
inner join marts.customer_days as visits
    on visits.activity_date
        > cutoffs.cutoff_date - greatest(%(active_days)s, %(horizon_days)s)
        and visits.activity_date <= cutoffs.cutoff_date + %(horizon_days)s
where visits.order_count > 0
    and visits.customer_id <> '(unknown)'
    and (
        %(share)s >= 1
        or ('x' || left(md5(visits.customer_id), 7))::bit(28)::integer
        < %(share)s * (1 << 28)
    )
group by cutoffs.cutoff_date, visits.customer_id
having count(*) filter (
    where visits.activity_date <= cutoffs.cutoff_date
        and visits.activity_date > cutoffs.cutoff_date - %(active_days)s
) > 0
order by cutoffs.cutoff_date, visits.customer_id
"""

_LONG_GAP = """
with visits as (
    select
        customer_id,
        activity_date - lag(activity_date) over (
            partition by customer_id order by activity_date
        ) as gap_days
    from marts.customer_days
    where order_count > 0
        and customer_id <> '(unknown)'
        and activity_date <= %(until)s
), long_gaps as (
    select percentile_cont(0.9) within group (order by gap_days) as gap_days
    from visits
    where gap_days is not null
    group by customer_id
)
select percentile_cont(0.5) within group (order by gap_days) from long_gaps
"""

_SAVE_CONTACTS = """
select
    contacts.current_customer_id as customer_id,
    contacts.campaign_id,
    contacts.contact_date,
    contacts.is_holdout,
    coalesce(contacts.assignment_code = 'randomised', false) as is_randomised
from marts.fct_campaign_contacts as contacts
inner join marts.dim_campaigns as campaigns
    on contacts.campaign_id = campaigns.campaign_id
where campaigns.campaign_type = any(%(types)s)
    and contacts.current_customer_id <> '(unknown)'
    and contacts.contact_date <= %(until)s
order by
    contacts.current_customer_id, contacts.campaign_id, contacts.contact_date,
    contacts.contact_id
"""


def visits_around(
    connection: Connection,
    cutoffs: Sequence[date],
    horizon_days: int,
    active_days: int,
    *,
    share: float = 1.0,
) -> pd.DataFrame:
    """Purchase days of each active customer before and after each cutoff.

    Parameters
    ----------
    connection : Connection
        As `miner`.
    cutoffs : sequence of date
        Their label windows must be over: whoever has not bought is counted as 0.
    horizon_days : int
        Length of what is counted, on either side.
    active_days, share
        As for `customer_counts`, whose rows these are.

    Returns
    -------
    DataFrame
        cutoff_date, customer_id, visits_before_count, visits_after_count, sorted by
        cutoff and customer.
    """
    return read_frame(
        connection,
        _VISITS,
        {
            "cutoffs": list(cutoffs),
            "horizon_days": horizon_days,
            "active_days": active_days,
            "share": share,
        },
        types={
            "cutoff_date": "datetime64[s]",
            "customer_id": "str",
            "visits_before_count": "int64",
            "visits_after_count": "int64",
        },
    )


def typical_long_gap(connection: Connection, until: date) -> float | None:
    """Median over customers of the 90th percentile of their own gaps, in days.

    Parameters
    ----------
    connection : Connection
        As `miner`.
    until : date
        Last day that counts as known.

    Returns
    -------
    float or None
        None where nobody has come twice.
    """
    found = connection.execute(_LONG_GAP, {"until": until}).fetchone()
    return found[0] if found else None


def save_contacts(
    connection: Connection, until: date, campaign_types: Sequence[str]
) -> pd.DataFrame:
    """Contacts of campaigns that keep customers from leaving, and who was left out.

    Parameters
    ----------
    connection : Connection
        As `miner`.
    until : date
        Last day that counts as known.
    campaign_types : sequence of str
        Which campaign types of the company are such.

    Returns
    -------
    DataFrame
        customer_id, campaign_id, contact_date, is_holdout, is_randomised (by lot, as
        the source says).
    """
    frame = read_frame(
        connection,
        _SAVE_CONTACTS,
        {"types": list(campaign_types), "until": until},
        types={
            "customer_id": "str",
            "campaign_id": "str",
            "contact_date": "datetime64[s]",
            "is_holdout": "str",
            "is_randomised": "str",
        },
    )
    for name in ("is_holdout", "is_randomised"):
        frame[name] = frame[name].eq("t")
    return frame
