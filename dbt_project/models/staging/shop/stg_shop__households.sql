-- Grain: one household, as last told.
select
    -- ids
    told.household_id,

    -- strings
    told.age_band,
    told.income_band,
    told.home_ownership,
    told.marital_status,
    told.household_size,
    told.household_composition,
    told.kids_count,

    -- booleans
    {{ is_deleted_since(source('shop', 'households'), ['household_id']) }}
        as is_deleted

from {{ source('shop', 'households') }} as told

where
    {{ is_latest_version(
        source('shop', 'households'), ['household_id'], deleted='flagged'
    ) }}
