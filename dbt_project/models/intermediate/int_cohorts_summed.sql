-- Grain: one quarter of first purchases and one closed quarter in which, or in
-- the one before, money of its customers passed: how many bought, and sums of
-- what they spent in the half year that ends with it, of squares, and of
-- products with what they spent in their first, from which a ratio and its
-- interval follow.
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

-- a quarter and the one before
half_years as (

    select
        customers.cohort_quarter_date,
        found.period_start_date as quarter_start_date,
        customers.first_half_year_amount as first_amount,
        found.amount as quarter_amount,
        found.amount + found.previous_amount as amount,
        found.order_count > 0 as is_active,
        found.order_count + found.previous_order_count > 0 as has_bought

    from affected

    inner join customer_periods as found
        on affected.quarter_start_date = found.period_start_date

    inner join customers
        on
            found.customer_id = customers.customer_id
            and found.period_start_date >= customers.cohort_quarter_date

),

final as (

    select
        half_years.cohort_quarter_date,
        half_years.quarter_start_date,
        count(*) filter (where half_years.is_active) as active_count,
        count(*) filter (where half_years.has_bought) as buyer_count,
        sum(half_years.quarter_amount)::numeric(38, 2) as quarter_amount,
        sum(half_years.amount)::numeric(38, 2) as amount,
        sum(half_years.amount * half_years.amount)::numeric(38, 4)
            as amount_squares,
        sum(half_years.amount * half_years.first_amount)::numeric(38, 4)
            as products,
        coalesce(sum(half_years.amount) filter (
            where half_years.has_bought
        ), 0)::numeric(38, 2) as buyers_amount,
        coalesce(sum(half_years.first_amount) filter (
            where half_years.has_bought
        ), 0)::numeric(38, 2) as buyers_first_amount,
        coalesce(sum(half_years.amount * half_years.amount) filter (
            where half_years.has_bought
        ), 0)::numeric(38, 4) as buyers_amount_squares,
        coalesce(sum(half_years.first_amount * half_years.first_amount) filter (
            where half_years.has_bought
        ), 0)::numeric(38, 4) as buyers_first_amount_squares,
        coalesce(sum(half_years.amount * half_years.first_amount) filter (
            where half_years.has_bought
        ), 0)::numeric(38, 4) as buyers_products

    from half_years

    group by half_years.cohort_quarter_date, half_years.quarter_start_date

)

select * from final
