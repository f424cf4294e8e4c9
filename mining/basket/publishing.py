"""Which rules a night publishes, of all types: the rows of `mined.cross_sell_rules`.

===========  ===========================  =========  ==================================
type         rule                         unit       expected count
===========  ===========================  =========  ==================================
cross_sell   to another category, by      basket     by the sizes of baskets and the
             category and by product                 counts of items
up_sell      from a step of a ladder to   customer   as many up as down
             the next
re_sell      from a product to itself,    customer   by equally frequent customers who
             within ``due_days``                     had not bought it
===========  ===========================  =========  ==================================

All are judged alike. A **candidate** expects `min_expected_count`, by its margins
alone. It is **published** if its q-value and its adjusted lift, on the days that were
mined, and its adjusted lift on the days that were kept out all reach what
`CrossSellConfig` asks for. `status` tells the first thing that it lacks.
"""

import hashlib
import json
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from mining.basket.baskets import Baskets, Bools
from mining.basket.config import CrossSellConfig
from mining.basket.purchases import day_numbers
from mining.basket.re_sell import re_sell_rules
from mining.basket.rules import association_rules
from mining.basket.significance import out_of_time_lifts, size_adjusted_tests
from mining.basket.up_sell import up_sell_rules
from mining.days import day_number, day_of

PUBLISHED = "published"
# What a candidate may lack, in the order in which it is told.
LACKS = ("not_significant", "lift_too_low", "too_few_later", "not_confirmed_later")

# of the rows, with their types
COLUMNS = {
    "as_of_date": "object",
    "rule_id": "str",
    "rule_type": "str",
    "item_level": "str",
    "antecedent": "str",
    "consequent": "str",
    "conviction_status": "str",
    "status": "str",
    "support": "float64",
    "confidence": "float64",
    "lift": "float64",
    "conviction": "float64",
    "expected_count": "float64",
    "adjusted_lift": "float64",
    "q_value": "float64",
    "out_of_time_lift": "float64",
    "out_of_time_expected_count": "float64",
    "order_count": "int64",
    "due_days": "Int64",
    "is_published": "bool",
    "valid_until": "object",
}
ITEM_COLUMNS = {
    "as_of_date": "object",
    "rule_id": "str",
    "role": "str",
    "position": "int64",
    "item_id": "str",
}
LINE_COLUMNS = {
    "order_id": "basket",
    "customer_id": "customer",
    "order_date": "day",
    "product_id": "product",
}
PRODUCT_COLUMNS = {
    "product_id": "product",
    "category": "category",
    "ladder_code": "ladder",
    "ladder_step": "step",
    "launched_date": "launched",
    "discontinued_date": "discontinued",
}
KEY = ["rule_type", "item_level", "antecedent", "consequent"]
SEPARATOR = " + "
ID_LENGTH = 16  # hexadecimal digits: a clash among a million rules is 1 in 37 million


class NightlyRules(NamedTuple):
    """What a night has found.

    Attributes
    ----------
    rules : DataFrame
        The candidates, `COLUMNS`, by type, level and rule. `order_count` counts
        customers where these are the unit.
    items : DataFrame
        `ITEM_COLUMNS`: the items of each rule, `role` ``antecedent`` or
        ``consequent``, `position` from 1.
    """

    rules: pd.DataFrame
    items: pd.DataFrame


class Window(NamedTuple):
    """Days of a night.

    Attributes
    ----------
    first, held_out_from, last : date
        First day that is mined; first day that is kept out; the business date.
    """

    first: date
    held_out_from: date
    last: date

    @classmethod
    def of(cls, first_order: date, as_of: date, config: CrossSellConfig) -> "Window":
        """The window's days, of which the last share is kept out."""
        first = max(first_order, as_of - timedelta(days=config.window_days - 1))
        days = round(((as_of - first).days + 1) * config.held_out_share)
        held_out = min(max(days, config.min_held_out_days), config.max_held_out_days)
        return cls(first, as_of - timedelta(days=held_out - 1), as_of)


def nightly_rules(
    lines: pd.DataFrame, products: pd.DataFrame, as_of: date, config: CrossSellConfig
) -> NightlyRules:
    """Find, test and judge the rules of one night.

    Parameters
    ----------
    lines : DataFrame of shape (n_lines, 4 or more)
        `order_id`, `customer_id`, `order_date`, `product_id` as text and days: what
        was bought, without credits. Where the customer is missing an order stands for
        itself; a line without its product is left out, and so is what comes after
        `as_of`. Ladders and due days use all the lines, cross-selling those of the
        window.
    products : DataFrame of shape (n_products, 6 or more)
        `product_id`, `category`, `ladder_code`, `ladder_step`, `launched_date`,
        `discontinued_date`, each but the first perhaps missing. A product without a
        category is one of its own.
    as_of : date
        Business date.
    config : CrossSellConfig

    Returns
    -------
    NightlyRules

    Raises
    ------
    ValueError
        If a column is missing.
    """
    lines, products = _checked(lines, products)
    lines = lines.assign(day=pd.to_datetime(lines["day"]))
    known = day_numbers(lines["day"]) <= day_number(as_of)
    lines = lines[known & lines["product"].notna().to_numpy()]
    first = int(day_numbers(lines["day"]).min(initial=day_number(as_of)))
    window = Window.of(day_of(first), as_of, config)
    category = products.set_index("product")["category"]
    by_category = lines.assign(item=lines["product"].map(category))
    by_product = lines.assign(item=lines["product"])
    own = category.fillna(category.index.to_series())  # a category of its own
    expecting = {"min_expected_count": config.min_expected_count}
    found = {
        ("cross_sell", "category"): _cross_sell(by_category, None, window, config),
        ("cross_sell", "product"): _cross_sell(by_product, own, window, config),
        ("up_sell", "ladder_step"): up_sell_rules(
            by_product,
            products.rename(columns={"product": "item"}),
            window.held_out_from,
            **expecting,
        ),
        ("re_sell", "product"): re_sell_rules(
            by_product,
            window.last,
            window.held_out_from,
            frequency_tolerance=config.frequency_tolerance,
            **expecting,
        ),
    }
    told = [
        rules.assign(rule_type=rule_type, item_level=level)
        for (rule_type, level), rules in found.items()
    ]
    return _judged(pd.concat(told, ignore_index=True), as_of, config)


def _checked(
    lines: pd.DataFrame, products: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both under the names that are used here, ids as text."""
    tables = []
    for what, frame, names in (
        ("lines", lines, LINE_COLUMNS),
        ("products", products, PRODUCT_COLUMNS),
    ):
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise ValueError(f"{what} lack the columns {', '.join(missing)}")
        table = frame[list(names)].set_axis(list(names.values()), axis=1)
        tables.append(table.astype({"product": "str"}))
    if tables[1]["product"].duplicated().any():
        raise ValueError("products tell of a product twice")
    return tables[0], tables[1]


def _cross_sell(
    lines: pd.DataFrame,
    category: pd.Series | None,
    window: Window,
    config: CrossSellConfig,
) -> pd.DataFrame:
    """Rules of one level, tested on the mined days and tried on those kept out."""
    lines = lines[lines["item"].notna()]
    orders = lines.drop_duplicates("basket").set_index("basket")
    baskets = Baskets.of(lines[["basket", "item"]])
    day = day_numbers(orders["day"].reindex(baskets.ids))
    begin, split = day_number(window.first), day_number(window.held_out_from)
    mined = baskets.rows(np.flatnonzero((begin <= day) & (day < split)))
    rules = association_rules(mined, config.min_support, config.min_confidence, 2)
    if config.max_length > 2:
        longer = association_rules(
            mined, config.longer_min_support, config.min_confidence, config.max_length
        )
        is_longer = longer["antecedent"].map(len) > 1
        rules = pd.concat([rules, longer[is_longer]], ignore_index=True)
    if category is not None:
        rules = rules[_crosses(rules, category)].reset_index(drop=True)
    customers = orders["customer"].dropna()
    tested = size_adjusted_tests(
        rules,
        mined,
        customers if customers.index.isin(mined.ids).any() else None,
        min_expected_count=config.min_expected_count,
    )
    return out_of_time_lifts(tested, baskets.rows(np.flatnonzero(day >= split)))


def _crosses(rules: pd.DataFrame, category: pd.Series) -> pd.Series:
    """Whether the consequent is of another category than every antecedent."""
    other = rules["antecedent"].explode().map(category)
    own = rules["consequent"].map(category).reindex(other.index)
    return ~(other == own).groupby(level=0).any()


def _judged(found: pd.DataFrame, as_of: date, config: CrossSellConfig) -> NightlyRules:
    rules = found[found["expected_count"] >= config.min_expected_count]
    lacks = [
        ~(rules["q_value"] <= config.max_q_value),
        ~(rules["adjusted_lift"] >= config.min_adjusted_lift),
        ~(rules["out_of_time_expected_count"] >= config.min_out_of_time_expected_count),
        ~(rules["out_of_time_lift"] >= config.min_out_of_time_lift),
    ]
    status = np.select(lacks, LACKS, default=PUBLISHED)
    is_published: Bools = status == PUBLISHED
    valid_until = as_of + timedelta(days=config.valid_days)
    rules = rules.assign(
        as_of_date=as_of,
        rule_id=[rule_id(*each) for each in rules[KEY].itertuples(index=False)],
        order_count=rules["count"],
        status=status,
        is_published=is_published,
        valid_until=np.array([None, valid_until])[is_published.astype(np.int64)],
    ).sort_values(KEY)
    items = _items(rules)
    text = rules["antecedent"].map(SEPARATOR.join)
    rules = rules.assign(antecedent=text)[list(COLUMNS)].astype(COLUMNS)
    return NightlyRules(rules.reset_index(drop=True), items)


def rule_id(
    rule_type: str, item_level: str, antecedent: tuple[str, ...], consequent: str
) -> str:
    """The same for the same rule in every night: a hash of what it says.

    Parameters
    ----------
    antecedent : tuple of str
        Sorted.
    """
    told = json.dumps([rule_type, item_level, list(antecedent), consequent])
    return hashlib.sha256(told.encode()).hexdigest()[:ID_LENGTH]


def _items(rules: pd.DataFrame) -> pd.DataFrame:
    parts = [
        rules[["as_of_date", "rule_id"]].assign(role=role, item_id=rules[role])
        for role in ("antecedent", "consequent")
    ]
    items = pd.concat([parts[0].explode("item_id"), parts[1]])
    items["position"] = items.groupby(["rule_id", "role"]).cumcount() + 1
    items = items.sort_values(["rule_id", "role", "position"], ignore_index=True)
    return items[list(ITEM_COLUMNS)].astype(ITEM_COLUMNS)
