-- Grain: one told contact that this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ affected_rows('interactions', 'interaction_id', [
        ('customer_id', 'int_customers_told', 'customer_id', 'told.started_at'),
        ('employee_id', 'int_employees_told', 'employee_id', 'told.started_at'),
        ('product_id', 'int_products_first_told', 'product_id', none),
    ]) }}

)

select * from final
