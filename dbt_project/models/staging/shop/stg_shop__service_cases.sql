-- Grain: one complaint, fault or question, as last told.
select
    -- ids
    told.case_id,
    told.customer_id,
    told.employee_id,
    told.product_id,
    told.order_id,

    -- strings
    told.case_type_code,
    told.reason_code,
    told.channel_code,
    told.solution_code,

    -- numerics
    told.cost_amount::numeric(18, 2) as cost_amount,

    -- timestamps
    told.opened_at,
    told.answered_at,
    told.promised_at,
    told.visited_at,
    told.solved_at,
    told.closed_at

from {{ source('shop', 'service_cases') }} as told

where
    {{ is_latest_version(
        source('shop', 'service_cases'), ['case_id']
    ) }}
