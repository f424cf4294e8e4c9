-- Grain: one account in one period (Type 2). Contract: dim_accounts.yml.
-- Facts look versions up by account_id.
{{ config(indexes=[{'columns': ['account_id']}]) }}

with

versions as (

    select * from {{ ref('int_accounts_versioned') }}

),

employees as (

    select * from {{ ref('int_employees_versioned') }}

),

known_employees as (

    select distinct employees.employee_id
    from employees

),

told as (

    select
        versions.account_key,
        versions.account_id,
        coalesce(known_employees.employee_id, '(unknown)') as employee_id,
        versions.account_name,
        versions.account_type_code,
        versions.industry_code,
        versions.province,
        versions.district,
        versions.is_missing as is_deleted,
        versions.is_current,
        versions.valid_from,
        versions.valid_to

    from versions

    left join known_employees
        on versions.employee_id = known_employees.employee_id

),

unknown_member as (

    select
        '(unknown)' as account_key,
        '(unknown)' as account_id,
        '(unknown)' as employee_id,
        null as account_name,
        null as account_type_code,
        null as industry_code,
        null as province,
        null as district,
        false as is_deleted,
        true as is_current,
        '-infinity'::timestamptz as valid_from,
        'infinity'::timestamptz as valid_to

),

final as (

    select * from told
    union all
    select * from unknown_member

)

select * from final
