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

customer_periods as (

    select * from {{ ref('int_customer_periods') }}
    where period_code = 'quarter'

),

customers as (

    select * from {{ ref('int_customers_summed') }}
    where cohort_quarter_date is not null

),

cohorts as (

    select
        customers.cohort_quarter_date,
        count(*) as customer_count,
        sum(customers.first_half_year_amount)::numeric(38, 2) as first_amount,
        sum(
            customers.first_half_year_amount * customers.first_half_year_amount
        )::numeric(38, 4) as first_amount_squares

    from customers

    group by customers.cohort_quarter_date

),

cohorts_numbered as (

    select
        cohorts.*,
        affected.quarter_start_date,
        (
            (
                extract(year from affected.quarter_start_date)
                - extract(year from cohorts.cohort_quarter_date)
            ) * 4
            + extract(quarter from affected.quarter_start_date)
            - extract(quarter from cohorts.cohort_quarter_date)
        )::bigint as quarter_number

    from affected

    inner join cohorts
        on affected.quarter_start_date > cohorts.cohort_quarter_date

),

cohorts_followed as (

    select
        cohorts_numbered.*,
        (cohorts_numbered.quarter_number - 1) / 2 as half_year_number
    from cohorts_numbered
    where cohorts_numbered.quarter_number % 2 = 1

),

-- a quarter and the one before
half_years as (

    select
        customers.cohort_quarter_date,
        found.period_start_date as quarter_start_date,
        customers.first_half_year_amount as first_amount,
        found.amount + found.previous_amount as amount,
        found.order_count + found.previous_order_count > 0 as has_bought

    from affected

    inner join customer_periods as found
        on affected.quarter_start_date = found.period_start_date

    inner join customers
        on found.customer_id = customers.customer_id

),

half_years_summed as (

    select
        half_years.cohort_quarter_date,
        half_years.quarter_start_date,
        sum(half_years.amount) as amount,
        sum(half_years.amount * half_years.amount) as amount_squares,
        sum(half_years.amount * half_years.first_amount) as products,
        count(*) filter (where half_years.has_bought) as buyer_count,
        sum(half_years.amount) filter (where half_years.has_bought)
            as buyers_amount,
        sum(half_years.first_amount) filter (where half_years.has_bought)
            as buyers_first_amount,
        sum(half_years.amount * half_years.amount) filter (
            where half_years.has_bought
        ) as buyers_amount_squares,
        sum(half_years.first_amount * half_years.first_amount) filter (
            where half_years.has_bought
        ) as buyers_first_amount_squares,
        sum(half_years.amount * half_years.first_amount) filter (
            where half_years.has_bought
        ) as buyers_products

    from half_years

    group by half_years.cohort_quarter_date, half_years.quarter_start_date

),

-- who did nothing in the half year counts with nothing
final as (

    select
        cohorts.cohort_quarter_date,
        cohorts.quarter_start_date,
        cohorts.half_year_number,
        cohorts.customer_count,
        cohorts.first_amount,
        cohorts.first_amount_squares,
        coalesce(sums.buyer_count, 0) as buyer_count,
        coalesce(sums.amount, 0)::numeric(38, 2) as amount,
        coalesce(sums.amount_squares, 0)::numeric(38, 4) as amount_squares,
        coalesce(sums.products, 0)::numeric(38, 4) as products,
        coalesce(sums.buyers_amount, 0)::numeric(38, 2) as buyers_amount,
        coalesce(sums.buyers_first_amount, 0)::numeric(38, 2)
            as buyers_first_amount,
        coalesce(sums.buyers_amount_squares, 0)::numeric(38, 4)
            as buyers_amount_squares,
        coalesce(sums.buyers_first_amount_squares, 0)::numeric(38, 4)
            as buyers_first_amount_squares,
        coalesce(sums.buyers_products, 0)::numeric(38, 4) as buyers_products

    from cohorts_followed as cohorts

    left join half_years_summed as sums
        on
            cohorts.cohort_quarter_date = sums.cohort_quarter_date
            and cohorts.quarter_start_date = sums.quarter_start_date

)

select * from final
