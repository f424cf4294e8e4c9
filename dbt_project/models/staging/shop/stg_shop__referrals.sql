-- Grain: one person brought by a customer, as last told.
select
    -- ids
    told.referral_id,
    told.customer_id,
    told.referred_customer_id,

    -- strings
    told.channel_code,

    -- numerics
    told.reward_amount::numeric(18, 2) as reward_amount,

    -- timestamps
    told.referred_at,
    told.joined_at

from {{ source('shop', 'referrals') }} as told

where
    {{ is_latest_version(
        source('shop', 'referrals'), ['referral_id']
    ) }}
