"""The queries of an export: who is withheld and why, and what a place lacks.

They have no parameters, since COPY takes none.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from psycopg import sql

# Why a customer is left out, the strictest first: of several channels it counts.
REASONS = (
    "forgotten",
    "customer_withdrawn",
    "data_use_withdrawn",
    "withdrawn",
    "refused",
    "consent_not_known",
    "never_asked",
    "unknown_customer",
)
# By which channels a customer may be contacted, in every export that names one.
PERMISSION_COLUMNS = {
    "day_channel_codes": "text",
    "night_channel_codes": "text",
    "reconfirm_by": "date",
}
CHANGE_COLUMNS = {
    "as_of_date": "date",
    "previous_as_of_date": "date",
    "customer_id": "text",
    "change": "text",
    "from_code": "text",
    "to_code": "text",
    "cause_code": "text",
    **PERMISSION_COLUMNS,
}
UNKNOWN = "(unknown)"


def person_columns(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Columns that name customers, by their numbers of now where a mart has them."""
    current = [name for name in columns if name.endswith("current_customer_id")]
    others = {name.replace("current_", "") for name in current}
    return tuple(
        name
        for name in columns
        if name in current
        or (
            name.endswith("customer_id")
            and "source_" not in name
            and name not in others
        )
    )


def judged(
    relation: sql.Composable,
    columns: Mapping[str, str],
    persons: Sequence[str],
    forgotten: Sequence[str],
) -> sql.Composed:
    """Every row of a mart with `withheld_because`, null where it may go out.

    A row that names several customers needs the permission of each.

    Parameters
    ----------
    relation : Composable
        The mart, or the view of its newest night.
    columns : mapping of str to str
        Of the mart, those to be read.
    persons : sequence of str
        Those that name customers.
    forgotten : sequence of str
        Numbers of customers who asked to be forgotten.
    """
    names = [sql.Identifier("shown", name) for name in columns]
    if not persons:
        return sql.SQL(
            "select {}, null::text as withheld_because from {} as shown"
        ).format(sql.SQL(", ").join(names), relation)
    reasons = [
        sql.SQL(
            "case when coalesce({customer}, {unknown}) = {unknown}"
            " then 'unknown_customer'"
            " when {customer} = any({forgotten}::text[]) then 'forgotten'"
            " when {permission}.is_permitted then null"
            " else coalesce({permission}.reason_code, 'never_asked') end"
        ).format(
            customer=sql.Identifier("shown", person),
            unknown=UNKNOWN,
            forgotten=list(forgotten),
            permission=sql.Identifier(f"permission_{number}"),
        )
        for number, person in enumerate(persons)
    ]
    customers = sql.SQL(" ").join(
        sql.SQL("when {} is not null then coalesce({}, {})").format(
            reason, sql.Identifier("shown", person), UNKNOWN
        )
        for reason, person in zip(reasons, persons, strict=True)
    )
    joins = sql.SQL(" ").join(
        sql.SQL("left join {} as {} on {} = {}").format(
            _PERMISSIONS,
            sql.Identifier(f"permission_{number}"),
            sql.Identifier("shown", person),
            sql.Identifier(f"permission_{number}", "customer_id"),
        )
        for number, person in enumerate(persons)
    )
    names += [
        sql.Identifier("permission_0", name)
        for name in permission_columns(columns, persons)
    ]
    return sql.SQL(
        "select {names}, coalesce({reasons}) as withheld_because,"
        " case {customers} end as withheld_customer_id from {relation} as shown {joins}"
    ).format(
        names=sql.SQL(", ").join(names),
        reasons=sql.SQL(", ").join(reasons),
        customers=customers,
        relation=relation,
        joins=joins,
    )


_PERMISSIONS = sql.SQL(
    "(select customer_id, bool_or(may_contact_day) as is_permitted,"
    " string_agg(channel_code, ' ' order by channel_code)"
    " filter (where may_contact_day) as day_channel_codes,"
    " string_agg(channel_code, ' ' order by channel_code)"
    " filter (where may_contact_night) as night_channel_codes,"
    " min(reconfirm_by) as reconfirm_by,"
    " (array_agg(reason_code order by array_position({}, reason_code)))[1]"
    " as reason_code"
    " from marts.customer_contact_permissions_current group by customer_id)"
).format(list(REASONS))


def permission_columns(
    columns: Mapping[str, str], persons: Sequence[str]
) -> dict[str, str]:
    """Columns that an export adds: how a row's one customer may be contacted."""
    if len(persons) != 1:
        return {}
    return {
        name: kind for name, kind in PERMISSION_COLUMNS.items() if name not in columns
    }


def counted(rows: sql.Composable) -> sql.Composed:
    """Rows and customers of `judged` that are withheld, by reason."""
    return sql.SQL(
        "select withheld_because, count(*), count(distinct withheld_customer_id)"
        " from ({}) as judged where withheld_because is not null"
        " group by withheld_because order by array_position({}, withheld_because)"
    ).format(rows, list(REASONS))


def going_out(
    rows: sql.Composable, columns: Mapping[str, str], *, everybody: bool
) -> sql.Composed:
    """The rows of `judged` that leave the warehouse."""
    return sql.SQL("select {} from ({}) as judged where {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        rows,
        sql.SQL("true" if everybody else "withheld_because is null"),
    )


def had(exports: sql.Composable, base: int | None) -> sql.Composed:
    """Customers that a place has or may have, each with a code.

    `is_certain` where the last finished export and all that broke off since agree. Of
    others nobody knows, so changes tell them anew.

    Parameters
    ----------
    exports : Composable
        Condition on `ledger.exports`.
    base : int or None
        The last finished one; None: there is none.
    """
    return sql.SQL(
        """
        select
            held.customer_id,
            coalesce(
                min(held.code) filter (where held.export_id = {base}),
                min(held.code)
            ) as code,
            bool_or(held.export_id = {base})
            and count(*) = min(scope.export_count)
            and min(held.code) = max(held.code) as is_certain
        from (
            select exports.export_id, count(*) over () as export_count
            from ledger.exports
            where {exports} and exports.export_id >= {base}
        ) as scope
        inner join ledger.exported_customers as held
            on scope.export_id = held.export_id
        group by held.customer_id
        """
    ).format(exports=exports, base=base or 0)


def changes(
    now: sql.Composable,
    had: sql.Composable,
    *,
    code: str,
    mart: str,
    day: date,
    since: date | None,
) -> sql.Composed:
    """What turns the rows that a place had into those of now, a row a customer.

    Parameters
    ----------
    now : Composable
        Customers of now, from `going_out`.
    had : Composable
        Customers that the place had, from `had`.
    code : str
        Column of `now` that changes are of.
    mart : str
        Mart of the changes, which knows their causes. Who enters or leaves without
        being in it does so by a `permission`; an export has causes of its own, too:
        `first_export` and, of what nobody knows, `repeated`.
    day, since : date, date or None
        As of which night the rows are, and those that the place had; None: none.
    """
    return sql.SQL(
        """
        select
            {day}::date as as_of_date,
            {since}::date as previous_as_of_date,
            moves.customer_id,
            moves.change,
            moves.from_code,
            moves.to_code,
            case
                when {since}::date is null then 'first_export'
                when moves.is_repeated then 'repeated'
                when moves.change = 'moved'
                    then coalesce(causes.cause_code, 'late_data')
                else coalesce(causes.cause_code, 'permission')
            end as cause_code,
            moves.day_channel_codes,
            moves.night_channel_codes,
            moves.reconfirm_by
        from (
            select
                customer_id,
                case
                    when here.{code} is null then 'left'
                    when had.is_certain then 'moved'
                    else 'entered'
                end as change,
                case when here.{code} is null or had.is_certain
                    then had.code
                end as from_code,
                here.{code} as to_code,
                here.{code} is not null and not had.is_certain as is_repeated,
                here.day_channel_codes,
                here.night_channel_codes,
                here.reconfirm_by
            from ({now}) as here
            full join ({had}) as had using (customer_id)
            where here.{code} is null
                or had.is_certain is not true
                or had.code <> here.{code}
        ) as moves
        left join (
            select distinct on (customer_id, change) customer_id, change, cause_code
            from {mart}
            where as_of_date > {since} and as_of_date <= {day}
            order by customer_id, change, as_of_date desc
        ) as causes
            on moves.customer_id = causes.customer_id
            and moves.change = causes.change
        """
    ).format(
        day=day,
        since=since,
        now=now,
        had=had,
        code=sql.Identifier(code),
        mart=sql.Identifier("marts", mart),
    )
