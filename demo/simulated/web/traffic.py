"""Visits to the web shop: those that the course tells of, and the many around them.

Orders of the web shop, messages by its form, failed searches and followed links are
visits; customers also come to look, and so do strangers.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from demo.simulated.books.goods import Goods
from demo.simulated.books.journals import Column, Journals, moments_of
from demo.simulated.books.mailings import Clicks
from demo.simulated.books.orders import WEB, Sold, goods_no, member_no
from demo.simulated.causes.approaches import CAMPAIGNS
from demo.simulated.causes.happenings import Happened
from demo.simulated.causes.streams import Stream
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, Ints, chance, within_hours
from demo.simulated.plan import FIRST_DATE, Trigger
from demo.simulated.web.app_events import draw_app_events
from demo.simulated.web.site import Site
from demo.simulated.web.visits import NONE, Intent, Visits
from demo.simulated.web.weblog import write_day

INTENTS = (
    (Intent.BROWSE, 0.52),
    (Intent.SEARCH, 0.25),
    (Intent.FAILED_SEARCH, 0.03),
    (Intent.NOT_FOUND, 0.03),
    (Intent.CART, 0.11),
    (Intent.LOGIN_ONLY, 0.06),
)
LOGIN_SHARE = 0.35
STRANGER_SHARE = 0.5  # visits of strangers, to one of a customer
SECOND_DEVICE_SHARE = 0.2  # of visits
SHARED_EVERY = 8  # in each so-manieth household all use one browser
FAILURES, FAILURE_SECONDS = 3, 100  # failed searches that annoy, and between them
_SHARED, _STRANGERS = 1 << 40, 1 << 41  # first numbers of visitors of a kind


@dataclass(frozen=True, slots=True)
class _Some:
    """Visits of one kind; what is an integer is the same in all."""

    customer: Ints
    moment: Ints
    intent: Ints | int
    product: Ints | int = NONE
    order: Ints | int = NONE
    campaign: Ints | int = NONE
    knows: Ints | int = NONE  # the customer who logs in


class Traffic:
    """Writes web logs and the app's events.

    Parameters
    ----------
    world : World
    journals, goods
    folder : Path
        Where the logs go; made if it is missing.
    """

    def __init__(
        self, world: World, journals: Journals, goods: Goods, folder: Path
    ) -> None:
        self._world = world
        self._journals = journals
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._visits = Stream(world.population.visit_rate)
        count, products = len(world.population), world.assortment.products
        self._site = Site(
            customers=pl.Series(member_no(np.arange(count))).cast(pl.String),
            products=pl.Series(goods_no(np.arange(products))).cast(pl.String),
            categories=goods.categories.str.replace_all("_", "-"),
            terms=goods.names,
            campaigns=pl.Series([_link_name(each.name) for each in CAMPAIGNS]),
        )
        self.line_count = 0

    def write(
        self,
        month: int,
        happened: Happened,
        sold: Sold,
        forms: tuple[Ints, Ints],
        clicks: Clicks,
    ) -> None:
        """Write the logs of a month, a file a day."""
        rng = chance(self._world.plan.seed, "traffic", month)
        parts = [
            self._orders(sold),
            self._forms(forms),
            *self._failures(rng, happened),
            _Some(clicks[0], clicks[1], Intent.BROWSE, campaign=clicks[2]),
            self._looking(rng, happened),
            self._strangers(rng, happened),
        ]
        rows = pl.concat([self._frame(each) for each in parts])
        visitor = self._visitors(rng, rows["customer"].to_numpy())
        rows = rows.with_columns(visitor=visitor, day=rows["moment"] // DAY)
        by_day = rows.sort("day", maintain_order=True).partition_by("day", as_dict=True)
        for day in range(happened.first, happened.last):
            own = by_day.get((day,), rows.clear())
            self._write_day(day, own)

    def _write_day(self, day: int, rows: pl.DataFrame) -> None:
        visits = Visits(
            visitor=rows["visitor"].to_numpy(),
            customer=rows["knows"].cast(pl.Int32).to_numpy(),
            second=(rows["moment"] % DAY).cast(pl.Int32).to_numpy(),
            intent=rows["intent"].cast(pl.Int8).to_numpy(),
            product=rows["product"].cast(pl.Int32).to_numpy(),
            order=rows["order"].to_numpy(),
            campaign=rows["campaign"].cast(pl.Int32).to_numpy(),
        )
        seed, at = self._world.plan.seed, FIRST_DATE + timedelta(days=day)
        rng = chance(seed, "weblog", day)
        self.line_count += write_day(self._folder, at, visits, rng, self._site)
        self._write_app(at, visits, chance(seed, "app", day))

    def _write_app(self, at: date, visits: Visits, rng: np.random.Generator) -> None:
        events = draw_app_events(at, visits, rng, self._site)
        moment = moments_of(events["seen_at"])
        columns: dict[str, Column] = {each.name: each for each in events.get_columns()}
        self._journals.add("app_events", moment, columns | {"seen_at": moment})

    def _orders(self, sold: Sold) -> _Some:
        own = np.flatnonzero((sold.orders.channel == WEB) & (sold.orders.customer >= 0))
        line = np.searchsorted(sold.lines.order, own)
        who = sold.orders.customer[own]
        return _Some(
            who,
            sold.orders.moment[own],
            Intent.CHECKOUT,
            product=sold.lines.product[line],
            order=sold.orders.order_no[own],
            knows=who,
        )

    def _forms(self, forms: tuple[Ints, Ints]) -> _Some:
        return _Some(*forms, Intent.CONTACT, knows=forms[0])

    def _failures(self, rng: np.random.Generator, happened: Happened) -> list[_Some]:
        own = happened.met.kind == Trigger.FAILED_SEARCHES
        who, day = happened.met.customer[own], happened.met.day[own]
        first = within_hours(rng, day, 7, 23)
        product = rng.integers(self._world.assortment.products, size=len(who))
        return [
            _Some(
                who,
                first + each * FAILURE_SECONDS,
                Intent.FAILED_SEARCH,
                product=product,
                knows=who,
            )
            for each in range(FAILURES)
        ]

    def _looking(self, rng: np.random.Generator, happened: Happened) -> _Some:
        who, day = self._visits.draw(rng, happened.first, happened.last)
        there = self._world.population.joined[who] < day
        there &= day < happened.gone[who]
        who, day = who[there], day[there]
        logs_in = rng.random(len(who)) < LOGIN_SHARE
        intent, product = self._wishes(rng, len(who))
        logs_in |= intent == Intent.LOGIN_ONLY
        return _Some(
            who,
            within_hours(rng, day, 6, 24),
            intent,
            product=product,
            knows=np.where(logs_in, who, NONE),
        )

    def _strangers(self, rng: np.random.Generator, happened: Happened) -> _Some:
        rate = self._world.population.visit_rate.sum() * STRANGER_SHARE
        count = int(rng.poisson(rate * (happened.last - happened.first)))
        day = rng.integers(happened.first, happened.last, count)
        intent, product = self._wishes(rng, count)
        nobody = np.full(count, NONE)
        intent = np.where(intent == Intent.LOGIN_ONLY, Intent.BROWSE, intent)
        return _Some(nobody, within_hours(rng, day, 0, 24), intent, product=product)

    def _wishes(self, rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
        intents, shares = zip(*INTENTS, strict=True)
        intent = np.array(intents)[rng.choice(len(intents), count, p=shares)]
        return intent, rng.integers(self._world.assortment.products, size=count)

    def _visitors(self, rng: np.random.Generator, customer: Ints) -> Ints:
        """The browser of each visit: one's own, the other one, the household's."""
        household = self._world.population.household[customer]
        is_second = rng.random(len(customer)) < SECOND_DEVICE_SHARE
        shares = (household >= 0) & (household % SHARED_EVERY == 0)
        known = np.where(shares, _SHARED + household, 2 * customer + is_second)
        unknown = _STRANGERS + rng.integers(1 << 30, size=len(customer))
        return np.where(customer >= 0, known, unknown)

    @staticmethod
    def _frame(some: _Some) -> pl.DataFrame:
        count = len(some.customer)
        names = _Some.__dataclass_fields__
        columns = {each: np.broadcast_to(getattr(some, each), count) for each in names}
        return pl.DataFrame(
            {name: column.astype(np.int64) for name, column in columns.items()}
        )


def _link_name(name: str) -> str:
    return name.lower().replace(",", "").replace(" ", "-")
