"""Which rule, and which thing bought, speaks for what is recommended."""

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from mining import columns
from mining.recommend.purchases import places

COLUMNS = ("rule_id", "antecedent", "consequent")

Places = NDArray[np.int64]
NOTHING = -1


class Rules:
    """Published rules of one level, the strongest first.

    Parameters
    ----------
    rules : DataFrame of shape (n_rules, 3 or more)
        `rule_id`; `antecedent`, a tuple of items; `consequent`, an item; and, where
        it is known, `adjusted_lift`, by which rules are preferred. Rules of items that
        nobody ever bought are passed over.
    items : Index
        Items of the level: products or categories.

    Attributes
    ----------
    rule_ids : ndarray of shape (n_rules,)
    """

    def __init__(self, rules: pd.DataFrame, items: pd.Index) -> None:
        columns.require(rules, "rules", COLUMNS)
        lift = np.zeros(len(rules))
        if "adjusted_lift" in rules.columns:
            lift = columns.numbers(rules["adjusted_lift"]).fillna(0.0).to_numpy()
        sides = [places(items, list(each)) for each in rules["antecedent"]]
        ranked = pd.DataFrame(
            {
                "rule_id": rules["rule_id"].to_numpy(),
                "consequent": places(items, rules["consequent"]),
                "lift": -np.round(lift, 6),
                "side": pd.Series(sides, dtype=object).to_numpy(),
            }
        )
        known = [bool(len(side)) and side.min() >= 0 for side in sides]
        ranked = ranked[np.array(known, dtype=bool) & (ranked["consequent"] >= 0)]
        ranked = ranked.sort_values(["consequent", "lift", "rule_id"])
        self.rule_ids = ranked["rule_id"].astype("str").to_numpy(dtype=object)
        consequents = ranked["consequent"].to_numpy()
        self._first = np.searchsorted(consequents, np.arange(len(items) + 1))
        self._used = np.unique(np.concatenate([[0], *ranked["side"]])).astype("int64")
        # An item that everybody has fills up the shorter antecedents.
        longest = max(map(len, ranked["side"]), default=1)
        self._sides = np.full((len(ranked), longest), len(self._used))
        for rule, side in enumerate(ranked["side"]):
            self._sides[rule, : len(side)] = np.searchsorted(self._used, side)

    def strongest(self, has: sp.csr_array, row: Places, item: Places) -> Places:
        """The strongest rule for each recommendation.

        Parameters
        ----------
        has : csr_array of shape (n_customers, n_items)
            Not 0 where a customer has an item.
        row, item : ndarray of shape (n_recommendations,)
            To whom what is recommended; an item of -1 has no rule.

        Returns
        -------
        ndarray of shape (n_recommendations,)
            Places in `rule_ids`, -1 where the customer lacks an antecedent of all.
        """
        found = np.full(len(row), NOTHING)
        if not len(self.rule_ids) or not len(row):
            return found
        start = np.where(item >= 0, self._first[item], 0)
        end = np.where(item >= 0, self._first[item + 1], 0)
        which, rule = _expanded(start, end)
        owned = has[:, self._used].toarray() != 0
        owned = np.column_stack([owned, np.ones(len(owned), dtype=bool)])
        holds = owned[row[which, None], self._sides[rule]].all(axis=1)
        told, at = np.unique(which[holds], return_index=True)
        found[told] = rule[holds][at]
        return found


def nearest(
    owned: sp.csr_array, weights: NDArray[np.float64], row: Places, item: Places
) -> Places:
    """The item of each customer that adds most to the score of what is recommended.

    Parameters
    ----------
    owned : csr_array of shape (n_customers, n_items)
        Items in their order within a row.
    weights : ndarray of shape (n_items, n_recommended_items)
        What the one adds to the score of the other.
    row, item : ndarray of shape (n_recommendations,)
        To whom which column of `weights` is recommended.

    Returns
    -------
    ndarray of shape (n_recommendations,)
        Place of the item, ties by place; -1 where none adds anything.
    """
    first = owned.indptr.astype("int64")
    which, at = _expanded(first[row], first[row + 1])
    mine = owned.indices[at]
    added = weights[mine, item[which]]
    order = np.lexsort((mine, -added, which))
    told, first = np.unique(which[order], return_index=True)
    best = order[first]
    found = np.full(len(row), NOTHING)
    adds = added[best] > 0
    found[told[adds]] = mine[best[adds]]
    return found


def _expanded(start: Places, end: Places) -> tuple[Places, Places]:
    """Every number of each range, and the number of the range it is in."""
    length = end - start
    which = np.repeat(np.arange(len(start)), length)
    offset = np.cumsum(length) - length
    return which, np.arange(len(which)) - offset[which] + start[which]
