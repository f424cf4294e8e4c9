-- Grain: one quarter of first purchases and one closed quarter since. Contract:
-- cohort_retention.yml. Small: it grows by as many rows a quarter as there are
-- cohorts.
with

cohorts as (

    select * from {{ ref('int_cohorts_followed') }}

),

final as (

    select
        cohorts.cohort_quarter_date,
        cohorts.quarter_start_date,
        cohorts.quarter_number,
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
        cohorts.quarter_amount::numeric(18, 2) as net_amount,
        cohorts.first_quarter_amount::numeric(18, 2) as first_quarter_amount,
        case
            when cohorts.first_quarter_amount > 0
                then cohorts.quarter_amount / cohorts.first_quarter_amount
        end::double precision as value_retention_ratio

    from cohorts

)

select * from final
