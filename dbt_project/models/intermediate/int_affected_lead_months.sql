-- Grain: one month whose leads this build must count anew, since it computes
-- one of them anew. Every version counts.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

leads as (

    select * from {{ source('shop', 'leads') }}

),

affected_leads as (

    select * from {{ ref('int_affected_leads') }}

),

days as (

    select {{ business_date('leads.received_at') }} as received_date
    from leads
    inner join affected_leads
        on leads.lead_id = affected_leads.lead_id

),

final as (

    select date_trunc('month', days.received_date)::date as month_start_date
    from days
    where days.received_date is not null
    group by date_trunc('month', days.received_date)

)

select * from final
