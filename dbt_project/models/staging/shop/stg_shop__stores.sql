-- Grain: one store, as last told.
with

source as (

    {{ latest_version(source('shop', 'stores'), ['store_id'], deleted='flagged') }}

),

renamed as (

    select
        -- ids
        store_id,

        -- strings
        store_name,
        province,
        district,

        -- booleans
        is_deleted

    from source

)

select * from renamed
