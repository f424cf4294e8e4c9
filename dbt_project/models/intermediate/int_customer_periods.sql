-- Grain: one current customer and one month, quarter or year (the four quarters
-- that end with one) in which, or in the one before, money passed. Periods are
-- compared by these rows: one merge touches all periods, and few rows are read.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['customer_id', 'period_code', 'month_start_date'],
    on_schema_change='append_new_columns',
    indexes=[
        {'columns': ['customer_id', 'month_start_date']},
        {'columns': ['period_code', 'period_start_date']}
    ]
) }}

with

affected as (

    select * from {{ ref('int_affected_customer_months') }}

),

months as (

    select * from {{ ref('fct_customer_months') }}

),

quarters as (

    select * from {{ ref('customer_profits') }}

),

-- the last month of a quarter tells of it, and of the year that it ends
affected_quarters as (

    select
        affected.customer_id,
        affected.month_start_date,
        (affected.month_start_date - interval '2 months')::date
            as quarter_start_date
    from affected
    where extract(month from affected.month_start_date) in (3, 6, 9, 12)

),

months_found as (

    select
        affected.customer_id,
        affected.month_start_date,
        months.order_count,
        months.net_amount,
        months.month_start_date = affected.month_start_date as is_current

    from affected

    inner join months
        on
            affected.customer_id = months.customer_id
            and months.month_start_date in (
                affected.month_start_date,
                (affected.month_start_date - interval '1 month')::date
            )

),

quarters_found as (

    select
        affected.customer_id,
        affected.month_start_date,
        affected.quarter_start_date,
        quarters.quarter_start_date as found_date,
        quarters.order_count,
        quarters.net_amount,
        quarters.yearly_order_count,
        quarters.yearly_net_amount

    from affected_quarters as affected

    inner join quarters
        on
            affected.customer_id = quarters.customer_id
            and quarters.quarter_start_date in (
                affected.quarter_start_date,
                (affected.quarter_start_date - interval '3 months')::date,
                (affected.quarter_start_date - interval '1 year')::date
            )

),

periods_found as (

    select
        'month' as period_code,
        months_found.customer_id,
        months_found.month_start_date,
        months_found.month_start_date as period_start_date,
        months_found.order_count,
        months_found.net_amount,
        months_found.is_current
    from months_found
    union all
    select
        'quarter' as period_code,
        found.customer_id,
        found.month_start_date,
        found.quarter_start_date as period_start_date,
        found.order_count,
        found.net_amount,
        found.found_date = found.quarter_start_date as is_current
    from quarters_found as found
    where found.found_date > found.quarter_start_date - interval '6 months'
    union all
    select
        'year' as period_code,
        found.customer_id,
        found.month_start_date,
        (found.quarter_start_date - interval '9 months')::date
            as period_start_date,
        found.yearly_order_count as order_count,
        found.yearly_net_amount as net_amount,
        found.found_date = found.quarter_start_date as is_current
    from quarters_found as found
    where
        found.found_date
        != (found.quarter_start_date - interval '3 months')::date

),

periods_summed as (

    select
        found.customer_id,
        found.period_code,
        found.month_start_date,
        found.period_start_date,
        coalesce(sum(found.order_count) filter (where found.is_current), 0)
            as order_count,
        coalesce(sum(found.order_count) filter (where not found.is_current), 0)
            as previous_order_count,
        coalesce(sum(found.net_amount) filter (where found.is_current), 0)
            as amount,
        coalesce(sum(found.net_amount) filter (where not found.is_current), 0)
            as previous_amount

    from periods_found as found

    group by
        found.customer_id,
        found.period_code,
        found.month_start_date,
        found.period_start_date

),

final as (

    select
        sums.customer_id,
        sums.period_code,
        sums.month_start_date,
        sums.period_start_date,
        sums.order_count::bigint as order_count,
        sums.previous_order_count::bigint as previous_order_count,
        sums.amount::numeric(18, 2) as amount,
        sums.previous_amount::numeric(18, 2) as previous_amount

    from periods_summed as sums

    where
        sums.order_count > 0
        or sums.previous_order_count > 0
        or sums.amount != 0
        or sums.previous_amount != 0

)

select * from final
