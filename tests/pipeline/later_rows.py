"""What the marts tell of the days after a cutoff: taken out, or turned into nonsense.

Of rows that begin by the cutoff and go on, only what happened later is touched.
`%(end)s` is the first moment that is not known at the cutoff, `%(cutoff)s` its day.
"""

from datetime import date, datetime

from psycopg import sql

from warehouse.connection import Connection

# fact -> condition on the rows that begin after the cutoff
LATER = {
    "customer_days": "activity_date > %(cutoff)s",
    "fct_orders": "order_date > %(cutoff)s",
    "fct_order_lines": "order_date > %(cutoff)s",
    "fct_returns": "return_date > %(cutoff)s",
    "fct_web_sessions": "started_at >= %(end)s",
    "fct_page_views": "viewed_at >= %(end)s",
    "fct_campaign_contacts": "contact_date > %(cutoff)s",
    "fct_campaign_responses": "response_date > %(cutoff)s",
    "fct_quotes": "quote_date > %(cutoff)s",
    "fct_service_cases": "opened_date > %(cutoff)s",
    "fct_interactions": "interaction_date > %(cutoff)s",
    "dim_customers": "valid_from >= %(end)s",
    "dim_employees": "valid_from >= %(end)s",
}
# fact -> moments that may come after the cutoff though the row began before
MOMENTS = {
    "fct_quotes": ("decided_at",),
    "fct_service_cases": ("answered_at", "visited_at", "solved_at", "closed_at"),
    "fct_interactions": ("ended_at", "done_at"),
}
# What is told of such a row only later, and what was said before.
STATES = (
    "update marts.fct_quotes set quote_status = {open}"
    " where decided_at >= %(end)s or decided_at is null",
    "update marts.dim_customers set valid_to = {infinity} where valid_to >= %(end)s",
    "update marts.dim_employees set valid_to = {infinity} where valid_to >= %(end)s",
    # who came is known since the login or order that says so
    "update marts.fct_web_sessions as own set current_customer_id = {nobody}"
    " from marts.fct_page_views as evidence"
    " where own.evidence_request_id = evidence.page_view_id"
    " and evidence.viewed_at >= %(end)s",
)
CUT_STATES = {"open": "'open'", "infinity": "'infinity'", "nobody": "null"}
SCRAMBLED_STATES = {
    "open": "(array['open', 'won', 'lost', 'expired'])[1 + length(quote_id) %% 4]",
    "infinity": "greatest(%(end)s, valid_from + interval '1 second')",
    "nobody": "(select max(customer_id) from marts.dim_customers)",
}
# Numbers of the facts whose later rows are changed as well.
NUMBERS = {
    "customer_days": ("order_count", "net_amount", "line_count", "return_count"),
    "fct_order_lines": ("gross_amount", "quantity"),
}


def cut(connection: Connection, cutoff: date, end: datetime) -> None:
    """Take out of the marts whatever happened after a cutoff."""
    _tell(connection, [each.format(**CUT_STATES) for each in STATES], cutoff, end)
    for fact, moments in MOMENTS.items():
        _tell(
            connection,
            [
                f"update marts.{fact} set {moment} = null where {moment} >= %(end)s"
                for moment in moments
            ],
            cutoff,
            end,
        )
    deletes = [f"delete from marts.{fact} where {late}" for fact, late in LATER.items()]
    _tell(connection, deletes, cutoff, end)


def scramble(connection: Connection, cutoff: date, end: datetime) -> None:
    """Turn what happened after a cutoff into something else.

    A third of the rows vanishes, the others change customers and numbers; what went on
    ends at another later moment, or never.
    """
    statements = [each.format(**SCRAMBLED_STATES) for each in STATES]
    for fact, moments in MOMENTS.items():
        statements += [
            f"update marts.{fact} as own set {moment} ="
            f" case when {_lot('own', moment)} = 0 then null"
            f" else %(end)s + {_lot('own', moment, 900)} * interval '1 hour' end"
            f" where {moment} >= %(end)s or {moment} is null"
            for moment in moments
        ]
    for fact, late in LATER.items():
        numbers = NUMBERS.get(fact, ())
        statements.append(
            f"delete from marts.{fact} as own where {late} and {_lot('own', fact)} = 0"
        )
        statements += [
            f"update marts.{fact} as own set"
            f" {number} = {number} + {_lot('own', number)} where {late}"
            for number in numbers
        ]
        if fact.startswith("fct_"):
            statements.append(
                f"update marts.{fact} as own set current_customer_id = other.name"
                " from (select customer_id as name, row_number() over"
                " (order by customer_id) as place from marts.dim_customers"
                " where is_current) as other"
                f" where {late} and other.place = 1 + {_lot('own', 'who', 200)}"
            )
    _tell(connection, statements, cutoff, end)


def _lot(row: str, purpose: str, of: int = 3) -> str:
    """A number below `of`, by the row's content and what it is for."""
    told = f"md5({row}::text || '{purpose}')"
    return f"(('x' || left({told}, 7))::bit(28)::integer %% {of})"


def _tell(
    connection: Connection, statements: list[str], cutoff: date, end: datetime
) -> None:
    for statement in statements:
        connection.execute(sql.SQL(statement), {"cutoff": cutoff, "end": end})
