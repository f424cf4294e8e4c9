"""The company's life, month by month: causes first, then what it writes down of them.

Rows of a month reach the database in the order of the moments at which they are written
down. What a month draws does not depend on how far the history goes on.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from demo.simulated.books.aftersales import Aftersales
from demo.simulated.books.consents import Consents
from demo.simulated.books.contacts import Contacts
from demo.simulated.books.gatherings import Gatherings
from demo.simulated.books.goods import Goods, write_codes
from demo.simulated.books.journals import Column, Journals, Write, words
from demo.simulated.books.leads import Leads
from demo.simulated.books.ledger import Ledger
from demo.simulated.books.mailings import FIRST_CAMPAIGN, Mailings
from demo.simulated.books.members import Members
from demo.simulated.books.orders import Sold, member_no
from demo.simulated.books.quotations import Quotations
from demo.simulated.books.sales import Sales
from demo.simulated.books.service import Service
from demo.simulated.books.staff import Staff
from demo.simulated.causes.approaches import CAMPAIGNS
from demo.simulated.causes.course import Course
from demo.simulated.causes.happenings import Happened, State
from demo.simulated.causes.population import NEVER
from demo.simulated.causes.world import World
from demo.simulated.moments import DAY, NONE, Floats, chance
from demo.simulated.plan import FIRST_DATE, LEAVING, Plan, Trigger
from demo.simulated.truth.cutoffs import Truth
from demo.simulated.web.traffic import Traffic

AT_ONCE = 50_000  # customers who joined before the history
HORIZONS = (28, 91, 182, 364)  # days, of what is written of the truth
CAUSES = (*(each.name.lower() for each in Trigger), "lapse", "joined_membership")


class Simulation:
    """The company, and the truth about it.

    Parameters
    ----------
    plan : Plan
    write : callable
        Takes the rows of each table; see `journals.Write`.
    logs : Path, optional
        Where web logs go; without it nobody visits the web shop or the app.
    horizons : sequence of int
        Days ahead for which the truth about every customer is written, each month;
        it is a row a customer, month and horizon.

    Attributes
    ----------
    state : State
        Where every customer stands.
    sales : Sales
        With the ladders of each customer.
    """

    def __init__(
        self,
        plan: Plan,
        write: Write,
        logs: Path | None = None,
        horizons: Sequence[int] = (),
    ) -> None:
        self.world = world = World.of(plan)
        self.journals = journals = Journals(write)
        self.ledger = ledger = Ledger(world.days, world.population)
        self.truth = Truth(world)
        self._horizons = horizons
        self.course = Course(world)
        self.state: State = self.course.begin(chance(plan.seed, "begin"))
        staff = Staff(world, journals)
        write_codes(world, journals)
        self._staff = staff
        self.sales = sales = Sales(world, journals, ledger, staff)
        self._quotations = Quotations(world, journals, staff)
        self._aftersales = Aftersales(journals, ledger)
        self._contacts = Contacts(world, journals, ledger, staff, sales)
        self._service = Service(world, journals, ledger, staff, sales)
        self._members = Members(world, journals, ledger, staff, self._contacts)
        self._consents = Consents(world, journals)
        self._mailings = Mailings(world, journals, ledger)
        self._leads = Leads(world, journals, staff, self._members.persons)
        self._gatherings = Gatherings(world, journals, self._members.joined)
        self._goods = Goods(world, journals)
        self._traffic = Traffic(world, journals, self._goods, logs) if logs else None

    @property
    def line_count(self) -> int:
        """Lines of web logs."""
        return self._traffic.line_count if self._traffic else 0

    def run(self, progress: Callable[[str, float], None]) -> dict[str, int]:
        """Live the whole history.

        Returns
        -------
        dict of str to int
            Rows of each table.
        """
        months = self.world.plan.months
        self._write_old_customers()
        for month in range(months):
            self.step(month)
            first, _ = self.world.days.bounds(month)
            name = FIRST_DATE + timedelta(days=first)
            progress(f"{name:%Y-%m}", (month + 1) / months)
        self._write_truth()
        return self.journals.counts

    def _write_old_customers(self) -> None:
        """Write who joined before the history, some at a time to save memory."""
        joined = self.world.population.joined
        old = int(np.searchsorted(joined, 0))
        for part, begin in enumerate(range(0, old, AT_ONCE)):
            end = min(begin + AT_ONCE, old)
            rng = chance(self.world.plan.seed, "old customers", part)
            self._members.write_new(rng, begin, end)
            self._consents.ask(rng, begin, end, self._members.joined)
            self.journals.release(int(joined[end]) if end < old else 0)

    def step(self, month: int) -> None:
        """Live a month, and write what it brought."""
        first, last = self.world.days.bounds(month)
        happened = self.course.step(self._chance("course", month), self.state, last)
        self._staff.write(happened, self._chance("staff", month))
        self._goods.write(happened)
        asleep = self._members.fall_asleep(first, self.sales.last_day)
        # what is written of contacts knows the orders of the months before
        forms = self._contacts.write(self._chance("contacts", month), happened)
        self._service.write(self._chance("service", month), happened)
        quotes = self._chance("quotes", month)
        quoted = self._quotations.open(quotes, happened)
        sold = self.sales.write(self._chance("sales", month), month, happened, quoted)
        self._quotations.decide(quotes, sold, last)
        self._aftersales.write(self._chance("aftersales", month), sold)
        clicks = self._mailings.write(self._chance("mailings", month), happened, sold)
        members = self._chance("members", month)
        withdrawn = self.state.withdrawn
        self._members.write(members, month, happened, withdrawn, sold, asleep)
        consents = self._chance("consents", month)
        self._consents.write(consents, happened, self._members.joined, withdrawn)
        self._leads.write(self._chance("leads", month), month, happened)
        self._gatherings.write(self._chance("gatherings", month), month, happened)
        if self._traffic is not None:
            self._traffic.write(month, happened, sold, forms, clicks)
        self.ledger.close("open_case_count", month, self._service.open_cases(last - 1))
        self._tell_truth(happened, sold)
        self.journals.release(last)

    def _chance(self, concern: str, month: int) -> np.random.Generator:
        return chance(self.world.plan.seed, concern, month)

    def _tell_truth(self, happened: Happened, sold: Sold) -> None:
        met = happened.met
        self.journals.add(
            "truth.triggers",
            met.day * DAY,
            {
                "kind": words(CAUSES, met.kind),
                "member_no": member_no(met.customer),
                "met_on": met.day,
                "has_left": met.has_left,
            },
        )
        if not self._horizons:
            return
        day = happened.last - 1
        ahead = self.truth.ahead(self.state, self.sales.baskets.ladders, self._horizons)
        count = len(ahead.customer)
        for column, horizon in enumerate(self._horizons):
            self.journals.add(
                "truth.customer_months",
                np.full(count, day * DAY),
                {
                    "member_no": member_no(ahead.customer),
                    "cutoff_on": np.full(count, day),
                    "horizon_days": np.full(count, horizon),
                    "no_purchase_probability": ahead.no_purchase[:, column],
                    "expected_purchases": ahead.purchases[:, column],
                    "expected_net_amount": ahead.net_amount[:, column],
                    "expected_margin_amount": ahead.margin_amount[:, column],
                },
            )

    def _write_truth(self) -> None:
        """Write what is true of the whole history."""
        last = self.world.days.count
        stamp = np.full(self.world.plan.months, (last - 1) * DAY)
        months = self.ledger.months()
        starts = self.world.days.month_starts[:-1]
        columns: dict[str, Column] = {"month_on": starts}
        columns |= {each.name: each for each in months.get_columns()}
        self.journals.add("truth.months", stamp, columns)
        self._write_customers(last)
        assortment = self.world.assortment
        first, second = (
            pl.Series(assortment.categories).gather(assortment.pairs[:, each])
            for each in (0, 1)
        )
        self._add_truth(
            "truth.pairs",
            first_category=first,
            second_category=second,
            odds_ratio=assortment.odds_ratios,
        )
        self._add_truth(
            "truth.leaving",
            kind=pl.Series(CAUSES[: len(Trigger)]),
            leaving_probability=np.array([LEAVING[each] for each in Trigger]),
        )
        self._add_truth(
            "truth.campaigns",
            campaign_no=FIRST_CAMPAIGN + np.arange(len(CAMPAIGNS)),
            weakest_effect=_of_campaigns("weakest"),
            strongest_effect=_of_campaigns("strongest"),
            leaving_probability=_of_campaigns("leaving"),
            hazard_factor=_of_campaigns("saving"),
        )
        self.journals.release(last)

    def _write_customers(self, last: int) -> None:
        people = self.world.population
        gone = self.state.gone()
        gone = np.where((gone < last) & (gone < NEVER), gone, NONE)
        known = people.joined < last
        self._add_truth(
            "truth.customers",
            member_no=member_no(np.flatnonzero(known)),
            gap_shape=people.shape[known],
            mean_gap_days=people.mean_gap[known],
            mean_extra_lines=people.extra_lines[known],
            daily_hazard=people.hazard[known],
            response_trait=people.response[known],
            left_on=gone[known],
        )

    def _add_truth(self, table: str, **columns: Column) -> None:
        count = len(next(iter(columns.values())))
        stamp = np.full(count, (self.world.days.count - 1) * DAY)
        self.journals.add(table, stamp, columns)


def _of_campaigns(name: str) -> Floats:
    return np.array([float(getattr(each, name)) for each in CAMPAIGNS])
