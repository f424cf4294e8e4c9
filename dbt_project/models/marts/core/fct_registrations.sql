-- Grain: one seat of one customer at an event. Contract: fct_registrations.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='registration_id',
    on_schema_change='append_new_columns'
) }}

with

registrations as (

    select * from {{ ref('stg_shop__registrations') }}

),

affected as (

    select * from {{ ref('int_affected_registrations') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

final as (

    select
        registrations.registration_id,
        {{ customer_columns('registrations.customer_id') }},
        registrations.lead_id,
        registrations.event_code,
        registrations.channel_code,
        registrations.confirmed_at is not null as is_confirmed,
        registrations.cancelled_at is not null as is_cancelled,
        registrations.attended_at is not null as has_attended,
        {{ business_date('registrations.registered_at') }} as registered_date,
        {{ business_date('registrations.event_starts_at') }} as event_date,
        registrations.registered_at,
        registrations.confirmed_at,
        registrations.cancelled_at,
        registrations.event_starts_at,
        registrations.attended_at

    from registrations

    inner join affected
        on registrations.registration_id = affected.registration_id

    left join customers
        on
            registrations.customer_id = customers.customer_id
            and {{ is_valid_at('customers', 'registrations.registered_at') }}

)

select * from final
