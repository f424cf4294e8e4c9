-- Grain: one customer in one period (Type 2). Contract: dim_customers.yml.
-- Facts look versions up by customer_id.
{{ config(indexes=[{'columns': ['customer_id']}]) }}

with

versions as (

    select * from {{ ref('int_customers_versioned') }}

),

resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

employees as (

    select * from {{ ref('dim_employees') }}

),

known_accounts as (

    select distinct accounts.account_id
    from accounts

),

known_employees as (

    select distinct employees.employee_id
    from employees

),

known as (

    select
        versions.customer_key,
        versions.customer_id,
        resolved.current_customer_id,
        coalesce(versions.household_id, '(unknown)') as household_id,
        coalesce(known_accounts.account_id, '(unknown)') as account_id,
        coalesce(known_employees.employee_id, '(unknown)') as employee_id,
        versions.customer_status,
        versions.province,
        versions.district,
        versions.phone_hash,
        versions.email_hash,
        versions.birth_year::bigint as birth_year,
        versions.is_current,
        versions.registered_at,
        versions.valid_from,
        versions.valid_to

    from versions

    inner join resolved
        on versions.customer_id = resolved.customer_id

    left join known_accounts
        on versions.account_id = known_accounts.account_id

    left join known_employees
        on versions.employee_id = known_employees.employee_id

),

unknown_member as (

    select
        '(unknown)'::text as customer_key,
        '(unknown)'::text as customer_id,
        '(unknown)'::text as current_customer_id,
        '(unknown)'::text as household_id,
        '(unknown)'::text as account_id,
        '(unknown)'::text as employee_id,
        null::text as customer_status,
        null::text as province,
        null::text as district,
        null::text as phone_hash,
        null::text as email_hash,
        null::bigint as birth_year,
        true as is_current,
        null::timestamptz as registered_at,
        '-infinity'::timestamptz as valid_from,
        'infinity'::timestamptz as valid_to

),

final as (

    select * from known
    union all
    select * from unknown_member

)

select * from final
