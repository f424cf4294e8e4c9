-- Grain: one question asked that this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ affected_rows('surveys', 'survey_id', [
        ('customer_id', 'int_customers_told', 'customer_id', 'told.asked_at'),
        ('employee_id', 'int_employees_told', 'employee_id', 'told.asked_at'),
    ]) }}

)

select * from final
