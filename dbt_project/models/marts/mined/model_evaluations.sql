-- Grain: one measure of one model at one anchor date.
-- Contract: model_evaluations.yml.
with

evaluations as (

    select * from {{ source('mined', 'model_evaluations') }}

),

final as (

    select
        evaluations.model_code,
        evaluations.anchor_date,
        evaluations.subject_code,
        evaluations.measure_code,
        evaluations.contender_code,
        evaluations.bin_number,
        evaluations.model_version,
        evaluations.value,
        evaluations.value_low,
        evaluations.value_high,
        evaluations.expected_value,
        evaluations.row_count,
        evaluations.first_cutoff_date,
        evaluations.last_cutoff_date,
        evaluations.status

    from evaluations

)

select * from final
