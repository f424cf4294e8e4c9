-- Grain: one bill that this build must compute anew, also because its order's
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

payments as (

    select * from {{ source('shop', 'payments') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

final as (

    {{ affected_rows('payments', 'payment_id', [
        ('customer_id', 'int_customers_told', 'customer_id', 'told.billed_at'),
        ('order_id', 'int_affected_orders', 'order_id', none),
    ]) }}
    union
    select payments.payment_id
    from customers_told
    inner join orders
        on customers_told.customer_id = orders.customer_id
    inner join payments
        on
            orders.order_id = payments.order_id
            and customers_told.told_from <= payments.billed_at

)

select * from final
