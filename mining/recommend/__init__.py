"""Next best products, what is due to be bought again, and how good both are."""

from mining.recommend.config import NextBestConfig, RepurchaseConfig
from mining.recommend.explaining import AGAIN, NEW, REASONS
from mining.recommend.measures import (
    hit_rate_at,
    ndcg_at,
    ndcg_by_customer,
    new_to_customer,
)
from mining.recommend.products import NextBestProducts
from mining.recommend.purchases import Purchases
from mining.recommend.repurchase import bought_once, repurchase_dues

__all__ = [
    "AGAIN",
    "NEW",
    "REASONS",
    "NextBestConfig",
    "NextBestProducts",
    "Purchases",
    "RepurchaseConfig",
    "bought_once",
    "hit_rate_at",
    "ndcg_at",
    "ndcg_by_customer",
    "new_to_customer",
    "repurchase_dues",
]
