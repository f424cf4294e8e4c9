-- Grain: one month of which this build must follow cases anew, by the day of
-- opening and that of the end: a batch touches a case, or a day of its customer
-- within 90 days of it; or the 90 days after the month are over by now.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

case_versions as (

    select * from {{ source('shop', 'service_cases') }}

),

affected_cases as (

    select * from {{ ref('int_affected_cases') }}

),

affected_days as (

    select * from {{ ref('int_affected_customer_days') }}

),

cases as (

    select * from {{ ref('fct_service_cases') }}

),

touched_versions as (

    select
        case_versions.opened_at,
        coalesce(case_versions.solved_at, case_versions.closed_at) as ended_at
    from case_versions
    inner join affected_cases
        on case_versions.case_id = affected_cases.case_id

),

cases_of_touched_days as (

    select distinct
        cases.opened_date,
        cases.closed_date
    from cases
    inner join affected_days
        on
            cases.current_customer_id = affected_days.customer_id
            and cases.opened_date - 90 <= affected_days.activity_date
            and cases.closed_date + 90 >= affected_days.activity_date
    where cases.current_customer_id != '(unknown)'

),

orders_told as (

    select
        {{ told_until('orders', published=true) }}::timestamptz
            as published_until,
        {{ told_until('orders') }}::timestamptz as told_until

),

days as (

    select {{ business_date('touched_versions.opened_at') }} as case_date
    from touched_versions
    union
    select {{ business_date('touched_versions.ended_at') }} as case_date
    from touched_versions
    union
    select cases_of_touched_days.opened_date as case_date
    from cases_of_touched_days
    union
    select cases_of_touched_days.closed_date as case_date
    from cases_of_touched_days
    union
    -- a month is at most 31 days long
    select listed.day_start::date as case_date
    from orders_told
    cross join
        lateral generate_series(
            {{ business_date('orders_told.published_until') }} - 121,
            {{ business_date('orders_told.told_until') }} - 90,
            interval '1 day'
        ) as listed (day_start)
    where orders_told.told_until > orders_told.published_until

),

final as (

    select date_trunc('month', days.case_date)::date as month_start_date
    from days
    where days.case_date is not null
    group by date_trunc('month', days.case_date)

)

select * from final
