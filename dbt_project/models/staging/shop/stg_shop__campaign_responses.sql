-- Grain: one answer of a customer to a campaign.
with

source as (

    {{ latest_version(source('shop', 'campaign_responses'), ['response_id']) }}

),

renamed as (

    select
        -- ids
        response_id,
        campaign_id,
        customer_id,
        coupon_id,
        order_id,

        -- strings
        response_type_code,

        -- dates
        response_date,

        -- timestamps
        responded_at

    from source

)

select * from renamed
