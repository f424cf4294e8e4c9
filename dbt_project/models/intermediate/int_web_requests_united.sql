-- Grain: one request or event of an affected visitor: a line of an access log,
-- or what an app or a tag manager saw. Both are joined with the visitors here:
-- PostgreSQL uses no index below a union of what has conditions of its own. All
-- of a visitor's are here, for a login tells of visits before and after it.
select
    requests.request_id,
    requests.visitor_id,
    requests.customer_id,
    requests.product_id,
    requests.order_id,
    requests.visitor_kind_code,
    requests.kind_code,
    requests.path,
    requests.page_code,
    requests.search_term,
    requests.referrer_host,
    requests.referrer_class_code,
    requests.utm_source,
    requests.utm_medium,
    requests.utm_campaign,
    requests.utm_term,
    requests.utm_content,
    requests.agent_name,
    requests.status_code,
    requests.byte_count,
    requests.request_milliseconds,
    requests.requested_at,
    affected_visitors.affected_from

from {{ ref('stg_weblog__requests') }} as requests

inner join {{ ref('int_affected_visitors') }} as affected_visitors
    on requests.visitor_id = affected_visitors.visitor_id

union all

select
    {{ dbt.hash(dbt.concat(["'event-'", "events.event_id"])) }} as request_id,
    events.visitor_id,
    events.customer_id,
    events.product_id,
    events.order_id,
    'cookie' as visitor_kind_code,
    events.kind_code,
    events.path,
    events.page_code,
    events.search_term,
    events.referrer_host,
    events.referrer_class_code,
    events.utm_source,
    events.utm_medium,
    events.utm_campaign,
    events.utm_term,
    events.utm_content,
    null as agent_name,
    null::integer as status_code,
    null::bigint as byte_count,
    null::bigint as request_milliseconds,
    events.occurred_at as requested_at,
    affected_visitors.affected_from

from {{ ref('stg_shop__web_events') }} as events

inner join {{ ref('int_affected_visitors') }} as affected_visitors
    on events.visitor_id = affected_visitors.visitor_id
