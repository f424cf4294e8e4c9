-- Grain: one version of one customer, as the source told it; deletes included.
with

source as (

    select * from {{ source('shop', 'customers') }}

),

visible as (

    select *
    from source
    where _batch_id not in {{ held_batches() }}

),

renamed as (

    select
        -- ids
        customer_id,
        household_id,

        -- strings
        coalesce(customer_status, 'active') as customer_status,
        province,
        district,
        phone_hash,
        email_hash,

        -- numerics
        birth_year,
        _occurrence as version_occurrence,

        -- booleans
        _is_deleted as is_deleted,

        -- timestamps
        registered_at,
        _source_stamp as told_at,

        -- order of versions with one stamp
        _content_hash as version_hash

    from visible

)

select * from renamed
