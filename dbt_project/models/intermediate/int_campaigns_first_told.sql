-- Grain: one campaign of which this build's batches are the first to tell:
-- facts that named it before find it now.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

campaigns as (

    select * from {{ source('shop', 'campaigns') }}

),

final as (

    select campaigns.campaign_id
    from campaigns
    where
        not campaigns._is_deleted
        and campaigns._batch_id not in {{ held_batches() }}
    group by campaigns.campaign_id
    having bool_and(campaigns._batch_id in {{ pinned_batches() }})

)

select * from final
