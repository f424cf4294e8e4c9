-- Grain: one page that a person asked for, with the session it falls in; here
-- only those that this build computes anew. A session ends after
-- more than `session_timeout_minutes` without a page, may cross midnight, and
-- takes the id of the request that opened it, so trimming old history renames
-- nothing: a session that began before raw's floor is left out whole.
{{ config(
    materialized='table',
    post_hook='analyze {{ this }}'
) }}

with

requests as (

    select * from {{ ref('int_web_requests_united') }}

),

raw_floor as (

    select * from {{ source('ledger', 'raw_floor') }}

),

visitor_customers as (

    select * from {{ ref('int_visitor_customers') }}

),

page_requests as (

    select * from requests
    where
        requested_at >= affected_from
        and page_code is not null
        and kind_code in ('human', 'app', 'unknown')

),

session_starts_marked as (

    select
        page_requests.*,
        coalesce(
            page_requests.requested_at
            - lag(page_requests.requested_at) over visitor_history
            > interval '{{ var("session_timeout_minutes") }} minutes',
            true
        ) as is_session_start

    from page_requests

    window visitor_history as (
        partition by page_requests.visitor_id
        order by page_requests.requested_at, page_requests.request_id
    )

),

sessions_numbered as (

    select
        session_starts_marked.*,
        count(*) filter (where session_starts_marked.is_session_start) over (
            partition by session_starts_marked.visitor_id
            order by
                session_starts_marked.requested_at,
                session_starts_marked.request_id
        ) as session_number

    from session_starts_marked

),

stitched as (

    select
        sessions_numbered.*,
        visitor_customers.customer_id as stitched_customer_id,
        visitor_customers.evidence_request_id,
        visitor_customers.evidence_code,
        visitor_customers.evidence_at,
        first_value(sessions_numbered.request_id) over session_requests
            as session_id,
        first_value(sessions_numbered.requested_at) over session_requests
            as session_started_at,
        -- a session with two customers belongs to the last
        last_value(visitor_customers.customer_id) over session_requests
            as session_customer_id,
        last_value(visitor_customers.evidence_request_id)
            over session_requests as session_evidence_request_id,
        last_value(visitor_customers.evidence_code) over session_requests
            as session_evidence_code,
        last_value(visitor_customers.evidence_at) over session_requests
            as session_evidence_at

    from sessions_numbered

    left join visitor_customers
        on
            sessions_numbered.visitor_id = visitor_customers.visitor_id
            and sessions_numbered.requested_at >= visitor_customers.valid_from
            and sessions_numbered.requested_at < visitor_customers.valid_to

    window session_requests as (
        partition by
            sessions_numbered.visitor_id, sessions_numbered.session_number
        order by sessions_numbered.requested_at, sessions_numbered.request_id
        rows between unbounded preceding and unbounded following
    )

),

final as (

    select
        stitched.request_id,
        stitched.session_id,
        stitched.visitor_id,
        stitched.visitor_kind_code,
        stitched.kind_code,
        stitched.session_customer_id as source_customer_id,
        stitched.session_evidence_code as evidence_code,
        stitched.session_evidence_request_id as evidence_request_id,
        stitched.path,
        stitched.page_code,
        stitched.product_id,
        stitched.search_term,
        stitched.referrer_host,
        stitched.referrer_class_code,
        stitched.utm_source,
        stitched.utm_medium,
        stitched.utm_campaign,
        stitched.utm_term,
        stitched.utm_content,
        stitched.agent_name,
        stitched.status_code,
        stitched.byte_count,
        stitched.request_milliseconds,
        stitched.is_session_start,
        stitched.session_evidence_at as evidence_at,
        stitched.requested_at

    from stitched

    inner join raw_floor
        on stitched.session_started_at >= raw_floor.floor_at

)

select * from final
