-- Grain: one current customer and one channel of which anything was said.
-- Contract: customer_contact_permissions_current.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['customer_id', 'channel_code'],
    on_schema_change='append_new_columns'
) }}

with

standing as (

    select * from {{ ref('int_consents_standing') }}

),

customers as (

    select * from {{ ref('dim_customers') }}
    where is_current

),

affected as (

    select * from {{ ref('int_affected_permissions') }}

),

-- Counted once: of what the purposes are to be joined by, the planner knows too
-- little.
said as (

    select
        standing.current_customer_id as customer_id,
        standing.channel_code,
        bool_or(standing.is_granted) filter (
            where standing.purpose_code = 'advertising'
        ) as is_advertising_granted,
        bool_or(standing.is_granted) filter (
            where standing.purpose_code = 'night_advertising'
        ) as is_night_granted,
        bool_or(standing.is_granted) filter (
            where standing.purpose_code = 'data_use'
        ) as is_data_use_granted,
        max(standing.since) filter (
            where standing.purpose_code = 'advertising'
        ) as advertising_since,
        max(standing.since) filter (
            where standing.purpose_code = 'data_use'
        ) as data_use_since,
        max(standing.last_said_at) filter (
            where standing.purpose_code = 'advertising'
        ) as last_said_at,
        max(standing.reason_code) filter (
            where standing.purpose_code = 'advertising'
        ) as reason_code
    from standing
    group by standing.current_customer_id, standing.channel_code

),

judged as (

    select
        said.customer_id,
        said.channel_code,
        said.is_advertising_granted,
        said.is_night_granted,
        said.advertising_since,
        said.last_said_at,
        said.data_use_since,
        customers.valid_from as status_since,
        coalesce(customers.customer_status, 'missing')
        in ('active', 'dormant') as is_customer,
        coalesce(said.is_data_use_granted, true) as is_data_use_granted,
        coalesce(said.reason_code, 'never_asked') as reason_code

    from said

    inner join affected
        on said.customer_id = affected.customer_id

    left join customers
        on said.customer_id = customers.customer_id

),

decided as (

    select
        judged.*,
        coalesce(
            judged.is_advertising_granted
            and judged.is_data_use_granted
            and judged.is_customer,
            false
        ) as may_contact_day

    from judged

),

final as (

    select
        customer_id,
        channel_code,
        case
            when not is_customer then 'customer_withdrawn'
            when not is_data_use_granted then 'data_use_withdrawn'
            when may_contact_day and not coalesce(is_night_granted, false)
                then 'granted_day_only'
            else reason_code
        end as reason_code,
        may_contact_day,
        may_contact_day and coalesce(is_night_granted, false)
            as may_contact_night,
        case
            when may_contact_day
                then (
                    {{ business_date('last_said_at') }} + interval '2 years'
                )::date
        end as reconfirm_by,
        case
            when may_contact_day
                then greatest(advertising_since, data_use_since)
            else least(
                case when not is_customer then status_since end,
                case when not is_data_use_granted then data_use_since end,
                case when not is_advertising_granted then advertising_since end
            )
        end as since

    from decided

)

select * from final
