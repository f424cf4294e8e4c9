-- Grain: one request, a line of an access log. A line never changes.
select
    -- ids
    {{ dbt.hash(dbt.concat([
        "told.file_hash", "'-'", "told.line_number", "'-'", "told._content_hash"
    ])) }} as request_id,
    told.visitor_hash as visitor_id,
    told.customer_id,
    told.product_id,
    told.order_id,

    -- strings
    told.visitor_kind as visitor_kind_code,
    told.kind as kind_code,
    told.method as method_code,
    told.path,
    told.page_code,
    told.search_term,
    told.referrer_host,
    told.referrer_class as referrer_class_code,
    told.utm_source,
    told.utm_medium,
    told.utm_campaign,
    told.utm_term,
    told.utm_content,
    told.agent_name,

    -- numerics
    told.status_code,
    told.byte_count,
    told.request_milliseconds,

    -- timestamps
    told.requested_at

from {{ source('weblog', 'web_requests') }} as told

where told._batch_id not in {{ held_batches() }}
