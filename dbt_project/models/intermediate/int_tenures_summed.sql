-- Grain: one quarter of first purchases and one closed quarter that ends a half
-- year of theirs, counted from the first purchase: sums of what the customers
-- spent in it and in their first half year, and of squares and products, from
-- which a ratio and its interval follow.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['cohort_quarter_date', 'quarter_start_date'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_value_periods') }}
    where period_code = 'quarter'

),

profits as (

    select * from {{ ref('customer_profits') }}

),

customers as (

    select * from {{ ref('int_customers_summed') }}

),

half_years as (

    select
        affected.quarter_start_date,
        profits.customer_id,
        sum(profits.order_count) > 0 as has_bought,
        sum(profits.net_amount) as amount

    from affected

    inner join profits
        on
            profits.quarter_start_date in (
                affected.quarter_start_date,
                (affected.quarter_start_date - interval '3 months')::date
            )

    group by affected.quarter_start_date, profits.customer_id

),

paired as (

    select
        customers.cohort_quarter_date,
        half_years.quarter_start_date,
        half_years.has_bought,
        half_years.amount::double precision as amount,
        customers.first_half_year_amount::double precision as first_amount,
        (
            (
                extract(year from half_years.quarter_start_date)
                - extract(year from customers.cohort_quarter_date)
            ) * 4
            + extract(quarter from half_years.quarter_start_date)
            - extract(quarter from customers.cohort_quarter_date)
        )::bigint as quarter_number

    from half_years

    inner join customers
        on half_years.customer_id = customers.customer_id

    where customers.cohort_quarter_date is not null

),

final as (

    select
        paired.cohort_quarter_date,
        paired.quarter_start_date,
        (paired.quarter_number - 1) / 2 as half_year_number,
        count(*) as customer_count,
        sum(paired.amount) as amount,
        sum(paired.first_amount) as first_amount,
        sum(paired.amount ^ 2) as amount_squares,
        sum(paired.first_amount ^ 2) as first_amount_squares,
        sum(paired.amount * paired.first_amount) as products,
        count(*) filter (where paired.has_bought) as buyer_count,
        sum(paired.amount) filter (where paired.has_bought) as buyers_amount,
        sum(paired.first_amount) filter (where paired.has_bought)
            as buyers_first_amount,
        sum(paired.amount ^ 2) filter (where paired.has_bought)
            as buyers_amount_squares,
        sum(paired.first_amount ^ 2) filter (where paired.has_bought)
            as buyers_first_amount_squares,
        sum(paired.amount * paired.first_amount) filter (
            where paired.has_bought
        ) as buyers_products

    from paired

    where
        paired.quarter_number > 0
        and paired.quarter_number % 2 = 1

    group by
        paired.cohort_quarter_date,
        paired.quarter_start_date,
        paired.quarter_number

)

select * from final
