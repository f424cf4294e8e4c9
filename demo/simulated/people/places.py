"""Where people of the simulated company live.

Provinces and districts are real pairs with real weights; streets have names that
almost every city has, so an address leads to nobody's door.
"""

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import yaml
from numpy.typing import NDArray

ROADS = pl.Series(
    [
        *("중앙로", "시청로", "역전로", "문화로", "평화로", "번영로", "산업로"),
        *("교육로", "체육로", "시민로", "공원로", "강변로", "벚꽃로", "소나무로"),
        *("학교길", "우체국길", "시장길", "샘터길", "언덕길", "돌담길", "들꽃길"),
    ]
)
FLAT_SHARE = 0.7  # of households; the others have a house


@cache
def districts() -> pl.DataFrame:
    """All districts of the country.

    Returns
    -------
    DataFrame
        ``province, district`` and ``inhabitants`` (thousands).
    """
    text = Path(__file__).with_name("districts.yml").read_text("utf-8")
    return pl.DataFrame(
        [
            (province, district, inhabitants)
            for province, each in yaml.safe_load(text).items()
            for district, inhabitants in each.items()
        ],
        schema=["province", "district", "inhabitants"],
        orient="row",
    )


def addresses(rng: np.random.Generator, household: NDArray[np.integer]) -> pl.DataFrame:
    """An address for each person; people of one household share it.

    Parameters
    ----------
    household : ndarray of shape (n,)
        Number of each person's household, 0 and up.

    Returns
    -------
    DataFrame
        ``province, district, street_address``, n rows.
    """
    count = int(household.max(initial=-1)) + 1
    known = districts()
    weight = known["inhabitants"].to_numpy()
    place = rng.choice(len(known), count, p=weight / weight.sum())
    has_flat = pl.Series(rng.random(count) < FLAT_SHARE)
    homes = known[place].with_columns(
        ROADS[rng.integers(len(ROADS), size=count)].alias("road"),
        house=pl.Series(1 + rng.integers(300, size=count)),
        building=pl.Series(101 + rng.integers(20, size=count)),
        flat=pl.Series(
            100 * (1 + rng.integers(25, size=count)) + 1 + rng.integers(8, size=count)
        ),
    )
    street = pl.format("{} {} {} {}", "province", "district", "road", "house")
    flat = pl.format("{}, {}동 {}호", street, "building", "flat")
    return homes.select(
        "province",
        "district",
        # This city is its own province, and is written once.
        street_address=pl.when(has_flat)
        .then(flat)
        .otherwise(street)
        .str.replace("세종특별자치시 세종시", "세종특별자치시", literal=True),
    )[household]
