-- Grain: one question to one customer, and its answer, as last told.
select
    -- ids
    told.survey_id,
    told.customer_id,
    told.employee_id,
    told.order_id,
    told.case_id,

    -- strings
    told.question_code,
    told.channel_code,

    -- numerics
    told.score::numeric(18, 2) as score,
    told.highest_score::numeric(18, 2) as highest_score,

    -- timestamps
    told.asked_at,
    told.answered_at

from {{ source('shop', 'surveys') }} as told

where
    {{ is_latest_version(
        source('shop', 'surveys'), ['survey_id']
    ) }}
