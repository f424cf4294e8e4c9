-- Grain: one employee in one period (Type 2). Contract: dim_employees.yml.
-- Facts look versions up by employee_id.
{{ config(indexes=[{'columns': ['employee_id']}]) }}

with

versions as (

    select * from {{ ref('int_employees_versioned') }}

),

stores as (

    select * from {{ ref('dim_stores') }}

),

told as (

    select
        versions.employee_key,
        versions.employee_id,
        coalesce(stores.store_id, '(unknown)') as store_id,
        versions.manager_employee_id,
        versions.job_code,
        versions.team_code,
        case
            when not versions.is_missing then versions.employee_status
            when versions.employee_status = 'resigned' then 'resigned'
            else 'missing'
        end as employee_status,
        versions.is_current,
        versions.joined_date,
        versions.resigned_date,
        versions.valid_from,
        versions.valid_to

    from versions

    left join stores
        on versions.store_id = stores.store_id

),

unknown_member as (

    select
        '(unknown)' as employee_key,
        '(unknown)' as employee_id,
        '(unknown)' as store_id,
        null as manager_employee_id,
        null as job_code,
        null as team_code,
        null as employee_status,
        true as is_current,
        null::date as joined_date,
        null::date as resigned_date,
        '-infinity'::timestamptz as valid_from,
        'infinity'::timestamptz as valid_to

),

final as (

    select * from told
    union all
    select * from unknown_member

)

select * from final
