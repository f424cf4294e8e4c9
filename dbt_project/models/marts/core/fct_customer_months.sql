-- Grain: one current customer and one month, from the first in which anything
-- is known of them to the month of the newest batch (periodic snapshot). What
-- is read by an index is imported once for each use. Contract:
-- fct_customer_months.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['customer_id', 'month_start_date'],
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['month_start_date']}]
) }}

with

affected as (

    select * from {{ ref('int_affected_customer_months') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

customer_days_before as (

    select * from {{ ref('customer_days') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

customers_registered as (

    select * from {{ ref('dim_customers') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

-- of an entity that was never read nobody knows whether there was anything
costs_told as (

    select
        coalesce(bool_or(
            batches.entity in ('campaign_contacts', 'interactions')
        ), false) as are_contacts_told,
        coalesce(bool_or(batches.entity = 'service_cases'), false)
            as are_cases_told,
        coalesce(bool_or(batches.entity = 'interactions'), false)
            as are_gifts_told
    from batches

),

affected_customers as (

    select distinct affected.customer_id
    from affected

),

registrations as (

    select
        customers_registered.current_customer_id as customer_id,
        min(
            {{ business_date('customers_registered.registered_at') }}
        ) as registered_date
    from customers_registered
    inner join affected_customers
        on
            customers_registered.current_customer_id
            = affected_customers.customer_id
    group by customers_registered.current_customer_id

),

first_days as (

    select
        affected_customers.customer_id,
        found.first_date
    from affected_customers
    cross join
        lateral (
            select min(customer_days_before.activity_date) as first_date
            from customer_days_before
            where
                customer_days_before.customer_id
                = affected_customers.customer_id
        ) as found

),

beginnings as (

    select
        registrations.customer_id,
        date_trunc('month', least(
            registrations.registered_date, first_days.first_date
        ))::date as first_month
    from registrations
    inner join first_days
        on registrations.customer_id = first_days.customer_id

),

months as (

    select
        affected.customer_id,
        affected.month_start_date,
        (affected.month_start_date + interval '1 month')::date
            as next_month_date,
        {{ business_day_start(
            "(affected.month_start_date + interval '1 month')::date"
        ) }} as next_month_at

    from affected

    inner join beginnings
        on
            affected.customer_id = beginnings.customer_id
            and affected.month_start_date >= beginnings.first_month

),

days_summed as (

    select
        months.customer_id,
        months.month_start_date,
        sum(customer_days.order_count)::bigint as order_count,
        sum(customer_days.credit_count)::bigint as credit_count,
        sum(customer_days.return_count)::bigint as return_count,
        sum(customer_days.line_count)::bigint as line_count,
        sum(customer_days.gross_amount) as gross_amount,
        sum(customer_days.discount_amount) as discount_amount,
        sum(customer_days.returned_amount) as returned_amount,
        sum(customer_days.net_amount) as net_amount,
        coalesce(sum(customer_days.margin_amount), 0) as margin_amount,
        sum(customer_days.contact_cost_amount) as contact_cost_amount,
        sum(customer_days.service_cost_amount) as service_cost_amount,
        sum(customer_days.gift_cost_amount) as gift_cost_amount,
        sum(customer_days.session_count)::bigint as session_count,
        sum(customer_days.contact_count)::bigint as contact_count,
        sum(customer_days.interaction_count)::bigint as interaction_count,
        sum(customer_days.case_count)::bigint as case_count,
        bool_and(
            customer_days.margin_amount is not null
            or customer_days.order_count
            + customer_days.credit_count
            + customer_days.return_count = 0
        ) as is_margin_known,
        bool_and(customer_days.contact_cost_amount is not null)
            as are_contacts_known,
        bool_and(customer_days.service_cost_amount is not null)
            as are_cases_known,
        bool_and(customer_days.gift_cost_amount is not null)
            as are_gifts_known

    from months

    inner join customer_days
        on
            months.customer_id = customer_days.customer_id
            and months.month_start_date <= customer_days.activity_date
            and months.next_month_date > customer_days.activity_date

    group by months.customer_id, months.month_start_date

),

cases_open as (

    select
        months.customer_id,
        months.month_start_date,
        count(*) as open_case_count

    from months

    inner join cases
        on
            months.customer_id = cases.current_customer_id
            and months.next_month_date > cases.opened_date
            and months.next_month_date
            <= coalesce(cases.closed_date, 'infinity'::date)

    group by months.customer_id, months.month_start_date

),

judged as (

    select
        months.*,
        days_summed.order_count,
        days_summed.credit_count,
        days_summed.return_count,
        days_summed.line_count,
        days_summed.gross_amount,
        days_summed.discount_amount,
        days_summed.returned_amount,
        days_summed.net_amount,
        days_summed.session_count,
        days_summed.contact_count,
        days_summed.interaction_count,
        days_summed.case_count,
        cases_open.open_case_count,
        customers.household_id,
        customers.customer_status,
        case
            when coalesce(days_summed.is_margin_known, true)
                then coalesce(
                    days_summed.net_amount - days_summed.margin_amount, 0
                )
        end as cost_of_goods_amount,
        case
            when
                costs_told.are_contacts_told
                and coalesce(days_summed.are_contacts_known, true)
                then coalesce(days_summed.contact_cost_amount, 0)
        end as contact_cost_amount,
        case
            when
                costs_told.are_cases_told
                and coalesce(days_summed.are_cases_known, true)
                then coalesce(days_summed.service_cost_amount, 0)
        end as service_cost_amount,
        case
            when
                costs_told.are_gifts_told
                and coalesce(days_summed.are_gifts_known, true)
                then coalesce(days_summed.gift_cost_amount, 0)
        end as gift_cost_amount

    from months

    cross join costs_told

    left join days_summed
        on
            months.customer_id = days_summed.customer_id
            and months.month_start_date = days_summed.month_start_date

    left join cases_open
        on
            months.customer_id = cases_open.customer_id
            and months.month_start_date = cases_open.month_start_date

    left join customers
        on
            months.customer_id = customers.customer_id
            and months.next_month_at > customers.valid_from
            and months.next_month_at <= customers.valid_to

),

completed as (

    select
        customer_id,
        month_start_date,
        customer_status,
        cost_of_goods_amount::numeric(18, 2) as cost_of_goods_amount,
        contact_cost_amount::numeric(18, 2) as contact_cost_amount,
        service_cost_amount::numeric(18, 2) as service_cost_amount,
        gift_cost_amount::numeric(18, 2) as gift_cost_amount,
        coalesce(household_id, '(unknown)') as household_id,
        case
            when cost_of_goods_amount is null then 'cost_of_goods_unknown'
            when contact_cost_amount is null then 'contact_cost_unknown'
            when service_cost_amount is null then 'service_cost_unknown'
            when gift_cost_amount is null then 'gift_cost_unknown'
            else 'complete'
        end as profit_status,
        coalesce(order_count, 0) as order_count,
        coalesce(credit_count, 0) as credit_count,
        coalesce(return_count, 0) as return_count,
        coalesce(line_count, 0) as line_count,
        coalesce(gross_amount, 0)::numeric(18, 2) as gross_amount,
        coalesce(discount_amount, 0)::numeric(18, 2) as discount_amount,
        coalesce(returned_amount, 0)::numeric(18, 2) as returned_amount,
        coalesce(net_amount, 0)::numeric(18, 2) as net_amount,
        (
            coalesce(net_amount, 0)
            - cost_of_goods_amount
            - contact_cost_amount
            - service_cost_amount
            - gift_cost_amount
        )::numeric(18, 2) as profit_amount,
        coalesce(session_count, 0) as session_count,
        coalesce(contact_count, 0) as contact_count,
        coalesce(interaction_count, 0) as interaction_count,
        coalesce(case_count, 0) as case_count,
        coalesce(open_case_count, 0) as open_case_count,
        coalesce(order_count > 0, false) as is_active

    from judged

),

final as (

    select
        customer_id,
        month_start_date,
        household_id,
        customer_status,
        profit_status,
        order_count,
        credit_count,
        return_count,
        line_count,
        gross_amount,
        discount_amount,
        returned_amount,
        net_amount,
        cost_of_goods_amount,
        contact_cost_amount,
        service_cost_amount,
        gift_cost_amount,
        profit_amount,
        session_count,
        contact_count,
        interaction_count,
        case_count,
        open_case_count,
        is_active

    from completed

)

select * from final
