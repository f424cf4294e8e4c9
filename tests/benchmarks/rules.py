"""Frequent itemsets of The Complete Journey, each peer from its own encoded input.

Equal itemsets with equal counts, or no figure: they are counted once more by dense
products. Encoding is compared by itself. At product level, which takes the peers too
long, ours has limits of its own, in a process whose peak the kernel tells.
"""

from collections.abc import Iterable
from functools import partial
from time import perf_counter

import efficient_apriori
import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import fpgrowth
from mlxtend.preprocessing import TransactionEncoder
from rich.table import Table

from demo.complete_journey.data_set import path_of
from mining.basket import Baskets, frequent_itemsets
from tests.benchmarks.measuring import Comparison, Contender, compare, megabytes_of

CATEGORY_SUPPORT, PRODUCT_SUPPORT = 0.005, 0.0005
MIN_COUNT = 779  # of 155,659 baskets: 778.3 or more
LENGTH = 3
MOST_ENCODING_SECONDS, MOST_SECONDS, MOST_MB = 4.0, 2.0, 2048

Itemsets = dict[tuple[str, ...], int]
Transactions = list[tuple[str, ...]]


def run() -> list[Comparison]:
    """Encode baskets of categories, and mine them."""
    lines = read_lines("product_category")
    baskets = Baskets.of(lines)
    return _encoding(lines, baskets) + _mining(lines, baskets)


def _encoding(lines: pd.DataFrame, baskets: Baskets) -> list[Comparison]:
    held = int(baskets.matrix.nnz)
    encode = partial(Contender, row_count=len(lines), expected=held)
    return compare(
        f"encode {len(lines):,} lines",
        [
            encode(
                "to a sparse matrix",
                run=partial(Baskets.of, lines),
                outcome=lambda encoded: encoded.matrix.nnz,
            )
        ],
        [
            encode(
                "for mlxtend: TransactionEncoder",
                run=partial(_one_hot, lines),
                outcome=lambda encoded: int(encoded.to_numpy().sum()),
            ),
            encode(
                "for efficient-apriori: tuples",
                run=partial(_transactions, lines),
                outcome=lambda encoded: sum(map(len, encoded)),
            ),
        ],
    )


def _mining(lines: pd.DataFrame, baskets: Baskets) -> list[Comparison]:
    transactions, one_hot = _transactions(lines), _one_hot(lines)
    expected = _counted(baskets)
    mine = partial(Contender, row_count=len(baskets), expected=expected)
    return compare(
        f"{len(expected):,} itemsets of {len(baskets):,} baskets",
        [
            mine(
                "sparse products and rows of bits",
                run=partial(frequent_itemsets, baskets, CATEGORY_SUPPORT, LENGTH),
                outcome=lambda found: _told(found["itemset"], found["count"]),
            )
        ],
        [
            mine(
                "mlxtend fpgrowth",
                run=partial(
                    fpgrowth,
                    one_hot,
                    CATEGORY_SUPPORT,
                    use_colnames=True,
                    max_len=LENGTH,
                ),
                outcome=lambda found: _told(
                    found["itemsets"], found["support"] * len(baskets)
                ),
            ),
            mine(
                "efficient-apriori",
                run=partial(
                    efficient_apriori.itemsets_from_transactions,
                    transactions,
                    CATEGORY_SUPPORT,
                    max_length=LENGTH,
                ),
                outcome=lambda found: {
                    itemset: count
                    for level in found[0].values()
                    for itemset, count in level.items()
                },
            ),
        ],
    )


def report() -> tuple[list[Table], str]:
    """Mine products in a process of its own; the figures, and what is too much."""
    (lines, found, encoding, mining), megabytes = megabytes_of(_products)
    told = Table(
        f"{lines:,} lines of products, support {PRODUCT_SUPPORT}", "found", "most"
    )
    told.add_row("itemsets", f"{found:,}", "")
    told.add_row("seconds to encode", f"{encoding:.2f}", f"{MOST_ENCODING_SECONDS}")
    told.add_row("seconds to mine", f"{mining:.2f}", f"{MOST_SECONDS}")
    told.add_row("peak MB, with the lines", f"{megabytes:,.0f}", f"{MOST_MB:,}")
    is_too_much = (
        encoding > MOST_ENCODING_SECONDS or mining > MOST_SECONDS or megabytes > MOST_MB
    )
    return [told], "mining products took too much" if is_too_much else ""


def _products() -> tuple[int, int, float, float]:
    lines = read_lines("product_id")
    start = perf_counter()
    baskets = Baskets.of(lines)
    encoded = perf_counter()
    found = frequent_itemsets(baskets, PRODUCT_SUPPORT, LENGTH)
    mined = perf_counter()
    return len(lines), len(found), encoded - start, mined - encoded


def read_lines(item: str) -> pd.DataFrame:
    """Lines of The Complete Journey whose item is known, ids as text.

    Parameters
    ----------
    item : str
        Column of its products.

    Returns
    -------
    DataFrame
        `basket` and `item`.
    """
    lines = pd.read_parquet(
        path_of("transactions"), columns=["basket_id", "product_id"]
    )
    products = pd.read_parquet(path_of("products"))
    items = products.set_index("product_id", drop=False)[item]
    named = lines["product_id"].map(items) if item != "product_id" else lines[item]
    told = pd.DataFrame({"basket": lines["basket_id"], "item": named}).dropna()
    return told.astype("str")


def _transactions(lines: pd.DataFrame) -> Transactions:
    held = lines.drop_duplicates().groupby("basket")["item"].agg(list)
    return [tuple(items) for items in held]


def _one_hot(lines: pd.DataFrame) -> pd.DataFrame:
    encoder = TransactionEncoder()
    encoded = encoder.fit_transform(_transactions(lines))
    return pd.DataFrame(encoded, columns=encoder.columns_)


def _told(itemsets: Iterable[Iterable[str]], counts: pd.Series) -> Itemsets:
    whole = counts.round().astype("int64").tolist()
    return {
        tuple(sorted(itemset)): count
        for itemset, count in zip(itemsets, whole, strict=True)
    }


def _counted(baskets: Baskets) -> Itemsets:
    """Every itemset by dense products: the pairs among the baskets of each item."""
    frequent = np.flatnonzero(baskets.item_counts >= MIN_COUNT)
    names = baskets.items[frequent]
    held = baskets.matrix[:, frequent].toarray().astype(np.float32)
    told: Itemsets = {}
    for first in range(len(frequent)):
        own = held[held[:, first] > 0]
        together = (own.T @ own).astype(np.int64)
        for second, third in np.argwhere(np.triu(together >= MIN_COUNT)).tolist():
            if first <= second:
                itemset = sorted({first, second, third})
                told[tuple(names[itemset])] = int(together[second, third])
    return told
