-- Grain: one order that was not cancelled. Contract: fct_orders.yml.
-- depends_on: {{ ref('int_affected_orders') }}
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key='order_id',
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['current_customer_id', 'order_date']},
        {'columns': ['order_date']}
    ]
) }}

with

orders as (

    select * from {{ ref('int_orders_assigned') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

returns as (

    select * from {{ ref('stg_shop__returns') }}

),

returns_summed_to_orders as (

    select
        returns.order_id,
        sum(returns.refund_amount)::numeric(18, 2) as returned_amount

    from returns

    inner join orders
        on returns.order_id = orders.order_id

    group by returns.order_id

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

completed as (

    select
        orders.*,
        sums.coupon_amount,
        sums.margin_amount,
        coalesce(sums.line_count, 0) as line_count,
        coalesce(sums.item_count, 0) as item_count,
        coalesce(sums.gross_amount, 0)::numeric(18, 2) as gross_amount,
        coalesce(sums.discount_amount, 0)::numeric(18, 2) as discount_amount,
        coalesce(sums.net_amount, 0)::numeric(18, 2) as net_amount,
        coalesce(
            returns_summed_to_orders.returned_amount, 0
        )::numeric(18, 2) as returned_amount,
        coalesce(sums.net_amount < 0, false) as is_credit

    from orders

    left join order_lines_summed_to_orders as sums
        on orders.order_id = sums.order_id

    left join returns_summed_to_orders
        on orders.order_id = returns_summed_to_orders.order_id

),

final as (

    select
        order_id,
        customer_key,
        customer_id,
        current_customer_id,
        source_customer_id,
        household_key,
        account_key,
        employee_key,
        employee_id,
        source_employee_id,
        store_id,
        source_store_id,
        channel_code,
        line_count,
        item_count,
        gross_amount,
        discount_amount,
        net_amount,
        returned_amount,
        coupon_amount,
        shipping_amount,
        margin_amount,
        is_credit,
        order_hour,
        order_date,
        ordered_at

    from completed

)

select * from final
