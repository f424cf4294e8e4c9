-- Grain: one closed month, quarter or year (the four quarters that end with
-- one) in which this build must compare what customers bought: an order or
-- return of it, or of the periods that it is compared with, is computed anew;
-- somebody who bought in it may have begun at another time; or it has closed.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

orders as (

    select * from {{ source('shop', 'orders') }}

),

orders_returned as (

    select * from {{ source('shop', 'orders') }}

),

returns as (

    select * from {{ source('shop', 'returns') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

affected_returns as (

    select * from {{ ref('int_affected_returns') }}

),

customers as (

    select * from {{ source('shop', 'customers') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

connected as (

    select * from {{ ref('int_memberships_connected') }}

),

summed as (

    select * from {{ ref('int_customers_summed') }}

),

customer_months as (

    select * from {{ ref('fct_customer_months') }}
    where order_count > 0 or net_amount != 0

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

bounds as (

    select
        '{{ var("history_first_date") }}'::date as first_day,
        max(batches.business_date) as last_day,
        coalesce(
            max(batches.business_date) filter (
                where batches.batch_id not in {{ pinned_batches() }}
            ),
            '{{ var("history_first_date") }}'::date - 1
        ) as last_published_day
    from batches

),

touched as (

    select
        orders.customer_id,
        {{ business_date('orders.ordered_at') }} as activity_date
    from orders
    inner join affected_orders
        on orders.order_id = affected_orders.order_id
    union
    select
        coalesce(orders_returned.customer_id, returns.customer_id)
            as customer_id,
        {{ business_date('returns.returned_at') }} as activity_date
    from returns
    inner join affected_returns
        on returns.return_id = affected_returns.return_id
    left join orders_returned
        on returns.order_id = orders_returned.order_id

),

-- whoever is connected by a merge may have been the current one
touched_first as (

    select
        people.customer_id,
        min(touched.activity_date) as first_date

    from touched

    left join resolved
        on touched.customer_id = resolved.customer_id

    left join connected
        on touched.customer_id = connected.customer_id

    cross join
        lateral (
            values
            (resolved.current_customer_id),
            (connected.connected_customer_id)
        ) as people (customer_id)

    where people.customer_id is not null

    group by people.customer_id

),

-- who is found to have registered before the history, or not to have
registered_anew as (

    select customers.customer_id

    from customers

    inner join customers_told
        on customers.customer_id = customers_told.customer_id

    cross join bounds

    where customers._batch_id not in {{ held_batches() }}

    group by customers.customer_id, bounds.first_day

    having
        coalesce(
            min({{ business_date('customers.registered_at') }})
            < bounds.first_day,
            false
        )
        != coalesce(
            min({{ business_date('customers.registered_at') }}) filter (
                where customers._batch_id not in {{ pinned_batches() }}
            )
            < bounds.first_day,
            false
        )

),

-- who was touched in the first two quarters may begin at another time, which
-- every later period of theirs is told by
begun_anew as (

    select touched_first.customer_id
    from touched_first
    inner join summed
        on touched_first.customer_id = summed.customer_id
    where
        touched_first.first_date
        < date_trunc('quarter', summed.first_order_date) + interval '6 months'
    union
    select resolved.current_customer_id as customer_id
    from registered_anew
    inner join resolved
        on registered_anew.customer_id = resolved.customer_id

),

months as (

    select date_trunc('month', touched.activity_date)::date as month_start_date
    from touched
    where touched.activity_date is not null
    union
    select customer_months.month_start_date
    from customer_months
    inner join begun_anew
        on customer_months.customer_id = begun_anew.customer_id

),

-- all that ended since the last publication
months_closed as (

    select ended.month_start::date as month_start_date
    from bounds
    cross join
        lateral generate_series(
            date_trunc('month', bounds.last_published_day + 1),
            bounds.last_day,
            interval '1 month'
        ) as ended (month_start)

),

months_compared as (

    select
        (
            months.month_start_date + later.number * interval '1 month'
        )::date as month_start_date
    from months
    cross join generate_series(0, 1) as later (number)
    union
    select months_closed.month_start_date
    from months_closed

),

-- a year is compared with the one before: eight quarters
quarters_compared as (

    select
        (
            date_trunc('quarter', months.month_start_date)
            + later.number * interval '3 months'
        )::date as quarter_start_date
    from months
    cross join generate_series(0, 7) as later (number)
    union
    select
        date_trunc('quarter', months_closed.month_start_date)::date
            as quarter_start_date
    from months_closed

),

periods as (

    select
        'month' as period_code,
        months_compared.month_start_date as period_start_date,
        null::date as quarter_start_date,
        (months_compared.month_start_date + interval '1 month')::date
            as next_period_date
    from months_compared
    union all
    select
        'quarter' as period_code,
        quarters_compared.quarter_start_date as period_start_date,
        quarters_compared.quarter_start_date,
        (quarters_compared.quarter_start_date + interval '3 months')::date
            as next_period_date
    from quarters_compared
    union all
    select
        'year' as period_code,
        (quarters_compared.quarter_start_date - interval '9 months')::date
            as period_start_date,
        quarters_compared.quarter_start_date,
        (quarters_compared.quarter_start_date + interval '3 months')::date
            as next_period_date
    from quarters_compared

),

final as (

    select
        periods.period_code,
        periods.period_start_date,
        periods.quarter_start_date,
        periods.next_period_date

    from periods

    inner join bounds
        on
            periods.next_period_date <= bounds.last_day + 1
            and periods.next_period_date > bounds.first_day

)

select * from final
