-- Grain: one closed period and one cause by which its revenue differs from that
-- of the period before. Contract: growth_bridges.yml.
{{ config(
    materialized='incremental',
    incremental_strategy='affected_keys',
    unique_key=['period_code', 'period_start_date', 'component_code'],
    on_schema_change='append_new_columns'
) }}

with

affected as (

    select * from {{ ref('int_affected_value_periods') }}

),

months as (

    select * from {{ ref('fct_customer_months') }}

),

quarters as (

    select * from {{ ref('customer_profits') }}

),

years as (

    select * from {{ ref('customer_profits') }}

),

customers as (

    select * from {{ ref('int_customers_summed') }}

),

-- the history says nothing of what came before it
periods as (

    select
        affected.period_code,
        affected.period_start_date,
        affected.quarter_start_date,
        affected.next_period_date,
        case affected.period_code
            when 'month' then affected.period_start_date - interval '1 month'
            when 'quarter' then affected.period_start_date - interval '3 months'
            else affected.period_start_date - interval '1 year'
        end::date as previous_start_date
    from affected

),

periods_compared as (

    select * from periods
    where previous_start_date >= '{{ var("history_first_date") }}'::date

),

customers_of_months as (

    select
        periods.period_code,
        periods.period_start_date,
        months.customer_id,
        months.month_start_date = periods.period_start_date as is_current,
        months.order_count,
        months.net_amount

    from periods_compared as periods

    inner join months
        on
            months.month_start_date in (
                periods.period_start_date, periods.previous_start_date
            )

    where periods.period_code = 'month'

),

customers_of_quarters as (

    select
        periods.period_code,
        periods.period_start_date,
        quarters.customer_id,
        quarters.quarter_start_date = periods.quarter_start_date as is_current,
        quarters.order_count,
        quarters.net_amount

    from periods_compared as periods

    inner join quarters
        on
            quarters.quarter_start_date in (
                periods.quarter_start_date, periods.previous_start_date
            )

    where periods.period_code = 'quarter'

),

customers_of_years as (

    select
        periods.period_code,
        periods.period_start_date,
        years.customer_id,
        years.quarter_start_date = periods.quarter_start_date as is_current,
        years.yearly_order_count as order_count,
        years.yearly_net_amount as net_amount

    from periods_compared as periods

    inner join years
        on
            years.quarter_start_date in (
                periods.quarter_start_date,
                (periods.quarter_start_date - interval '1 year')::date
            )

    where periods.period_code = 'year'

),

customers_of_periods as (

    select * from customers_of_months
    union all
    select * from customers_of_quarters
    union all
    select * from customers_of_years

),

customers_compared as (

    select
        told.period_code,
        told.period_start_date,
        told.customer_id,
        coalesce(sum(told.net_amount) filter (where told.is_current), 0)
            as amount,
        coalesce(sum(told.net_amount) filter (where not told.is_current), 0)
            as previous_amount,
        coalesce(sum(told.order_count) filter (where told.is_current), 0) > 0
            as has_bought,
        coalesce(sum(told.order_count) filter (where not told.is_current), 0)
        > 0 as has_bought_before

    from customers_of_periods as told

    group by told.period_code, told.period_start_date, told.customer_id

),

customers_told as (

    select
        compared.period_code,
        compared.period_start_date,
        compared.amount,
        compared.previous_amount,
        case
            when compared.customer_id = '(unknown)' then 'unknown'
            when compared.has_bought and compared.has_bought_before
                then 'retained'
            when
                compared.has_bought
                and (
                    customers.is_older_than_history
                    or customers.first_order_date < compared.period_start_date
                )
                then 'reactivated'
            when compared.has_bought then 'new'
            when compared.has_bought_before then 'lost'
            else 'no_purchase'
        end as component_code

    from customers_compared as compared

    left join customers
        on compared.customer_id = customers.customer_id

    where
        compared.has_bought
        or compared.has_bought_before
        or compared.amount != 0
        or compared.previous_amount != 0

),

components_summed as (

    select
        customers_told.period_code,
        customers_told.period_start_date,
        customers_told.component_code,
        count(*) as customer_count,
        sum(customers_told.amount) as amount,
        sum(customers_told.previous_amount) as previous_amount

    from customers_told

    group by
        customers_told.period_code,
        customers_told.period_start_date,
        customers_told.component_code

),

components as (

    select told.component_code
    from (
        values
        ('new'),
        ('reactivated'),
        ('retained'),
        ('lost'),
        ('no_purchase'),
        ('unknown')
    ) as told (component_code)

),

final as (

    select
        periods.period_code,
        periods.period_start_date,
        components.component_code,
        coalesce(sums.customer_count, 0) as customer_count,
        coalesce(sums.previous_amount, 0)::numeric(18, 2) as previous_amount,
        coalesce(sums.amount, 0)::numeric(18, 2) as amount,
        (
            coalesce(sums.amount, 0) - coalesce(sums.previous_amount, 0)
        )::numeric(18, 2) as change_amount,
        periods.next_period_date - 1 as period_end_date

    from periods_compared as periods

    cross join components

    left join components_summed as sums
        on
            periods.period_code = sums.period_code
            and periods.period_start_date = sums.period_start_date
            and components.component_code = sums.component_code

)

select * from final
