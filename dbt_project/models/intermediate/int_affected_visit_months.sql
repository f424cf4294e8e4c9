-- Grain: one month whose visits this build must count anew. A page that a batch
-- tells of changes the session that had begun before it and any that begins
-- within the timeout after it; a login or order, whose sessions are known, from
-- 30 days before it on. What raw tells is imported once for each use, as in
-- int_affected_orders.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

visits_by_batch as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_order as (

    select * from {{ ref('int_visits_told') }}

),

visits_by_moment as (

    select * from {{ ref('int_visits_told') }}

),

events_by_batch as (

    select * from {{ source('shop', 'web_events') }}

),

event_versions as (

    select * from {{ source('shop', 'web_events') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

raw_floor as (

    select * from {{ source('ledger', 'raw_floor') }}

),

requests_counted as (

    select * from {{ ref('int_page_requests_counted') }}

),

sessions_before as (

    select * from {{ ref('fct_web_sessions') }}

),

sessions_since as (

    select * from {{ ref('fct_web_sessions') }}

),

pages_told as (

    select
        visits_by_batch.visitor_id,
        visits_by_batch.requested_at,
        visits_by_batch.customer_id is not null
        or visits_by_batch.order_id is not null as is_evidence
    from visits_by_batch
    where
        {{ is_pinned('visits_by_batch.batch_id') }}
        and visits_by_batch.kind_code in ('human', 'app', 'unknown')
    union all
    -- an event that a batch gave to another visitor or moment, or deleted
    select
        event_versions.visitor_hash as visitor_id,
        event_versions.occurred_at as requested_at,
        event_versions.customer_id is not null
        or event_versions.order_id is not null as is_evidence
    from events_by_batch
    inner join event_versions
        on events_by_batch.event_id = event_versions.event_id
    where {{ is_pinned('events_by_batch._batch_id') }}

),

first_pages_told as (

    select
        pages_told.visitor_id,
        {{ business_date('pages_told.requested_at') }} as requested_date,
        min(pages_told.requested_at) as requested_at
    from pages_told
    where pages_told.visitor_id is not null
    group by
        pages_told.visitor_id, {{ business_date('pages_told.requested_at') }}

),

evidence_told as (

    select
        pages_told.visitor_id,
        pages_told.requested_at
    from pages_told
    where pages_told.is_evidence
    union all
    select
        visits_by_order.visitor_id,
        visits_by_order.requested_at
    from visits_by_order
    inner join affected_orders
        on visits_by_order.order_id = affected_orders.order_id

),

first_evidence_told as (

    select
        evidence_told.visitor_id,
        min(evidence_told.requested_at) as requested_at
    from evidence_told
    where evidence_told.visitor_id is not null
    group by evidence_told.visitor_id

),

days as (

    select {{ business_date('pages_told.requested_at') }} as session_date
    from pages_told
    union
    select
        {{ business_date(
            "(pages_told.requested_at + interval '"
            ~ var("session_timeout_minutes") ~ " minutes')"
        ) }} as session_date
    from pages_told
    union
    select found.session_date
    from first_pages_told
    cross join
        lateral (
            select sessions_before.session_date
            from sessions_before
            where
                sessions_before.visitor_id = first_pages_told.visitor_id
                and sessions_before.started_at <= first_pages_told.requested_at
            order by sessions_before.started_at desc
            limit 1
        ) as found
    union
    select sessions_since.session_date
    from first_evidence_told
    inner join sessions_since
        on
            first_evidence_told.visitor_id = sessions_since.visitor_id
            and first_evidence_told.requested_at - interval '30 days'
            <= sessions_since.started_at
    union
    select requests_counted.requested_date as session_date
    from requests_counted
    where {{ is_pinned('requests_counted.batch_id') }}
    union
    select {{ business_date('visits_by_moment.requested_at') }} as session_date
    from visits_by_moment
    inner join raw_floor
        on visits_by_moment.requested_at < raw_floor.floor_at
    where raw_floor.is_pending

),

final as (

    select date_trunc('month', days.session_date)::date as month_start_date
    from days
    where days.session_date is not null
    group by date_trunc('month', days.session_date)

)

select * from final
