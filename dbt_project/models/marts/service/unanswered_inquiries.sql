-- Grain: one inquiry of a customer that nobody answered when the answer was
-- due. Contract: unanswered_inquiries.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='interaction_id',
    on_schema_change='append_new_columns'
) }}

with

interactions as (

    select * from {{ ref('fct_interactions') }}

),

affected as (

    select * from {{ ref('int_affected_dues') }}

),

final as (

    select
        interactions.interaction_id,
        interactions.current_customer_id as customer_id,
        interactions.employee_id,
        interactions.product_id,
        interactions.order_id,
        interactions.interaction_type_code,
        interactions.channel_code,
        interactions.reason_code,
        interactions.subject_code,
        case
            when interactions.done_at is null then 'waiting'
            else 'answered_late'
        end as inquiry_status,
        floor(
            extract(epoch from interactions.done_at - interactions.due_at)
            / 3600
        )::bigint as late_hours,
        interactions.interaction_date as inquired_date,
        {{ business_date('interactions.due_at') }} as due_date,
        {{ business_date('interactions.done_at') }} as answered_date,
        interactions.started_at as inquired_at,
        interactions.due_at,
        interactions.done_at as answered_at

    from interactions

    inner join affected
        on interactions.interaction_id = affected.interaction_id

    where
        interactions.interaction_type_code != 'promise'
        and interactions.direction_code is distinct from 'outbound'
        and interactions.due_at < {{ told_until('interactions') }}
        and (
            interactions.done_at is null
            or interactions.done_at > interactions.due_at
        )

)

select * from final
