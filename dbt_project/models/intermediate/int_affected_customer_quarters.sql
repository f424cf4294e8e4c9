-- Grain: one customer, current or former, and one quarter which this build must
-- sum anew: those of the months that it does.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

affected_months as (

    select * from {{ ref('int_affected_customer_months') }}

),

final as (

    select distinct
        affected_months.customer_id,
        date_trunc('quarter', affected_months.month_start_date)::date
            as quarter_start_date
    from affected_months

)

select * from final
