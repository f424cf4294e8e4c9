-- Grain: one customer whose statements this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

told as (

    {{ affected_rows('consents', 'customer_id', [
        ('customer_id', 'int_customers_told', 'customer_id', 'told.changed_at'),
    ]) }}

),

final as (

    select told.customer_id as source_customer_id
    from told

)

select * from final
