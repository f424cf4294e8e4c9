-- Grain: one contact with one customer, as last told.
select
    -- ids
    told.interaction_id,
    told.customer_id,
    told.employee_id,
    told.product_id,
    told.order_id,
    told.case_id,

    -- strings
    told.interaction_type_code,
    told.direction_code,
    told.channel_code,
    told.reason_code,
    told.subject_code,
    told.content_code,

    -- numerics
    told.rating::numeric(18, 2) as rating,
    told.cost_amount::numeric(18, 2) as cost_amount,

    -- timestamps
    told.started_at,
    told.ended_at,
    told.due_at,
    told.done_at

from {{ source('shop', 'interactions') }} as told

where
    {{ is_latest_version(
        source('shop', 'interactions'), ['interaction_id']
    ) }}
