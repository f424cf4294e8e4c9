-- Grain: one month and one area, before, at or after the sale, whose steps this
-- build must count anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

visit_months as (

    select * from {{ ref('int_affected_visit_months') }}

),

lead_months as (

    select * from {{ ref('int_affected_lead_months') }}

),

case_months as (

    select * from {{ ref('int_affected_case_months') }}

),

contacts as (

    select * from {{ source('shop', 'campaign_contacts') }}

),

affected_contacts as (

    select * from {{ ref('int_affected_contacts') }}

),

final as (

    select
        'before_sale' as area_code,
        visit_months.month_start_date
    from visit_months
    union
    select
        'before_sale' as area_code,
        lead_months.month_start_date
    from lead_months
    union
    select
        'before_sale' as area_code,
        date_trunc('month', contacts.contact_date)::date as month_start_date
    from contacts
    inner join affected_contacts
        on contacts.contact_id = affected_contacts.contact_id
    where contacts.contact_date is not null
    union
    select
        'at_sale' as area_code,
        visit_months.month_start_date
    from visit_months
    union
    select
        'after_sale' as area_code,
        case_months.month_start_date
    from case_months

)

select * from final
