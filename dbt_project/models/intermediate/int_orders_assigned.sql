-- Grain: one affected order that was not cancelled, with the customer, the
-- store and the seller that the dimensions know.
with

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

households as (

    select * from {{ ref('dim_households') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

employees as (

    select * from {{ ref('dim_employees') }}

),

stores as (

    select * from {{ ref('dim_stores') }}

),

final as (

    select
        orders.order_id,
        coalesce(customers.customer_key, '(unknown)') as customer_key,
        coalesce(customers.customer_id, '(unknown)') as customer_id,
        coalesce(
            customers.current_customer_id, '(unknown)'
        ) as current_customer_id,
        orders.customer_id as source_customer_id,
        coalesce(households.household_key, '(unknown)') as household_key,
        coalesce(accounts.account_key, '(unknown)') as account_key,
        coalesce(employees.employee_key, '(unknown)') as employee_key,
        coalesce(employees.employee_id, '(unknown)') as employee_id,
        orders.employee_id as source_employee_id,
        coalesce(stores.store_id, '(unknown)') as store_id,
        orders.store_id as source_store_id,
        orders.channel_code,
        orders.shipping_amount,
        extract(hour from {{ business_time('orders.ordered_at') }})::bigint
            as order_hour,
        {{ business_date('orders.ordered_at') }} as order_date,
        orders.ordered_at

    from orders

    inner join affected_orders
        on orders.order_id = affected_orders.order_id

    left join customers
        on
            orders.customer_id = customers.customer_id
            and orders.ordered_at >= customers.valid_from
            and orders.ordered_at < customers.valid_to

    left join households
        on
            customers.household_id = households.household_id
            and orders.ordered_at >= households.valid_from
            and orders.ordered_at < households.valid_to

    left join accounts
        on
            customers.account_id = accounts.account_id
            and orders.ordered_at >= accounts.valid_from
            and orders.ordered_at < accounts.valid_to

    left join employees
        on
            orders.employee_id = employees.employee_id
            and orders.ordered_at >= employees.valid_from
            and orders.ordered_at < employees.valid_to

    left join stores
        on orders.store_id = stores.store_id

    where not orders.is_cancelled

)

select * from final
