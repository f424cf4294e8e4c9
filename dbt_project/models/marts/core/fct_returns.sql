-- Grain: one line of an order, or a part of it, that came back.
-- Contract: fct_returns.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='return_id',
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['current_customer_id', 'return_date']}]
) }}

with

returns as (

    select * from {{ ref('stg_shop__returns') }}

),

affected as (

    select * from {{ ref('int_affected_returns') }}

),

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

order_lines as (

    select * from {{ ref('stg_shop__order_lines') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

stores as (

    select * from {{ ref('dim_stores') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

-- the money of a cancelled order is in no fact, so that of its return is not
-- either
found as (

    select
        returns.*,
        order_lines.product_id,
        order_lines.unit_cost,
        orders.store_id,
        orders.order_id as known_order_id,
        coalesce(orders.customer_id, returns.customer_id) as returner_id

    from returns

    inner join affected
        on returns.return_id = affected.return_id

    left join orders
        on returns.order_id = orders.order_id

    left join order_lines
        on
            returns.order_id = order_lines.order_id
            and returns.line_id = order_lines.line_id

    where not coalesce(orders.is_cancelled, false)

),

-- where money alone went back, no goods came
costed as (

    select
        found.*,
        coalesce(products.product_id, '(unknown)') as known_product_id,
        case
            when found.line_id is null and coalesce(found.quantity, 0) = 0
                then 0
            else
                found.quantity
                * coalesce(found.unit_cost, products.unit_cost)
        end::numeric(18, 2) as cost_amount

    from found

    left join products
        on found.product_id = products.product_id

),

final as (

    select
        costed.return_id,
        {{ customer_columns('costed.returner_id') }},
        coalesce(costed.known_order_id, '(unknown)') as order_id,
        costed.order_id as source_order_id,
        costed.line_id,
        costed.known_product_id as product_id,
        costed.product_id as source_product_id,
        coalesce(stores.store_id, '(unknown)') as store_id,
        costed.store_id as source_store_id,
        costed.channel_code,
        costed.reason_code,
        costed.quantity,
        costed.refund_amount,
        costed.cost_amount,
        case
            when costed.is_restocked then costed.cost_amount else 0
        end::numeric(18, 2) as restocked_amount,
        costed.is_restocked,
        {{ business_date('costed.returned_at') }} as return_date,
        costed.returned_at

    from costed

    left join stores
        on costed.store_id = stores.store_id

    left join customers
        on
            costed.returner_id = customers.customer_id
            and {{ is_valid_at('customers', 'costed.returned_at') }}

)

select * from final
