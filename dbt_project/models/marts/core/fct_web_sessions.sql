-- Grain: one visit of one person. Contract: fct_web_sessions.yml.
-- depends_on: {{ ref('int_affected_visitors') }}
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='session_id',
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['visitor_id', 'started_at']},
        {'columns': ['current_customer_id', 'session_date']},
        {'columns': ['session_date']}
    ]
) }}

with

requests as (

    select * from {{ ref('int_web_requests_sessionized') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

landings as (

    select * from requests
    where is_session_start

),

sessions_summed as (

    select
        requests.session_id,
        -- the same on every request of a session
        max(requests.visitor_id) as visitor_id,
        max(requests.source_customer_id) as source_customer_id,
        max(requests.evidence_code) as evidence_code,
        max(requests.evidence_request_id) as evidence_request_id,
        -- may differ inside a session: the surer one
        max(requests.visitor_kind_code) as visitor_kind_code,
        min(requests.kind_code) as kind_code,
        count(*) as page_view_count,
        count(*) filter (where requests.page_code = 'product')
            as product_view_count,
        count(*) filter (
            where requests.page_code in ('search', 'search_failed')
        ) as search_count,
        bool_or(requests.page_code = 'cart') as has_cart,
        bool_or(requests.page_code = 'checkout') as has_checkout,
        max(requests.evidence_at) as evidence_at,
        min(requests.requested_at) as started_at,
        max(requests.requested_at) as ended_at

    from requests

    group by requests.session_id

),

final as (

    select
        sessions.session_id,
        sessions.visitor_id,
        case
            when sessions.source_customer_id is null then null
            else coalesce(customers.customer_key, '(unknown)')
        end as customer_key,
        case
            when sessions.source_customer_id is null then null
            else coalesce(customers.customer_id, '(unknown)')
        end as customer_id,
        case
            when sessions.source_customer_id is null then null
            else coalesce(customers.current_customer_id, '(unknown)')
        end as current_customer_id,
        sessions.source_customer_id,
        sessions.evidence_request_id,
        case
            when sessions.source_customer_id is null then 'anonymous'
            else 'identified'
        end as visitor_status,
        sessions.evidence_code,
        sessions.visitor_kind_code,
        sessions.kind_code,
        landings.page_code as landing_page_code,
        landings.referrer_host,
        landings.referrer_class_code,
        landings.utm_source,
        landings.utm_medium,
        landings.utm_campaign,
        landings.utm_term,
        landings.utm_content,
        sessions.page_view_count,
        sessions.product_view_count,
        sessions.search_count,
        extract(epoch from sessions.ended_at - sessions.started_at)::bigint
            as duration_seconds,
        sessions.has_cart,
        sessions.has_checkout,
        {{ business_date('sessions.started_at') }} as session_date,
        sessions.started_at,
        sessions.ended_at,
        sessions.evidence_at

    from sessions_summed as sessions

    inner join landings
        on sessions.session_id = landings.session_id

    left join customers
        on
            sessions.source_customer_id = customers.customer_id
            and sessions.started_at >= customers.valid_from
            and sessions.started_at < customers.valid_to

)

select * from final
