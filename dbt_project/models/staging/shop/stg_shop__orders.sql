-- Grain: one order, as last told.
with

source as (

    {{ latest_version(source('shop', 'orders'), ['order_id']) }}

),

renamed as (

    select
        -- ids
        order_id,
        customer_id,
        store_id,

        -- strings
        channel_code,
        coalesce(order_status, 'completed') as order_status,

        -- numerics
        shipping_amount::numeric(18, 2) as shipping_amount,

        -- booleans
        coalesce(
            order_status = 'cancelled' or cancelled_at is not null, false
        ) as is_cancelled,

        -- timestamps
        ordered_at,
        cancelled_at

    from source

)

select * from renamed
