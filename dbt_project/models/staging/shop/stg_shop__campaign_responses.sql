-- Grain: one answer of a customer to a campaign.
select
    -- ids
    told.response_id,
    told.campaign_id,
    told.customer_id,
    told.coupon_id,
    told.order_id,

    -- strings
    told.response_type_code,

    -- dates
    told.response_date,

    -- timestamps
    told.responded_at

from {{ source('shop', 'campaign_responses') }} as told

where
    {{ is_latest_version(
        source('shop', 'campaign_responses'), ['response_id']
    ) }}
