-- Grain: one order that was not cancelled. Contract: fct_orders.yml.
-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='order_id',
    on_schema_change='append_new_columns'
) }}

with

orders as (

    select * from {{ ref('int_orders_assigned') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

order_lines_summed_to_orders as (

    select
        order_lines.order_id,
        count(*) as line_count,
        sum(order_lines.item_count)::bigint as item_count,
        sum(order_lines.gross_amount)::numeric(18, 2) as gross_amount,
        sum(order_lines.discount_amount)::numeric(18, 2) as discount_amount,
        sum(order_lines.net_amount)::numeric(18, 2) as net_amount,
        sum(order_lines.coupon_amount)::numeric(18, 2) as coupon_amount,
        -- one line of unknown cost leaves the order's margin unknown
        case
            when count(*) = count(order_lines.margin_amount)
                then sum(order_lines.margin_amount)
        end::numeric(18, 2) as margin_amount

    from order_lines

    group by order_lines.order_id

),

final as (

    select
        orders.order_id,
        orders.customer_key,
        orders.customer_id,
        orders.current_customer_id,
        orders.source_customer_id,
        orders.store_id,
        orders.source_store_id,
        orders.channel_code,
        coalesce(lines.line_count, 0) as line_count,
        coalesce(lines.item_count, 0) as item_count,
        coalesce(lines.gross_amount, 0)::numeric(18, 2) as gross_amount,
        coalesce(lines.discount_amount, 0)::numeric(18, 2) as discount_amount,
        coalesce(lines.net_amount, 0)::numeric(18, 2) as net_amount,
        lines.coupon_amount,
        orders.shipping_amount,
        lines.margin_amount,
        orders.order_hour,
        orders.order_date,
        orders.ordered_at

    from orders

    left join order_lines_summed_to_orders as lines
        on orders.order_id = lines.order_id

)

select * from final
