-- Grain: one customer and label on one night; here only the night under way.
-- Contract: churn_predictions.yml.
with

predictions as (

    select * from {{ source('mined', 'churn_predictions') }}

),

nights as (

    select * from {{ source('ledger', 'nights') }}

),

final as (

    select
        predictions.as_of_date,
        predictions.customer_id,
        predictions.label_code,
        predictions.horizon_days,
        predictions.churn_probability,
        predictions.risk_band,
        predictions.reason_1_code,
        predictions.reason_1_contribution,
        predictions.reason_2_code,
        predictions.reason_2_contribution,
        predictions.reason_3_code,
        predictions.reason_3_contribution,
        predictions.is_scorable,
        predictions.not_scorable_reason_code,
        predictions.label_version,
        predictions.model_version

    from predictions

    inner join nights
        on predictions.as_of_date = nights.business_date

)

select * from final
