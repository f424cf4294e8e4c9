-- Grain: one seat that this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ affected_rows('registrations', 'registration_id', [
        (
            'customer_id', 'int_customers_told', 'customer_id',
            'told.registered_at'
        ),
    ]) }}

)

select * from final
