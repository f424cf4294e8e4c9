"""Next best products: what a customer has not bought yet, and what to buy again.

Two lists that answer different questions. **new**: products that the customer never
bought, by what others bought who bought the same; who has bought little is shown what
many buy now. **again**: the customer's own products, by how often they were bought,
what is long ago counting less.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from mining.evaluation import Interval, mean_interval
from mining.recommend.assortment import Assortment
from mining.recommend.config import NextBestConfig
from mining.recommend.explaining import Explanations
from mining.recommend.holdout import HeldOut
from mining.recommend.neighbours import Candidate, Neighbours, find
from mining.recommend.night import Night, chunked
from mining.recommend.purchases import Purchases, places

Places = NDArray[np.int64]

DEFAULTS = NextBestConfig()
NAIVE = "bestsellers"


class NextBestProducts(BaseEstimator):  # type: ignore[misc]
    """Two lists of products for each customer, each product with its reason.

    Works on any level: a category's name does for a `product_id`.

    Parameters
    ----------
    config : NextBestConfig
        Method, sizes, weights.

    Attributes
    ----------
    method_ : str
        ``bestsellers``, ``cosine`` or ``ease`` with its penalty: what ranks new
        products.
    measured_ : dict of str to float
        NDCG@10 of each method on the days held out; empty where there was nothing to
        choose or too little to judge by.
    gained_ : Interval or None
        NDCG@10 of the chosen method less that of bestsellers on the same customers,
        with its 95 % limits.
    items_ : ndarray of shape (n_items,)
        Ids of the products that speak for others.
    weights_ : csr_array of shape (n_items, n_items)
        What owning one (row) adds to the score of another (column).
    purchases_ : Purchases or None
        What it was fitted on; see `without_customers`.
    """

    def __init__(self, config: NextBestConfig = DEFAULTS) -> None:
        self.config = config

    def fit(
        self,
        purchases: pd.DataFrame | Purchases,
        y: None = None,
        *,
        as_of: date | None = None,
    ) -> Self:
        """Choose the method and find each product's neighbours.

        Parameters
        ----------
        purchases : DataFrame of shape (n_purchases, 3 or more), or Purchases
            `customer_id`, `product_id`, `order_date`; rows in any order.
        y : None
            Ignored, there for scikit-learn.
        as_of : date, optional
            Last day that is seen, inclusive; that of the last purchase if not given.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a column is missing or of another type, or a value is missing.
        """
        told = Purchases.of(purchases, as_of)
        candidates = _candidates(self.config)
        judged = _judged(told, candidates, self.config)
        self.measured_ = {name: round(each.mean(), 6) for name, each in judged.items()}
        chosen = candidates[0]  # the naive one, until another is shown to be better
        for each in candidates:
            if self.measured_.get(str(each), 0) > self.measured_.get(str(chosen), 0):
                chosen = each
        self.method_ = str(chosen)
        self.gained_ = _gained(judged, self.method_)
        self.items_, self.weights_ = find(told, chosen, self.config)
        self.purchases_: Purchases | None = told
        return self

    def without_customers(self) -> Self:
        """Forget who bought what, so that the model may be kept.

        Returns
        -------
        self
            `recommend` asks for purchases from now on.
        """
        self.purchases_ = None
        return self

    def recommend(
        self,
        customers: Sequence[Any] | pd.Series,
        n: int,
        available: pd.DataFrame | pd.Series | Sequence[Any],
        *,
        purchases: pd.DataFrame | Purchases | None = None,
        as_of: date | None = None,
        rules: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Lists of at most n products for each customer.

        Parameters
        ----------
        customers : sequence of shape (n_customers,)
            Ids; who never bought is shown bestsellers and has no list *again*.
        n : int
            Length of each list.
        available : sequence or DataFrame
            What may be offered, and of what one is enough; see `Assortment.of`.
        purchases : DataFrame or Purchases, optional
            What was bought up to tonight; that of the fit if not given.
        as_of : date, optional
            Last day that is seen.
        rules : DataFrame of shape (n_rules, 3 or more), optional
            Published rules, as reasons: `rule_id`; `antecedent`, a tuple;
            `consequent`; where known `item_level` (``product``, or ``category`` if
            `available` says which), `adjusted_lift`.

        Returns
        -------
        DataFrame of shape (n_recommendations, 8)
            By `customer_id`, `list` (``again``, ``new``) and `rank`, from 1:
            `product_id`; `score`, cut to 6 digits, which compares within one list;
            `reason_code`, one of `REASONS`; `reason_product_id`, the nearest product
            bought, where that is the reason; `rule_id`, where a rule is.

        Raises
        ------
        ValueError
            If n is not positive, or purchases are not given to a model that forgot
            its customers.
        """
        parts = self.recommend_by_chunk(
            customers, n, available, purchases=purchases, as_of=as_of, rules=rules
        )
        return pd.concat(list(parts), ignore_index=True)

    def recommend_by_chunk(
        self,
        customers: Sequence[Any] | pd.Series,
        n: int,
        available: pd.DataFrame | pd.Series | Sequence[Any],
        *,
        purchases: pd.DataFrame | Purchases | None = None,
        as_of: date | None = None,
        rules: pd.DataFrame | None = None,
    ) -> Iterator[pd.DataFrame]:
        """The same, some customers at a time: memory does not grow with their number.

        Yields
        ------
        DataFrame
            Parts of what `recommend` returns, in its order; at least one.
        """
        check_is_fitted(self, "weights_")
        if n < 1:
            raise ValueError(f"n must be positive, got {n}")
        if purchases is None and self.purchases_ is None:
            raise ValueError("this model forgot its customers; purchases are wanted")
        known = self.purchases_ if purchases is None else purchases
        assert known is not None
        told = Purchases.of(known, as_of)
        assortment = Assortment.of(available, told.products)
        night = Night(told, assortment, self.config)
        owned = night.owned(Neighbours(self.items_, self.weights_))
        explanations = Explanations(night, assortment, owned, rules)
        asked = pd.Index(customers).unique().sort_values()
        rows = places(told.customers, asked)  # -1, the last row, for a stranger
        for part in chunked(len(asked), n, owned, self.config):
            lists = (
                explanations.of_again(rows[part], night.again(rows[part], n)),
                explanations.of_new(rows[part], night.new(rows[part], owned, n)),
            )
            both = pd.concat(lists).sort_values(["row", "list", "rank"])
            both.insert(0, "customer_id", asked[part][both.pop("row")])
            yield both.reset_index(drop=True)


def _candidates(config: NextBestConfig) -> list[Candidate]:
    """Methods among which to choose, the simplest first."""
    ease = [Candidate("ease", each) for each in config.ease_penalties]
    return {
        NAIVE: [Candidate(NAIVE)],
        "cosine": [Candidate("cosine")],
        "ease": ease,
        "measured": [Candidate(NAIVE), Candidate("cosine"), *ease],
    }[config.method]


def _judged(
    purchases: Purchases, candidates: list[Candidate], config: NextBestConfig
) -> dict[str, pd.Series]:
    """NDCG@10 by customer of each method, fitted before the days held out."""
    held = None if len(candidates) == 1 else HeldOut.of(purchases, config)
    if held is None:
        return {}
    return {
        str(each): held.ndcg(find(held.before, each, config)) for each in candidates
    }


def _gained(judged: dict[str, pd.Series], method: str) -> Interval | None:
    """How far the chosen method is above the naive one; None if nothing was judged."""
    naive = judged.get(NAIVE)
    return None if naive is None else mean_interval(judged[method] - naive)
