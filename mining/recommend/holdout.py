"""The last days held out: how good lists would have been, by what was then bought."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mining.recommend.assortment import Assortment
from mining.recommend.config import NextBestConfig
from mining.recommend.measures import ndcg_by_customer, new_to_customer
from mining.recommend.neighbours import Neighbours
from mining.recommend.night import Night, chunked
from mining.recommend.purchases import Purchases
from mining.sampling import shuffled

Places = NDArray[np.int64]

LENGTH = 10  # of the lists that are compared
SEED = 7  # of the customers on whom methods are judged


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What was bought in the last days by customers who were known before.

    Attributes
    ----------
    before : Purchases
        All that was known when the days began.
    bought : DataFrame
        `customer_id`, `product_id` as places: what was then bought for the first time.
    customers : ndarray of shape (n_customers,)
        Places of those who are judged on, rising.
    config : NextBestConfig
    """

    before: Purchases
    bought: pd.DataFrame
    customers: Places
    config: NextBestConfig

    @classmethod
    def of(cls, purchases: Purchases, config: NextBestConfig) -> Self | None:
        """Hold out the last days; None where too few bought something new in them."""
        cutoff = purchases.until - config.validation_days
        before, after = purchases.before(cutoff), purchases.after(cutoff)
        judged = np.intersect1d(before.customer, after.customer).astype("int64")
        order = shuffled(purchases.customers[judged], SEED)
        judged = np.sort(judged[order[: config.validated_customers]])
        bought = new_to_customer(
            _pairs(after.of_customers(judged)), _pairs(before.of_customers(judged))
        )
        if bought["customer_id"].nunique() < config.fewest_validated:
            return None
        return cls(before, bought, judged, config)

    def ndcg(self, neighbours: Neighbours) -> pd.Series:
        """NDCG@10 of the products new to each customer, by place of the customer.

        Parameters
        ----------
        neighbours : Neighbours
            What ranks them; it must not have seen the days held out.
        """
        products = self.before.products
        night = Night(self.before, Assortment.of(products, products), self.config)
        owned = night.owned(neighbours)
        parts = []
        for part in chunked(len(self.customers), LENGTH, owned, self.config):
            ranked = night.new(self.customers[part], owned, LENGTH)
            told = {
                "customer_id": self.customers[part][ranked.row],
                "product_id": night.offered[ranked.item],
                "rank": ranked.rank,
            }
            parts.append(pd.DataFrame(told))
        return ndcg_by_customer(pd.concat(parts), self.bought, LENGTH)


def _pairs(purchases: Purchases) -> pd.DataFrame:
    return pd.DataFrame(
        {"customer_id": purchases.customer, "product_id": purchases.product}
    )
