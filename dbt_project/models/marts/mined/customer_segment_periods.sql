-- Grain: one customer in one period in which the segment stayed the same; here
-- the segments of the night under way, out of which publishing cuts and joins
-- the periods. Contract: customer_segment_periods.yml.
with

segments as (

    select * from {{ source('mined', 'customer_segments') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        segments.customer_id,
        segments.rfm_segment_code,
        segments.as_of_date as valid_from,
        'infinity'::date as valid_to,
        true as is_current

    from segments

    inner join nights
        on segments.as_of_date = nights.business_date

)

select * from final
