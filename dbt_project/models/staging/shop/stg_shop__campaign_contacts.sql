-- Grain: one approach to one customer for a campaign.
select
    -- ids
    told.contact_id,
    told.campaign_id,
    told.customer_id,

    -- strings
    told.channel_code,

    -- dates
    told.contact_date,

    -- timestamps
    told.contacted_at

from {{ source('shop', 'campaign_contacts') }} as told

where
    {{ is_latest_version(
        source('shop', 'campaign_contacts'), ['contact_id']
    ) }}
