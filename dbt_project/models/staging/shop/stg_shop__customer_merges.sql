-- Grain: one membership that was joined into another.
with

source as (

    {{ latest_version(source('shop', 'customer_merges'), ['customer_id']) }}

),

renamed as (

    select
        -- ids
        customer_id,
        merged_into_customer_id,

        -- timestamps
        merged_at

    from source

)

select * from renamed
