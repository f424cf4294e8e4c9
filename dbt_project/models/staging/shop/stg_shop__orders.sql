-- Grain: one order, as last told.
select
    -- ids
    told.order_id,
    told.customer_id,
    told.store_id,
    told.employee_id,

    -- strings
    told.channel_code,

    -- numerics
    told.shipping_amount::numeric(18, 2) as shipping_amount,

    -- timestamps
    told.ordered_at,
    told.cancelled_at,

    -- filled in
    coalesce(told.order_status, 'completed') as order_status,
    coalesce(
        told.order_status = 'cancelled' or told.cancelled_at is not null, false
    ) as is_cancelled

from {{ source('shop', 'orders') }} as told

where
    {{ is_latest_version(
        source('shop', 'orders'), ['order_id']
    ) }}
