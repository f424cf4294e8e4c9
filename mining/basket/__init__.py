"""Baskets: what goes together more often than the sizes of baskets explain.

- `Baskets`: which basket holds which item, as a sparse matrix.
- `frequent_itemsets`, `association_rules`: what is bought together often.
- `size_adjusted_tests`, `out_of_time_lifts`: which of the rules say something.
- `up_sell_rules`, `re_sell_rules`: what customers buy next, and again.
- `nightly_rules`: what a night publishes of all of them.
"""

from mining.basket.baskets import Baskets
from mining.basket.config import CrossSellConfig
from mining.basket.itemsets import frequent_itemsets
from mining.basket.publishing import NightlyRules, nightly_rules
from mining.basket.re_sell import re_sell_rules
from mining.basket.rules import association_rules
from mining.basket.significance import out_of_time_lifts, size_adjusted_tests
from mining.basket.up_sell import up_sell_rules

__all__ = [
    "Baskets",
    "CrossSellConfig",
    "NightlyRules",
    "association_rules",
    "frequent_itemsets",
    "nightly_rules",
    "out_of_time_lifts",
    "re_sell_rules",
    "size_adjusted_tests",
    "up_sell_rules",
]
