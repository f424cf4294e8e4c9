-- Grain: one membership that was joined into another.
select
    -- ids
    told.customer_id,
    told.merged_into_customer_id,

    -- timestamps
    told.merged_at

from {{ source('shop', 'customer_merges') }} as told

where
    {{ is_latest_version(
        source('shop', 'customer_merges'), ['customer_id']
    ) }}
