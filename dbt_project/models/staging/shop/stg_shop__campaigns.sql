-- Grain: one campaign, as last told.
select
    -- ids
    told.campaign_id,

    -- strings
    told.campaign_name,
    told.campaign_type,

    -- numerics
    told.budget_amount::numeric(18, 2) as budget_amount,

    -- booleans
    {{ is_deleted_since(source('shop', 'campaigns'), ['campaign_id']) }}
        as is_deleted,

    -- dates
    told.start_date,
    told.end_date

from {{ source('shop', 'campaigns') }} as told

where
    {{ is_latest_version(
        source('shop', 'campaigns'), ['campaign_id'], deleted='flagged'
    ) }}
