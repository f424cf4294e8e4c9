-- Which products: of how many categories, and whether they have become dearer.
--
-- What a product cost at a time: on the last day it was sold, whoever bought it.
product_days as materialized (
    select
        product_id,
        order_date,
        (sum(gross_amount) / sum(quantity))::double precision as price,
        lead(order_date) over (
            partition by product_id order by order_date
        ) as next_date
    from marts.fct_order_lines
    where quantity > 0 and gross_amount > 0 and product_id <> '(unknown)'
        and order_date <= (select cutoff_date from last_cutoff)
    group by product_id, order_date
),

prices as materialized (
    select
        cutoffs.cutoff_date,
        latest.product_id,
        products.category,
        -- the last day on which it cost less, by more than rounding
        max(earlier.order_date) as cheaper_date
    from cutoffs
    inner join product_days as latest
        on latest.order_date <= cutoffs.cutoff_date
            and latest.order_date > cutoffs.cutoff_date - 364
            and coalesce(latest.next_date > cutoffs.cutoff_date, true)
    left join product_days as earlier
        on latest.product_id = earlier.product_id
            and earlier.order_date < latest.order_date
            and earlier.order_date > cutoffs.cutoff_date - 364
            and earlier.price * 1.02 < latest.price
    left join marts.dim_products as products
        on latest.product_id = products.product_id
    group by cutoffs.cutoff_date, latest.product_id, products.category
),

bought as (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        prices.category,
        max(own.order_date) as last_date,
        -- who has come since it became dearer has taken it
        count(*) filter (
            where rhythm.cutoff_date - prices.cheaper_date <= rhythm.recency_days
        ) as dearer_line_count
    from rhythm
    inner join marts.fct_order_lines as own
        on own.current_customer_id = rhythm.customer_id
            and own.order_date <= rhythm.cutoff_date
            and own.order_date > rhythm.cutoff_date - 364
    inner join prices
        on rhythm.cutoff_date = prices.cutoff_date
            and own.product_id = prices.product_id
    where own.quantity > 0 and own.gross_amount > 0
    group by rhythm.cutoff_date, rhythm.customer_id, prices.category
),

products as materialized (
    select
        cutoff_date,
        customer_id,
        count(category) filter (where last_date > cutoff_date - 91)
            as category_count_91d,
        count(category) as category_count_364d,
        sum(dearer_line_count) as dearer_line_count_364d
    from bought
    group by cutoff_date, customer_id
),

categories as (
    select cutoff_date, customer_id, category_count_91d, category_count_364d
    from products
),

dearer as (
    select cutoff_date, customer_id, dearer_line_count_364d
    from products
)
