-- Grain: one version of what raw tells of a visitor: a line of an access log,
-- or of an event of an app or a tag manager every version. Without `with`, so
-- that PostgreSQL joins both by their indexes, as in staging.
select
    requests.visitor_hash as visitor_id,
    requests.customer_id,
    requests.product_id,
    requests.order_id,
    requests.kind as kind_code,
    requests.requested_at,
    requests._batch_id as batch_id

from {{ source('weblog', 'web_requests') }} as requests

union all

select
    events.visitor_hash as visitor_id,
    events.customer_id,
    events.product_id,
    events.order_id,
    coalesce(events.kind, 'human') as kind_code,
    events.occurred_at as requested_at,
    events._batch_id as batch_id

from {{ source('shop', 'web_events') }} as events
