-- Grain: one reason of one group, as last told.
select
    -- strings
    told.reason_group_code,
    told.reason_code,
    told.reason_name,
    told.reason_name_ko,
    told.meaning,
    told.suggested_action,

    -- booleans
    told.is_self_solvable,
    {{ is_deleted_since(
        source('shop', 'reasons'), ['reason_group_code', 'reason_code']
    ) }} as is_deleted

from {{ source('shop', 'reasons') }} as told

where
    {{ is_latest_version(
        source('shop', 'reasons'), ['reason_group_code', 'reason_code'],
        deleted='flagged'
    ) }}
