-- Grain: one line of an order that was not cancelled; here only the lines of
-- the orders that this build computes anew. Contract: fct_order_lines.yml.
with

orders as (

    select * from {{ ref('int_orders_assigned') }}

),

order_lines as (

    select * from {{ ref('int_order_lines_priced') }}

),

final as (

    select
        order_lines.order_id,
        order_lines.line_id,
        orders.customer_key,
        orders.customer_id,
        orders.current_customer_id,
        orders.source_customer_id,
        order_lines.product_id,
        order_lines.source_product_id,
        orders.store_id,
        orders.source_store_id,
        order_lines.quantity_unit_code,
        order_lines.quantity,
        order_lines.item_count,
        order_lines.gross_amount,
        order_lines.discount_amount,
        order_lines.net_amount,
        order_lines.coupon_amount,
        order_lines.margin_amount,
        orders.order_date,
        orders.ordered_at

    from orders

    inner join order_lines
        on orders.order_id = order_lines.order_id

)

select * from final
