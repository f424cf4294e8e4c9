"""What the models expect of customers, and how right they were before."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from warehouse.connection import Connection
from warehouse.reading import Name, has, read

MOST_AT_RISK = 10
BARS = 12


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a model, or of a rule that it must beat."""

    anchor_date: date
    measure_code: str
    contender_code: str
    bin_number: int
    value: float
    low: float | None
    high: float | None
    expected: float | None
    rows: int
    first_cutoff_date: date | None
    last_cutoff_date: date | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good a model is, by its newest anchor date."""

    measures: tuple[Measure, ...]

    @property
    def anchor_date(self) -> date:
        """Day before which everything happened that the model is judged on."""
        return self.measures[0].anchor_date

    def bins(self, measure_code: str) -> list[Measure]:
        """A measure of the model by parts, in their order."""
        return [
            each
            for each in self.measures
            if each.bin_number
            and (each.measure_code, each.contender_code) == (measure_code, "model")
        ]

    def one(self, measure_code: str, contender_code: str = "model") -> Measure | None:
        """A measure that is one number."""
        wanted = (measure_code, contender_code, 0)
        for each in self.measures:
            if (each.measure_code, each.contender_code, each.bin_number) == wanted:
                return each
        return None


@dataclass(frozen=True, slots=True)
class ValueBar:
    """Customers whose value is at least `low` and less than `high`, None for any."""

    low: Decimal
    high: Decimal | None
    customers: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LifetimeValues:
    """What the customers of one night are expected to bring over the horizon."""

    as_of_date: date
    horizon_weeks: int
    basis_code: str
    customers: int
    amount: Decimal
    median_amount: Decimal
    top_20_share: float | None
    bars: tuple[ValueBar, ...]


@dataclass(frozen=True, slots=True)
class ChurnBand:
    """Customers of one band of risk and what they are expected to bring."""

    risk_band: str
    customers: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class CustomerAtRisk:
    """A customer, by number only, who may stay away and would be missed."""

    customer_id: str
    probability: float
    value_amount: Decimal | None
    segment_code: str | None
    recency_days: int | None
    reason_codes: list[str]


@dataclass(frozen=True, slots=True)
class Churn:
    """Who may stay away, of the customers who are still active."""

    as_of_date: date
    horizon_days: int
    bands: tuple[ChurnBand, ...]
    at_risk: tuple[CustomerAtRisk, ...]
    reasons: dict[str, Name]

    @property
    def scored(self) -> int:
        """Customers with a probability."""
        return sum(each.customers for each in self.bands)

    def band(self, code: str) -> ChurnBand | None:
        """One band of risk; None if nobody is in it."""
        return next((each for each in self.bands if each.risk_band == code), None)


def evaluation(
    connection: Connection, model_code: str, subject_code: str = "all"
) -> Evaluation | None:
    """What was measured of a model when it was trained last; None: nothing yet."""
    if not has(connection, "model_evaluations"):
        return None
    measures = read(
        connection,
        Measure,
        """
        select
            anchor_date,
            measure_code,
            contender_code,
            bin_number,
            value,
            value_low as low,
            value_high as high,
            expected_value as expected,
            row_count as rows,
            first_cutoff_date,
            last_cutoff_date
        from marts.model_evaluations
        where
            model_code = %(model)s
            and subject_code = %(subject)s
            and value is not null
            and anchor_date = (
                select max(anchor_date) from marts.model_evaluations
                where
                    model_code = %(model)s
                    and subject_code = %(subject)s
                    and value is not null
            )
        order by measure_code, contender_code, bin_number
        """,
        {"model": model_code, "subject": subject_code},
    )
    return Evaluation(tuple(measures)) if measures else None


def lifetime_values(connection: Connection) -> LifetimeValues | None:
    """Lifetime values of the newest night, and how they are spread."""
    if not has(connection, "customer_lifetime_values_current"):
        return None
    found = connection.execute(
        """
        with ranked as (
            select
                *,
                row_number() over (order by clv_amount desc, customer_id) as place,
                count(*) over () as customers
            from marts.customer_lifetime_values_current
            where clv_amount is not null
        )
        select
            max(as_of_date),
            max(horizon_weeks),
            max(value_basis_code),
            count(*),
            sum(clv_amount),
            percentile_disc(0.5) within group (order by clv_amount),
            (
                sum(clv_amount) filter (where place <= 0.2 * customers)
                / nullif(sum(clv_amount), 0)
            )::float8,
            percentile_disc(0.95) within group (order by clv_amount)
        from ranked
        """
    ).fetchone()
    if not found or not found[3]:
        return None
    as_of_date, weeks, basis, customers, amount, median, top_share, usual = found
    return LifetimeValues(
        as_of_date=as_of_date,
        horizon_weeks=weeks,
        basis_code=basis,
        customers=customers,
        amount=amount,
        median_amount=median,
        top_20_share=top_share,
        bars=_bars(connection, _step(usual)),
    )


def _step(usual: Decimal) -> Decimal:
    """A round width, so that the usual values fill about ten bars."""
    width = max(usual / (BARS - 2), Decimal("0.01"))
    power = Decimal(10) ** width.adjusted()
    return next(power * each for each in (1, 2, 5, 10) if power * each >= width)


def _bars(connection: Connection, step: Decimal) -> tuple[ValueBar, ...]:
    rows = connection.execute(
        """
        with placed as (
            select
                clv_amount,
                greatest(least(floor(clv_amount / %(step)s), %(last)s), 0) as place
            from marts.customer_lifetime_values_current
            where clv_amount is not null
        )
        select places.place, count(clv_amount), coalesce(sum(clv_amount), 0)
        from generate_series(0, (select max(place)::int from placed)) as places (place)
        left join placed on places.place = placed.place
        group by places.place
        order by places.place
        """,
        {"step": step, "last": BARS - 1},
    ).fetchall()
    return tuple(
        ValueBar(
            low=place * step,
            high=(place + 1) * step if place < BARS - 1 else None,
            customers=customers,
            amount=amount,
        )
        for place, customers, amount in rows
    )


def churn(connection: Connection) -> Churn | None:
    """Who is likely to buy nothing in the horizon; None where nobody is scored."""
    wanted = ("churn_predictions_current", "customer_lifetime_values_current")
    if not has(connection, *wanted, "dim_reasons"):
        return None
    night = connection.execute(
        "select max(as_of_date), max(horizon_days) from marts.churn_predictions_current"
        " where label_code = 'no_purchase' and is_scorable"
    ).fetchone()
    if night is None or night[0] is None:
        return None
    bands = read(
        connection,
        ChurnBand,
        """
        select risk_band, count(*) as customers, sum(clv_amount) as amount
        from marts.churn_predictions_current
        left join marts.customer_lifetime_values_current using (customer_id)
        where label_code = 'no_purchase' and is_scorable
        group by risk_band
        order by array_position(array['high', 'medium', 'low'], risk_band)
        """,
    )
    at_risk = read(
        connection,
        CustomerAtRisk,
        """
        select
            customer_id,
            churn_probability as probability,
            clv_amount as value_amount,
            rfm_segment_code as segment_code,
            recency_days,
            array_remove(
                array[reason_1_code, reason_2_code, reason_3_code], null
            ) as reason_codes
        from marts.churn_predictions_current
        left join marts.customer_lifetime_values_current using (customer_id)
        left join marts.customer_segments_current using (customer_id)
        where label_code = 'no_purchase' and risk_band = 'high'
        order by clv_amount desc nulls last, customer_id
        limit %(most)s
        """,
        {"most": MOST_AT_RISK},
    )
    reasons = read(
        connection,
        Name,
        "select reason_code as code, name_en as en, name_ko as ko"
        " from marts.dim_reasons where reason_group_code = 'churn'",
    )
    as_of_date, horizon_days = night
    return Churn(
        as_of_date=as_of_date,
        horizon_days=horizon_days,
        bands=tuple(bands),
        at_risk=tuple(at_risk),
        reasons={each.code: each for each in reasons},
    )
