-- Grain: one household, as last told.
with

source as (

    {{ latest_version(source('shop', 'households'), ['household_id'], deleted='flagged') }}

),

renamed as (

    select
        -- ids
        household_id,

        -- strings
        age_band,
        income_band,
        home_ownership,
        marital_status,
        household_size,
        household_composition,
        kids_count,

        -- booleans
        is_deleted

    from source

)

select * from renamed
