-- Grain: one store, as last told.
select
    -- ids
    told.store_id,

    -- strings
    told.store_name,
    told.province,
    told.district,

    -- booleans
    {{ is_deleted_since(source('shop', 'stores'), ['store_id']) }}
        as is_deleted

from {{ source('shop', 'stores') }} as told

where
    {{ is_latest_version(
        source('shop', 'stores'), ['store_id'], deleted='flagged'
    ) }}
