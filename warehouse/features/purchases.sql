-- What was bought: amounts, lines and returns by the day, stores and channels.
days as materialized (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        sum(own.net_amount) filter (where ago < 28) as net_amount_28d,
        sum(own.net_amount) filter (where ago < 91) as net_amount_91d,
        sum(own.net_amount) as net_amount_364d,
        sum(own.gross_amount) as gross_amount_364d,
        sum(own.discount_amount) as discount_amount_364d,
        sum(own.line_count) filter (where ago < 91) as line_count_91d,
        sum(own.line_count) as line_count_364d,
        sum(own.credit_count) as credit_count_364d,
        sum(own.returned_amount) as returned_amount_364d,
        sum(own.return_count) filter (where ago < 91) as return_count_91d,
        sum(own.return_count) as return_count_364d
    from rhythm
    inner join marts.customer_days as own
        on own.customer_id = rhythm.customer_id
            and own.activity_date <= rhythm.cutoff_date
            and own.activity_date > rhythm.cutoff_date - 364
    cross join lateral (select rhythm.cutoff_date - own.activity_date as ago) as age
    group by rhythm.cutoff_date, rhythm.customer_id
),

returned as (
    select
        cutoff_date,
        customer_id,
        returned_amount_364d,
        return_count_91d,
        return_count_364d
    from days
),

places as (
    select
        rhythm.cutoff_date,
        rhythm.customer_id,
        count(distinct own.store_id) filter (
            where own.store_id <> '(unknown)'
        ) as store_count_364d,
        count(distinct own.channel_code) as channel_count_364d
    from rhythm
    inner join marts.fct_orders as own
        on own.current_customer_id = rhythm.customer_id
            and own.order_date <= rhythm.cutoff_date
            and own.order_date > rhythm.cutoff_date - 364
    where not own.is_credit
    group by rhythm.cutoff_date, rhythm.customer_id
)
