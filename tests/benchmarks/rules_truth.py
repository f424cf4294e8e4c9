"""Rules of the simulated company against what is true of its baskets.

The true adjusted lift of two categories is how often baskets hold both, by how often
they would if among the baskets of each size neither knew of the other. It is told by
the causes: the same purchases are made again and again, and the plan fills their
baskets, by popularity, tastes, sizes and planted pairs. Which product stands for a
category has nothing to do with the rest of the basket: products are tied as their
categories are, and a longer rule as all its pairs. `not planted` counts as false
whatever is not tied on purpose; but every basket has a line outside pairs, so that such
a category and one of a pair truly meet more often (1.06) than two of either kind.

Shuffled are the baskets of a smaller company, and of one whose customers fill carts:
where nearly everybody buys two things, sizes explain nothing that could fool Fisher's
test. `SEEDS="1 2 3"` and `CUSTOMERS=25000` say how much is lived.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
from rich.table import Table

from demo.simulated.books.orders import member_no
from demo.simulated.causes.assortment import SLOTS
from demo.simulated.causes.baskets import Baskets
from demo.simulated.causes.world import World
from demo.simulated.moments import Floats, Ints, chance
from demo.simulated.plan import FIRST_DATE, Plan
from mining.basket import CrossSellConfig, nightly_rules
from mining.basket.publishing import SEPARATOR, Window
from tests.benchmarks.measuring import table_of
from tests.benchmarks.written import sold_lines, written
from tests.mining.basket.shuffled import fisher_q_values, swapped

CUSTOMERS = int(os.environ.get("CUSTOMERS", "50000"))
SEEDS = tuple(map(int, os.environ.get("SEEDS", "").split())) or tuple(range(1, 21))
CONFIG = CrossSellConfig()
MONTHS = 9  # as long as the window
AS_OF = FIRST_DATE + timedelta(days=CONFIG.window_days - 1)
WINDOW = Window.of(FIRST_DATE, AS_OF, CONFIG)
STRONG, ENOUGH, UNTIED = 2.0, 50, 1.05
LEAST_RECALL, MOST_FALSE = 0.9, 0.05
SHUFFLED, CARTS = 10_000, 4.0  # customers; median of a cart's lines beyond the first
DRAWS = 60  # of each basket: pairs that expect 100 are told to 1.3 %
MOST_OF_SHUFFLED, LEAST_OF_FISHER = 0.01, 0.5


class Bought(NamedTuple):
    """What the night reads: `lines` and `products` as of `nightly_rules`."""

    lines: pd.DataFrame
    products: pd.DataFrame


def report() -> tuple[list[Table], str]:
    """Measure all seeds together; returns what was found and, if any, what is wrong."""
    found = [_of_seed(seed) for seed in SEEDS]
    told = pd.DataFrame([own for own, _ in found], index=pd.Index(SEEDS, name="seed"))
    copies = pd.concat([own for _, own in found]).groupby("baskets", sort=False).sum()
    tables = [table_of("rules that are published", told.reset_index())]
    tables.append(table_of("all seeds", told.mean().to_frame().T))
    tables.append(table_of("shuffled baskets", copies.reset_index()))
    return tables, "; ".join(faults(told, copies))


def _of_seed(seed: int) -> tuple[dict[str, float], pd.DataFrame]:
    plan = Plan(customers=CUSTOMERS, months=MONTHS, seed=seed)
    own = judged(bought(plan), World.of(plan))
    small = replace(plan, customers=SHUFFLED)
    companies = {"simulated": small, "carts": replace(small, median_extra_lines=CARTS)}
    copies = [
        {"baskets": name, "copies": 1, **of_shuffled(bought(each), seed)}
        for name, each in companies.items()
    ]
    return own, pd.DataFrame(copies)


def bought(plan: Plan) -> Bought:
    """What `warehouse.purchases` would read of the months of a plan."""
    rows = written(plan, ("orders", "order_items", "goods"))
    lines = sold_lines(rows["orders"], rows["order_items"]).filter(
        pl.col("quantity") > 0
    )
    goods = rows["goods"].unique("goods_no", keep="last")
    return Bought(
        lines.select(
            order_id="order_no",
            customer_id=pl.col("member_no").cast(pl.Float64),
            order_date=pl.col("day").cast(pl.Datetime("ms")),
            product_id=pl.col("goods_no").cast(pl.String),
        ).to_pandas(),
        goods.select(
            "category",
            product_id=pl.col("goods_no").cast(pl.String),
            ladder_code="ladder",
            ladder_step=pl.col("ladder_step").cast(pl.Float64),
            launched_date="launched_on",
            discontinued_date="ended_on",
        ).to_pandas(),
    )


def judged(told: Bought, world: World) -> dict[str, float]:
    """Shares of what should be published that is, and of what is that should not be."""
    rules = nightly_rules(told.lines, told.products, AS_OF, CONFIG).rules
    rules = rules[rules["rule_type"] == "cross_sell"]
    mined = told.lines[told.lines["order_date"] < pd.Timestamp(WINDOW.held_out_from)]
    truth = true_pairs(world, mined.drop_duplicates("order_id"))
    published = rules[rules["is_published"]]
    found = published.set_index(["antecedent", "consequent"]).index
    wanted = truth[
        (truth["odds_ratio"] >= STRONG) & (truth["expected_count"] >= ENOUGH)
    ]
    lifts = {
        name: of_rules(published, told.products, truth[name])
        for name in ("lift", "odds_ratio")
    }
    return {
        "candidates": len(rules),
        "wanted": len(wanted),
        "found": int(wanted.index.isin(found).sum()),
        "fewest expected": float(wanted["expected_count"].min()),
        "published": len(published),
        "of products": int(published["item_level"].eq("product").sum()),
        "not planted": _share(lifts["odds_ratio"] <= 1),
        "false": _share(lifts["lift"] <= UNTIED),
    }


def true_pairs(world: World, orders: pd.DataFrame) -> pd.DataFrame:
    """What is true of every two categories over the purchases of these orders.

    Returns
    -------
    DataFrame
        A row a rule, both ways, by the categories of antecedent and consequent:
        `odds_ratio` as planted, 1 where nothing is; `expected_count`, were they not
        tied; `lift`.
    """
    orders = orders.sort_values("order_date")
    customer = (orders["customer_id"] - member_no(np.array(0))).fillna(-1)
    day = (orders["order_date"] - pd.Timestamp(FIRST_DATE)).dt.days
    both = _redrawn(world, customer.to_numpy(np.int64), day.to_numpy()) / DRAWS
    size = np.arange(2, len(both))[:, None, None]
    held = np.diagonal(both[2:], axis1=1, axis2=2)  # a row a size
    baskets = held.sum(axis=1)[:, None, None] / size
    share = held[:, :, None] / np.maximum(baskets, 1e-9)
    # a basket has as many pairs as its size says, whoever shares them
    places = size * (size - 1) / (size**2 - (share**2).sum(axis=1, keepdims=True))
    expected = (baskets * places * share * share.swapaxes(1, 2)).sum(axis=0)
    categories = pd.Index(world.assortment.categories)
    ratios = np.ones(expected.shape)
    for pair in (world.assortment.pairs.T, world.assortment.pairs.T[::-1]):
        ratios[tuple(pair)] = world.assortment.odds_ratios
    truth = {
        "odds_ratio": ratios,
        "expected_count": expected,
        "lift": both.sum(axis=0) / expected,
    }
    rules = pd.MultiIndex.from_product([categories, categories])
    return pd.DataFrame({name: each.ravel() for name, each in truth.items()}, rules)


def _redrawn(world: World, customer: Ints, day: Ints) -> Floats:
    """Baskets of each size that hold two categories, over all draws."""
    count = len(world.assortment.categories)
    baskets, both = Baskets(world), np.zeros((count + 1, count, count))
    for number in range(DRAWS):
        lines = baskets.draw(chance(world.plan.seed, "again", number), customer, day)
        held = np.zeros((len(customer), count), dtype=np.float32)
        held[lines.basket, lines.product // SLOTS] = 1
        sizes = held.sum(axis=1).astype(np.int64)
        for size in np.unique(sizes):
            own = held[sizes == size]
            both[size] += own.T @ own
    return both


def of_rules(
    rules: pd.DataFrame, products: pd.DataFrame, truth: pd.Series
) -> pd.Series:
    """What is true of rules of categories or products, by the truth of their pairs."""
    category = products.set_index("product_id")["category"]
    first = rules["antecedent"].str.split(SEPARATOR, regex=False).explode()
    second = rules["consequent"].reindex(first.index)
    both = [each.map(category).fillna(each) for each in (first, second)]
    of_pairs = truth.reindex(pd.MultiIndex.from_arrays(both)).to_numpy()
    return pd.Series(of_pairs, first.index).groupby(level=0).prod()


def _share(which: pd.Series) -> float:
    return float(which.mean()) if len(which) else 0.0


def of_shuffled(told: Bought, seed: int) -> dict[str, int]:
    """Candidates of a copy, what a night publishes of them, and what Fisher would."""
    category = told.products.set_index("product_id")["category"]
    held = told.lines["product_id"].map(category)
    baskets = pd.DataFrame({"basket": told.lines["order_id"], "item": held})
    orders = told.lines.drop_duplicates("order_id").set_index("order_id")
    names = {"basket": "order_id", "item": "product_id"}
    lines = swapped(baskets.drop_duplicates(), seed).rename(columns=names)
    lines = lines.join(orders[["customer_id", "order_date"]], on="order_id")
    products = told.products.drop_duplicates("category").assign(
        product_id=lambda each: each["category"], ladder_code=None
    )
    rules = nightly_rules(lines, products, AS_OF, CONFIG).rules
    rules = rules[rules["item_level"].eq("category")]
    is_mined = lines["order_date"] < pd.Timestamp(WINDOW.held_out_from)
    fisher = fisher_q_values(
        rules.rename(columns={"order_count": "count"}),
        lines[is_mined].rename(columns={"order_id": "basket"}),
    )
    return {
        "candidates": len(rules),
        "published": int(rules["is_published"].sum()),
        "by Fisher": int((fisher <= CONFIG.max_q_value).sum()),
    }


def faults(told: pd.DataFrame, copies: pd.DataFrame) -> Iterator[str]:
    """Which of the limits do not hold."""
    recall = told["found"].sum() / max(told["wanted"].sum(), 1)
    if recall < LEAST_RECALL:
        yield f"{recall:.1%} of the planted pairs are published"
    false_share = told["false"].mean()
    if false_share > MOST_FALSE:
        yield f"of the published rules {false_share:.1%} are false"
    for name, own in copies.iterrows():
        if own["published"] > MOST_OF_SHUFFLED * own["candidates"]:
            yield f"{name}: {own['published']} shuffled rules are published"
    carts = copies.loc["carts"]
    if carts["by Fisher"] <= LEAST_OF_FISHER * carts["candidates"]:
        yield f"Fisher's test takes only {carts['by Fisher']} shuffled rules"
