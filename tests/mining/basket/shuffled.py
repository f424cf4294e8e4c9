"""Shuffled baskets, and the test that they fool."""

import numpy as np
import pandas as pd
from scipy.stats import hypergeom


def swapped(baskets: pd.DataFrame, seed: int, trades_each: int = 5) -> pd.DataFrame:
    """Two baskets trade what only one of them holds, again and again (curveball).

    Every size and every item's count stay.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 1])))
    held = [set(each) for _, each in baskets.groupby("basket")["item"]]
    ids = sorted(baskets["basket"].unique())
    for first, second in rng.integers(0, len(held), (trades_each * len(held), 2)):
        ours, theirs = held[first], held[second]
        common = ours & theirs
        tradable = sorted((ours | theirs) - common)
        rng.shuffle(tradable)
        kept = len(ours) - len(common)
        held[first] = common | set(tradable[:kept])
        if first != second:
            held[second] = common | set(tradable[kept:])
    return pd.DataFrame(
        [
            (basket, item)
            for basket, each in zip(ids, held, strict=True)
            for item in each
        ],
        columns=["basket", "item"],
    )


def fisher_q_values(rules: pd.DataFrame, lines: pd.DataFrame) -> np.ndarray:
    """Fisher's exact test with Benjamini-Hochberg, which knows nothing of sizes."""
    n = lines["basket"].nunique()
    of_antecedent = (rules["count"] / rules["confidence"]).round().to_numpy()
    of_consequent = (rules["confidence"] / rules["lift"] * n).round().to_numpy()
    p = hypergeom.sf(rules["count"] - 1, n, of_consequent, of_antecedent)
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return q
