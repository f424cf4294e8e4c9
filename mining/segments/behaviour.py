"""How customers behave: rhythm, value, and their shares of categories and channels.

A row a customer with a purchase in the window, the features of which the clusters are
made:

===================  ============================================================
``purchase_days``    purchase days in the window
``days_between``     rhythm: mean gap between purchase days, as of the lifecycle
``amount``           net amount in the window
``amount_per_day``   the same over the purchase days of the window
``share_of_<category>``  of the customer's amount in the window, 0 to 1
``share_by_<channel>``   of the customer's orders in the window, 0 to 1
===================  ============================================================

How long a customer has been silent is no feature: it is what the segments are for, and
would move customers from cluster to cluster without their doing anything.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining import columns
from mining.config import SegmentsConfig
from mining.lifecycle import rhythm_days
from mining.segments.config import BehaviourConfig

OF = "share_of_"
BY = "share_by_"
DEFAULTS = BehaviourConfig()
LIFECYCLE = SegmentsConfig()


def behaviour_features(
    histories: pd.DataFrame,
    categories: pd.DataFrame,
    channels: pd.DataFrame,
    config: BehaviourConfig = DEFAULTS,
    *,
    lifecycle: SegmentsConfig = LIFECYCLE,
    like: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Features of everyone who bought in the window.

    Parameters
    ----------
    histories : DataFrame of shape (n_customers, 8)
        As `mining.histories.checked_histories` returns them.
    categories : DataFrame of shape (n_pairs, 3)
        A row a customer and category bought in the window: `customer_id`, `category`,
        `net_amount`. Pairs may repeat and are summed; an amount below 0, more given
        back than bought, counts as 0. May be empty.
    channels : DataFrame of shape (n_pairs, 3)
        A row a customer and channel ordered by in the window: `customer_id`,
        `channel_code`, `order_count`. May be empty.
    config : BehaviourConfig
        How many categories and channels have a share.
    lifecycle : SegmentsConfig
        What the rhythm is.
    like : sequence of str, optional
        Columns of an earlier frame, those of a fitted model: the same are made. None
        at an anchor date, whose largest categories and channels are taken.

    Returns
    -------
    DataFrame of shape (n_buyers, n_features)
        float64, not negative, by `customer_id`, sorted. Who has no amount or order
        by any category or channel has 0 in all of its shares.

    Raises
    ------
    ValueError
        If a column is missing or of another type.
    """
    histories = histories[histories["window_purchase_day_count"] > 0]
    index = pd.Index(histories["customer_id"], name="customer_id")
    days = histories["window_purchase_day_count"].to_numpy(dtype="float64")
    amount = np.maximum(histories["window_amount"].to_numpy(dtype="float64"), 0.0)
    features = {
        "purchase_days": days,
        "days_between": rhythm_days(histories, lifecycle),
        "amount": amount,
        "amount_per_day": amount / days,
        **_shares(categories, index, ("category", "net_amount"), OF, like, config),
        **_shares(channels, index, ("channel_code", "order_count"), BY, like, config),
    }
    told = pd.DataFrame(features, index=index)
    return told.sort_index() if like is None else told.sort_index()[list(like)]


def _shares(
    frame: pd.DataFrame,
    customers: pd.Index,
    names: tuple[str, str],
    prefix: str,
    like: Sequence[str] | None,
    config: BehaviourConfig,
) -> dict[str, NDArray[np.float64]]:
    kind, measure = names
    columns.require(frame, f"{measure}s", ("customer_id", kind, measure))
    row = customers.get_indexer(pd.Index(columns.text(frame["customer_id"])))
    value = np.maximum(np.nan_to_num(columns.numbers(frame[measure])), 0.0)
    known = (row >= 0) & frame[kind].notna().to_numpy()
    row, value = row[known], value[known]
    of_kind = columns.text(frame[kind])[known].to_numpy()
    if like is None:
        most = config.most_categories if prefix == OF else config.most_channels
        wanted = _largest(of_kind, value, most)
    else:
        wanted = [each.removeprefix(prefix) for each in like if each.startswith(prefix)]
    total = np.bincount(row, value, minlength=len(customers))
    shares = {}
    for each in wanted:
        its = of_kind == each
        part = np.bincount(row[its], value[its], minlength=len(customers))
        # sums of the same amounts in another order may differ in the last bit
        shares[prefix + each] = np.round(part / np.where(total > 0, total, 1.0), 9)
    return shares


def _largest(
    kinds: NDArray[np.object_], values: NDArray[np.float64], most: int
) -> list[str]:
    """The kinds of the largest sums, ties by name."""
    names, group = np.unique(kinds.astype(str), return_inverse=True)
    sums = np.round(np.bincount(group, values, minlength=len(names)), 6)
    order = np.lexsort((names, -sums))
    return [str(each) for each in names[order[:most]]]
