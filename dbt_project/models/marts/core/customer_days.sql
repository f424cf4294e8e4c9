-- Grain: one customer on one day on which anything happened. Long windows are
-- summed from here, never from the lines. Contract: customer_days.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['customer_id', 'activity_date'],
    on_schema_change='append_new_columns'
) }}

with

orders as (

    select * from {{ ref('fct_orders') }}

),

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

contacts as (

    select * from {{ ref('fct_campaign_contacts') }}

),

affected as (

    select * from {{ ref('int_affected_customers') }}

),

orders_summed as (

    select
        orders.current_customer_id as customer_id,
        orders.order_date as activity_date,
        count(*) filter (where not orders.is_credit) as order_count,
        count(*) filter (where orders.is_credit) as credit_count,
        sum(orders.line_count)::bigint as line_count,
        sum(orders.net_amount)::numeric(18, 2) as net_amount,
        case
            when count(*) = count(orders.margin_amount)
                then sum(orders.margin_amount)
        end::numeric(18, 2) as margin_amount
    from orders
    inner join affected
        on orders.current_customer_id = affected.customer_id
    group by orders.current_customer_id, orders.order_date

),

sessions_counted as (

    select
        sessions.current_customer_id as customer_id,
        sessions.session_date as activity_date,
        count(*) as session_count
    from sessions
    inner join affected
        on sessions.current_customer_id = affected.customer_id
    group by sessions.current_customer_id, sessions.session_date

),

contacts_counted as (

    select
        contacts.current_customer_id as customer_id,
        contacts.contact_date as activity_date,
        count(*) as contact_count
    from contacts
    inner join affected
        on contacts.current_customer_id = affected.customer_id
    group by contacts.current_customer_id, contacts.contact_date

),

days as (

    select
        orders_summed.customer_id,
        orders_summed.activity_date
    from orders_summed
    union
    select
        sessions_counted.customer_id,
        sessions_counted.activity_date
    from sessions_counted
    union
    select
        contacts_counted.customer_id,
        contacts_counted.activity_date
    from contacts_counted

),

completed as (

    select
        days.customer_id,
        days.activity_date,
        orders_summed.margin_amount,
        0::bigint as case_count,
        coalesce(orders_summed.order_count, 0) as order_count,
        coalesce(orders_summed.credit_count, 0) as credit_count,
        coalesce(orders_summed.line_count, 0) as line_count,
        coalesce(orders_summed.net_amount, 0)::numeric(18, 2) as net_amount,
        coalesce(sessions_counted.session_count, 0) as session_count,
        coalesce(contacts_counted.contact_count, 0) as contact_count

    from days

    left join orders_summed
        on
            days.customer_id = orders_summed.customer_id
            and days.activity_date = orders_summed.activity_date

    left join sessions_counted
        on
            days.customer_id = sessions_counted.customer_id
            and days.activity_date = sessions_counted.activity_date

    left join contacts_counted
        on
            days.customer_id = contacts_counted.customer_id
            and days.activity_date = contacts_counted.activity_date

    where days.customer_id <> '(unknown)'

),

final as (

    select
        customer_id,
        activity_date,
        order_count,
        credit_count,
        line_count,
        net_amount,
        margin_amount,
        session_count,
        contact_count,
        case_count

    from completed

)

select * from final
