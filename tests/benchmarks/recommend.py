"""Next best products on The Complete Journey, against the lists that need no model.

What was bought in the four weeks after each of four cutoffs says how good the lists
were: *new* against the bestsellers of 91 days that a customer had not bought,
*again* against the customer's own most frequent ones. Both peers are counted here, by
nothing of the code that they are compared with.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from time import perf_counter

import numpy as np
import pandas as pd
import polars as pl
from rich.table import Table

from demo.complete_journey import data_set
from mining.recommend import (
    NextBestProducts,
    hit_rate_at,
    ndcg_by_customer,
    new_to_customer,
)

LEVELS = {"category": "product_category", "product": "product_id"}
HORIZON = timedelta(days=28)
CUTOFFS = [date(2017, 12, 3) - n * HORIZON for n in range(4)]
BESTSELLERS = timedelta(days=91)
LENGTH = 10
DRAWS = 2_000
NEW, AGAIN = "new", "again"


@dataclass
class Found:
    """What one list of one level reached, over the cutoffs.

    Attributes
    ----------
    ours, peers : list of Series
        NDCG by customer, a series a cutoff.
    hits : list of tuple of float
        Hit rate of ours and of the peer.
    shares : list of float
        Share of the known customers who bought something that counts.
    methods : Counter
        What was chosen to rank new products.
    seconds : list of float
        Fit and lists of everybody.
    """

    ours: list[pd.Series] = field(default_factory=list)
    peers: list[pd.Series] = field(default_factory=list)
    hits: list[tuple[float, float]] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    methods: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def interval(self) -> tuple[float, float, float]:
        """Mean difference and its 95 % interval, customers drawn with all cutoffs."""
        differences = pd.concat(
            [mine - peer for mine, peer in zip(self.ours, self.peers, strict=True)]
        )
        customers = differences.groupby(level=0).agg(["sum", "size"]).to_numpy()
        random = np.random.default_rng(6)
        drawn = customers[random.integers(len(customers), size=(DRAWS, len(customers)))]
        sums = drawn.sum(axis=1)
        low, high = np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])
        return float(differences.mean()), float(low), float(high)


def report() -> tuple[list[Table | str], str]:
    """Judge both lists; returns what to print and, if a peer is better, what is wrong.

    A *new* list must be above its peer, the lower limit of the difference above 0; an
    *again* list not below it.
    """
    told = Table("list", "level", "method", "share who bought", "hit rate, peer")
    for heading in ("NDCG@10", "peer", "difference, 95 %", "seconds a cutoff"):
        told.add_column(heading, justify="right")
    broken = []
    for level in LEVELS:
        for which, found in _judged(level).items():
            mean, low, high = found.interval()
            told.add_row(
                *_row(which, level, found),
                f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]",
                f"{np.mean(found.seconds):.1f}",
            )
            if not (low > 0 if which == NEW else mean >= 0):
                broken.append(f"{which} by {level} is not better than its peer")
    cutoffs = ", ".join(f"{cutoff:%m-%d}" for cutoff in sorted(CUTOFFS))
    return [told, f"Cutoffs of 2017: {cutoffs}; {HORIZON.days} days."], "; ".join(
        broken
    )


def _row(which: str, level: str, found: Found) -> Iterator[str]:
    yield which
    yield level
    yield ", ".join(f"{name} ({n})" for name, n in sorted(found.methods.items()))
    yield f"{np.mean(found.shares):.1%}"
    yield ", ".join(f"{rate:.3f}" for rate in np.mean(found.hits, axis=0))
    for each in (found.ours, found.peers):
        yield f"{pd.concat(each).mean():.4f}"


def _judged(level: str) -> dict[str, Found]:
    purchases = _purchases(level)
    found = {NEW: Found(), AGAIN: Found()}
    for cutoff in CUTOFFS:
        day = pd.Timestamp(cutoff)
        before = purchases[purchases["order_date"] <= day]
        known = np.sort(before["customer_id"].unique())
        is_later = purchases["order_date"].between(
            day + timedelta(days=1), day + HORIZON
        )
        later = purchases[is_later & purchases["customer_id"].isin(known)]
        start = perf_counter()
        model = NextBestProducts().fit(before, as_of=cutoff)
        lists = model.recommend(known, LENGTH, before["product_id"].unique())
        seconds = perf_counter() - start
        new = new_to_customer(later, before)
        for which, bought, peer in (
            (NEW, new, _bestsellers(before, day, known)),
            (AGAIN, later, _most_frequent(before)),
        ):
            mine = lists[lists["list"] == which]
            each = found[which]
            each.ours.append(ndcg_by_customer(mine, bought, LENGTH))
            each.peers.append(ndcg_by_customer(peer, bought, LENGTH))
            each.hits.append(
                (hit_rate_at(mine, bought, LENGTH), hit_rate_at(peer, bought, LENGTH))
            )
            each.shares.append(bought["customer_id"].nunique() / len(known))
            each.methods[
                model.method_ if which == NEW else "own frequency, decayed"
            ] += 1
            each.seconds.append(seconds)
    return found


def _purchases(level: str) -> pd.DataFrame:
    """Who bought what on which day in the company's zone, without what is unknown."""
    lines = data_set.read_lines().join(
        data_set.read("products"), on="product_id", how="left"
    )
    zone = str(data_set.ZONE)
    return (
        lines.select(
            customer_id="household_id",
            product_id=LEVELS[level],
            order_date=pl.col("sold_at").dt.convert_time_zone(zone).dt.date(),
        )
        .drop_nulls()
        .unique()
        .to_pandas()
        .astype({"order_date": "datetime64[s]"})
    )


def _bestsellers(
    before: pd.DataFrame, day: pd.Timestamp, known: np.ndarray
) -> pd.DataFrame:
    """The products with the most buyers in 91 days that each customer lacks."""
    recent = before[before["order_date"] > day - BESTSELLERS]
    buyers = recent.groupby("product_id")["customer_id"].nunique().reset_index()
    ranked = buyers.sort_values(["customer_id", "product_id"], ascending=[False, True])
    products = ranked["product_id"].tolist()
    owned = before.groupby("customer_id")["product_id"].agg(set)
    rows = []
    for customer in known:
        mine = owned[customer]
        lacking = (product for product in products if product not in mine)
        rows += [
            (customer, product, rank)
            for rank, product in zip(range(1, LENGTH + 1), lacking, strict=False)
        ]
    return pd.DataFrame(rows, columns=["customer_id", "product_id", "rank"])


def _most_frequent(before: pd.DataFrame) -> pd.DataFrame:
    """The products that each customer bought on the most days."""
    days = before.groupby(["customer_id", "product_id"]).size().reset_index(name="days")
    ranked = days.sort_values(
        ["customer_id", "days", "product_id"], ascending=[True, False, True]
    )
    ranked["rank"] = ranked.groupby("customer_id").cumcount() + 1
    return ranked[ranked["rank"] <= LENGTH]
