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

profits as (

    select * from {{ ref('customer_profits') }}

),

customers as (

    select * from {{ ref('int_customers_summed') }}

),

cohorts_summed as (

    select
        customers.cohort_quarter_date,
        profits.quarter_start_date,
        count(*) as customer_count,
        count(*) filter (where profits.order_count > 0) as active_count,
        sum(profits.net_amount)::numeric(18, 2) as net_amount,
        sum(customers.first_quarter_amount)::numeric(18, 2)
            as first_quarter_amount

    from affected

    inner join profits
        on affected.quarter_start_date = profits.quarter_start_date

    inner join customers
        on
            profits.customer_id = customers.customer_id
            and profits.quarter_start_date >= customers.cohort_quarter_date

    group by customers.cohort_quarter_date, profits.quarter_start_date

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

    from cohorts_summed as cohorts

)

select * from final
