-- Grain: one request of a customer to the service, with what became of the
-- promise. Contract: service_request_deadlines.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='case_id',
    on_schema_change='append_new_columns'
) }}

with

cases as (

    select * from {{ ref('fct_service_cases') }}

),

affected as (

    select * from {{ ref('int_affected_requests') }}

),

-- an answer alone keeps no promise as long as the case is open: who was told
-- that somebody comes still waits
served as (

    select
        cases.*,
        case
            when cases.visited_at is not null or cases.is_open
                then cases.visited_at
            else least(cases.answered_at, cases.solved_at)
        end as served_at

    from cases

    inner join affected
        on cases.case_id = affected.case_id

),

final as (

    select
        served.case_id,
        served.current_customer_id as customer_id,
        served.employee_id,
        served.product_id,
        served.order_id,
        served.case_type_code,
        served.reason_code,
        served.channel_code,
        case
            when served.promised_at is null then 'not_promised'
            when served.served_at <= served.promised_at then 'kept'
            when served.served_at is not null then 'missed'
            when not served.is_open and served.closed_at > served.promised_at
                then 'missed'
            when not served.is_open then 'dropped'
            when served.promised_at < {{ told_until('service_cases') }}
                then 'overdue'
            else 'running'
        end as deadline_status,
        floor(
            extract(epoch from served.served_at - served.opened_at) / 3600
        )::bigint as served_hours,
        floor(
            extract(epoch from served.solved_at - served.opened_at) / 3600
        )::bigint as solution_hours,
        case
            when served.served_at > served.promised_at
                then floor(
                    extract(epoch from served.served_at - served.promised_at)
                    / 3600
                )
        end::bigint as late_hours,
        served.is_open,
        served.opened_date,
        {{ business_date('served.promised_at') }} as promised_date,
        served.closed_date,
        served.opened_at,
        served.answered_at,
        served.promised_at,
        served.visited_at,
        served.solved_at

    from served

)

select * from final
