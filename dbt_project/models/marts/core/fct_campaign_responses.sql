-- Grain: one answer of a customer to a campaign. Contract: fct_campaign_responses.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='response_id',
    on_schema_change='append_new_columns'
) }}

with

campaign_responses as (

    select * from {{ ref('stg_shop__campaign_responses') }}

),

affected as (

    select * from {{ ref('int_affected_responses') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

campaigns as (

    select * from {{ ref('dim_campaigns') }}

),

final as (

    select
        campaign_responses.response_id,
        coalesce(campaigns.campaign_id, '(unknown)') as campaign_id,
        campaign_responses.campaign_id as source_campaign_id,
        coalesce(customers.customer_key, '(unknown)') as customer_key,
        coalesce(customers.customer_id, '(unknown)') as customer_id,
        coalesce(
            customers.current_customer_id, '(unknown)'
        ) as current_customer_id,
        campaign_responses.customer_id as source_customer_id,
        campaign_responses.response_type_code,
        campaign_responses.coupon_id,
        campaign_responses.order_id,
        campaign_responses.response_date,
        campaign_responses.responded_at

    from campaign_responses

    inner join affected
        on campaign_responses.response_id = affected.response_id

    left join campaigns
        on campaign_responses.campaign_id = campaigns.campaign_id

    -- a day has no moment: the version that was valid when it began
    left join customers
        on
            campaign_responses.customer_id = customers.customer_id
            and {{ business_day_start('campaign_responses.response_date') }} >= customers.valid_from
            and {{ business_day_start('campaign_responses.response_date') }} < customers.valid_to

)

select * from final
