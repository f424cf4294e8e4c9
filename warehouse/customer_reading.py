"""Read one customer as the newest nights have them.

Read as `bi_reader`, who may see no name, no address and no hash of one.
"""

from datetime import date

from warehouse import reading
from warehouse.connection import Connection, Warehouse
from warehouse.customer_facts import (
    Case,
    Churn,
    Contacts,
    CustomerFacts,
    Identity,
    LifetimeValue,
    NextProduct,
    Permission,
    Purchase,
    Standing,
    Worth,
)
from warehouse.reading import Row

LATEST = 3  # rows of each kind that are shown


def read(warehouse: Warehouse, number: str) -> CustomerFacts:
    """Everything of one customer, of one moment.

    Parameters
    ----------
    warehouse : Warehouse
        Used as `bi_reader`.
    number : str
        Any number of the customer's, of before a merge too.

    Raises
    ------
    LookupError
        If nobody has that number, or nothing is published yet.
    """
    with warehouse.connect("bi_reader") as connection:
        reading.hold_still(connection)
        as_of: dict[str, date] = dict(
            connection.execute(
                "select mart, max(as_of_date) from marts.publications"
                " where status = 'published' group by mart"
            ).fetchall()
        )
        if "dim_customers" not in as_of:
            raise LookupError("nothing is published yet; run a night first")
        identity = _identity(connection, number)

        def rows(kind: type[Row], mart: str, query: str) -> list[Row]:
            if mart not in as_of:
                return []
            values = {"customer": identity.current_number, "latest": LATEST}
            return reading.read(connection, kind, query, values)

        def row(kind: type[Row], mart: str, query: str) -> Row | None:
            return next(iter(rows(kind, mart, query)), None)

        (name, currency) = connection.execute(
            "select company_name, currency_code from marts.company_settings"
        ).fetchone() or ("", "")
        return CustomerFacts(
            company_name=name,
            currency_code=currency,
            as_of=as_of,
            identity=identity,
            standing=row(Standing, "customer_segments", STANDING),
            worth=row(Worth, "customer_360", WORTH),
            value=row(LifetimeValue, "customer_lifetime_values", VALUE),
            churn=rows(Churn, "churn_predictions", CHURN),
            products=rows(NextProduct, "next_best_products", PRODUCTS),
            permissions=rows(
                Permission, "customer_contact_permissions_current", PERMISSIONS
            ),
            purchases=rows(Purchase, "fct_orders", PURCHASES),
            cases=rows(Case, "fct_service_cases", CASES),
            contacts=rows(Contacts, "fct_interactions", CONTACTS),
        )


def _identity(connection: Connection, number: str) -> Identity:
    found = reading.read(connection, Identity, IDENTITY, {"number": number})
    if not found:
        raise LookupError(f"no customer has the number {number!r}")
    return found[0]


# The last version, deleted or not; beginnings without a date are endless.
IDENTITY = """
select
    %(number)s as number,
    shown.customer_id as current_number,
    (
        select coalesce(array_agg(distinct joined.customer_id), '{}')
        from marts.dim_customers as joined
        where joined.current_customer_id = shown.customer_id
            and joined.customer_id <> shown.customer_id
    ) as joined_numbers,
    shown.customer_status as status,
    case when isfinite(since.valid_from)
        then (since.valid_from at time zone settings.time_zone)::date
    end as status_since,
    (shown.registered_at at time zone settings.time_zone)::date as registered_date
from marts.dim_customers as shown
cross join marts.company_settings as settings
cross join lateral (
    select min(same.valid_from) as valid_from
    from marts.dim_customers as same
    where same.customer_id = shown.customer_id
        and same.customer_status = shown.customer_status
        and not exists (
            select from marts.dim_customers as other
            where other.customer_id = shown.customer_id
                and other.customer_status <> shown.customer_status
                and other.valid_from > same.valid_from
        )
) as since
where shown.customer_id <> '(unknown)'
    and shown.customer_id = (
        select asked.current_customer_id
        from marts.dim_customers as asked
        where asked.customer_id = %(number)s
        order by asked.valid_from desc
        limit 1
    )
order by shown.valid_from desc
limit 1
"""

STANDING = """
select
    names.name_en as segment,
    names.suggested_action_en as suggested_action,
    placed.lifecycle_stage_code as stage_code,
    placed.value_grade,
    placed.recency_days,
    placed.frequency,
    placed.monetary_amount,
    placed.recency_score,
    placed.frequency_score,
    placed.monetary_score,
    placed.cluster_name as cluster
from marts.customer_segments_current as placed
inner join marts.dim_segments as names
    on placed.rfm_segment_code = names.rfm_segment_code
where placed.customer_id = %(customer)s
"""

WORTH = """
select grade_code, grade_movement_code, order_count, net_amount, profit_amount
from marts.customer_360
where customer_id = %(customer)s
"""

VALUE = """
select
    clv_amount,
    clv_low_amount,
    clv_high_amount,
    probability_alive,
    expected_purchases,
    horizon_weeks,
    value_basis_code,
    status,
    status_reason_code
from marts.customer_lifetime_values_current
where customer_id = %(customer)s
"""

CHURN = """
select
    predicted.label_code,
    predicted.horizon_days,
    predicted.churn_probability as probability,
    predicted.risk_band,
    reasons.names as reasons,
    reasons.contributions,
    predicted.not_scorable_reason_code
from marts.churn_predictions_current as predicted
cross join lateral (
    select
        coalesce(array_agg(names.name_en order by told.place), '{}') as names,
        coalesce(array_agg(told.contribution order by told.place), '{}')
            as contributions
    from (
        values
        (1, predicted.reason_1_code, predicted.reason_1_contribution),
        (2, predicted.reason_2_code, predicted.reason_2_contribution),
        (3, predicted.reason_3_code, predicted.reason_3_contribution)
    ) as told (place, reason_code, contribution)
    inner join marts.dim_reasons as names
        on names.reason_group_code = 'churn' and told.reason_code = names.reason_code
) as reasons
where predicted.customer_id = %(customer)s
order by predicted.label_code
"""

PRODUCTS = """
select
    listed.list as list_code,
    coalesce(products.product_name, listed.product_id) as product,
    listed.reason_code,
    coalesce(reasons.product_name, listed.reason_product_id, rules.antecedent)
        as because_of
from marts.next_best_products_current as listed
left join marts.dim_products as products on listed.product_id = products.product_id
left join marts.dim_products as reasons
    on listed.reason_product_id = reasons.product_id
left join (
    select items.rule_id,
        string_agg(
            coalesce(names.product_name, items.item_id), ' + ' order by items.item_id
        ) as antecedent
    from marts.cross_sell_rule_items_current as items
    left join marts.dim_products as names on items.item_id = names.product_id
    where items.side_code = 'antecedent'
    group by items.rule_id
) as rules on listed.rule_id = rules.rule_id
where listed.customer_id = %(customer)s and listed.rank <= %(latest)s
order by listed.list, listed.rank
"""

PERMISSIONS = """
select
    permitted.channel_code,
    permitted.may_contact_day,
    permitted.may_contact_night,
    coalesce(names.name_en, permitted.reason_code) as reason,
    (permitted.since at time zone settings.time_zone)::date as since,
    permitted.reconfirm_by
from marts.customer_contact_permissions_current as permitted
cross join marts.company_settings as settings
left join marts.dim_reasons as names
    on names.reason_group_code = 'permission'
    and permitted.reason_code = names.reason_code
where permitted.customer_id = %(customer)s
order by permitted.may_contact_day desc, permitted.channel_code
"""

PURCHASES = """
select order_date, net_amount, line_count, count(*) over () as order_count
from marts.fct_orders
where current_customer_id = %(customer)s and not is_credit
order by order_date desc, ordered_at desc, order_id
limit %(latest)s
"""

CASES = """
select
    cases.opened_date,
    coalesce(names.name_en, cases.reason_code, cases.case_type_code) as reason,
    cases.is_open,
    count(*) over () as case_count
from marts.fct_service_cases as cases
left join marts.dim_reasons as names
    on names.reason_group_code = 'service' and cases.reason_code = names.reason_code
where cases.current_customer_id = %(customer)s
order by cases.opened_date desc, cases.case_id
limit %(latest)s
"""

CONTACTS = """
select
    interaction_type_code as type_code,
    count(*) as contact_count,
    max(interaction_date) as last_date
from marts.fct_interactions
where current_customer_id = %(customer)s
    and interaction_type_code not in ('sale', 'case')
group by interaction_type_code
order by last_date desc, interaction_type_code
"""
