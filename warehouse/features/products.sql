-- Which products: how many categories, and whether they have become dearer.
--
-- What a customer bought of a product in a year:
bought as materialized (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        own.product_id,
        sum(own.gross_amount) as gross_amount,
        max(own.gross_amount / own.quantity) as highest_price,
        max(own.order_date) as last_date
    from rhythm
    inner join marts.fct_order_lines as own
        on own.current_customer_id = rhythm.customer_id
            and own.order_date <= rhythm.cutoff_date
            and own.order_date > rhythm.cutoff_date - 364
    where own.quantity > 0 and own.gross_amount > 0
    group by rhythm.cutoff_date, rhythm.customer_id, own.product_id
),

categories as (
    select
        bought.cutoff_date,
        bought.customer_id,
        count(distinct products.category) filter (
            where bought.last_date > bought.cutoff_date - 91
        ) as category_count_91d,
        count(distinct products.category) as category_count_364d
    from bought
    inner join marts.dim_products as products
        on bought.product_id = products.product_id
    group by bought.cutoff_date, bought.customer_id
),

-- what a product cost on the last day it was sold, whoever bought it
product_days as (
    select
        product_id,
        order_date,
        sum(gross_amount) / sum(quantity) as price
    from marts.fct_order_lines
    where quantity > 0 and gross_amount > 0 and product_id <> '(unknown)'
        and order_date <= (select cutoff_date from last_cutoff)
    group by product_id, order_date
),

prices as materialized (
    select distinct on (cutoffs.cutoff_date, product_days.product_id)
        cutoffs.cutoff_date,
        product_days.product_id,
        product_days.price
    from cutoffs
    inner join product_days
        on product_days.order_date <= cutoffs.cutoff_date
            and product_days.order_date > cutoffs.cutoff_date - 364
    order by
        cutoffs.cutoff_date, product_days.product_id, product_days.order_date desc
),

-- how much dearer a customer's products have become since they were last paid
dearer as (
    select
        bought.cutoff_date,
        bought.customer_id,
        round(
            sum(bought.gross_amount * greatest(rise, 0)) / sum(bought.gross_amount), 6
        ) as price_rise,
        -- a rise that is more than rounding
        round(
            coalesce(sum(bought.gross_amount) filter (where rise > 0.02), 0)
            / sum(bought.gross_amount),
            6
        ) as dearer_share
    from bought
    inner join prices
        on bought.cutoff_date = prices.cutoff_date
            and bought.product_id = prices.product_id
    cross join lateral (
        select prices.price / bought.highest_price - 1 as rise
    ) as change
    group by bought.cutoff_date, bought.customer_id
)
