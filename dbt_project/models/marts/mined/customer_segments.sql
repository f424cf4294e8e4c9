-- Grain: one customer with an order on one night; here only the night under
-- way. Contract: customer_segments.yml.
with

segments as (

    select * from {{ source('mined', 'customer_segments') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        segments.as_of_date,
        segments.customer_id,
        segments.recency_days,
        segments.frequency,
        segments.monetary_amount,
        segments.recency_score,
        segments.frequency_score,
        segments.monetary_score,
        segments.rfm_segment_code,
        segments.value_grade,
        segments.lifecycle_stage_code,
        segments.cluster_code,
        segments.cluster_name

    from segments

    inner join nights
        on segments.as_of_date = nights.business_date

)

select * from final
