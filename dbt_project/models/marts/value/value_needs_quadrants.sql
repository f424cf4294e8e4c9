-- Grain: one closed quarter and one department of the assortment. Contract:
-- value_needs_quadrants.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['quarter_start_date', 'department'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select distinct quarter_start_date
    from {{ ref('int_affected_price_days') }}

),

batches as (

    select * from {{ source('ledger', 'batches') }}

),

orders as (

    select * from {{ ref('fct_orders') }}
    where customer_id != '(unknown)'

),

order_lines as (

    select * from {{ ref('stg_shop__order_lines') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

bounds as (

    select max(batches.business_date) as last_day
    from batches

),

quarters as (

    select
        affected.quarter_start_date,
        (affected.quarter_start_date + interval '3 months')::date
            as next_quarter_date

    from affected

    inner join bounds
        on
            (affected.quarter_start_date + interval '3 months')::date
            <= bounds.last_day + 1

    where
        affected.quarter_start_date
        >= date_trunc('quarter', '{{ var("history_first_date") }}'::date)

),

-- by the number a customer went by then: joined memberships would let every
-- quarter be counted anew, for the same picture
bought as (

    select
        quarters.quarter_start_date,
        orders.customer_id,
        order_lines.net_amount,
        coalesce(products.department, '(unknown)') as department,
        coalesce(
            products.subcategory, products.category, order_lines.product_id
        ) as item

    from quarters

    inner join orders
        on
            quarters.quarter_start_date <= orders.order_date
            and quarters.next_quarter_date > orders.order_date

    inner join order_lines
        on orders.order_id = order_lines.order_id

    left join products
        on order_lines.product_id = products.product_id

    where order_lines.quantity > 0 and order_lines.net_amount > 0

),

items_counted as (

    select
        bought.quarter_start_date,
        bought.department,
        bought.item,
        count(distinct bought.customer_id) as buyer_count

    from bought

    group by bought.quarter_start_date, bought.department, bought.item

),

-- a share of the most that so many items could differ by
needs as (

    select
        items.quarter_start_date,
        items.department,
        count(*) as item_count,
        case
            when count(*) = 1 then 0
            else
                (
                    ln(sum(items.buyer_count))
                    - sum(items.buyer_count * ln(items.buyer_count::numeric))
                    / sum(items.buyer_count)
                ) / ln(count(*)::numeric)
        end as needs_entropy

    from items_counted as items

    group by items.quarter_start_date, items.department

),

customers_summed as (

    select
        bought.quarter_start_date,
        bought.department,
        bought.customer_id,
        sum(bought.net_amount) as amount

    from bought

    group by bought.quarter_start_date, bought.department, bought.customer_id

),

customers_ranked as (

    select
        customers_summed.*,
        row_number() over (
            partition by
                customers_summed.quarter_start_date,
                customers_summed.department
            order by customers_summed.amount, customers_summed.customer_id
        ) as rank_from_lowest

    from customers_summed

),

-- 0 when all bring the same, towards 1 when one brings all
worth as (

    select
        ranked.quarter_start_date,
        ranked.department,
        count(*) as customer_count,
        sum(ranked.amount) as net_amount,
        2 * sum(ranked.rank_from_lowest * ranked.amount)
        / (count(*) * sum(ranked.amount))
        - (count(*) + 1.0) / count(*) as value_gini

    from customers_ranked as ranked

    group by ranked.quarter_start_date, ranked.department

),

judged as (

    select
        worth.quarter_start_date,
        worth.department,
        worth.customer_count,
        needs.item_count,
        worth.net_amount,
        worth.value_gini,
        needs.needs_entropy,
        worth.customer_count >= 30 as is_measured,
        worth.value_gini >= 0.5 as does_value_differ,
        needs.needs_entropy >= 0.75 as do_needs_differ

    from worth

    inner join needs
        on
            worth.quarter_start_date = needs.quarter_start_date
            and worth.department = needs.department

),

final as (

    select
        quarter_start_date,
        department,
        case
            when not is_measured then 'too_few'
            when does_value_differ and do_needs_differ then 'one_to_one'
            when does_value_differ then 'key_customers'
            when do_needs_differ then 'niche'
            else 'mass'
        end as quadrant_code,
        customer_count,
        item_count,
        net_amount::numeric(18, 2) as net_amount,
        {{ six_digits('value_gini') }} as value_gini,
        {{ six_digits('needs_entropy') }} as needs_entropy

    from judged

)

select * from final
