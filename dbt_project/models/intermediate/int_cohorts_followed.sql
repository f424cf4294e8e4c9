-- Grain: one quarter of first purchases and one closed quarter since. Sizes and
-- beginnings are of now: who turns out to have begun otherwise, or with more,
-- is counted so in every quarter, also where no money of theirs passed.
with

customers as (

    select * from {{ ref('int_customers_summed') }}
    where cohort_quarter_date is not null

),

sums as (

    select * from {{ ref('int_cohorts_summed') }}

),

years as (

    select * from {{ ref('int_closed_years') }}

),

cohorts as (

    select
        customers.cohort_quarter_date,
        count(*) as customer_count,
        sum(customers.first_quarter_amount)::numeric(38, 2)
            as first_quarter_amount,
        sum(customers.first_half_year_amount)::numeric(38, 2) as first_amount,
        sum(
            customers.first_half_year_amount * customers.first_half_year_amount
        )::numeric(38, 4) as first_amount_squares

    from customers

    group by customers.cohort_quarter_date

),

quarters as (

    select
        cohorts.*,
        closed.quarter_start::date as quarter_start_date,
        (
            (
                extract(year from closed.quarter_start)
                - extract(year from cohorts.cohort_quarter_date)
            ) * 4
            + extract(quarter from closed.quarter_start)
            - extract(quarter from cohorts.cohort_quarter_date)
        )::bigint as quarter_number

    from cohorts

    cross join years

    cross join
        lateral generate_series(
            cohorts.cohort_quarter_date,
            years.last_quarter_date,
            interval '3 months'
        ) as closed (quarter_start)

),

final as (

    select
        quarters.cohort_quarter_date,
        quarters.quarter_start_date,
        quarters.quarter_number,
        quarters.customer_count,
        quarters.first_quarter_amount,
        quarters.first_amount,
        quarters.first_amount_squares,
        coalesce(sums.active_count, 0) as active_count,
        coalesce(sums.buyer_count, 0) as buyer_count,
        coalesce(sums.quarter_amount, 0)::numeric(38, 2) as quarter_amount,
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

    from quarters

    left join sums
        on
            quarters.cohort_quarter_date = sums.cohort_quarter_date
            and quarters.quarter_start_date = sums.quarter_start_date

)

select * from final
