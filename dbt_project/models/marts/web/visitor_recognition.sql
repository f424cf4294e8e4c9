-- Grain: one month of the web shop and app. Contract: visitor_recognition.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='month_start_date',
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_visit_months') }}

),

sessions as (

    select * from {{ ref('fct_web_sessions') }}

),

requests_counted as (

    select * from {{ ref('int_page_requests_counted') }}

),

raw_floor as (

    select * from {{ source('ledger', 'raw_floor') }}

),

sessions_judged as (

    select
        affected.month_start_date,
        sessions.visitor_id,
        coalesce(sessions.evidence_at <= sessions.ended_at, false)
            as is_recognised,
        coalesce(
            sessions.evidence_at < sessions.started_at + interval '30 days',
            false
        ) as is_known

    from affected

    inner join sessions
        on
            affected.month_start_date <= sessions.session_date
            and affected.month_start_date + interval '1 month'
            > sessions.session_date

),

sessions_counted as (

    select
        judged.month_start_date,
        count(*) as session_count,
        count(*) filter (where judged.is_recognised)
            as recognised_session_count,
        count(*) filter (where judged.is_known) as known_session_count,
        count(distinct judged.visitor_id) as visitor_count,
        count(distinct judged.visitor_id) filter (where judged.is_known)
            as known_visitor_count

    from sessions_judged as judged

    group by judged.month_start_date

),

-- a month whose visits raw does not hold any more has no requests either
requests_summed as (

    select
        affected.month_start_date,
        sum(requests_counted.page_request_count)::bigint as page_request_count,
        sum(requests_counted.robot_request_count)::bigint as robot_request_count

    from affected

    inner join requests_counted
        on
            affected.month_start_date <= requests_counted.requested_date
            and affected.month_start_date + interval '1 month'
            > requests_counted.requested_date

    cross join raw_floor

    where
        requests_counted.batch_id not in {{ held_batches() }}
        and requests_counted.requested_date
        >= {{ business_date('raw_floor.floor_at') }}

    group by affected.month_start_date

),

final as (

    select
        affected.month_start_date,
        coalesce(sessions_counted.session_count, 0) as session_count,
        coalesce(sessions_counted.recognised_session_count, 0)
            as recognised_session_count,
        coalesce(sessions_counted.known_session_count, 0)
            as known_session_count,
        coalesce(sessions_counted.visitor_count, 0) as visitor_count,
        coalesce(sessions_counted.known_visitor_count, 0)
            as known_visitor_count,
        coalesce(requests_summed.page_request_count, 0) as page_request_count,
        coalesce(requests_summed.robot_request_count, 0)
            as robot_request_count,
        sessions_counted.recognised_session_count::double precision
        / sessions_counted.session_count as recognised_share,
        sessions_counted.known_session_count::double precision
        / sessions_counted.session_count as known_share,
        requests_summed.robot_request_count::double precision
        / requests_summed.page_request_count as robot_share

    from affected

    left join sessions_counted
        on affected.month_start_date = sessions_counted.month_start_date

    left join requests_summed
        on affected.month_start_date = requests_summed.month_start_date

    where
        sessions_counted.session_count > 0
        or requests_summed.page_request_count > 0

)

select * from final
