-- Grain: one day whose order lines this build must sum anew, by what they cost
-- and what is paid: a batch tells of an order or a line of it, of where its
-- store or product belongs, or of the product's cost; and the last day of a
-- quarter that has just closed.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

orders_by_batch as (

    select * from {{ source('shop', 'orders') }}

),

orders as (

    select * from {{ source('shop', 'orders') }}

),

orders_of_lines as (

    select * from {{ source('shop', 'orders') }}

),

orders_of_stores as (

    select * from {{ source('shop', 'orders') }}

),

orders_of_products as (

    select * from {{ source('shop', 'orders') }}

),

lines_by_batch as (

    select * from {{ source('shop', 'order_lines') }}

),

lines_by_product as (

    select * from {{ source('shop', 'order_lines') }}

),

stores_first_told as (

    select * from {{ ref('int_stores_first_told') }}

),

products_changed as (

    select * from {{ ref('int_products_changed') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

bounds as (

    select
        max(batches.business_date) as last_day,
        coalesce(
            max(batches.business_date) filter (
                where batches.batch_id not in {{ pinned_batches() }}
            ),
            '{{ var("history_first_date") }}'::date - 1
        ) as last_published_day
    from batches

),

orders_told as (

    select distinct orders_by_batch.order_id
    from orders_by_batch
    where {{ is_pinned('orders_by_batch._batch_id') }}

),

-- every version counts: an order that moved leaves a day
days as (

    select {{ business_date('orders.ordered_at') }} as order_date
    from orders_told
    inner join orders
        on orders_told.order_id = orders.order_id
    union
    select {{ business_date('orders_of_lines.ordered_at') }} as order_date
    from lines_by_batch
    inner join orders_of_lines
        on lines_by_batch.order_id = orders_of_lines.order_id
    where {{ is_pinned('lines_by_batch._batch_id') }}
    union
    select {{ business_date('orders_of_stores.ordered_at') }} as order_date
    from orders_of_stores
    inner join stores_first_told
        on orders_of_stores.store_id = stores_first_told.store_id
    union
    select {{ business_date('orders_of_products.ordered_at') }} as order_date
    from products_changed
    inner join lines_by_product
        on products_changed.product_id = lines_by_product.product_id
    inner join orders_of_products
        on lines_by_product.order_id = orders_of_products.order_id
    union
    select
        (
            date_trunc('quarter', ended.quarter_start) + interval '3 months'
        )::date - 1 as order_date
    from bounds
    cross join
        lateral generate_series(
            date_trunc('quarter', bounds.last_published_day + 1),
            bounds.last_day,
            interval '3 months'
        ) as ended (quarter_start)
    where
        (
            date_trunc('quarter', ended.quarter_start) + interval '3 months'
        )::date <= bounds.last_day + 1

),

final as (

    select
        days.order_date,
        date_trunc('month', days.order_date)::date as month_start_date,
        date_trunc('quarter', days.order_date)::date as quarter_start_date
    from days

)

select * from final
