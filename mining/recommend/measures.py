"""How good lists of products are, measured by what was bought afterwards.

References
----------
Jarvelin and Kekalainen (2002), Cumulated Gain-Based Evaluation of IR Techniques.
"""

import numpy as np
import pandas as pd

from mining import columns


def hit_rate_at(recommended: pd.DataFrame, bought: pd.DataFrame, n: int = 10) -> float:
    """Share of the customers who bought at least one of their first n products.

    Parameters
    ----------
    recommended : DataFrame of shape (n_recommendations, 3 or more)
        `customer_id`, `product_id`, `rank` from 1; of one list.
    bought : DataFrame of shape (n_purchases, 2 or more)
        `customer_id` and `product_id` of what was bought afterwards and counts; for
        products that are new to the customer see `new_to_customer`. Repeated rows
        count once.
    n : int
        Length of the list.

    Returns
    -------
    float
        Mean over the customers of `bought`, those without a recommendation
        included; NaN if there are none.
    """
    hits = _hits(recommended, bought, n)
    found = hits.groupby("customer_id").size().reindex(_customers(bought), fill_value=0)
    return float((found > 0).mean())


def ndcg_at(recommended: pd.DataFrame, bought: pd.DataFrame, n: int = 10) -> float:
    """Mean of `ndcg_by_customer`, NaN if nobody bought anything."""
    return float(ndcg_by_customer(recommended, bought, n).mean())


def ndcg_by_customer(
    recommended: pd.DataFrame, bought: pd.DataFrame, n: int = 10
) -> pd.Series:
    """Normalised discounted cumulative gain of each customer's first n products.

    A product bought at rank r gains 1 / log2(r + 1). The sum is divided by that of the
    best list there is, which has min(n, products bought) hits at its head.

    Parameters
    ----------
    recommended, bought, n
        As `hit_rate_at` takes them.

    Returns
    -------
    Series of float
        0 to 1, by `customer_id`, sorted: everyone of `bought`.
    """
    hits = _hits(recommended, bought, n)
    gains = (1 / np.log2(hits["rank"] + 1)).groupby(hits["customer_id"]).sum()
    ideal = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, n + 2)))])
    customers = _customers(bought)
    size = _pairs(bought).groupby("customer_id").size().reindex(customers)
    best = ideal[np.minimum(size.to_numpy(dtype="int64"), n)]
    found: pd.Series = gains.reindex(customers, fill_value=0.0) / best
    return found.rename("ndcg")


def new_to_customer(bought: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Purchases of products that the customer had never bought.

    Parameters
    ----------
    bought, before : DataFrame
        `customer_id`, `product_id` of what was bought, and of what had been.

    Returns
    -------
    DataFrame of shape (n_pairs, 2)
        `customer_id`, `product_id`, each pair once.
    """
    pairs = _pairs(bought)
    known = pairs.merge(_pairs(before), how="left", indicator=True)["_merge"]
    return pairs[known.eq("left_only").to_numpy()].reset_index(drop=True)


def _hits(recommended: pd.DataFrame, bought: pd.DataFrame, n: int) -> pd.DataFrame:
    if n < 1:
        raise ValueError(f"n must be positive, got {n}")
    columns.require(recommended, "recommended", ("customer_id", "product_id", "rank"))
    wanted = recommended[recommended["rank"] <= n]
    return wanted[["customer_id", "product_id", "rank"]].merge(_pairs(bought))


def _pairs(frame: pd.DataFrame) -> pd.DataFrame:
    columns.require(frame, "purchases", ("customer_id", "product_id"))
    return frame[["customer_id", "product_id"]].drop_duplicates()


def _customers(bought: pd.DataFrame) -> pd.Index:
    customers: pd.Index = pd.Index(bought["customer_id"].unique()).sort_values()
    return customers.rename("customer_id")
