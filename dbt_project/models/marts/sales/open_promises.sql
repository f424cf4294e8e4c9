-- Grain: one promise to a customer that is not kept yet, or was kept too late.
-- Contract: open_promises.yml.
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
        interactions.channel_code,
        interactions.subject_code,
        case
            when interactions.done_at is not null then 'kept_late'
            when interactions.due_at is null then 'undated'
            when interactions.due_at < {{ told_until('interactions') }}
                then 'overdue'
            else 'running'
        end as promise_status,
        floor(
            extract(epoch from interactions.done_at - interactions.due_at)
            / 3600
        )::bigint as late_hours,
        interactions.interaction_date as promised_date,
        {{ business_date('interactions.due_at') }} as due_date,
        {{ business_date('interactions.done_at') }} as kept_date,
        interactions.started_at as promised_at,
        interactions.due_at,
        interactions.done_at as kept_at

    from interactions

    inner join affected
        on interactions.interaction_id = affected.interaction_id

    where
        interactions.interaction_type_code = 'promise'
        and (
            interactions.done_at is null
            or interactions.done_at > interactions.due_at
        )

)

select * from final
