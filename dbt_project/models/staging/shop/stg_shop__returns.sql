-- Grain: one line of an order, or a part of it, that came back, as last told.
select
    -- ids
    told.return_id,
    told.order_id,
    told.line_id,
    told.customer_id,

    -- strings
    told.channel_code,
    told.reason_code,

    -- numerics
    told.quantity::numeric(18, 3) as quantity,
    told.refund_amount::numeric(18, 2) as refund_amount,

    -- timestamps
    told.returned_at,

    -- filled in
    coalesce(told.is_restocked, false) as is_restocked

from {{ source('shop', 'returns') }} as told

where
    {{ is_latest_version(
        source('shop', 'returns'), ['return_id']
    ) }}
