-- Grain: one request, a line of an access log. A line never changes.
with

source as (

    select * from {{ source('weblog', 'web_requests') }}

),

visible as (

    select *
    from source
    where _batch_id not in {{ held_batches() }}

),

renamed as (

    select
        -- ids
        {{ dbt.hash(dbt.concat([
            "file_hash", "'-'", "line_number", "'-'", "_content_hash"
        ])) }} as request_id,
        visitor_hash as visitor_id,
        customer_id,
        product_id,

        -- strings
        visitor_kind as visitor_kind_code,
        kind as kind_code,
        method as method_code,
        path,
        page_code,
        search_term,
        referrer_host,
        agent_name,

        -- numerics
        status_code,
        byte_count,

        -- timestamps
        requested_at

    from visible

)

select * from renamed
