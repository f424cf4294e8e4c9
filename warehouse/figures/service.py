"""From the visit to the sale, and who waits for an answer since."""

from dataclasses import dataclass
from datetime import date

from warehouse.connection import Connection
from warehouse.reading import Name, has, read

AREAS = ("before_sale", "at_sale", "after_sale")
MOST_CASES = 10


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many took a step in a month, and in the month before it."""

    area_code: str
    step_code: str
    unit_code: str
    count: int
    share: float | None
    previous_count: int | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The newest month that is over, or the only one, step by step."""

    month_start_date: date
    steps: tuple[FunnelStep, ...]

    def most(self, area_code: str) -> int:
        """What the most frequent step of an area counts."""
        return max(each.count for each in self.steps if each.area_code == area_code)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A customer's request that is neither solved nor closed."""

    case_id: str
    customer_id: str
    case_type_code: str | None
    reason_code: str | None
    reason_en: str | None
    reason_ko: str | None
    deadline_status: str
    opened_date: date
    promised_date: date | None

    @property
    def reason(self) -> Name | None:
        """What the reason is called; None where none was told."""
        if self.reason_code is None:
            return None
        return Name(self.reason_code, self.reason_en, self.reason_ko)


@dataclass(frozen=True, slots=True)
class OpenCases:
    """All open requests; `shown` are those that wait longest past the promise."""

    counts: dict[str, int]
    oldest_date: date
    waiting_inquiries: int
    shown: tuple[OpenCase, ...]

    @property
    def count(self) -> int:
        """Open requests, whatever was promised."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Saying:
    """What textbooks say, and what this company's own number says of it.

    Numbers are shares of 0 to 1 or ratios, as `unit_code` says; None where they are
    not known, or the band has no upper end.
    """

    saying_en: str
    saying_ko: str
    unit_code: str
    value: float | None
    low: float | None
    high: float | None
    band_low: float
    band_high: float | None
    verdict_code: str
    data_status: str
    missing_input: str | None


def funnel(connection: Connection, as_of_date: date | None) -> Funnel | None:
    """Steps of the newest month that was over on `as_of_date`, else of the newest.

    Areas in which nothing happened are left out.
    """
    if not has(connection, "ecrm_funnels"):
        return None
    found = connection.execute(
        """
        select month_start_date from marts.ecrm_funnels
        group by month_start_date
        having sum(step_count) > 0
        order by
            (month_start_date + interval '1 month')::date <= %s::date + 1 desc,
            month_start_date desc
        limit 1
        """,
        [as_of_date],
    ).fetchone()
    if found is None:
        return None
    steps = read(
        connection,
        FunnelStep,
        """
        select
            now.area_code,
            now.step_code,
            now.unit_code,
            now.step_count as count,
            now.previous_step_share as share,
            before.step_count as previous_count
        from marts.ecrm_funnels as now
        left join marts.ecrm_funnels as before
            on
                now.area_code = before.area_code
                and now.step_code = before.step_code
                and before.month_start_date
                = (now.month_start_date - interval '1 month')::date
        where
            now.month_start_date = %(month)s
            and exists (
                select from marts.ecrm_funnels as whole
                where
                    whole.month_start_date = %(month)s
                    and whole.area_code = now.area_code
                    and whole.step_count > 0
            )
        order by array_position(%(areas)s::text[], now.area_code), now.step_number
        """,
        {"month": found[0], "areas": list(AREAS)},
    )
    return Funnel(found[0], tuple(steps))


def open_cases(connection: Connection) -> OpenCases | None:
    """Requests that wait, by what was promised; None where nothing waits."""
    if not has(connection, "service_request_deadlines", "dim_reasons"):
        return None
    counts = connection.execute(
        "select deadline_status, count(*), min(opened_date)"
        " from marts.service_request_deadlines where is_open"
        " group by deadline_status order by deadline_status"
    ).fetchall()
    if not counts:
        return None
    shown = read(
        connection,
        OpenCase,
        """
        select
            cases.case_id,
            cases.customer_id,
            cases.case_type_code,
            cases.reason_code,
            reasons.name_en as reason_en,
            reasons.name_ko as reason_ko,
            cases.deadline_status,
            cases.opened_date,
            cases.promised_date
        from marts.service_request_deadlines as cases
        left join marts.dim_reasons as reasons
            on
                cases.reason_code = reasons.reason_code
                and reasons.reason_group_code = 'service'
        where cases.is_open
        order by
            cases.deadline_status <> 'overdue',
            cases.promised_date nulls last,
            cases.opened_date,
            cases.case_id
        limit %(most)s
        """,
        {"most": MOST_CASES},
    )
    return OpenCases(
        counts={status: number for status, number, _ in counts},
        oldest_date=min(day for _, _, day in counts),
        waiting_inquiries=_waiting_inquiries(connection),
        shown=tuple(shown),
    )


def _waiting_inquiries(connection: Connection) -> int:
    if not has(connection, "unanswered_inquiries"):
        return 0
    found = connection.execute(
        "select count(*) from marts.unanswered_inquiries"
        " where inquiry_status = 'waiting'"
    ).fetchone()
    return found[0] if found else 0


def scoreboard(connection: Connection) -> list[Saying]:
    """What textbooks say, against the company; empty where nobody has looked."""
    if not has(connection, "textbook_scoreboard"):
        return []
    return read(
        connection,
        Saying,
        """
        select
            saying_en,
            saying_ko,
            unit_code,
            company_value as value,
            company_low as low,
            company_high as high,
            band_low,
            band_high,
            verdict_code,
            data_status,
            missing_input
        from marts.textbook_scoreboard
        order by saying_number
        """,
    )
