-- Grain: one customer with an order on one night; here only the
-- night under way.
-- Contract: customer_lifetime_values.yml.
with

lifetime_values as (

    select * from {{ source('mined', 'customer_lifetime_values') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        lifetime_values.as_of_date,
        lifetime_values.customer_id,
        lifetime_values.frequency,
        lifetime_values.recency_weeks,
        lifetime_values.age_weeks,
        lifetime_values.probability_alive,
        lifetime_values.expected_purchases,
        lifetime_values.expected_average_amount,
        lifetime_values.clv_amount,
        lifetime_values.clv_low_amount,
        lifetime_values.clv_high_amount,
        lifetime_values.simple_ltv_amount,
        lifetime_values.horizon_weeks,
        lifetime_values.yearly_rate,
        lifetime_values.value_basis_code,
        lifetime_values.status,
        lifetime_values.status_reason_code,
        lifetime_values.model_version

    from lifetime_values

    inner join nights
        on lifetime_values.as_of_date = nights.business_date

)

select * from final
