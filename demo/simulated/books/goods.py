"""What the company sells and where, as it writes it down: goods, branches, codes."""

from pathlib import Path

import numpy as np
import polars as pl
import yaml

from demo.simulated.books.journals import Journals, always
from demo.simulated.books.orders import goods_no
from demo.simulated.books.staff import BEFORE
from demo.simulated.causes.assortment import SLOTS, STEPS
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, HOUR, NONE, Ints, chance, where
from demo.simulated.people.places import districts

LINES = ("everyday", "select")  # subcategories of each category
PRIVATE_SHARE = 0.4  # of products under the company's own brand
OWN_BRAND = "나루빛"


class Goods:
    """Writes products as they are launched, dearer and ended."""

    def __init__(self, world: World, journals: Journals) -> None:
        self._assortment = world.assortment
        self._journals = journals
        rng = chance(world.plan.seed, "goods")
        self._is_own = rng.random(self._assortment.products) < PRIVATE_SHARE
        product = np.arange(self._assortment.products)
        old = product[self._assortment.launched < 0]
        self._add(old, np.full(len(old), 0), np.full(len(old), BEFORE))

    @property
    def names(self) -> pl.Series:
        """Name of each product, as customers read it."""
        product = np.arange(self._assortment.products)
        noun = pl.Series(self._assortment.nouns).gather(product // SLOTS)
        number = pl.Series(product % SLOTS + 1).cast(pl.String)
        return noun + " " + number + "호"

    @property
    def categories(self) -> pl.Series:
        """Category of each product."""
        product = np.arange(self._assortment.products)
        return pl.Series(self._assortment.categories).gather(product // SLOTS)

    def write(self, happened: Happened) -> None:
        """Write what a month brought."""
        assortment = self._assortment
        product = np.arange(assortment.products)
        for rise in assortment.rises:
            if happened.first <= rise.day < happened.last:
                day = np.full(len(product), rise.day)
                dearer = product[
                    (product // SLOTS == rise.category)
                    & (assortment.launched < rise.day)
                    & assortment.on_sale(day, product)
                ]
                days = np.full(len(dearer), rise.day)
                self._add(dearer, days, days * DAY + 5 * HOUR)
        for event in (assortment.launched, assortment.ended):
            own = product[(event >= happened.first) & (event < happened.last)]
            self._add(own, event[own], event[own] * DAY + 6 * HOUR)

    def _add(self, product: Ints, day: Ints, stamp: Ints) -> None:
        assortment, count = self._assortment, len(product)
        category, slot = np.divmod(product, SLOTS)
        is_step = (assortment.ladder_of[category] >= 0) & (slot < STEPS)
        names = pl.Series(assortment.categories).gather(category)
        ladder = names.zip_with(pl.Series(is_step), always(None, count))
        line = pl.Series(LINES).gather(slot // (SLOTS // len(LINES)))
        brand = pl.Series(["national", OWN_BRAND]).gather(
            self._is_own[product].astype(np.int64)
        )
        ended = assortment.ended[product]
        self._journals.add(
            "goods",
            stamp,
            {
                "goods_no": goods_no(product),
                "goods_name": self.names.gather(product),
                "department": pl.Series(assortment.departments).gather(category),
                "category": names,
                "subcategory": names + "_" + line,
                "brand": brand,
                "maker_no": 1 + category,
                "ladder": ladder,
                "ladder_step": where(is_step, slot + 1),
                "cost": assortment.unit_cost[day, product],
                "list_price": assortment.list_price[day, product],
                "launched_on": assortment.launched[product],
                "ended_on": where((ended != NONE) & (ended <= day), ended),
            },
        )


def write_codes(world: World, journals: Journals) -> None:
    """Write branches, channels and the meaning of reasons: small, and never changed."""
    rng = chance(world.plan.seed, "branches")
    known = districts()
    weight = known["inhabitants"].to_numpy()
    count = world.plan.stores
    place = rng.choice(len(known), count, replace=False, p=weight / weight.sum())
    number = np.arange(count) + 1
    journals.add(
        "branches",
        np.full(count, BEFORE),
        {
            "branch_no": number,
            "branch_name": known["district"].gather(place) + "점",
            "sido": known["province"].gather(place),
            "sigungu": known["district"].gather(place),
        },
    )
    told = yaml.safe_load(Path(__file__).with_name("codes.yml").read_text("utf-8"))
    for table, rows in told.items():
        frame = pl.DataFrame(rows, orient="row")
        columns = {each.name: each for each in frame.get_columns()}
        journals.add(table, np.full(len(frame), BEFORE), columns)
