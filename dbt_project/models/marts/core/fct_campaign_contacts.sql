-- Grain: one approach to one customer for a campaign.
-- Contract: fct_campaign_contacts.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='contact_id',
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['current_customer_id', 'contact_date']},
        {'columns': ['contact_date']}
    ]
) }}

with

campaign_contacts as (

    select * from {{ ref('stg_shop__campaign_contacts') }}

),

affected as (

    select * from {{ ref('int_affected_contacts') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

-- a day has no moment: the version counts that was valid when it began
dated as (

    select
        campaign_contacts.*,
        {{ business_day_start('campaign_contacts.contact_date') }}
            as day_began_at

    from campaign_contacts

    inner join affected
        on campaign_contacts.contact_id = affected.contact_id

),

assigned as (

    select
        dated.*,
        coalesce(campaigns.campaign_id, '(unknown)') as known_campaign_id,
        coalesce(customers.customer_key, '(unknown)') as customer_key,
        coalesce(customers.customer_id, '(unknown)') as known_customer_id,
        coalesce(
            customers.current_customer_id, '(unknown)'
        ) as current_customer_id

    from dated

    left join campaigns
        on dated.campaign_id = campaigns.campaign_id

    left join customers
        on
            dated.customer_id = customers.customer_id
            and dated.day_began_at >= customers.valid_from
            and dated.day_began_at < customers.valid_to

),

final as (

    select
        contact_id,
        known_campaign_id as campaign_id,
        campaign_id as source_campaign_id,
        customer_key,
        known_customer_id as customer_id,
        current_customer_id,
        customer_id as source_customer_id,
        channel_code,
        content_code,
        assignment_code,
        arm_code,
        cost_amount,
        is_holdout,
        contact_date,
        contacted_at

    from assigned

)

select * from final
