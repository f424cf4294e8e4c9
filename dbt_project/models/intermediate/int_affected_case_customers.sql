-- Grain: one customer, current or former, whose contacts this build must hold
-- against their service cases anew, and from which day on: what happens in a
-- case lies between the day of its opening and now.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

affected_days as (

    select * from {{ ref('int_affected_customer_days') }}

),

final as (

    select
        affected_days.customer_id,
        min(affected_days.activity_date) as affected_from
    from affected_days
    where affected_days.customer_id != '(unknown)'
    group by affected_days.customer_id

)

select * from final
