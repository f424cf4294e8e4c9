-- Grain: one contact between the company and a customer, of any kind: the
-- timeline. Contract: fct_interactions.yml.
-- depends_on: {{ ref('int_affected_timeline') }}
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='interaction_id',
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['origin_id', 'interaction_date']},
        {'columns': ['current_customer_id', 'interaction_date']},
        {'columns': ['interaction_type_code', 'interaction_date']},
        {'columns': ['due_at']}
    ]
) }}

with

told as (

    select * from {{ ref('stg_shop__interactions') }}

),

affected as (

    select * from {{ ref('int_affected_interactions') }}

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

contacts_of_sales as (

    select * from {{ ref('int_contacts_of_sales') }}

),

contacts_between_sales as (

    select * from {{ ref('int_contacts_between_sales') }}

),

assigned as (

    select
        'interaction:' || told.interaction_id as interaction_id,
        coalesce(customers.customer_key, '(unknown)') as customer_key,
        coalesce(customers.customer_id, '(unknown)') as customer_id,
        coalesce(
            customers.current_customer_id, '(unknown)'
        ) as current_customer_id,
        coalesce(employees.employee_key, '(unknown)') as employee_key,
        coalesce(employees.employee_id, '(unknown)') as employee_id,
        coalesce(products.product_id, '(unknown)') as product_id,
        told.order_id,
        told.case_id,
        told.interaction_type_code,
        told.direction_code,
        told.channel_code,
        told.reason_code,
        told.subject_code,
        told.content_code,
        told.rating,
        told.cost_amount,
        {{ business_date('told.started_at') }} as interaction_date,
        told.started_at,
        told.ended_at,
        told.due_at,
        told.done_at

    from told

    inner join affected
        on told.interaction_id = affected.interaction_id

    left join customers
        on
            told.customer_id = customers.customer_id
            and {{ is_valid_at('customers', 'told.started_at') }}

    left join employees
        on
            told.employee_id = employees.employee_id
            and {{ is_valid_at('employees', 'told.started_at') }}

    left join products
        on told.product_id = products.product_id

),

drawn_from_facts as (

    select * from contacts_of_sales
    union all
    select * from contacts_between_sales

),

final as (

    select
        interaction_id,
        interaction_id as origin_id,
        customer_key,
        customer_id,
        current_customer_id,
        employee_key,
        employee_id,
        product_id,
        order_id,
        case_id,
        '(unknown)' as campaign_id,
        interaction_type_code,
        direction_code,
        channel_code,
        reason_code,
        subject_code,
        content_code,
        rating,
        null::numeric(18, 2) as amount,
        cost_amount,
        interaction_date,
        started_at,
        ended_at,
        due_at,
        done_at
    from assigned
    union all
    select
        interaction_id,
        origin_id,
        customer_key,
        customer_id,
        current_customer_id,
        employee_key,
        employee_id,
        product_id,
        order_id,
        case_id,
        campaign_id,
        interaction_type_code,
        direction_code,
        channel_code,
        reason_code,
        null as subject_code,
        null as content_code,
        null::numeric(18, 2) as rating,
        amount::numeric(18, 2) as amount,
        cost_amount::numeric(18, 2) as cost_amount,
        interaction_date,
        started_at,
        ended_at,
        null::timestamptz as due_at,
        null::timestamptz as done_at
    from drawn_from_facts

)

select * from final
