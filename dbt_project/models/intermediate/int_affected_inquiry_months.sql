-- Grain: one month in which this build must count inquiries anew: a contact or
-- a case of one of its days, or of the seven before, is touched. Every version
-- counts. All months are, when it is told anew what a reason means.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

interactions as (

    select * from {{ source('shop', 'interactions') }}

),

cases as (

    select * from {{ source('shop', 'service_cases') }}

),

reasons as (

    select * from {{ source('shop', 'reasons') }}

),

affected_interactions as (

    select * from {{ ref('int_affected_interactions') }}

),

affected_cases as (

    select * from {{ ref('int_affected_cases') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

days as (

    select {{ business_date('interactions.started_at') }} as inquired_date
    from interactions
    inner join affected_interactions
        on interactions.interaction_id = affected_interactions.interaction_id
    union
    select {{ business_date('cases.opened_at') }} as inquired_date
    from cases
    inner join affected_cases
        on cases.case_id = affected_cases.case_id

),

reasons_told as (

    select reasons.reason_code
    from reasons
    where {{ is_pinned('reasons._batch_id') }}

),

bounds as (

    select
        min(customer_days.activity_date) as first_date,
        max(customer_days.activity_date) as last_date
    from customer_days

),

months as (

    select date_trunc('month', days.inquired_date) as month_start
    from days
    union
    -- of a repeated inquiry the first may be of the month before
    select date_trunc('month', days.inquired_date + 7) as month_start
    from days
    union
    select listed.month_start
    from bounds
    cross join
        lateral generate_series(
            date_trunc('month', bounds.first_date),
            bounds.last_date,
            interval '1 month'
        ) as listed (month_start)
    where exists (select 1 from reasons_told)

),

final as (

    select months.month_start::date as month_start_date
    from months
    where months.month_start is not null
    group by months.month_start

)

select * from final
