-- Grain: one product in an offer to one customer. Contract: fct_quotes.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['quote_id', 'line_id'],
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['current_customer_id', 'quote_date']}]
) }}

with

quotes as (

    select * from {{ ref('stg_shop__quotes') }}

),

affected as (

    select * from {{ ref('int_affected_quotes') }}

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
        quotes.quote_id,
        quotes.line_id,
        {{ customer_columns('quotes.customer_id') }},
        {{ employee_columns('quotes.employee_id') }},
        coalesce(products.product_id, '(unknown)') as product_id,
        quotes.product_id as source_product_id,
        quotes.order_id,
        quotes.channel_code,
        quotes.quote_status,
        quotes.reason_code,
        quotes.quantity,
        quotes.unit_price_amount,
        (quotes.quantity * quotes.unit_price_amount)::numeric(18, 2)
            as quoted_amount,
        {{ business_date('quotes.quoted_at') }} as quote_date,
        quotes.valid_until_date,
        {{ business_date('quotes.decided_at') }} as decided_date,
        quotes.quoted_at,
        quotes.decided_at

    from quotes

    inner join affected
        on quotes.quote_id = affected.quote_id

    left join customers
        on
            quotes.customer_id = customers.customer_id
            and {{ is_valid_at('customers', 'quotes.quoted_at') }}

    left join employees
        on
            quotes.employee_id = employees.employee_id
            and {{ is_valid_at('employees', 'quotes.quoted_at') }}

    left join products
        on quotes.product_id = products.product_id

)

select * from final
