"""Where customers are in their life with the company, by their own rhythm.

One who came weekly and has been silent for two months is dormant; one who comes
twice a year is not. Stages, the first that holds:

1. ``dormant``: silent for more than `dormant_after_rhythms` of the own rhythm;
2. ``at_risk``: silent for more than `at_risk_after_rhythms`;
3. ``won_back``: was dormant on the eve of the last purchase, and has not bought
   again since;
4. ``new``: first purchase less than `new_days` ago, at most `new_purchase_days`
   purchase days;
5. ``loyal``: at least `loyal_purchase_days` purchase days over at least
   `loyal_tenure_days`;
6. ``active``: everyone else.

**Silence** is the days from the last purchase to the business date. The **rhythm**
is the mean gap between the purchase days, in which the company's typical gap
counts as `typical_gap_weight` gaps of the customer's own, and never less than
`shortest_rhythm_days`: who bought once has the typical rhythm, and two purchases on
two days do not make a daily customer. The **typical gap** is the median of the mean
gaps of all customers with two or more purchase days.

So nobody goes from dormant to active without having been won back, except by a
change of the company's typical gap overnight.

Who is known and has not bought, a member or a lead without an order, is a
``prospect``. They have no history and come from another list: `prospects`.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining import columns
from mining.config import SegmentsConfig

PROSPECT = "prospect"
STAGES = (PROSPECT, "new", "active", "loyal", "at_risk", "dormant", "won_back")

Vector = NDArray[np.float64]


def lifecycle_stages(
    histories: pd.DataFrame, silence_days: NDArray[np.int64], config: SegmentsConfig
) -> NDArray[np.object_]:
    """Code of the stage of each customer who bought: of `STAGES`, all but the first.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 8)
        As `mining.histories.checked_histories` returns them.
    silence_days : ndarray of shape (n_customers,)
        Days from the last purchase day to the business date, not negative.
    config : SegmentsConfig
        Thresholds; this module says what each does.

    Returns
    -------
    ndarray of shape (n_customers,)
        Text.
    """
    first = histories["first_purchase_date"]
    tenure_days = _days(histories["last_purchase_date"] - first)
    count = histories["purchase_day_count"].to_numpy()
    last_gap_days = _days(
        histories["last_purchase_date"]
        - histories["previous_purchase_date"].fillna(first)
    )
    typical = typical_gap_days(tenure_days, count, config)

    rhythm_before = _rhythm(
        tenure_days - last_gap_days, np.maximum(count - 2, 0), typical, config
    )
    # On the eve of the last purchase the silence was a day shorter than the gap.
    came_back = (count > 1) & (
        last_gap_days - 1 > config.dormant_after_rhythms * rhythm_before
    )
    rhythm = _rhythm(tenure_days, count - 1, typical, config)
    is_new = (silence_days + tenure_days < config.new_days) & (
        count <= config.new_purchase_days
    )
    is_loyal = (count >= config.loyal_purchase_days) & (
        tenure_days >= config.loyal_tenure_days
    )
    stages: NDArray[np.object_] = np.select(
        [
            silence_days > config.dormant_after_rhythms * rhythm,
            silence_days > config.at_risk_after_rhythms * rhythm,
            came_back,
            is_new,
            is_loyal,
        ],
        ["dormant", "at_risk", "won_back", "new", "loyal"],
        default="active",
    ).astype(object)
    return stages


def prospects(known: pd.Series, histories: pd.DataFrame) -> pd.Series:
    """Who is known to the company and has not bought up to the business date.

    Parameters
    ----------
    known : Series of str
        Customers registered up to the business date, and those of leads received up
        to it, under their current ids; missing and repeated ones are passed over.
    histories : DataFrame of shape (n_customers, 8)
        Everyone with a purchase.

    Returns
    -------
    Series of str
        `customer_id`, sorted, each once.
    """
    told = columns.text(known.rename("customer_id")).dropna().drop_duplicates()
    return told[~told.isin(histories["customer_id"])].sort_values(ignore_index=True)


def rhythm_days(histories: pd.DataFrame, config: SegmentsConfig) -> Vector:
    """Mean gap between purchase days that is expected of each customer.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 8)
        As `mining.histories.checked_histories` returns them.
    config : SegmentsConfig
        What the company's typical gap weighs, and the shortest rhythm.

    Returns
    -------
    ndarray of shape (n_customers,)
        Days, positive.
    """
    tenure_days = _days(
        histories["last_purchase_date"] - histories["first_purchase_date"]
    )
    count = histories["purchase_day_count"].to_numpy()
    typical = typical_gap_days(tenure_days, count, config)
    return _rhythm(tenure_days, count - 1, typical, config)


def typical_gap_days(
    tenure_days: Vector, purchase_day_count: NDArray[np.int64], config: SegmentsConfig
) -> float:
    """Median over repeat customers of the mean gap between their purchase days.

    Parameters
    ----------
    tenure_days : ndarray of shape (n_customers,)
        Days from the first to the last purchase day.
    purchase_day_count : ndarray of shape (n_customers,)
        Purchase days up to the business date.
    config : SegmentsConfig
        `default_rhythm_days` stands in where nobody has bought twice.

    Returns
    -------
    float
        Days, positive.
    """
    repeat = purchase_day_count > 1
    if not repeat.any():
        return config.default_rhythm_days
    gaps = tenure_days[repeat] / (purchase_day_count[repeat] - 1)
    return float(np.median(gaps))


def _rhythm(
    span_days: Vector,
    gap_count: NDArray[np.int64],
    typical_days: float,
    config: SegmentsConfig,
) -> Vector:
    """Mean of the `gap_count` gaps that make up `span_days`, and of the typical."""
    weight = config.typical_gap_weight
    mean: Vector = (span_days + weight * typical_days) / (gap_count + weight)
    return np.maximum(mean, config.shortest_rhythm_days)


def _days(durations: pd.Series) -> Vector:
    days: Vector = durations.dt.days.to_numpy(dtype="float64")
    return days
