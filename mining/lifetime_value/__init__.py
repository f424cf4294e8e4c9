"""Customer lifetime value: who still buys, how often, and what it comes to.

`BetaGeo` and `ParetoNbd` say how often a customer will buy, `GammaGamma` how much is
then spent, and `customer_lifetime_value` what both are worth today. Histories are
those of `mining.purchases`: their recency is the age at the last purchase, and not
the silence since.
"""

from mining.lifetime_value.beta_geo import BetaGeo
from mining.lifetime_value.config import LifetimeValueConfig
from mining.lifetime_value.gamma_gamma import GammaGamma
from mining.lifetime_value.pareto_nbd import ParetoNbd
from mining.lifetime_value.valuation import (
    Portfolio,
    Valuation,
    customer_lifetime_value,
    value_customers,
)

__all__ = [
    "BetaGeo",
    "GammaGamma",
    "LifetimeValueConfig",
    "ParetoNbd",
    "Portfolio",
    "Valuation",
    "customer_lifetime_value",
    "value_customers",
]
