-- Grain: one approach to one customer for a campaign. Contract: fct_campaign_contacts.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='contact_id',
    on_schema_change='append_new_columns'
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

final as (

    select
        campaign_contacts.contact_id,
        coalesce(campaigns.campaign_id, '(unknown)') as campaign_id,
        campaign_contacts.campaign_id as source_campaign_id,
        coalesce(customers.customer_key, '(unknown)') as customer_key,
        coalesce(customers.customer_id, '(unknown)') as customer_id,
        coalesce(
            customers.current_customer_id, '(unknown)'
        ) as current_customer_id,
        campaign_contacts.customer_id as source_customer_id,
        campaign_contacts.channel_code,
        campaign_contacts.contact_date,
        campaign_contacts.contacted_at

    from campaign_contacts

    inner join affected
        on campaign_contacts.contact_id = affected.contact_id

    left join campaigns
        on campaign_contacts.campaign_id = campaigns.campaign_id

    -- a day has no moment: the version that was valid when it began
    left join customers
        on
            campaign_contacts.customer_id = customers.customer_id
            and {{ business_day_start('campaign_contacts.contact_date') }} >= customers.valid_from
            and {{ business_day_start('campaign_contacts.contact_date') }} < customers.valid_to

)

select * from final
