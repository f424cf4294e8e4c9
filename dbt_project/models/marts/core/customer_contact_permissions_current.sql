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

said as (

    select distinct
        standing.current_customer_id,
        standing.channel_code
    from standing

),

advertising as (

    select * from standing
    where purpose_code = 'advertising'

),

night_advertising as (

    select * from standing
    where purpose_code = 'night_advertising'

),

data_use as (

    select * from standing
    where purpose_code = 'data_use'

),

judged as (

    select
        said.current_customer_id as customer_id,
        said.channel_code,
        advertising.is_granted as is_advertising_granted,
        night_advertising.is_granted as is_night_granted,
        advertising.since as advertising_since,
        advertising.last_said_at,
        data_use.since as data_use_since,
        customers.valid_from as status_since,
        coalesce(customers.customer_status, 'missing')
        in ('active', 'dormant') as is_customer,
        coalesce(data_use.is_granted, true) as is_data_use_granted,
        coalesce(advertising.reason_code, 'never_asked') as reason_code

    from said

    inner join affected
        on said.current_customer_id = affected.customer_id

    left join advertising
        on
            said.current_customer_id = advertising.current_customer_id
            and said.channel_code = advertising.channel_code

    left join night_advertising
        on
            said.current_customer_id = night_advertising.current_customer_id
            and said.channel_code = night_advertising.channel_code

    left join data_use
        on
            said.current_customer_id = data_use.current_customer_id
            and said.channel_code = data_use.channel_code

    left join customers
        on said.current_customer_id = customers.customer_id

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
