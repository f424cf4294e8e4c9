-- Grain: one customer, current or former, and one month which this build must
-- sum anew: every month from the first that a batch changes, since what is open
-- or known at a month's end follows from the months before; the months that
-- began since; and all of them when costs are told for the first time.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

affected_days as (

    select * from {{ ref('int_affected_customer_days') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

customers_first_told as (

    select * from {{ source('shop', 'customers') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

connected as (

    select * from {{ ref('int_memberships_connected') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

bounds as (

    select
        date_trunc('month', max(batches.business_date))::date as last_month,
        date_trunc('month', max(batches.business_date) filter (
            where batches.batch_id not in {{ pinned_batches() }}
        ))::date as last_published_month
    from batches

),

costs_first_told as (

    select batches.entity
    from batches
    where
        batches.entity in ('campaign_contacts', 'interactions', 'service_cases')
    group by batches.entity
    having bool_and(batches.batch_id in {{ pinned_batches() }})

),

everybody as (

    select distinct resolved.current_customer_id as customer_id
    from resolved
    union all
    select '(unknown)' as customer_id

),

registered as (

    select
        customers_told.customer_id,
        {{ business_date('customers_first_told.registered_at') }} as from_date
    from customers_told
    inner join customers_first_told
        on customers_told.customer_id = customers_first_told.customer_id
    where customers_first_told.registered_at is not null

),

told as (

    select
        registered.customer_id,
        registered.from_date
    from registered
    union all
    select
        customers_told.customer_id,
        {{ business_date('customers_told.told_from') }} as from_date
    from customers_told
    where customers_told.told_from > '-infinity'

),

touched as (

    select
        affected_days.customer_id,
        affected_days.activity_date as from_date
    from affected_days
    union all
    select
        told.customer_id,
        told.from_date
    from told
    union all
    select
        resolved.current_customer_id as customer_id,
        told.from_date
    from told
    inner join resolved
        on told.customer_id = resolved.customer_id
    union all
    select
        connected.connected_customer_id as customer_id,
        told.from_date
    from told
    inner join connected
        on told.customer_id = connected.customer_id
    union all
    select
        everybody.customer_id,
        (bounds.last_published_month + interval '1 month')::date as from_date
    from everybody
    cross join bounds
    where bounds.last_month > bounds.last_published_month
    union all
    select
        everybody.customer_id,
        (
            select min(customer_days.activity_date)
            from customer_days
        ) as from_date
    from everybody
    cross join bounds
    where
        bounds.last_published_month is not null
        and exists (select 1 from costs_first_told)

),

first_months as (

    select
        touched.customer_id,
        date_trunc('month', min(touched.from_date))::date as first_month
    from touched
    group by touched.customer_id

),

final as (

    select
        first_months.customer_id,
        months.month_start::date as month_start_date

    from first_months

    cross join bounds

    cross join
        lateral generate_series(
            first_months.first_month, bounds.last_month, interval '1 month'
        ) as months (month_start)

)

select * from final
