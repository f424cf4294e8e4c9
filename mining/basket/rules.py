"""Association rules with one consequent, and the classic measures of each."""

from itertools import pairwise

import numpy as np
import pandas as pd

from mining.basket.baskets import Baskets, Floats, Ints
from mining.basket.index import ItemsetIndex
from mining.basket.itemsets import as_objects, frequent_levels, named

COLUMNS = (
    "antecedent",
    "consequent",
    "support",
    "confidence",
    "lift",
    "conviction",
    "conviction_status",
    "count",
)


def association_rules(
    baskets: pd.DataFrame | Baskets,
    min_support: float,
    min_confidence: float,
    max_length: int = 3,
) -> pd.DataFrame:
    """Rules "who holds the antecedent holds the consequent", by frequent itemsets.

    Parameters
    ----------
    baskets : DataFrame or Baskets
        As `Baskets.of` takes them.
    min_support : float
        Of antecedent and consequent together; see `frequent_itemsets`.
    min_confidence : float
        From 0 to 1.
    max_length : int
        Items of antecedent and consequent together; at least 2 for any rule.

    Returns
    -------
    DataFrame of shape (n_rules, 8)
        `antecedent` (sorted tuple) and `consequent`; `support`, share of baskets that
        hold both; `confidence`, share of those with the antecedent that hold the
        consequent; `lift`, confidence by the consequent's own support; `conviction`,
        (1 - consequent's support) / (1 - confidence); `conviction_status`, ``finite``
        or, at confidence 1 where conviction is missing, ``no_exception``; `count`,
        baskets that hold both. The shorter rules first, then in the order of
        antecedent and consequent.

    Raises
    ------
    ValueError
        If a threshold makes no sense, or the baskets cannot be used.

    References
    ----------
    Agrawal, Imielinski & Swami (1993), Mining Association Rules between Sets of Items
    in Large Databases, SIGMOD; conviction: Brin, Motwani, Ullman & Tsur (1997),
    Dynamic Itemset Counting and Implication Rules for Market Basket Data, SIGMOD.
    """
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must be from 0 to 1, got {min_confidence}")
    if max_length < 2:
        raise ValueError(f"a rule has at least 2 items, got max_length {max_length}")
    baskets = Baskets.of(baskets)
    levels = frequent_levels(baskets, min_support, max_length)
    index = ItemsetIndex([level.sets for level in levels], len(baskets.items))
    antecedents: list[tuple[object, ...]] = []
    parts = []
    for shorter, level in pairwise(levels):
        antecedent, consequent = splits(level.sets)
        antecedent_count = shorter.counts[index.locate(antecedent)]
        count = np.tile(level.counts, level.sets.shape[1])
        order = np.lexsort((consequent, *antecedent.T[::-1]))
        antecedents += named(baskets, antecedent[order])
        parts.append(np.stack([consequent, antecedent_count, count])[:, order])
    consequent, antecedent_count, count = np.concatenate(parts, axis=1)
    rules = pd.DataFrame(
        {
            "antecedent": as_objects(antecedents),
            "consequent": baskets.items[consequent],
            **measures(
                len(baskets), count, antecedent_count, baskets.item_counts[consequent]
            ),
        }
    )
    return rules[rules["confidence"] >= min_confidence].reset_index(drop=True)


def splits(sets: Ints) -> tuple[Ints, Ints]:
    """Antecedents and consequents of itemsets, each item the consequent in turn.

    Parameters
    ----------
    sets : ndarray of shape (n, length)

    Returns
    -------
    tuple of ndarray of shape (length * n, length - 1) and (length * n,)
        First all with the first item as the consequent, then the second, ...
    """
    length = sets.shape[1]
    antecedents = [np.delete(sets, position, axis=1) for position in range(length)]
    return np.concatenate(antecedents), sets.T.ravel()


def measures(
    n: int, count: Ints, antecedent_count: Ints, consequent_count: Ints
) -> dict[str, object]:
    """Measures of rules by what was counted among `n` baskets, or customers.

    Returns
    -------
    dict
        From `support` to `count` of `COLUMNS`, each an array.
    """
    confidence = ratio(count, antecedent_count)
    share = consequent_count / max(n, 1)
    return {
        "support": count / max(n, 1),
        "confidence": confidence,
        "lift": ratio(confidence, share),
        **conviction(confidence, share),
        "count": count,
    }


def conviction(confidence: Floats, share: Floats) -> dict[str, object]:
    """Conviction of rules, and why it is missing where it is."""
    has_exception = confidence < 1
    value = np.full(len(confidence), np.nan)
    np.divide(1 - share, 1 - confidence, out=value, where=has_exception)
    status = np.where(has_exception, "finite", "no_exception")
    return {"conviction": value, "conviction_status": pd.array(status, dtype="str")}


def ratio(count: Ints | Floats, expected: Ints | Floats) -> Floats:
    """Count by expected count, missing where nothing is expected."""
    lift = np.full(len(expected), np.nan)
    np.divide(count, expected, out=lift, where=expected > 0)
    return lift
