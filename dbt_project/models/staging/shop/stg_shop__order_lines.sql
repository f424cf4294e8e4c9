-- Grain: one line of an order, as last told.
select
    -- ids
    told.order_id,
    told.line_id,
    told.product_id,

    -- numerics
    told.quantity,
    told.gross_amount,
    told.discount_amount,
    told.net_amount,
    told.coupon_amount,
    told.unit_cost

from {{ source('shop', 'order_lines') }} as told

where
    {{ is_latest_version(
        source('shop', 'order_lines'), ['order_id', 'line_id']
    ) }}
