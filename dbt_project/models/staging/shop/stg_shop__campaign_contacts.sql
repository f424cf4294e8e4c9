-- Grain: one approach to one customer for a campaign.
select
    -- ids
    told.contact_id,
    told.campaign_id,
    told.customer_id,

    -- strings
    told.channel_code,
    told.content_code,
    told.assignment_code,
    told.arm_code,

    -- numerics
    told.cost_amount::numeric(18, 2) as cost_amount,

    -- dates
    told.contact_date,

    -- timestamps
    told.contacted_at,

    -- filled in
    coalesce(told.arm_code = 'holdout', false) as is_holdout

from {{ source('shop', 'campaign_contacts') }} as told

where
    {{ is_latest_version(
        source('shop', 'campaign_contacts'), ['contact_id']
    ) }}
