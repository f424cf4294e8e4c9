-- Grain: one month in which this build must rank customers by value anew, since
-- it may sum orders or returns of one of its days anew. Every version counts:
-- an order that moved to another month changes both.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

orders as (

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

days as (

    select {{ business_date('orders.ordered_at') }} as activity_date
    from orders
    inner join affected_orders
        on orders.order_id = affected_orders.order_id
    union
    select {{ business_date('returns.returned_at') }} as activity_date
    from returns
    inner join affected_returns
        on returns.return_id = affected_returns.return_id

),

final as (

    select date_trunc('month', days.activity_date)::date as month_start_date
    from days
    where days.activity_date is not null
    group by date_trunc('month', days.activity_date)

)

select * from final
