-- Grain: one day, channel, store and department in which anything was sold or
-- taken back, by list price and by what was paid.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['order_date', 'channel_code', 'store_id', 'department'],
    on_schema_change='append_new_columns',
    indexes=[{'columns': ['order_date']}]
) }}

with

affected as (

    select distinct order_date
    from {{ ref('int_affected_price_days') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('stg_shop__order_lines') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

priced as (

    select
        orders.order_date,
        orders.store_id,
        order_lines.net_amount,
        order_lines.quantity,
        coalesce(orders.channel_code, '(unknown)') as channel_code,
        coalesce(products.department, '(unknown)') as department,
        coalesce(
            order_lines.gross_amount,
            order_lines.net_amount + coalesce(order_lines.discount_amount, 0)
        ) as gross_amount,
        order_lines.quantity
        * coalesce(order_lines.unit_cost, products.unit_cost) as cost_amount

    from affected

    inner join orders
        on affected.order_date = orders.order_date

    inner join order_lines
        on orders.order_id = order_lines.order_id

    left join products
        on order_lines.product_id = products.product_id

),

-- cents are rounded line by line, as in fct_order_lines
rounded as (

    select
        priced.order_date,
        priced.channel_code,
        priced.store_id,
        priced.department,
        priced.gross_amount::numeric(18, 2) as gross_amount,
        priced.net_amount::numeric(18, 2) as net_amount,
        priced.cost_amount::numeric(18, 2) as cost_amount,
        priced.quantity > 0 and priced.gross_amount > 0 as is_sale

    from priced

),

final as (

    select
        rounded.order_date,
        rounded.channel_code,
        rounded.store_id,
        rounded.department,
        count(*) filter (where rounded.is_sale) as line_count,
        count(*) filter (
            where rounded.is_sale and rounded.net_amount < rounded.gross_amount
        ) as discounted_line_count,
        count(*) filter (
            where rounded.is_sale and rounded.cost_amount is null
        ) as unknown_cost_line_count,
        count(*) filter (
            where rounded.is_sale and rounded.net_amount < rounded.cost_amount
        ) as below_cost_line_count,
        sum(rounded.gross_amount)::numeric(18, 2) as gross_amount,
        sum(rounded.net_amount)::numeric(18, 2) as net_amount,
        coalesce(
            sum(rounded.cost_amount - rounded.net_amount) filter (
                where
                rounded.is_sale and rounded.net_amount < rounded.cost_amount
            ),
            0
        )::numeric(18, 2) as below_cost_amount,
        coalesce(
            max(
                (rounded.gross_amount - rounded.net_amount)
                / nullif(rounded.gross_amount, 0)
            ) filter (where rounded.is_sale),
            0
        )::double precision as deepest_discount_share

    from rounded

    group by
        rounded.order_date,
        rounded.channel_code,
        rounded.store_id,
        rounded.department

)

select * from final
