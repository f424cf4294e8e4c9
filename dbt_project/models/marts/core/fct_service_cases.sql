-- Grain: one complaint, fault or question. Contract: fct_service_cases.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='case_id',
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['current_customer_id']},
        {'columns': ['opened_date']},
        {'columns': ['closed_date']},
        {'columns': ['promised_at']}
    ]
) }}

with

cases as (

    select * from {{ ref('stg_shop__service_cases') }}

),

affected as (

    select * from {{ ref('int_affected_cases') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

employees as (

    select * from {{ ref('dim_employees') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

final as (

    select
        cases.case_id,
        {{ customer_columns('cases.customer_id') }},
        {{ employee_columns('cases.employee_id') }},
        coalesce(products.product_id, '(unknown)') as product_id,
        cases.product_id as source_product_id,
        cases.order_id,
        cases.case_type_code,
        cases.reason_code,
        cases.channel_code,
        cases.solution_code,
        cases.cost_amount,
        floor(
            extract(epoch from cases.answered_at - cases.opened_at) / 60
        )::bigint as answer_minutes,
        floor(
            extract(epoch from cases.visited_at - cases.opened_at) / 60
        )::bigint as visit_minutes,
        floor(
            extract(epoch from cases.solved_at - cases.opened_at) / 60
        )::bigint as solution_minutes,
        cases.solved_at is null and cases.closed_at is null as is_open,
        -- who closes a case after the promised moment without coming broke it
        case
            when
                coalesce(
                    cases.visited_at, cases.answered_at, cases.solved_at
                ) is not null
                then
                    coalesce(
                        cases.visited_at, cases.answered_at, cases.solved_at
                    ) <= cases.promised_at
            when cases.closed_at > cases.promised_at then false
        end as has_kept_promise,
        {{ business_date('cases.opened_at') }} as opened_date,
        {{ business_date('coalesce(cases.solved_at, cases.closed_at)') }}
            as closed_date,
        cases.opened_at,
        cases.answered_at,
        cases.promised_at,
        cases.visited_at,
        cases.solved_at,
        cases.closed_at

    from cases

    inner join affected
        on cases.case_id = affected.case_id

    left join customers
        on
            cases.customer_id = customers.customer_id
            and {{ is_valid_at('customers', 'cases.opened_at') }}

    left join employees
        on
            cases.employee_id = employees.employee_id
            and {{ is_valid_at('employees', 'cases.opened_at') }}

    left join products
        on cases.product_id = products.product_id

)

select * from final
