-- Grain: one order whose facts this build must compute anew, because a batch
-- that no published build covers tells of it, its lines, a return of it, its
-- customer, a product on it, its store or its seller. PostgreSQL uses the
-- indexes behind a CTE only where a single place reads it, so a raw table is
-- imported once for each use.
{{ config(
    materialized='table',
    schema='marts_next',
    post_hook='analyze {{ this }}'
) }}

with

orders_by_batch as (

    select * from {{ source('shop', 'orders') }}

),

orders_by_customer as (

    select * from {{ source('shop', 'orders') }}

),

orders_by_store as (

    select * from {{ source('shop', 'orders') }}

),

lines_by_batch as (

    select * from {{ source('shop', 'order_lines') }}

),

returns as (

    select * from {{ source('shop', 'returns') }}

),

lines_by_product as (

    select * from {{ source('shop', 'order_lines') }}

),

orders_by_employee as (

    select * from {{ source('shop', 'orders') }}

),

stores_first_told as (

    select * from {{ ref('int_stores_first_told') }}

),

employees_told as (

    select * from {{ ref('int_employees_told') }}

),

customers_told as (

    select * from {{ ref('int_customers_told') }}

),

products_changed as (

    select * from {{ ref('int_products_changed') }}

),

final as (

    select orders_by_batch.order_id
    from orders_by_batch
    where {{ is_pinned('orders_by_batch._batch_id') }}
    union
    select lines_by_batch.order_id
    from lines_by_batch
    where {{ is_pinned('lines_by_batch._batch_id') }}
    union
    select returns.order_id
    from returns
    where {{ is_pinned('returns._batch_id') }}
    union
    select orders_by_customer.order_id
    from orders_by_customer
    inner join customers_told
        on
            orders_by_customer.customer_id = customers_told.customer_id
            and orders_by_customer.ordered_at >= customers_told.told_from
    union
    select orders_by_store.order_id
    from orders_by_store
    inner join stores_first_told
        on orders_by_store.store_id = stores_first_told.store_id
    union
    select orders_by_employee.order_id
    from orders_by_employee
    inner join employees_told
        on
            orders_by_employee.employee_id = employees_told.employee_id
            and orders_by_employee.ordered_at >= employees_told.told_from
    union
    select lines_by_product.order_id
    from lines_by_product
    inner join products_changed
        on lines_by_product.product_id = products_changed.product_id
    where products_changed.is_line_changed

)

select * from final
