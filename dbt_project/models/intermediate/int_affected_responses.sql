-- Grain: one campaign response that this build must compute anew. A raw table
-- is imported once for each use, as in int_affected_orders.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

responses_by_batch as (

    select * from {{ source('shop', 'campaign_responses') }}

),

responses_by_customer as (

    select * from {{ source('shop', 'campaign_responses') }}

),

responses_by_campaign as (

    select * from {{ source('shop', 'campaign_responses') }}

),

campaigns as (

    select * from {{ source('shop', 'campaigns') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

campaigns_first_told as (

    select campaigns.campaign_id
    from campaigns
    where
        not campaigns._is_deleted
        and campaigns._batch_id not in {{ held_batches() }}
    group by campaigns.campaign_id
    having bool_and(campaigns._batch_id in {{ pinned_batches() }})

),

final as (

    select responses_by_batch.response_id
    from responses_by_batch
    where responses_by_batch._batch_id in {{ pinned_batches() }}
    union
    select responses_by_customer.response_id
    from responses_by_customer
    inner join customers_told
        on responses_by_customer.customer_id = customers_told.customer_id
    union
    select responses_by_campaign.response_id
    from responses_by_campaign
    inner join campaigns_first_told
        on responses_by_campaign.campaign_id = campaigns_first_told.campaign_id

)

select * from final
