-- Grain: one person brought by a customer. Contract: fct_referrals.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='referral_id',
    on_schema_change='append_new_columns'
) }}

with

referrals as (

    select * from {{ ref('stg_shop__referrals') }}

),

affected as (

    select * from {{ ref('int_affected_referrals') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

referred_customers as (

    select * from {{ ref('dim_customers') }}

),

-- who joined without a moment told is looked up when they were referred
told as (

    select
        referrals.*,
        coalesce(referrals.joined_at, referrals.referred_at) as arrived_at

    from referrals

    inner join affected
        on referrals.referral_id = affected.referral_id

),

final as (

    select
        told.referral_id,
        {{ customer_columns('told.customer_id') }},
        coalesce(referred_customers.customer_key, '(unknown)')
            as referred_customer_key,
        coalesce(referred_customers.customer_id, '(unknown)')
            as referred_customer_id,
        coalesce(referred_customers.current_customer_id, '(unknown)')
            as referred_current_customer_id,
        told.referred_customer_id as referred_source_customer_id,
        told.channel_code,
        told.reward_amount,
        told.referred_customer_id is not null or told.joined_at is not null
            as has_joined,
        {{ business_date('told.referred_at') }} as referred_date,
        {{ business_date('told.joined_at') }} as joined_date,
        told.referred_at,
        told.joined_at

    from told

    left join customers
        on
            told.customer_id = customers.customer_id
            and {{ is_valid_at('customers', 'told.referred_at') }}

    left join referred_customers
        on
            told.referred_customer_id = referred_customers.customer_id
            and {{ is_valid_at('referred_customers', 'told.arrived_at') }}

)

select * from final
