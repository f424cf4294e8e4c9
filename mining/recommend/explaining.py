"""Why a product is recommended: a published rule, else the nearest thing bought.

===================  ============================================================
``published_rule``   a rule all of whose antecedents the customer bought
``near_item``        the one of the customer's products that adds most to the score
``bestseller``       nothing the customer bought speaks for it: many buy it now
``own_habit``        the customer's own purchases of it
===================  ============================================================
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from mining.recommend.assortment import Assortment
from mining.recommend.night import Night, Owned
from mining.recommend.ranking import Ranked
from mining.recommend.reasons import Rules, nearest

Places = NDArray[np.int64]

NEW = "new"
AGAIN = "again"

PUBLISHED_RULE = "published_rule"
NEAR_ITEM = "near_item"
BESTSELLER = "bestseller"
OWN_HABIT = "own_habit"
REASONS = (PUBLISHED_RULE, NEAR_ITEM, BESTSELLER, OWN_HABIT)

LEVELS = ("product", "category")  # a rule of products says more


class _Level(NamedTuple):
    """Rules of products or of categories, and who has what of them."""

    to_new: Rules  # from what one has to what one has not
    to_same: Rules  # to buy again
    has: sp.csr_array  # customers x items
    item: Places  # of each product, -1 where it is not known


class Explanations:
    """Reasons for the recommendations of a night.

    Parameters
    ----------
    night : Night
        Who bought what.
    assortment : Assortment
        Which product is of which category.
    owned : Owned
        What speaks for what.
    rules : DataFrame, optional
        Published rules; see `NextBestProducts.recommend`.
    """

    def __init__(
        self,
        night: Night,
        assortment: Assortment,
        owned: Owned,
        rules: pd.DataFrame | None,
    ) -> None:
        self._night = night
        self._owned = owned
        self._weights = owned.weights.toarray()
        self._levels = [] if rules is None else _levels(night, assortment, rules)

    def of_new(self, rows: Places, ranked: Ranked) -> pd.DataFrame:
        """A row a recommendation of the list *new*, with its reason.

        Parameters
        ----------
        rows : ndarray of shape (n_customers,)
            Customers, as rows of the night.
        ranked : Ranked
            Items are places in the night's offer.
        """
        told = self._told(NEW, rows, ranked, self._night.offered[ranked.item])
        near = nearest(self._owned.by[rows], self._weights, ranked.row, ranked.item)
        has_near = pd.Series(near >= 0)
        items = np.append(self._owned.items, 0)  # -1 finds the last, and is left out
        product = self._night.products[items[near]]
        told["reason_code"] = np.where(has_near, NEAR_ITEM, BESTSELLER)
        told["reason_product_id"] = pd.Series(product).where(has_near)
        return _by_rule(told)

    def of_again(self, rows: Places, ranked: Ranked) -> pd.DataFrame:
        """The same of the list *again*; items are places in the products."""
        told = self._told(AGAIN, rows, ranked, ranked.item)
        return _by_rule(told.assign(reason_code=OWN_HABIT, reason_product_id=None))

    def _told(
        self, which: str, rows: Places, ranked: Ranked, product: Places
    ) -> pd.DataFrame:
        rule_ids = pd.Series(index=range(len(product)), dtype="str")
        for level in self._levels:
            rules = level.to_new if which == NEW else level.to_same
            found = rules.strongest(level.has[rows], ranked.row, level.item[product])
            first = (found >= 0) & rule_ids.isna().to_numpy()
            rule_ids[first] = rules.rule_ids[found[first]]
        return pd.DataFrame(
            {
                "row": ranked.row,
                "list": which,
                "rank": ranked.rank,
                "product_id": self._night.products[product],
                "score": ranked.score,
                "rule_id": rule_ids,
            }
        )


def _by_rule(told: pd.DataFrame) -> pd.DataFrame:
    """Where a rule was published it is the reason, and says more than a near item."""
    has_rule = told["rule_id"].notna()
    told["reason_code"] = told["reason_code"].mask(has_rule, PUBLISHED_RULE)
    told["reason_product_id"] = told["reason_product_id"].mask(has_rule)
    return told[[*(name for name in told.columns if name != "rule_id"), "rule_id"]]


def _levels(night: Night, assortment: Assortment, rules: pd.DataFrame) -> list[_Level]:
    """Rules by level; those that lead to the same item are for buying it again."""
    level = np.full(len(rules), LEVELS[0], dtype=object)
    if "item_level" in rules.columns:
        level = rules["item_level"].to_numpy(dtype=object)
    sides = zip(rules["antecedent"], rules["consequent"], strict=True)
    is_same = np.array([tuple(some) == (one,) for some, one in sides], dtype=bool)
    of_products = (night.products, night.bought, np.arange(len(night.products)))
    in_category = night.bought @ assortment.of_categories()
    of_categories = (assortment.categories, in_category, assortment.category)
    return [
        _Level(
            Rules(rules[(level == name) & ~is_same], items),
            Rules(rules[(level == name) & is_same], items),
            has,
            item,
        )
        for name, (items, has, item) in zip(
            LEVELS, (of_products, of_categories), strict=True
        )
    ]
