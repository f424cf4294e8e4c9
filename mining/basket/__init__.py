"""Baskets: what goes together more often than the sizes of baskets explain.

- `Baskets`: which basket holds which item, as a sparse matrix.
- `frequent_itemsets`, `association_rules`: what is bought together often.
"""

from mining.basket.baskets import Baskets
from mining.basket.itemsets import frequent_itemsets
from mining.basket.rules import association_rules

__all__ = [
    "Baskets",
    "association_rules",
    "frequent_itemsets",
]
