-- Grain: one seat that the company has not confirmed, or confirmed when the
-- event had begun. Contract: unconfirmed_registrations.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='registration_id',
    on_schema_change='append_new_columns'
) }}

with

registrations as (

    select * from {{ ref('fct_registrations') }}

),

affected as (

    select * from {{ ref('int_affected_registrations') }}

),

unconfirmed as (

    select
        registrations.*,
        case
            when registrations.is_confirmed then 'confirmed_too_late'
            else 'waiting'
        end as confirmation_status

    from registrations

    inner join affected
        on registrations.registration_id = affected.registration_id

    where
        not registrations.is_cancelled
        and (
            registrations.confirmed_at is null
            or registrations.confirmed_at >= registrations.event_starts_at
        )

),

final as (

    select
        registration_id,
        current_customer_id as customer_id,
        lead_id,
        event_code,
        channel_code,
        confirmation_status,
        has_attended,
        registered_date,
        event_date,
        registered_at,
        event_starts_at,
        confirmed_at

    from unconfirmed

)

select * from final
