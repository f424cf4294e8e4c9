-- Grain: one row of another fact, or visitor, whose contacts in the timeline
-- this build must compute anew, by kind and key; of visitors, from a day on.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

affected_returns as (

    select * from {{ ref('int_affected_returns') }}

),

affected_visitors as (

    select * from {{ ref('int_affected_visitors') }}

),

affected_contacts as (

    select * from {{ ref('int_affected_contacts') }}

),

affected_responses as (

    select * from {{ ref('int_affected_responses') }}

),

affected_cases as (

    select * from {{ ref('int_affected_cases') }}

),

affected_quotes as (

    select * from {{ ref('int_affected_quotes') }}

),

affected_leads as (

    select * from {{ ref('int_affected_leads') }}

),

affected_registrations as (

    select * from {{ ref('int_affected_registrations') }}

),

affected_surveys as (

    select * from {{ ref('int_affected_surveys') }}

),

affected_referrals as (

    select * from {{ ref('int_affected_referrals') }}

),

affected_interactions as (

    select * from {{ ref('int_affected_interactions') }}

),

told as (

    select 'order:' || affected_orders.order_id as origin_id
    from affected_orders
    union all
    select 'return:' || affected_returns.return_id as origin_id
    from affected_returns
    union all
    select 'contact:' || affected_contacts.contact_id as origin_id
    from affected_contacts
    union all
    select 'response:' || affected_responses.response_id as origin_id
    from affected_responses
    union all
    select 'case:' || affected_cases.case_id as origin_id
    from affected_cases
    union all
    select 'quote:' || affected_quotes.quote_id as origin_id
    from affected_quotes
    union all
    select 'lead:' || affected_leads.lead_id as origin_id
    from affected_leads
    union all
    select
        'registration:' || affected_registrations.registration_id
            as origin_id
    from affected_registrations
    union all
    select 'survey:' || affected_surveys.survey_id as origin_id
    from affected_surveys
    union all
    select 'referral:' || affected_referrals.referral_id as origin_id
    from affected_referrals
    union all
    select 'interaction:' || affected_interactions.interaction_id as origin_id
    from affected_interactions

),

final as (

    select
        told.origin_id,
        '-infinity'::date as affected_from
    from told
    union all
    select
        'visitor:' || affected_visitors.visitor_id as origin_id,
        {{ business_date('affected_visitors.affected_from') }} as affected_from
    from affected_visitors

)

select * from final
