-- Grain: one return that this build must compute anew, also because its order's
-- customer had another version by then.
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

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

final as (

    {{ affected_rows('returns', 'return_id', [
        (
            'customer_id', 'int_customers_told', 'customer_id',
            'told.returned_at'
        ),
        ('order_id', 'int_affected_orders', 'order_id', none),
    ]) }}
    union
    select returns.return_id
    from customers_told
    inner join orders
        on customers_told.customer_id = orders.customer_id
    inner join returns
        on
            orders.order_id = returns.order_id
            and customers_told.told_from <= returns.returned_at

)

select * from final
