-- Grain: one line of an affected order, with every amount worked out.
with

order_lines as (

    select * from {{ ref('stg_shop__order_lines') }}

),

affected_orders as (

    select * from {{ ref('int_affected_orders') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

costed as (

    select
        order_lines.order_id,
        order_lines.line_id,
        order_lines.product_id as source_product_id,
        order_lines.quantity,
        order_lines.net_amount::numeric(18, 2) as net_amount,
        order_lines.coupon_amount::numeric(18, 2) as coupon_amount,
        coalesce(products.product_id, '(unknown)') as product_id,
        coalesce(products.quantity_unit_code, 'piece') as quantity_unit_code,
        coalesce(order_lines.unit_cost, products.unit_cost) as unit_cost,
        coalesce(
            order_lines.gross_amount,
            order_lines.net_amount + coalesce(order_lines.discount_amount, 0)
        )::numeric(18, 2) as gross_amount

    from order_lines

    inner join affected_orders
        on order_lines.order_id = affected_orders.order_id

    left join products
        on order_lines.product_id = products.product_id

),

final as (

    select
        order_id,
        line_id,
        product_id,
        source_product_id,
        quantity_unit_code,
        gross_amount,
        net_amount,
        coupon_amount,
        quantity::numeric(18, 3) as quantity,
        -- litres and grams cannot be added to pieces: such a line is one item
        case
            when quantity_unit_code = 'piece' then quantity::bigint
            else 1
        end as item_count,
        (gross_amount - net_amount)::numeric(18, 2) as discount_amount,
        (net_amount - quantity * unit_cost)::numeric(18, 2) as margin_amount

    from costed

)

select * from final
