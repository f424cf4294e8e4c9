-- Grain: one period in which what is known of an employee stayed the same (Type
-- 2).
with

versions as (

    select * from {{ ref('stg_shop__employee_versions') }}

),

{{ type_2_periods('employee_id', [
    'store_id', 'manager_employee_id', 'job_code',
    'team_code', 'employee_status', 'joined_date',
    'resigned_date',
]) }},

final as (

    select
        periods.period_key as employee_key,
        periods.employee_id,
        periods.store_id,
        periods.manager_employee_id,
        periods.job_code,
        periods.team_code,
        periods.employee_status,
        periods.joined_date,
        periods.resigned_date,
        periods.is_missing,
        periods.is_current,
        periods.valid_from,
        periods.valid_to

    from periods

)

select * from final
