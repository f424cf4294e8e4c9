"""Which rules say more than the sizes of baskets do.

In a shop where some fill a cart and some buy one thing, everything goes with
everything: large baskets hold any two items together. `adjusted_lift` is the count of a
rule by what sizes and the counts of items alone let one expect (`mining.basket.rasch`),
and the tests ask whether it is more than that.

- **Expected count** of a pair: by the model of the baskets with two items or more; what
  lies alone would be taken for as likely in the larger ones. Of a rule with a longer
  antecedent: the baskets that hold the antecedent, each with the chance that its size
  gives to the consequent beside it. So an adjusted lift always says how much likelier
  the antecedent makes the consequent.
- **z**: (count - expected) / its deviation clustered by customer, one-sided.
- A **longer antecedent** must also beat each that lacks one of its items: among the
  baskets with the shorter one, the rule's count is tested in the same way against what
  the shorter rule's own count lets one expect. Its p-value is the largest of all.
- **q**: Benjamini-Hochberg. The family is every rule that the counts of antecedent and
  consequent would have let be mined and whose expected count is large enough, whether
  it was mined or not; choosing by what was found would make chance look significant.

References
----------
Webb (2007), Discovering Significant Patterns, Machine Learning 68(1), 1-33.
Benjamini & Hochberg (1995), Controlling the False Discovery Rate, Journal of the Royal
Statistical Society B 57(1), 289-300.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mining.basket.baskets import Baskets, Floats, Ints
from mining.basket.config import MIN_EXPECTED_COUNT
from mining.basket.counted import CountedRules
from mining.basket.rules import ratio

Customers = pd.Series | pd.DataFrame | Mapping[Any, Any]


def size_adjusted_tests(
    rules: pd.DataFrame,
    baskets: pd.DataFrame | Baskets,
    customers: Customers | None = None,
    *,
    min_expected_count: float = MIN_EXPECTED_COUNT,
) -> pd.DataFrame:
    """Test rules against what the sizes of baskets and the counts of items explain.

    Parameters
    ----------
    rules : DataFrame of shape (n_rules, 2 or more)
        `antecedent` (tuple) and `consequent`, as `association_rules` returns them.
        They are one family: one level, one night.
    baskets : DataFrame or Baskets
        The baskets of which the rules were mined, as `Baskets.of` takes them.
    customers : Series, Mapping or DataFrame, optional
        Whose a basket is: by the basket's id, or a frame with the columns `basket` and
        `customer`. A basket that is not there, or whose customer is missing, stands
        for itself, and so do all without `customers`.
    min_expected_count : float
        Rules that expect less are not tested.

    Returns
    -------
    DataFrame of shape (n_rules, 3 more)
        `expected_count`; `adjusted_lift`, missing where nothing is expected;
        `q_value`, missing where too little is expected. Rows as they were.

    Raises
    ------
    ValueError
        If a column is missing, or no basket has a customer.
    """
    baskets = Baskets.of(baskets)
    customer = customer_codes(baskets, customers)
    together = baskets.sizes > 1
    counted = CountedRules.of(
        rules,
        baskets.rows(together),
        None if customer is None else customer[together],
    )
    count, expected = counted.counts()
    is_tested = expected >= min_expected_count
    p_value = np.where(is_tested, counted.p_values(count, expected), np.nan)
    family = counted.family_size(count, min_expected_count)
    return rules.assign(
        expected_count=expected,
        adjusted_lift=ratio(count, expected),
        q_value=q_values(p_value, family),
    )


def out_of_time_lifts(
    rules: pd.DataFrame, baskets: pd.DataFrame | Baskets
) -> pd.DataFrame:
    """How rules fare in baskets of which they were not mined.

    Parameters
    ----------
    rules : DataFrame of shape (n_rules, 2 or more)
        `antecedent` and `consequent`; items that the baskets lack are fine.
    baskets : DataFrame or Baskets
        Baskets of later days, as `Baskets.of` takes them.

    Returns
    -------
    DataFrame of shape (n_rules, 2 more)
        `out_of_time_lift`, the adjusted lift in these baskets, missing where nothing
        is expected, by the larger of what all of them and those of two items or more
        let one expect: what by now is bought alone has come apart;
        `out_of_time_expected_count`, by those of two or more.
    """
    baskets = Baskets.of(baskets)
    together = baskets.rows(baskets.sizes > 1)
    count, expected = CountedRules.of(rules, together, None).counts()
    _, of_all = CountedRules.of(rules, baskets, None).counts()
    return rules.assign(
        out_of_time_lift=ratio(count, np.maximum(expected, of_all)),
        out_of_time_expected_count=expected,
    )


def customer_codes(baskets: Baskets, customers: Customers | None) -> Ints | None:
    """Number of each basket's customer, 0, 1, ...; those without get one each."""
    if customers is None:
        return None
    if isinstance(customers, pd.DataFrame):
        told = customers[["basket", "customer"]].drop_duplicates()
        customers = told.set_index("basket")["customer"]
    known = pd.Series(customers)
    if known.index.has_duplicates:
        raise ValueError("customers tell of a basket twice")
    codes, _ = pd.factorize(known.reindex(baskets.ids))
    unknown = codes < 0
    if len(codes) and unknown.all():
        raise ValueError("customers tell of none of the baskets")
    codes[unknown] = codes.max(initial=-1) + 1 + np.arange(unknown.sum())
    return codes.astype(np.int64)


def q_values(p_values: Floats, family_size: int) -> Floats:
    """Benjamini-Hochberg: the false discovery rate at which each would be found.

    Parameters
    ----------
    p_values : ndarray of shape (n,)
        Missing where nothing was tested.
    family_size : int
        Tests in all; those whose p-value is not told are taken for larger than these.
    """
    q = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    scaled = (
        p_values[order] * max(family_size, len(order)) / (1 + np.arange(len(order)))
    )
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q
