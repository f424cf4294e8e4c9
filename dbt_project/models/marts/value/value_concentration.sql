-- Grain: one month and one measure of value. Contract: value_concentration.yml.
-- Shares are read off the Lorenz curve between customers, not rounded to one. A
-- curve needs parts that are not negative, so a customer whose returns outweigh
-- the purchases counts as zero.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['month_start_date', 'measure_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_value_months') }}

),

customer_days as (

    select * from {{ ref('customer_days') }}

),

measures_unpivoted as (

    select
        customer_days.customer_id,
        measures.measure_code,
        measures.amount,
        customer_days.order_count,
        affected.month_start_date

    from affected

    inner join customer_days
        on
            affected.month_start_date <= customer_days.activity_date
            and affected.month_start_date + interval '1 month'
            > customer_days.activity_date

    cross join
        lateral (
            values
            ('net_amount', customer_days.net_amount),
            ('margin_amount', customer_days.margin_amount)
        ) as measures (measure_code, amount)

    where
        customer_days.customer_id != '(unknown)'
        and customer_days.order_count
        + customer_days.credit_count
        + customer_days.return_count > 0
        and measures.amount is not null

),

customers_summed as (

    select
        measures_unpivoted.month_start_date,
        measures_unpivoted.measure_code,
        measures_unpivoted.customer_id,
        sum(measures_unpivoted.amount) as signed_amount,
        greatest(sum(measures_unpivoted.amount), 0) as amount

    from measures_unpivoted

    group by
        measures_unpivoted.month_start_date,
        measures_unpivoted.measure_code,
        measures_unpivoted.customer_id

    having sum(measures_unpivoted.order_count) > 0

),

customers_ranked as (

    select
        customers_summed.*,
        row_number() over (
            partition by
                customers_summed.month_start_date,
                customers_summed.measure_code
            order by customers_summed.amount, customers_summed.customer_id
        ) as rank_from_lowest,
        count(*) over month_and_measure as customer_count,
        sum(customers_summed.signed_amount) over month_and_measure
            as total_amount,
        sum(customers_summed.amount) over month_and_measure as positive_amount

    from customers_summed

    window month_and_measure as (
        partition by
            customers_summed.month_start_date, customers_summed.measure_code
    )

),

final as (

    select
        ranked.month_start_date,
        ranked.measure_code,
        case
            when max(ranked.positive_amount) > 0 then 'measured'
            else 'no_positive_amount'
        end as share_status,
        max(ranked.customer_count) as customer_count,
        max(ranked.total_amount)::numeric(18, 2) as total_amount,
        (1 - {{ lorenz_share(0.99) }})::double precision as top_1_share,
        (1 - {{ lorenz_share(0.95) }})::double precision as top_5_share,
        (1 - {{ lorenz_share(0.90) }})::double precision as top_10_share,
        (1 - {{ lorenz_share(0.85) }})::double precision as top_15_share,
        (1 - {{ lorenz_share(0.80) }})::double precision as top_20_share,
        (
            2 * sum(ranked.rank_from_lowest * ranked.amount)
            / nullif(
                max(ranked.customer_count) * max(ranked.positive_amount), 0
            )
            - (max(ranked.customer_count) + 1.0) / max(ranked.customer_count)
        )::double precision as gini,
        {{ lorenz_share(0.10) }}::double precision as lorenz_10,
        {{ lorenz_share(0.20) }}::double precision as lorenz_20,
        {{ lorenz_share(0.30) }}::double precision as lorenz_30,
        {{ lorenz_share(0.40) }}::double precision as lorenz_40,
        {{ lorenz_share(0.50) }}::double precision as lorenz_50,
        {{ lorenz_share(0.60) }}::double precision as lorenz_60,
        {{ lorenz_share(0.70) }}::double precision as lorenz_70,
        {{ lorenz_share(0.80) }}::double precision as lorenz_80,
        {{ lorenz_share(0.90) }}::double precision as lorenz_90

    from customers_ranked as ranked

    group by ranked.month_start_date, ranked.measure_code

)

select * from final
