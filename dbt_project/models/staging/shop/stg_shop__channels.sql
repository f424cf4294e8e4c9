-- Grain: one channel, as last told.
select
    -- strings
    told.channel_code,
    told.channel_name,
    told.channel_group_code,

    -- booleans
    told.is_online,
    {{ is_deleted_since(source('shop', 'channels'), ['channel_code']) }}
        as is_deleted

from {{ source('shop', 'channels') }} as told

where
    {{ is_latest_version(
        source('shop', 'channels'), ['channel_code'], deleted='flagged'
    ) }}
