-- Grain: one quarter of first purchases and one closed quarter since. Contract:
-- cohort_retention.yml.
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

),

cohorts as (

    select
        customers.cohort_quarter_date,
        count(*) as customer_count,
        sum(customers.first_quarter_amount)::numeric(18, 2)
            as first_quarter_amount

    from customers

    where customers.cohort_quarter_date is not null

    group by customers.cohort_quarter_date

),

quarters_summed as (

    select
        customers.cohort_quarter_date,
        found.period_start_date as quarter_start_date,
        count(*) filter (where found.order_count > 0) as active_count,
        sum(found.amount) as net_amount

    from affected

    inner join customer_periods as found
        on affected.quarter_start_date = found.period_start_date

    inner join customers
        on found.customer_id = customers.customer_id

    group by customers.cohort_quarter_date, found.period_start_date

),

-- also those of whom nobody bought
cohorts_followed as (

    select
        cohorts.cohort_quarter_date,
        affected.quarter_start_date,
        cohorts.customer_count,
        cohorts.first_quarter_amount,
        coalesce(sums.active_count, 0) as active_count,
        coalesce(sums.net_amount, 0)::numeric(18, 2) as net_amount

    from affected

    inner join cohorts
        on affected.quarter_start_date >= cohorts.cohort_quarter_date

    left join quarters_summed as sums
        on
            cohorts.cohort_quarter_date = sums.cohort_quarter_date
            and affected.quarter_start_date = sums.quarter_start_date

),

final as (

    select
        cohorts.cohort_quarter_date,
        cohorts.quarter_start_date,
        (
            (
                extract(year from cohorts.quarter_start_date)
                - extract(year from cohorts.cohort_quarter_date)
            ) * 4
            + extract(quarter from cohorts.quarter_start_date)
            - extract(quarter from cohorts.cohort_quarter_date)
        )::bigint as quarter_number,
        cohorts.customer_count,
        cohorts.active_count,
        (cohorts.active_count::double precision / cohorts.customer_count)
            as retention_share,
        {{ six_digits(wilson_limit(
            'cohorts.active_count', 'cohorts.customer_count', '-'
        )) }} as retention_low_share,
        {{ six_digits(wilson_limit(
            'cohorts.active_count', 'cohorts.customer_count', '+'
        )) }} as retention_high_share,
        cohorts.net_amount,
        cohorts.first_quarter_amount,
        case
            when cohorts.first_quarter_amount > 0
                then cohorts.net_amount / cohorts.first_quarter_amount
        end::double precision as value_retention_ratio

    from cohorts_followed as cohorts

)

select * from final
