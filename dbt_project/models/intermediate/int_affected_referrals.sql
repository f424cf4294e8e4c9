-- Grain: one referral that this build must compute anew.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

final as (

    {{ affected_rows('referrals', 'referral_id', [
        (
            'customer_id', 'int_customers_told', 'customer_id',
            'told.referred_at'
        ),
        (
            'referred_customer_id', 'int_customers_told', 'customer_id',
            'coalesce(told.joined_at, told.referred_at)'
        ),
    ]) }}

)

select * from final
