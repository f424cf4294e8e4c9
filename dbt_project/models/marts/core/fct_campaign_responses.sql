-- Grain: one answer of a customer to a campaign.
-- Contract: fct_campaign_responses.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='response_id',
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['current_customer_id']},
        {'columns': ['order_id']},
        {'columns': ['response_date']}
    ]
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

-- a day has no moment: the version counts that was valid when it began
dated as (

    select
        campaign_responses.*,
        {{ business_day_start('campaign_responses.response_date') }}
            as day_began_at

    from campaign_responses

    inner join affected
        on campaign_responses.response_id = affected.response_id

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
        response_id,
        known_campaign_id as campaign_id,
        campaign_id as source_campaign_id,
        customer_key,
        known_customer_id as customer_id,
        current_customer_id,
        customer_id as source_customer_id,
        coupon_id,
        order_id,
        response_type_code,
        response_date,
        responded_at

    from assigned

)

select * from final
