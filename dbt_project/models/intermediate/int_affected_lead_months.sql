-- Grain: one month whose leads this build must count anew, since it computes
-- one of them anew, of which every version counts, or is told of a customer of
-- theirs, who may have registered before the lead came.
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

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

leads_of_customers as (

    select * from {{ ref('fct_leads') }}

),

days as (

    select {{ business_date('leads.received_at') }} as received_date
    from leads
    inner join affected_leads
        on leads.lead_id = affected_leads.lead_id
    union
    select leads_of_customers.received_date
    from customers_told
    inner join resolved
        on customers_told.customer_id = resolved.customer_id
    inner join leads_of_customers
        on
            resolved.current_customer_id
            = leads_of_customers.current_customer_id

),

final as (

    select date_trunc('month', days.received_date)::date as month_start_date
    from days
    where days.received_date is not null
    group by date_trunc('month', days.received_date)

)

select * from final
