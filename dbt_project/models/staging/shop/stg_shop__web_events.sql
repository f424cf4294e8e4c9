-- Grain: one event of an app or a tag manager, as last told.
select
    -- ids
    told.event_id,
    told.visitor_hash as visitor_id,
    told.customer_id,
    told.order_id,
    told.product_id,

    -- strings
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

    -- timestamps
    told.occurred_at,

    -- filled in
    coalesce(told.kind, 'human') as kind_code

from {{ source('shop', 'web_events') }} as told

where
    {{ is_latest_version(
        source('shop', 'web_events'), ['event_id']
    ) }}
