-- Grain: one bill that this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ affected_rows('payments', 'payment_id', [
        ('customer_id', 'int_customers_told', 'customer_id'),
        ('order_id', 'int_affected_orders', 'order_id'),
    ]) }}

)

select * from final
