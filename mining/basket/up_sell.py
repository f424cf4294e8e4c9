"""Trading up: who buys a step of a ladder next buys the step above.

The unit is the customer. Of two neighbouring steps, each counts by its first purchase,
and only if both were on sale when the customer came to the first of them: else the
order of the two is the calendar's and not the customer's. Without a tendency, as many
go up as down: the sign test.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
import pandas as pd
from scipy.stats import binom

from mining.basket.baskets import Bools, Ints
from mining.basket.config import MIN_EXPECTED_COUNT
from mining.basket.itemsets import as_objects
from mining.basket.purchases import FAR, Purchases, day_numbers
from mining.basket.rules import measures, ratio
from mining.basket.significance import q_values
from mining.days import day_number


def up_sell_rules(
    purchases: pd.DataFrame,
    ladders: pd.DataFrame,
    held_out_from: date,
    *,
    min_expected_count: float = MIN_EXPECTED_COUNT,
) -> pd.DataFrame:
    """Rules from each step of a ladder to the next.

    Parameters
    ----------
    purchases : DataFrame of shape (n, 3 or more)
        `customer`, `item`, `day`: the purchases of those whose name is known.
    ladders : DataFrame of shape (n_products, 5 or more)
        `item`, `ladder`, `step` (whole number); `launched`, the first day of sale, and
        `discontinued`, the day after the last, both missing where it has none. A step
        of several items is on sale from the first launch to the last end.
    held_out_from : date
        Changes that were completed on this day or later are kept out, and tell
        whether the rule still holds.
    min_expected_count : float
        Rules that expect less are not tested.

    Returns
    -------
    DataFrame of shape (n_rules, 13)
        `antecedent` and `consequent`, steps as ``ladder:step``; of the customers:
        `count`, who bought the lower step first and then the upper; `support`, their
        share of all; `confidence`, their share of those who came to the lower step
        first; `lift`, confidence by the share of all who bought the upper step;
        `conviction` and its status; `expected_count`, half of those who changed either
        way; `adjusted_lift`; `q_value`; `out_of_time_lift` and
        `out_of_time_expected_count`. A row for each step that somebody began with and
        that has one above.
    """
    steps = _steps(ladders)
    days = day_numbers(purchases["day"])
    held_out = day_number(held_out_from)
    of_item = steps.explode("items").set_index("items")["number"]
    lines = purchases.assign(item=purchases["item"].map(of_item))
    changes = _Changes.of(Purchases.of(lines), steps)
    n_customers = purchases.loc[days < held_out, "customer"].nunique()
    return _rules(changes, steps, held_out, n_customers, min_expected_count)


@dataclass(frozen=True, slots=True)
class _Changes:
    """A row for each customer and two neighbouring steps of which one was bought.

    Attributes
    ----------
    step : ndarray of shape (n,)
        Number of the lower step; the upper has the next number.
    lower, upper : ndarray of shape (n,)
        Day of the first purchase of each, FAR if there is none.
    """

    step: Ints
    lower: Ints
    upper: Ints

    @classmethod
    def of(cls, lines: Purchases, steps: pd.DataFrame) -> Self:
        """Both first days, where both steps were on sale on the earlier one."""
        n_steps = max(len(steps), 1)
        first = np.diff(lines.pair, prepend=-1) != 0
        bought = lines.items.astype(np.int64)[lines.item[first]]
        key, day = lines.customer[first] * n_steps + bought, lines.day[first]
        has_next = _has_next(steps)
        from_lower = key[has_next[bought]]
        from_upper = key[np.append(False, has_next)[bought]] - 1
        either = np.union1d(from_lower, from_upper)
        lower, upper = (_found(key, day, each) for each in (either, either + 1))
        step, start = either % n_steps, np.minimum(lower, upper)
        launched = steps["launched"].to_numpy()
        discontinued = steps["discontinued"].to_numpy()
        is_on_sale = [
            (launched[each] <= start) & (start < discontinued[each])
            for each in (step, step + 1)
        ]
        both = is_on_sale[0] & is_on_sale[1]
        return cls(step[both], lower[both], upper[both])

    def count(self, chosen: Bools, n_steps: int) -> Ints:
        """Customers of each lower step, of those chosen."""
        counts: Ints = np.bincount(self.step[chosen], minlength=n_steps)
        return counts


def _rules(
    changes: _Changes,
    steps: pd.DataFrame,
    held_out: int,
    n_customers: int,
    min_expected_count: float,
) -> pd.DataFrame:
    goes_up = (changes.lower < changes.upper) & (changes.upper < FAR)
    goes_down = (changes.upper < changes.lower) & (changes.lower < FAR)
    is_mined = np.maximum(changes.lower, changes.upper) < held_out
    n = len(steps)
    up, down = (changes.count(each & is_mined, n) for each in (goes_up, goes_down))
    later_up, later_down = (
        changes.count(each & ~is_mined, n) for each in (goes_up, goes_down)
    )
    begun_below = (changes.lower < changes.upper) & (changes.lower < held_out)
    begun = changes.count(begun_below, n)
    bought_above = changes.count(changes.upper < held_out, n)
    step = np.flatnonzero(begun)
    expected, later = (up + down)[step] / 2, (later_up + later_down)[step] / 2
    p_value = binom.sf(up[step] - 1, (up + down)[step], 0.5)
    p_value = np.where(expected >= min_expected_count, p_value, np.nan)
    name = steps["name"].to_numpy()
    return pd.DataFrame(
        {
            "antecedent": as_objects([(each,) for each in name[step]]),
            "consequent": name[step + 1],
            **measures(n_customers, up[step], begun[step], bought_above[step]),
            "expected_count": expected,
            "adjusted_lift": ratio(up[step], expected),
            "q_value": q_values(p_value, 0),
            "out_of_time_lift": ratio(later_up[step], later),
            "out_of_time_expected_count": later,
        }
    )


def _steps(ladders: pd.DataFrame) -> pd.DataFrame:
    """A row a step, in order: its name, number, items, and days on sale."""
    told = ladders[["item", "ladder", "step", "launched", "discontinued"]]
    told = told.dropna(subset=["item", "ladder", "step"])
    launched = day_numbers(told["launched"])
    told = told.assign(
        launched=np.where(launched == FAR, -FAR, launched),
        discontinued=day_numbers(told["discontinued"]),
    )
    steps = told.groupby(["ladder", "step"], as_index=False).agg(
        items=("item", list),
        launched=("launched", "min"),
        discontinued=("discontinued", "max"),
    )
    text = steps["step"].astype("int64").astype("str")
    return steps.assign(
        name=steps["ladder"].astype("str") + ":" + text, number=np.arange(len(steps))
    )


def _has_next(steps: pd.DataFrame) -> Bools:
    ladder = steps["ladder"].to_numpy()
    return np.append(ladder[1:] == ladder[:-1], False)[: len(ladder)]


def _found(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    """Values of the wanted keys, FAR where there is none; keys ascend."""
    if not len(keys):
        return np.full(len(wanted), FAR)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], FAR)
