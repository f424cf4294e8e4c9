-- Grain: one line of an order, as last told.
with

source as (

    {{ latest_version(source('shop', 'order_lines'), ['order_id', 'line_id']) }}

),

renamed as (

    select
        -- ids
        order_id,
        line_id,
        product_id,

        -- numerics
        quantity,
        gross_amount,
        discount_amount,
        net_amount,
        coupon_amount,
        unit_cost

    from source

)

select * from renamed
