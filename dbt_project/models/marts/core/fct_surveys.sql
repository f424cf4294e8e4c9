-- Grain: one question to one customer, and its answer.
-- Contract: fct_surveys.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='survey_id',
    on_schema_change='append_new_columns'
) }}

with

surveys as (

    select * from {{ ref('stg_shop__surveys') }}

),

affected as (

    select * from {{ ref('int_affected_surveys') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

employees as (

    select * from {{ ref('dim_employees') }}

),

final as (

    select
        surveys.survey_id,
        {{ customer_columns('surveys.customer_id') }},
        {{ employee_columns('surveys.employee_id') }},
        surveys.order_id,
        surveys.case_id,
        surveys.question_code,
        surveys.channel_code,
        surveys.score,
        surveys.highest_score,
        surveys.score is not null as has_answered,
        {{ business_date('surveys.asked_at') }} as asked_date,
        {{ business_date('surveys.answered_at') }} as answered_date,
        surveys.asked_at,
        surveys.answered_at

    from surveys

    inner join affected
        on surveys.survey_id = affected.survey_id

    left join customers
        on
            surveys.customer_id = customers.customer_id
            and {{ is_valid_at('customers', 'surveys.asked_at') }}

    left join employees
        on
            surveys.employee_id = employees.employee_id
            and {{ is_valid_at('employees', 'surveys.asked_at') }}

)

select * from final
