-- Grain: one closed quarter, one grade before and one grade after. Contract:
-- grade_movements.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['quarter_start_date', 'from_grade_code', 'to_grade_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_value_periods') }}
    where period_code = 'quarter'

),

grades as (

    select * from {{ ref('customer_grades') }}

),

grades_before as (

    select * from {{ ref('customer_grades') }}

),

graded as (

    select
        affected.quarter_start_date,
        grades.customer_id,
        grades.grade_code as to_grade_code,
        grades.contribution_amount,
        null::text as from_grade_code,
        null::numeric(18, 2) as previous_contribution_amount

    from affected

    inner join grades
        on affected.quarter_start_date = grades.quarter_start_date

),

graded_before as (

    select
        affected.quarter_start_date,
        grades_before.customer_id,
        null::text as to_grade_code,
        null::numeric(18, 2) as contribution_amount,
        grades_before.grade_code as from_grade_code,
        grades_before.contribution_amount as previous_contribution_amount

    from affected

    inner join grades_before
        on
            (affected.quarter_start_date - interval '3 months')::date
            = grades_before.quarter_start_date

),

both_grades as (

    select * from graded
    union all
    select * from graded_before

),

customers_moved as (

    select
        both_grades.quarter_start_date,
        both_grades.customer_id,
        coalesce(max(both_grades.from_grade_code), '(none)')
            as from_grade_code,
        coalesce(max(both_grades.to_grade_code), '(none)') as to_grade_code,
        coalesce(max(both_grades.previous_contribution_amount), 0)
            as previous_contribution_amount,
        coalesce(max(both_grades.contribution_amount), 0)
            as contribution_amount

    from both_grades

    group by both_grades.quarter_start_date, both_grades.customer_id

),

final as (

    select
        moved.quarter_start_date,
        moved.from_grade_code,
        moved.to_grade_code,
        count(*) as customer_count,
        sum(moved.previous_contribution_amount)::numeric(18, 2)
            as previous_contribution_amount,
        sum(moved.contribution_amount)::numeric(18, 2) as contribution_amount,
        (moved.quarter_start_date + interval '3 months')::date
            as valid_from_date

    from customers_moved as moved

    group by
        moved.quarter_start_date, moved.from_grade_code, moved.to_grade_code

)

select * from final
