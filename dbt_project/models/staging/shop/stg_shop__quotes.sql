-- Grain: one product in an offer to one customer, as last told.
select
    -- ids
    told.quote_id,
    told.line_id,
    told.customer_id,
    told.employee_id,
    told.product_id,
    told.order_id,

    -- strings
    told.channel_code,
    told.reason_code,

    -- numerics
    told.quantity::numeric(18, 3) as quantity,
    told.unit_price_amount::numeric(18, 2) as unit_price_amount,

    -- dates
    told.valid_until_date,

    -- timestamps
    told.quoted_at,
    told.decided_at,

    -- filled in
    coalesce(told.quote_status, 'open') as quote_status

from {{ source('shop', 'quotes') }} as told

where
    {{ is_latest_version(
        source('shop', 'quotes'), ['quote_id', 'line_id']
    ) }}
