"""Who the customers are and what they bring."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from warehouse.connection import Connection
from warehouse.reading import Name, read

# Bought much or often, and stay away now: the customers worth a call.
AT_RISK = ("at_risk", "cannot_lose")


class NothingPublished(RuntimeError):
    """The segments, which these figures need, have never been published."""


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """Who the customers are, how much the best bring, how much is at risk.

    Money is what was paid in the RFM window of `window_days`. `top_20_share` is of
    the `buyers`, the customers who bought in it; None if they brought nothing.
    """

    as_of_date: date
    currency_code: str
    window_days: int
    customers: int
    buyers: int
    money: Decimal
    top_20_share: float | None
    at_risk_customers: int
    at_risk_money: Decimal


@dataclass(frozen=True, slots=True)
class Segment:
    """One RFM segment tonight; shares are None where the whole is nothing."""

    code: str
    name_en: str
    name_ko: str
    meaning_en: str
    meaning_ko: str
    action_en: str
    action_ko: str
    display_order: int
    customers: int
    money: Decimal
    customer_share: float | None
    share: float | None
    median_recency_days: float | None
    median_frequency: float | None

    @property
    def name(self) -> Name:
        """What the segment is called."""
        return Name(self.code, self.name_en, self.name_ko)


@dataclass(frozen=True, slots=True)
class SegmentSummary:
    """All segments of the newest published night, empty ones too."""

    as_of_date: date
    currency_code: str
    window_days: int
    segments: tuple[Segment, ...]

    @property
    def customers(self) -> int:
        """Customers in all segments."""
        return sum(each.customers for each in self.segments)

    @property
    def money(self) -> Decimal:
        """What they paid in the window."""
        return sum((each.money for each in self.segments), Decimal(0))


@dataclass(frozen=True, slots=True)
class LorenzCurve:
    """How value is spread over the customers who bought in the window.

    ``shares[p]`` is the share that the lowest p % of them bring, p from 0 to 100;
    empty, and the Gini coefficient None, if they brought nothing.
    """

    shares: tuple[float, ...]
    gini: float | None

    def top_share(self, percent: int) -> float | None:
        """Share that the best `percent` % bring."""
        return 1 - self.shares[100 - percent] if self.shares else None


@dataclass(frozen=True, slots=True)
class MonthConcentration:
    """How much the best customers of one month brought."""

    month_start_date: date
    customer_count: int
    total_amount: Decimal
    top_20_share: float | None
    gini: float | None


def first_answer(connection: Connection) -> FirstAnswer:
    """The first thing to know about a company's customers.

    Raises
    ------
    NothingPublished
        If no segments are published yet.
    """
    summary = segment_summary(connection)
    curve = lorenz_curve(connection)
    (buyers,) = connection.execute(
        "select count(*) from marts.customer_segments_current where frequency > 0"
    ).fetchone() or (0,)
    at_risk = [each for each in summary.segments if each.code in AT_RISK]
    return FirstAnswer(
        as_of_date=summary.as_of_date,
        currency_code=summary.currency_code,
        window_days=summary.window_days,
        customers=summary.customers,
        buyers=buyers,
        money=summary.money,
        top_20_share=curve.top_share(20),
        at_risk_customers=sum(each.customers for each in at_risk),
        at_risk_money=sum((each.money for each in at_risk), Decimal(0)),
    )


def segment_summary(connection: Connection) -> SegmentSummary:
    """Sizes and money of the segments of the newest published night.

    Raises
    ------
    NothingPublished
        If no segments are published yet.
    """
    as_of_date = _published_date(connection)
    segments = read(
        connection,
        Segment,
        """
        with sizes as (
            select
                rfm_segment_code as code,
                count(*) as customers,
                sum(monetary_amount) as money,
                percentile_cont(0.5) within group (order by recency_days)
                    as median_recency_days,
                percentile_cont(0.5) within group (order by frequency)
                    as median_frequency
            from marts.customer_segments_current
            group by rfm_segment_code
        )
        select
            names.rfm_segment_code as code,
            names.name_en,
            names.name_ko,
            names.meaning_en,
            names.meaning_ko,
            names.suggested_action_en as action_en,
            names.suggested_action_ko as action_ko,
            names.display_order,
            coalesce(sizes.customers, 0) as customers,
            coalesce(sizes.money, 0) as money,
            (coalesce(sizes.customers, 0) / sum(sizes.customers) over ())
                ::float8 as customer_share,
            (coalesce(sizes.money, 0) / nullif(sum(sizes.money) over (), 0))
                ::float8 as share,
            sizes.median_recency_days,
            sizes.median_frequency
        from marts.dim_segments as names
        left join sizes on names.rfm_segment_code = sizes.code
        order by names.display_order
        """,
    )
    (currency_code, window_days) = connection.execute(
        "select currency_code, rfm_window_days from marts.company_settings"
    ).fetchone() or ("", 0)
    return SegmentSummary(as_of_date, currency_code, window_days, tuple(segments))


def lorenz_curve(connection: Connection) -> LorenzCurve:
    """Lorenz curve of the money of the current RFM window, a point a percent.

    Read between customers where a percent is no whole number of them, and negative
    sums taken as zero, as `value_concentration` does by month.

    Raises
    ------
    NothingPublished
        If no segments are published yet.
    """
    _published_date(connection)
    rows = connection.execute(
        """
        with buyers as (
            select customer_id, greatest(monetary_amount, 0) as amount
            from marts.customer_segments_current
            where frequency > 0
        ),
        ranked as (
            select
                amount,
                row_number() over lowest_first as position,
                sum(amount) over lowest_first as amount_up_to
            from buyers
            window lowest_first as (order by amount, customer_id)
        ),
        whole as (
            select
                count(*)::numeric as customers,
                sum(amount) as amount,
                sum(position * amount) as weighted
            from ranked
        )
        select
            (
                ranked.amount_up_to
                + ranked.amount
                * (percent * whole.customers / 100 - ranked.position)
            ) / whole.amount,
            2 * whole.weighted / (whole.customers * whole.amount)
            - (whole.customers + 1) / whole.customers
        from generate_series(0, 100) as percent
        cross join whole
        inner join ranked
            -- the customer at the edge, who counts by a part
            on ranked.position = greatest(ceil(percent * whole.customers / 100), 1)
        where whole.amount > 0
        order by percent
        """
    ).fetchall()
    return LorenzCurve(
        shares=tuple(float(share) for share, _ in rows),
        gini=float(rows[0][1]) if rows else None,
    )


def concentration_by_month(
    connection: Connection, measure_code: str = "net_amount"
) -> list[MonthConcentration]:
    """Concentration of each month, oldest first."""
    return read(
        connection,
        MonthConcentration,
        "select month_start_date, customer_count, total_amount, top_20_share, gini"
        " from marts.value_concentration where measure_code = %(measure)s"
        " order by month_start_date",
        {"measure": measure_code},
    )


def _published_date(connection: Connection) -> date:
    found = connection.execute(
        "select max(as_of_date) from marts.publications"
        " where mart = 'customer_segments' and status = 'published'"
    ).fetchone()
    if found is None or found[0] is None:
        raise NothingPublished(
            "marts.customer_segments has never been published; run a night first: "
            "`make demo`, or `make night DATE=...`"
        )
    day: date = found[0]
    return day
