"""Baskets: what goes together more often than the sizes of baskets explain.

- `Baskets`: which basket holds which item, as a sparse matrix.
- `frequent_itemsets`, `association_rules`: what is bought together often.
- `size_adjusted_tests`, `out_of_time_lifts`: which of the rules say something.
"""

from mining.basket.baskets import Baskets
from mining.basket.config import CrossSellConfig
from mining.basket.itemsets import frequent_itemsets
from mining.basket.rules import association_rules
from mining.basket.significance import out_of_time_lifts, size_adjusted_tests

__all__ = [
    "Baskets",
    "CrossSellConfig",
    "association_rules",
    "frequent_itemsets",
    "out_of_time_lifts",
    "size_adjusted_tests",
]
