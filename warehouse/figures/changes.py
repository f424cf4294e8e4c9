"""What changed: sales since the month before, segments since it ended, cohorts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from warehouse.connection import Connection
from warehouse.reading import has, read

COMPONENTS = ("new", "reactivated", "retained", "lost", "no_purchase", "unknown")
MOST_COHORTS = 12


@dataclass(frozen=True, slots=True)
class GrowthComponent:
    """What one cause adds to the sales of a month, or takes off."""

    code: str
    customers: int
    previous_amount: Decimal
    amount: Decimal
    change: Decimal


@dataclass(frozen=True, slots=True)
class GrowthBridge:
    """From the sales of one month to those of the next, cause by cause.

    Causes that changed nothing are left out; the others add up.
    """

    start_date: date
    end_date: date
    components: tuple[GrowthComponent, ...]

    @property
    def previous_amount(self) -> Decimal:
        """Sales of the month before."""
        return sum((each.previous_amount for each in self.components), Decimal(0))

    @property
    def amount(self) -> Decimal:
        """Sales of the month."""
        return sum((each.amount for each in self.components), Decimal(0))

    @property
    def change(self) -> Decimal:
        """How much more that is."""
        return self.amount - self.previous_amount


@dataclass(frozen=True, slots=True)
class SegmentMove:
    """Customers who stand elsewhere than before, and what they paid in the window.

    `from_code` is None for those who were in no segment, `to_code` for those who are
    in none any more: their numbers were joined to others, or forgotten.
    """

    from_code: str | None
    to_code: str | None
    customers: int
    money: Decimal


@dataclass(frozen=True, slots=True)
class SegmentFlows:
    """Where every customer stood at the end of last month, and stands now."""

    previous_date: date
    as_of_date: date
    flows: tuple[SegmentMove, ...]

    @property
    def moves(self) -> list[SegmentMove]:
        """Those who did not stay, most first."""
        return [each for each in self.flows if each.from_code != each.to_code]

    @property
    def moved_customers(self) -> int:
        """Customers who changed from one segment to another."""
        return sum(
            each.customers for each in self.moves if each.from_code and each.to_code
        )

    def net_change(self, codes: Iterable[str]) -> int:
        """How many more customers the segments of these codes have than before."""
        wanted = set(codes)
        return sum(
            each.customers * ((each.to_code in wanted) - (each.from_code in wanted))
            for each in self.flows
        )


@dataclass(frozen=True, slots=True)
class CohortQuarter:
    """How many of those who began in a quarter bought in a later one."""

    cohort_quarter_date: date
    quarter_number: int
    customers: int
    active: int
    share: float
    low_share: float
    high_share: float


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The newest cohorts, oldest first, each with its quarters in order."""

    quarters: tuple[CohortQuarter, ...]

    @property
    def by_cohort(self) -> dict[date, dict[int, CohortQuarter]]:
        """Quarters of each cohort, by their number."""
        found: dict[date, dict[int, CohortQuarter]] = {}
        for each in self.quarters:
            found.setdefault(each.cohort_quarter_date, {})[each.quarter_number] = each
        return found

    @property
    def numbers(self) -> range:
        """Quarters after the first that any cohort has lived."""
        return range(1, max(each.quarter_number for each in self.quarters) + 1)

    def share_after(self, number: int) -> float | None:
        """Share of all customers who bought `number` quarters after their first."""
        lived = [each for each in self.quarters if each.quarter_number == number]
        customers = sum(each.customers for each in lived)
        return sum(each.active for each in lived) / customers if customers else None


def growth_bridge(connection: Connection) -> GrowthBridge | None:
    """The newest closed month against the one before; None if there are no two."""
    if not has(connection, "growth_bridges"):
        return None
    found = connection.execute(
        "select period_start_date, period_end_date from marts.growth_bridges"
        " where period_code = 'month' order by period_start_date desc limit 1"
    ).fetchone()
    if found is None:
        return None
    components = read(
        connection,
        GrowthComponent,
        """
        select
            component_code as code,
            customer_count as customers,
            previous_amount,
            amount,
            change_amount as change
        from marts.growth_bridges
        where
            period_code = 'month'
            and period_start_date = %(start)s
            and (previous_amount <> 0 or amount <> 0)
        order by array_position(%(order)s::text[], component_code)
        """,
        {"start": found[0], "order": list(COMPONENTS)},
    )
    start, end = found
    return GrowthBridge(start, end, tuple(components)) if components else None


def segment_flows(connection: Connection) -> SegmentFlows | None:
    """Moves from the night that ended last month, or the oldest kept, to the newest.

    None if there is one night only.
    """
    newest = (
        "select max(as_of_date) from marts.publications"
        " where mart = 'customer_segments' and status = 'published'"
    )
    nights = connection.execute(
        f"""
        with newest as ({newest})
        select
            coalesce(
                (
                    select max(as_of_date) from marts.customer_segments
                    where as_of_date < (select date_trunc('month', max) from newest)
                ),
                (select min(as_of_date) from marts.customer_segments)
            ),
            max
        from newest
        """.encode()
    ).fetchone()
    previous, newest_night = nights or (None, None)
    if newest_night is None or previous >= newest_night:
        return None
    flows = read(
        connection,
        SegmentMove,
        """
        with before as (
            select customer_id, rfm_segment_code, monetary_amount
            from marts.customer_segments where as_of_date = %(previous)s
        ),
        now as (
            select customer_id, rfm_segment_code, monetary_amount
            from marts.customer_segments where as_of_date = %(newest)s
        )
        select
            before.rfm_segment_code as from_code,
            now.rfm_segment_code as to_code,
            count(*) as customers,
            sum(coalesce(now.monetary_amount, before.monetary_amount)) as money
        from before
        full join now on before.customer_id = now.customer_id
        group by before.rfm_segment_code, now.rfm_segment_code
        order by customers desc, from_code, to_code
        """,
        {"previous": previous, "newest": newest_night},
    )
    return SegmentFlows(previous, newest_night, tuple(flows))


def cohorts(connection: Connection) -> Cohorts | None:
    """Retention by quarters since the first purchase; None before a second quarter."""
    if not has(connection, "cohort_retention"):
        return None
    quarters = read(
        connection,
        CohortQuarter,
        """
        select
            cohort_quarter_date,
            quarter_number,
            customer_count as customers,
            active_count as active,
            retention_share as share,
            retention_low_share as low_share,
            retention_high_share as high_share
        from marts.cohort_retention
        where cohort_quarter_date in (
            select distinct cohort_quarter_date from marts.cohort_retention
            order by cohort_quarter_date desc limit %(most)s
        )
        order by cohort_quarter_date, quarter_number
        """,
        {"most": MOST_COHORTS},
    )
    lived = any(each.quarter_number for each in quarters)
    return Cohorts(tuple(quarters)) if lived else None
