-- Grain: one sum that is or was due for an order, as last told.
select
    -- ids
    told.payment_id,
    told.order_id,
    told.customer_id,

    -- strings
    told.payment_method_code,
    told.payment_status,

    -- numerics
    told.due_amount::numeric(18, 2) as due_amount,
    told.paid_amount::numeric(18, 2) as paid_amount,

    -- dates
    told.due_date,

    -- timestamps
    told.billed_at,
    told.paid_at

from {{ source('shop', 'payments') }} as told

where
    {{ is_latest_version(
        source('shop', 'payments'), ['payment_id']
    ) }}
